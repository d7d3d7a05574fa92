//! Earlier versions wrote exports into a folder of the data folder. They lie in the records now, and nothing hands out
//! or deletes what was left there, so a start does: it holds personal data.

use std::io;
use std::path::Path;

use uuid::Uuid;

/// The folder, in the data folder.
const FOLDER: &str = "exports";
/// How what was ours in it ends, behind the id of its job.
const ENDINGS: [&str; 3] = ["csv", "xlsx", "part"];

/// Deletes them, and the folder if nothing else is in it.
pub(super) fn delete(data_dir: &Path) {
    let folder = data_dir.join(FOLDER);
    match delete_in(&folder) {
        Ok(0) => {}
        Ok(count) => log::warn!(
            "{count} exports of an earlier version were deleted: exports lie in the records now; ask for them again"
        ),
        Err(error) => log::warn!("exports of an earlier version stay in {}; delete it: {error}", folder.display()),
    }
}

fn delete_in(folder: &Path) -> io::Result<usize> {
    let inside = match std::fs::read_dir(folder) {
        Ok(inside) => inside,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let (mut deleted, mut others) = (0, false);
    for entry in inside {
        let path = entry?.path();
        if is_ours(&path) {
            std::fs::remove_file(&path)?;
            deleted += 1;
        } else {
            others = true;
        }
    }
    if !others {
        std::fs::remove_dir(folder)?;
    }
    Ok(deleted)
}

fn is_ours(path: &Path) -> bool {
    let part = |of: Option<&std::ffi::OsStr>| of.and_then(|of| of.to_str()).unwrap_or_default().to_owned();
    Uuid::parse_str(&part(path.file_stem())).is_ok() && ENDINGS.contains(&part(path.extension()).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_ours_goes_and_what_others_put_there_stays() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(delete_in(&data.path().join(FOLDER)).unwrap(), 0, "there is none");
        let folder = data.path().join(FOLDER);
        std::fs::create_dir(&folder).unwrap();
        let put = |name: &str| std::fs::write(folder.join(name), "x").unwrap();
        for ending in ENDINGS {
            put(&format!("{}.{ending}", Uuid::from_u128(7)));
        }
        put("mine.csv");
        assert_eq!(delete_in(&folder).unwrap(), 3);
        assert!(folder.join("mine.csv").exists());
        std::fs::remove_file(folder.join("mine.csv")).unwrap();
        assert_eq!(delete_in(&folder).unwrap(), 0);
        assert!(!folder.exists());
    }
}

//! Files and folders that nobody but the server's user may look into, whatever the umask: the records
//! hold the signing key and every talk.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// What a file's owner may do; others may do nothing.
const FILE_MODE: u32 = 0o600;
/// The same of a folder.
const FOLDER_MODE: u32 = 0o700;
/// What others may do.
const OTHERS: u32 = 0o077;

/// Makes the folder, and those above it, if they are not there. One that is there stays as it is.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder)
}

/// How to open a file that is private if this makes it.
#[must_use]
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(FILE_MODE);
    options
}

/// Takes the rights of others to a file of ours away, which earlier versions left as the umask had them. `true` if it
/// had to be changed; `false` also where there is no such file.
pub fn narrow(file: &Path) -> io::Result<bool> {
    narrow_to(file, FILE_MODE)
}

/// The same of a folder, if there is nothing in it but what `is_ours` by its name: one that is used for
/// anything else may be meant for others.
pub fn narrow_folder(folder: &Path, is_ours: impl Fn(&str) -> bool) -> io::Result<bool> {
    match std::fs::read_dir(folder) {
        Ok(mut inside) => {
            let is_all_ours =
                inside.all(|entry| entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(&is_ours)));
            if is_all_ours { narrow_to(folder, FOLDER_MODE) } else { Ok(false) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn narrow_to(path: &Path, mode: u32) -> io::Result<bool> {
    match open_to_others(path) {
        Ok(None) => Ok(false),
        Ok(Some(_)) => std::fs::set_permissions(path, Permissions::from_mode(mode)).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The mode of a file or folder if others may do anything with it.
pub fn open_to_others(path: &Path) -> io::Result<Option<u32>> {
    let mode = std::fs::metadata(path)?.permissions().mode() & 0o777;
    Ok((mode & OTHERS != 0).then_some(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_for_its_owner_alone_and_what_is_wider_is_narrowed() {
        let folder = tempfile::tempdir().unwrap();
        let (deep, file) = (folder.path().join("a/b"), folder.path().join("a/b/records"));
        make_folder(&deep).unwrap();
        options().create(true).append(true).open(&file).unwrap();
        for path in [folder.path().join("a"), deep, file.clone()] {
            assert_eq!(open_to_others(&path).unwrap(), None, "{}", path.display());
        }
        assert!(!narrow(&file).unwrap());
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(open_to_others(&file).unwrap(), Some(0o644));
        assert!(narrow(&file).unwrap());
        assert_eq!(open_to_others(&file).unwrap(), None);
        assert!(!narrow(&folder.path().join("nothing")).unwrap());
    }

    #[test]
    fn a_folder_is_narrowed_if_nothing_in_it_is_anybody_else_s() {
        let folder = tempfile::tempdir().unwrap();
        let ours = |name: &str| name.starts_with("anteroom");
        let wide = || std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        wide();
        std::fs::write(folder.path().join("anteroom.db"), "").unwrap();
        assert!(narrow_folder(folder.path(), ours).unwrap());
        assert_eq!(open_to_others(folder.path()).unwrap(), None);
        wide();
        std::fs::write(folder.path().join("letters.txt"), "").unwrap();
        assert!(!narrow_folder(folder.path(), ours).unwrap());
        assert_eq!(open_to_others(folder.path()).unwrap(), Some(0o755));
        assert!(!narrow_folder(&folder.path().join("nothing"), ours).unwrap());
    }
}

//! `anteroom describe`: the reference of tables and routes, made from the schema and from the API's
//! own description, so that it cannot say anything else than they do.
//!
//! - `erd.md`: the tables and how they hang together
//! - `dataflow.md`: from who asks, by which parameters, into which tables and back
//! - `functions.xlsx`: every function of the API, a row each

mod api;
mod erd;
mod flow;
mod functions;
mod schema;

use std::path::Path;

use crate::config::DescribeOptions;
use crate::start_error::StartError;
use api::Api;
use schema::Schema;

/// Writes the reference into a folder.
pub fn run(options: &DescribeOptions) -> Result<(), StartError> {
    let cannot = |error: std::io::Error| {
        StartError::new(format_args!(
            "cannot write in {}: {error}; make it writable or give another --folder",
            options.folder.display()
        ))
    };
    std::fs::create_dir_all(&options.folder).map_err(cannot)?;
    for (name, content) in files().map_err(StartError::new)? {
        std::fs::write(options.folder.join(name), content).map_err(cannot)?;
        println!("{}", Path::new(&options.folder).join(name).display());
    }
    Ok(())
}

/// Every file of the reference, by name.
pub fn files() -> Result<[(&'static str, Vec<u8>); 3], rust_xlsxwriter::XlsxError> {
    let (schema, api) = (Schema::committed(), Api::described());
    Ok([
        ("erd.md", erd::draw(&schema).into_bytes()),
        ("dataflow.md", flow::draw(&schema, &api).into_bytes()),
        ("functions.xlsx", functions::list(&api)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `make generate` writes them anew.
    #[test]
    fn what_is_committed_is_what_the_code_says() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
        for (name, made) in files().unwrap() {
            let path = folder.join(name);
            if std::env::var_os("ANTEROOM_UPDATE").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &made).unwrap();
            }
            let committed = std::fs::read(&path).unwrap_or_default();
            assert!(committed == made, "docs/reference/{name} is not what the code says; run `make generate`");
        }
    }
}

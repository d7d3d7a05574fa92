//! What the documents tell people to type works as it stands: every block of commands of the README and of `docs/` is
//! run in an empty folder. A block that is no commands says what it is (```` ```text ````).
//!
//! What stands in for what here: the folder and the address of an installation, this build for the one that `make ship` makes, and
//! `make` that only says what it would do (the tests are run by it). A load run is shorter.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tempfile::{TempDir, tempdir};

use crate::support::Http;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anteroom");
const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

#[tokio::test]
async fn every_block_of_commands_in_the_documents_works_as_it_stands() {
    let mut served = 0;
    let blocks = blocks();
    assert!(blocks.len() >= 4, "only {} blocks were found", blocks.len());
    for (place, block) in blocks {
        let bench = Bench::new();
        if block.contains("anteroom serve") {
            served += 1;
            bench.serves(&place, &block).await;
        } else {
            let output = bench.command(&block).output().expect("bash runs");
            let told =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{place}:\n{block}\n{told}");
        }
    }
    assert!(served > 0, "no block starts the server");
}

/// Where each block stands, and its commands.
fn blocks() -> Vec<(String, String)> {
    let mut files = vec![PathBuf::from(PROJECT).join("README.md"), PathBuf::from(PROJECT).join("CONTRIBUTING.md")];
    let docs = fs::read_dir(Path::new(PROJECT).join("docs")).expect("docs/");
    files.extend(
        docs.map(|entry| entry.expect("a file").path()).filter(|path| path.extension().is_some_and(|e| e == "md")),
    );
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a document");
        let mut block: Option<(usize, &str, String)> = None;
        for (number, line) in text.lines().enumerate() {
            match (line.trim().strip_prefix("```"), &mut block) {
                (Some(language), None) => block = Some((number + 1, language, String::new())),
                (Some(_), Some(_)) => {
                    let (number, language, commands) = block.take().expect("a block");
                    if matches!(language, "" | "sh" | "bash") {
                        found.push((format!("{}:{number}", file.display()), commands));
                    }
                }
                (None, Some((.., commands))) => commands.push_str(&format!("{line}\n")),
                (None, None) => {}
            }
        }
    }
    found
}

/// An empty folder in which somebody follows the documents.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempdir().expect("a folder");
        let (shipped, tools) = (folder.path().join("target/ship"), folder.path().join("tools"));
        fs::create_dir_all(&shipped).expect("a folder");
        fs::create_dir_all(&tools).expect("a folder");
        symlink(PROGRAM, shipped.join("anteroom")).expect("a link");
        symlink(PROGRAM, tools.join("anteroom")).expect("a link");
        let tool = |name: &str, script: String| {
            let path = tools.join(name);
            fs::write(&path, script).expect("a script");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        };
        tool("cargo", "#!/bin/sh\n[ \"$1 $2\" = 'build --release' ]\n".to_owned());
        tool("make", format!("#!/bin/sh\nexec /usr/bin/make -n -C '{PROJECT}' \"$@\"\n"));
        Self { folder }
    }

    fn command(&self, block: &str) -> Command {
        let installed = self.folder.path().join("installed").display().to_string();
        let script = block
            .replace("/var/lib/anteroom", &installed)
            .replace("127.0.0.1:8080", "127.0.0.1:0")
            .replace("--duration-s 60", "--duration-s 3")
            .replace("--talk-s 15", "--talk-s 1");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command.args(["-eu", "-c", &script]).current_dir(self.folder.path());
        command.env("PATH", format!("{}:{path}", self.folder.path().join("tools").display())).stdin(Stdio::null());
        command
    }

    /// Runs a block that ends in a server, and logs in with what the block made.
    async fn serves(&self, place: &str, block: &str) {
        let child = self.command(block).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn();
        let mut running = Running(child.expect("bash runs"));
        let out = BufReader::new(running.0.stdout.take().expect("a pipe"));
        let address = out
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on http://").and_then(|address| address.parse().ok()));
        let Some(address) = address else {
            let told = std::io::read_to_string(running.0.stderr.take().expect("a pipe")).unwrap_or_default();
            panic!("{place}: no server came of\n{block}\n{told}");
        };
        let word = |before: &str, end: char| block.split(before).nth(1).and_then(|rest| rest.split(end).next());
        let (login, password) = (word("--login ", ' '), word("ANTEROOM_PASSWORD='", '\''));
        let log_in = json!({"login": login.expect("a login"), "password": password.expect("a password")});
        let answer = Http::new(address).post("/api/v1/session", &log_in).await;
        assert_eq!(answer.status, 200, "{place}: whom the block made cannot log in: {}", answer.text);
    }
}

/// A shell and all that it started.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

//! The command line: what cannot be done is said in one line, exit code 2, no backtrace.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::tempdir;

use crate::support::office::{PASSWORD, run, text};
use crate::support::{Http, Office, until};

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_anteroom"))
}

fn serve(arguments: &[&str], data_dir: &Path) -> Output {
    Command::new(program())
        .arg("serve")
        .args(arguments)
        .arg("--data-dir")
        .arg(data_dir)
        .env("RUST_BACKTRACE", "1")
        .output()
        .expect("the program runs")
}

/// One line for the operator, which names what is wrong.
#[track_caller]
fn is_refused(output: &Output, named: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("anteroom: ")).collect();
    assert_eq!(lines.len(), 1, "{told}");
    assert!(lines[0].contains(named), "{told} does not name `{named}`");
    assert!(!told.contains("panicked") && !told.contains("stack backtrace"), "{told}");
    assert!(output.stdout.is_empty(), "{}", text(output));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let dir = tempdir().expect("a directory");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    is_refused(&serve(&["--listen", &address], dir.path()), &address);
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let dir = tempdir().expect("a directory");
    // A file where the folder should be: not even an administrator can write into that.
    let file = dir.path().join("occupied");
    std::fs::write(&file, b"").expect("a file");
    is_refused(&serve(&["--listen", "127.0.0.1:0"], &file), "occupied");
    is_refused(&serve(&["--listen", "127.0.0.1:0"], &file.join("below")), "occupied");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let dir = tempdir().expect("a directory");
    let words = b"these are my holiday pictures, not a database, and they must stay as they are".repeat(20);
    std::fs::write(dir.path().join("anteroom.db"), &words).expect("a file");
    is_refused(&serve(&["--listen", "127.0.0.1:0"], dir.path()), "anteroom.db");
    assert_eq!(std::fs::read(dir.path().join("anteroom.db")).expect("the file"), words);
}

#[tokio::test]
async fn a_database_that_needs_a_newer_program_is_left_alone() {
    let mut server = Office::new().open().await;
    server.sigterm().await;
    let mut records = server.records();
    records.execute("UPDATE INSTALLATION SET VALUE = '99.0.0' WHERE NAME = 'VERSION_MIN'");
    is_refused(&serve(&["--listen", "127.0.0.1:0"], server.data_dir()), "anteroom 99.0.0 or newer");
    records.execute("UPDATE INSTALLATION SET VALUE = '0.1.0' WHERE NAME = 'VERSION_MIN'");
    records.execute("ALTER TABLE CONSULTATION DROP COLUMN MEMO");
    is_refused(&serve(&["--listen", "127.0.0.1:0"], server.data_dir()), "MEMO");
}

#[test]
fn a_malformed_option_is_named() {
    let dir = tempdir().expect("a directory");
    for (arguments, named) in [
        (&["--listen", "nowhere"][..], "--listen"),
        (&["--public-desk", "maybe"], "--public-desk"),
        (&["--sockets-per-address-max", "0"], "--sockets-per-address-max"),
        (&["--messages-per-10s-max", "many"], "--messages-per-10s-max"),
        (&["--allowed-origin", "example.org"], "--allowed-origin"),
        (&["--listen", "127.0.0.1:0", "--database-url", "mysql://localhost/a"], "mysql"),
        (&["--nonsense"], "--nonsense"),
        (&["--demo", "--listen", "0.0.0.0:0"], "--demo"),
        (&["--demo", "--listen", "127.0.0.1:0", "--public-url", "https://desk.example.org"], "desk.example.org"),
    ] {
        is_refused(&serve(arguments, dir.path()), named);
    }
    assert_eq!(std::fs::read_dir(dir.path()).expect("the directory").count(), 0, "nothing was made");
}

#[test]
fn a_password_in_a_database_url_is_not_shown() {
    let dir = tempdir().expect("a directory");
    let output =
        serve(&["--listen", "127.0.0.1:0", "--database-url", "postgres://anna:hunter2@127.0.0.1:1/a"], dir.path());
    is_refused(&output, "127.0.0.1:1");
    assert!(!text(&output).contains("hunter2"), "{}", text(&output));
}

#[test]
fn every_help_is_there() {
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["account", "create", "--help"],
        &["migrate", "--help"],
        &["doctor", "--help"],
    ] {
        let output = Command::new(program()).args(arguments).output().expect("the program runs");
        assert!(output.status.success() && !output.stdout.is_empty(), "{arguments:?}: {}", text(&output));
    }
    let serve = text(&Command::new(program()).args(["serve", "--help"]).output().expect("the program runs"));
    for option in
        ["--listen", "--data-dir", "--database-url", "--public-url", "--allowed-origin", "--public-desk", "--demo"]
    {
        assert!(serve.contains(option), "{option} is not in the help");
    }
}

#[test]
fn the_database_is_brought_up_to_date_once() {
    let dir = tempdir().expect("a directory");
    let (first, again) = (run(program(), &["migrate"], dir.path()), run(program(), &["migrate"], dir.path()));
    assert!(first.status.success() && again.status.success(), "{}{}", text(&first), text(&again));
    assert!(text(&again).contains("0 migrations applied"), "{}", text(&again));
}

#[test]
fn an_account_that_cannot_be_made_says_why() {
    let dir = tempdir().expect("a directory");
    let create = |arguments: &[&str], password: &str| {
        let mut command = Command::new(program());
        command.args(["account", "create"]).args(arguments).arg("--data-dir").arg(dir.path());
        command.env("ANTEROOM_PASSWORD", password).stdin(Stdio::null()).output().expect("the program runs")
    };
    let kim = ["--login", "kim", "--role", "COUNSELLOR", "--name", "Kim"];
    let with = |more: &[&'static str]| [&kim[..], more].concat();
    is_refused(&create(&with(&["--line", "TAX"]), PASSWORD), "TAX");
    is_refused(&create(&with(&["--line", "GENERAL:x"]), PASSWORD), "--line");
    is_refused(&create(&with(&["--capacity", "0"]), PASSWORD), "--capacity");
    is_refused(&create(&kim, "short"), "password");
    is_refused(&create(&["--login", "kim", "--role", "KING", "--name", "Kim"], PASSWORD), "--role");
    is_refused(&create(&["--login", " ", "--role", "ADMIN", "--name", "Kim"], PASSWORD), "--login");
    let made = create(&with(&["--line", "GENERAL"]), PASSWORD);
    assert!(made.status.success(), "{}", text(&made));
    is_refused(&create(&kim, PASSWORD), "kim");
}

#[test]
fn the_doctor_finds_what_must_be_mended() {
    let dir = tempdir().expect("a directory");
    let healthy = run(program(), &["doctor", "--listen", "127.0.0.1:0"], dir.path());
    assert!(healthy.status.success(), "{}", text(&healthy));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let ill = run(program(), &["doctor", "--listen", &address], dir.path());
    assert_eq!(ill.status.code(), Some(1), "{}", text(&ill));
    assert!(text(&ill).lines().any(|line| line.starts_with("FAIL") && line.contains(&address)), "{}", text(&ill));
}

#[tokio::test]
async fn a_folder_is_served_once_and_the_other_commands_work_beside_it() {
    let mut server = Office::new().open().await;
    let dir = server.data_dir().to_owned();
    is_refused(&serve(&["--listen", "127.0.0.1:0"], &dir), "already");
    for arguments in [
        &["migrate"][..],
        &["account", "create", "--login", "kim", "--role", "COUNSELLOR", "--name", "kim", "--line", "GENERAL"],
        &["doctor", "--listen", "127.0.0.1:0"],
    ] {
        let done = run(program(), arguments, &dir);
        assert!(done.status.success(), "{arguments:?}: {}", text(&done));
    }
    server.http().log_in("kim", PASSWORD).await;
    // However it ends, the next one may start.
    server.restart().await;
    server.sigterm().await;
    server.restart().await;
    server.finish().await;
}

#[tokio::test]
async fn port_0_takes_a_free_one_and_the_demo_prints_its_log_ins() {
    let dir = tempdir().expect("a directory");
    let mut child = Command::new(program())
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let mut said = Vec::new();
    let address = lines.by_ref().find_map(|line| {
        let address = line.strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        said.push(line);
        address
    });
    let http = Http::new(address.unwrap_or_else(|| panic!("no address in {said:#?}")));
    let mut log_ins = 0;
    for line in said.iter().filter(|line| line.contains("login=")) {
        let field = |name: &str| line.split(' ').find_map(|word| word.strip_prefix(name)).unwrap_or_default();
        http.log_in(field("login="), field("password=")).await;
        log_ins += 1;
    }
    let topics: Vec<String> = http.read("/api/v1/lines").await["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|line| line["topic"].as_str().map(str::to_owned))
        .collect();
    let _ = child.kill();
    let _ = child.wait();
    assert_eq!(log_ins, 3, "{said:#?}");
    assert_eq!(topics, ["GENERAL", "FINANCE", "WELFARE"]);
    is_refused(&serve(&["--listen", "0.0.0.0:0"], dir.path()), "demo");
    let outside = ["--listen", "127.0.0.1:0", "--public-url", "https://desk.example.org"];
    is_refused(&serve(&outside, dir.path()), "desk.example.org");
}

/// The disk of a database that is there is full when the server starts.
#[tokio::test]
async fn a_full_disk_at_the_start_is_said_and_no_backup_is_asked_for() {
    let mut server = Office::new().open().await;
    server.sigterm().await;
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
        let output = Command::new("sh")
            .args(["-c", r#"trap "" XFSZ; ulimit -f 0; exec "$0" "$@""#])
            .arg(program())
            .args(command)
            .arg("--data-dir")
            // A copy of nothing: what must be made at the first start does not fit either.
            .arg(if command[0] == "serve" { server.data_dir().to_owned() } else { server.data_dir().join("new") })
            .output()
            .expect("the program runs");
        is_refused(&output, "is full");
        let told = text(&output);
        assert!(told.contains("make room") && !told.contains("backup"), "{told}");
    }
    server.restart().await;
    server.finish().await;
}

/// Everything below a folder that others may look into.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        let mode = path.metadata().expect("it is there").permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            found.push(format!("{} {mode:o}", path.display()));
        }
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        }
    }
    found
}

#[tokio::test]
async fn nobody_else_may_look_into_what_is_the_server_s_whatever_the_umask() {
    let dir = tempdir().expect("a directory");
    let data = dir.path().join("deep/data");
    let start = || {
        let mut child = Command::new("sh")
            .args(["-c", r#"umask 0; exec "$0" "$@""#])
            .arg(program())
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let address: Option<SocketAddr> =
            lines.into_iter().find_map(|line| line.strip_prefix("listening on http://")?.parse().ok());
        (child, Http::new(address.expect("an address")))
    };
    let end = |mut child: std::process::Child| {
        let _ = child.kill();
        let _ = child.wait();
    };
    let (child, http) = start();
    let person = serde_json::json!({
        "login": "park", "email": "park@example.org", "name": "박", "password": PASSWORD, "language": "ko",
    });
    assert_eq!(http.post("/api/v1/accounts", &person).await.status, 202);
    until("a mail in the folder", || async { data.join("mail").read_dir().ok()?.next().map(drop) }).await;
    let wide = open_to_others(&dir.path().join("deep"));
    assert!(data.join("anteroom.db-wal").exists() && wide.is_empty(), "{wide:?}");
    end(child);
    // As a version before left it; the doctor says so, and the next start puts it right.
    for (name, mode) in [("", 0o755), ("anteroom.db", 0o644)] {
        std::fs::set_permissions(data.join(name), Permissions::from_mode(mode)).expect("the mode is set");
    }
    let doctor = || run(program(), &["doctor", "--listen", "127.0.0.1:0"], &data);
    let ill = doctor();
    let told = text(&ill);
    assert_eq!(ill.status.code(), Some(1), "{told}");
    assert!(told.lines().any(|line| line.starts_with("FAIL modes") && line.contains("755")), "{told}");
    let (child, _) = start();
    end(child);
    assert_eq!(open_to_others(&data), [""; 0]);
    let well = doctor();
    assert!(well.status.success(), "{}", text(&well));
}

#[test]
fn what_is_shipped_is_smaller_runs_by_itself_and_finds_its_line_tables_again() {
    let out = tempdir().expect("a directory");
    let script = |name| Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(name);
    let run = |name| Command::new(script(name)).arg(program()).arg(out.path()).output().expect("the script runs");
    // What tests run can be broken on purpose.
    let refused = run("ship.sh");
    assert!(!refused.status.success() && text(&refused).contains("can be broken"), "{}", text(&refused));
    let parted = run("part.sh");
    assert!(parted.status.success() && text(&parted).contains("build id"), "{}", text(&parted));
    let [shipped, beside] = ["anteroom", "anteroom.debug"].map(|name| out.path().join(name));
    let size = |path: &Path| path.metadata().expect("it is there").len();
    assert!(size(&shipped) < size(program()), "{} of {} bytes", size(&shipped), size(program()));
    assert!(size(&beside) > 0);
    let version = Command::new(&shipped).arg("--version").output().expect("it runs");
    assert!(version.status.success(), "{}", text(&version));
}

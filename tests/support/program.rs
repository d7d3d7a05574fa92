//! A program from Debian's packages, on a free port in a folder of its own. It ends with the test process, however
//! that ends: a shell that watches its standard input sees to it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// One process, without children that would be left when it is killed.
const SCRIPT: &str = r#"
run() { "$@" >> "$DIR/log" 2>&1 < /dev/null & pid=$!; }
freeze() {
    kill -STOP "$pid"
    while [ -e "/proc/$pid" ] && ! grep -q '^State:.[TZ]' "/proc/$pid/status"; do :; done
}
run "$@"
while read -r order; do
    case $order in
        kill) kill -9 "$pid"; wait "$pid" ;;
        freeze) freeze ;;
        thaw) kill -CONT "$pid" ;;
        start) run "$@" ;;
    esac
    echo done
done
kill -9 "$pid" 2> /dev/null; wait "$pid"
rm -rf "$DIR"
"#;

/// Those that refuse to be run by root.
const NOT_AS_ROOT: [&str; 1] = ["pgbouncer"];

/// The running program.
pub struct Program {
    name: &'static str,
    shell: Mutex<Child>,
    folder: PathBuf,
}

impl Program {
    /// A folder for it, of its own and readable by whoever it runs as.
    pub fn folder(name: &str) -> PathBuf {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("anteroom-{name}-{}-{count}", std::process::id()));
        std::fs::create_dir(&folder).expect("a temporary folder");
        folder
    }

    /// Starts it. It runs in its folder, and what it says goes to `log` there.
    pub fn start(name: &'static str, folder: PathBuf, arguments: &[&str]) -> Self {
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .args(if NOT_AS_ROOT.contains(&name) { somebody_else() } else { &[] })
            .arg(found(name))
            .args(arguments)
            .env("DIR", &folder)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the shell that runs a program");
        Self { name, shell: Mutex::new(shell), folder }
    }

    /// Ends it without a word.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Starts it again after [`Self::kill`], as it was started.
    pub fn start_again(&self) {
        self.order("start");
    }

    /// Stops it where it stands: it neither answers nor fails.
    pub fn freeze(&self) {
        self.order("freeze");
    }

    /// Lets it go on after [`Self::freeze`].
    pub fn thaw(&self) {
        self.order("thaw");
    }

    /// Until this is so. A program that does not come up has said why.
    pub fn wait_until(&self, mut answers: impl FnMut() -> bool) {
        let give_up = Instant::now() + Duration::from_secs(60);
        while !answers() {
            assert!(Instant::now() < give_up, "{} does not answer:\n{}", self.name, self.file("log"));
            // The pace of asking, not a wait: the condition decides.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What a file in its folder holds now; nothing if there is none.
    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    fn order(&self, order: &str) {
        let mut shell = self.shell.lock().unwrap();
        writeln!(shell.stdin.as_mut().expect("a pipe"), "{order}").expect("the shell listens");
        // Only then is it so.
        let mut done = [0; b"done\n".len()];
        shell.stdout.as_mut().expect("a pipe").read_exact(&mut done).expect("the shell answers");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Ok(shell) = self.shell.get_mut() {
            drop(shell.stdin.take());
            let _ = shell.wait();
        }
    }
}

/// A port of this machine that nobody listens on. Below the range the kernel takes ports for outgoing connections
/// from: there, a client that tries while the program is down can be connected to itself.
pub fn free_port() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 25).unwrap_or(0) * 200;
    (0..200)
        .map(|_| SocketAddr::from(([127, 0, 0, 1], first + NEXT.fetch_add(1, Ordering::Relaxed) % 200)))
        .find(|address| TcpListener::bind(address).is_ok())
        .expect("a free port")
}

/// Whether the tests are run by root.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}

/// What stands before a command so that it is not run by root.
pub fn somebody_else() -> &'static [&'static str] {
    if is_root() { &["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"] } else { &["env"] }
}

/// Debian keeps what a service runs in a folder that is not in everybody's path.
fn found(name: &str) -> PathBuf {
    let path = std::env::var("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([Path::new("/usr/sbin").to_path_buf()])
        .map(|folder| folder.join(name))
        .find(|program| program.exists())
        .unwrap_or_else(|| panic!("{name} is in no folder of PATH: these tests need a real one (`make setup-test`)"))
}

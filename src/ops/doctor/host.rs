//! What the machine has: the folder, room, modes, mail, files, a clock.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::finding::Finding::{self, Fail, Ok as Fine, Warn};
use crate::clock::Clock;
use crate::config::MailOptions;
use crate::mail::{self, Transport};
use crate::private;

/// Less free space is a warning: a busy day writes about a tenth of this.
const FREE_BYTES_MIN: u64 = 1 << 30;
/// Fewer open files hold fewer sockets than an office needs.
const FILES_MIN: u64 = 4_096;
/// No clock that is set shows an earlier year.
const YEAR_MIN: i32 = 2025;
/// How long a mail server is waited for.
const SMTP_WAIT: Duration = Duration::from_secs(10);

pub(super) fn folder(folder: &Path) -> Finding {
    let shown = folder.display();
    let tried = private::make_folder(folder).and_then(|()| {
        let file = folder.join(format!(".doctor-{}", std::process::id()));
        private::options().create_new(true).write(true).open(&file)?.write_all(b"written and read back")?;
        std::fs::remove_file(file)
    });
    if let Err(error) = tried {
        return Fail(format!("cannot write in {shown}: {error}; make it writable for this user or give --data-dir"));
    }
    match free_bytes(folder) {
        Some(free) if free < FREE_BYTES_MIN => {
            Warn(format!("{shown} has {} MiB left; make room, or records are refused when it is full", free >> 20))
        }
        Some(free) => Fine(format!("{shown} is writable and has {} GiB left", free >> 30)),
        None => Fine(format!("{shown} is writable")),
    }
}

/// Whether others may look into what is the server's: the folder, the database, mails.
pub(super) fn modes(folder: &Path) -> Finding {
    let ours = [folder.to_owned(), folder.join(mail::FOLDER)];
    if !ours[1].exists() && !folder.join("anteroom.db").exists() {
        return Fine(format!("nothing of the server's is in {} yet", folder.display()));
    }
    let files = ours.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
    let files: Vec<_> = files.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    let mut wide = ours.iter().chain(&files).filter_map(|path| {
        let mode = private::open_to_others(path).ok().flatten()?;
        Some(format!("{} ({mode:03o})", path.display()))
    });
    match wide.next() {
        None => Fine(format!("nobody but this user may look into {}", folder.display())),
        Some(first) => Fail(format!(
            "{first} and {} more are open to other users, and the records hold every talk and the signing key; run \
             chmod -R go= {}",
            wide.count(),
            folder.display()
        )),
    }
}

/// Asks `df`, as the standard library does not know; no answer is no finding.
fn free_bytes(folder: &Path) -> Option<u64> {
    let answer = std::process::Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let kib: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kib * 1024)
}

/// Whether mail reaches people. A server that does not answer is no reason not to start: mail waits.
pub(super) fn mail(options: &MailOptions, data_dir: &Path) -> Finding {
    if options.smtp_url.is_none() {
        let folder = data_dir.join(mail::FOLDER);
        return Warn(format!("goes into {} and to nobody; give --smtp-url and --mail-from", folder.display()));
    }
    let tried = Transport::new(options.smtp_url.as_deref(), &options.mail_from, data_dir).and_then(|transport| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        runtime
            .block_on(async { tokio::time::timeout(SMTP_WAIT, transport.try_out()).await })
            .unwrap_or_else(|_| Err(format!("no answer within {} s", SMTP_WAIT.as_secs())))
    });
    match tried {
        Ok(()) if options.mail_from.email.domain() == "localhost" => {
            Warn("the server answers, but no one takes mail from localhost; give --mail-from".into())
        }
        Ok(()) => Fine("the server answers".into()),
        Err(error) => Warn(format!("the server does not take mail: {error}; correct --smtp-url, or mail waits")),
    }
}

pub(super) fn files() -> Finding {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) if limit < FILES_MIN => {
            Warn(format!("at most {limit} at once; raise it (ulimit -n, LimitNOFILE=) to hold more sockets"))
        }
        Ok(limit) => Fine(format!("at most {limit} at once")),
        Err(error) => Warn(format!("the limit cannot be read: {error}")),
    }
}

pub(super) fn clock() -> Finding {
    use chrono::Datelike as _;
    let now = Clock::system().now().wall;
    if now.utc().year() < YEAR_MIN {
        return Fail(format!("it is {now} here; set the clock, records and log-ins depend on it"));
    }
    Fine(format!("{now}"))
}

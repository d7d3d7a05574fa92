//! `anteroom account`: an account that may log in at once, and help for whoever lost the second
//! factor.

use serde_json::json;

use crate::clock::Clock;
use crate::config::{AccountOptions, LoginOptions, RoleOption};
use crate::http::access_control::passwords;
use crate::ids::{AccountId, LineId};
use crate::protocol::NICKNAME_CHARS_MAX;
use crate::protocol::text::{self, TextCheck};
use crate::start_error::StartError;
use crate::storage::centre::lines::{self, Line};
use crate::storage::history::audit::{self, Actor, NewEntry};
use crate::storage::people::accounts::{self, AccountCreated, AccountRole, NewAccount};
use crate::storage::people::{api_tokens, second_factor, sessions};
use crate::storage::{AnyConnection, SYSTEM, Store};
use crate::time::Wall;

/// Most characters of a login.
const LOGIN_CHARS_MAX: usize = 100;
/// Where a script puts the password; anywhere else it would show in the list of processes.
const PASSWORD_VARIABLE: &str = "ANTEROOM_PASSWORD";

/// Makes the account, or says in one line why not.
pub fn create(options: &AccountOptions) -> Result<(), StartError> {
    let clock = Clock::system();
    let cleaned = |kind: TextCheck, option: &str, given: &str, chars_max| {
        kind(given, chars_max).map_err(|fault| StartError::new(format_args!("{option} {fault}")))
    };
    let login = cleaned(text::login, "--login", &options.login, LOGIN_CHARS_MAX)?;
    let name = cleaned(text::name, "--name", &options.name, NICKNAME_CHARS_MAX)?;
    let store = Store::open(&options.database.url().parse()?)?;
    let lines = serving(&store.run(lines::all)?, &options.lines)?;
    let password = password()?;
    passwords::why_not(&password).map_err(|reason| StartError::new(format_args!("the password {reason}")))?;
    // Said by leaving `--line` out, and on file as said: no line that goes later makes more of it.
    let all_lines = options.role == RoleOption::Manager && lines.is_empty();
    let account = NewAccount {
        id: AccountId(clock.new_id()),
        login: login.clone(),
        email: None,
        password_hash: passwords::hash(&password).map_err(StartError::new)?,
        name,
        role: role(options.role),
        approved: true,
        language: "ko".into(),
        capacity: options.capacity,
        lines,
        all_lines,
    };
    let at = clock.now().wall;
    let made = store.in_turn(|conn| {
        conn.write(|conn| {
            let made = accounts::create_within(conn, &account, SYSTEM, at)?;
            if made == AccountCreated::Created {
                let detail = json!({"login": login, "role": account.role.code(), "all_lines": all_lines});
                note(conn, "ACCOUNT_MADE", account.id, detail, at)?;
            }
            Ok::<_, diesel::result::Error>(made)
        })
    })?;
    match made {
        AccountCreated::LoginTaken => {
            Err(StartError::new(format_args!("the login {login} is taken; choose another with --login")))
        }
        AccountCreated::Created => {
            println!("account {} login={login} role={}", account.id, options.role.code());
            if all_lines {
                println!("no --line was named: this manager runs every line, also those to come");
            }
            Ok(())
        }
    }
}

/// Takes the second factor away. The log-ins and API tokens on file end with it; a running server closes what they
/// have open within a second or two.
pub fn reset_second_factor(options: &LoginOptions) -> Result<(), StartError> {
    let at = Clock::system().now().wall;
    let store = Store::open(&options.database.url().parse()?)?;
    let login = options.login.trim();
    let reset = store.in_turn(|conn| {
        conn.write(|conn| {
            let Some(account) = accounts::by_login(conn, login)? else { return Ok(None) };
            second_factor::remove(conn, account.id, SYSTEM, at)?;
            sessions::delete_of(conn, account.id, None)?;
            api_tokens::revoke_all(conn, account.id, SYSTEM, at)?;
            note(conn, "SECOND_FACTOR_RESET", account.id, json!({}), at)?;
            Ok(Some(account.id))
        })
    })?;
    let id = reset.ok_or_else(|| StartError::new(format_args!("there is no account with the login {login}")))?;
    println!("account {id} login={login} has no second factor any more; its log-ins and API tokens have ended");
    Ok(())
}

/// What an operator does at the terminal is audited as the server's own doing, and says so.
fn note(
    conn: &mut AnyConnection,
    action: &'static str,
    id: AccountId,
    mut detail: serde_json::Value,
    at: Wall,
) -> diesel::QueryResult<()> {
    detail["by"] = json!("command line");
    let entry = NewEntry { action, subject_kind: "ACCOUNT", subject_id: id.to_string(), detail };
    audit::append(conn, &Actor::system(), &[entry], at)
}

/// The lines of the topics asked for, in every language, each at the tier asked for.
fn serving(lines: &[Line], wanted: &[(String, u8)]) -> Result<Vec<(LineId, u8)>, StartError> {
    let mut serving: Vec<(LineId, u8)> = Vec::new();
    for (topic, tier) in wanted {
        let of_topic: Vec<LineId> = lines.iter().filter(|line| line.topic == *topic).map(|line| line.id).collect();
        if of_topic.is_empty() {
            let mut topics: Vec<&str> = lines.iter().map(|line| line.topic.as_str()).collect();
            topics.dedup();
            return Err(StartError::new(format_args!("there is no line {topic}; --line takes {}", topics.join(", "))));
        }
        serving.retain(|(line, _)| !of_topic.contains(line));
        serving.extend(of_topic.into_iter().map(|line| (line, *tier)));
    }
    Ok(serving)
}

fn password() -> Result<String, StartError> {
    if let Some(given) = std::env::var_os(PASSWORD_VARIABLE) {
        return given.into_string().map_err(|_| StartError::new(format_args!("{PASSWORD_VARIABLE} is not UTF-8")));
    }
    rpassword::prompt_password("Password: ").map_err(|error| {
        StartError::new(format_args!("cannot ask for the password ({error}); put it into {PASSWORD_VARIABLE}"))
    })
}

/// The role on file.
#[must_use]
fn role(option: RoleOption) -> AccountRole {
    match option {
        RoleOption::Counsellor => AccountRole::Counsellor,
        RoleOption::Manager => AccountRole::Manager,
        RoleOption::Admin => AccountRole::Admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u128, topic: &str, language: &str) -> Line {
        Line::with_defaults(LineId::from(id), topic, language, "이름", "name", "A")
    }

    #[test]
    fn a_topic_stands_for_its_lines_in_every_language() {
        let lines = [line(1, "GENERAL", "ko"), line(2, "GENERAL", "en"), line(3, "FINANCE", "ko")];
        let wanted = [("GENERAL".to_owned(), 0), ("FINANCE".to_owned(), 2)];
        let serving = serving(&lines, &wanted).unwrap();
        assert_eq!(serving, [(LineId::from(1), 0), (LineId::from(2), 0), (LineId::from(3), 2)]);
    }

    #[test]
    fn the_last_word_about_a_topic_counts() {
        let wanted = [("GENERAL".to_owned(), 0), ("GENERAL".to_owned(), 1)];
        assert_eq!(serving(&[line(1, "GENERAL", "ko")], &wanted).unwrap(), [(LineId::from(1), 1)]);
    }

    #[test]
    fn an_unknown_topic_is_named_with_those_there_are() {
        let error = serving(&[line(1, "GENERAL", "ko")], &[("TAX".to_owned(), 0)]).unwrap_err().to_string();
        assert!(error.contains("TAX") && error.contains("GENERAL"), "{error}");
    }
}

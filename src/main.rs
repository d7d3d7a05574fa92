//! Reads the command line and calls one function.

use std::process::ExitCode;

use anteroom::config::{self, AccountCommand, AuditCommand, Cli, Command, StatsCommand};
use anteroom::server::{self, Ended, Signals};
use anteroom::start_error::StartError;
use anteroom::{logging, ops};
use clap::Parser;

/// The server left without knowing what became of the last writes.
const STUCK: i32 = 1;
/// What was asked for cannot be done as asked.
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            return match config::one_line(&error) {
                Some(line) => refuse(&line),
                None => {
                    // The help or the version; nobody is left to tell if it cannot be printed.
                    let _ = error.print();
                    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(REFUSED))
                }
            };
        }
    };
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => refuse(&error.to_string()),
    }
}

fn run(command: Command) -> Result<ExitCode, StartError> {
    match command {
        Command::Serve(options) => {
            options.check().map_err(StartError::new)?;
            logging::start(options.log);
            server::check_files()?;
            let signals = Signals::listen()?;
            let listener = server::bind(options.listen)?;
            loop {
                // The socket stays: whoever comes between two servers waits in its queue.
                let listener = listener.try_clone().map_err(|error| {
                    StartError::new(format_args!("the listening socket cannot be shared: {error}; start again"))
                })?;
                let running = server::run(&options, listener, signals.stop());
                let system = actix_web::rt::System::new();
                match system.block_on(running)? {
                    Ended::Asked => break,
                    Ended::WentBack => {}
                    // Dropping the system would wait for its threads.
                    Ended::Stuck => std::process::exit(STUCK),
                }
            }
        }
        Command::Account(AccountCommand::Create(options)) => ops::account::create(&options)?,
        Command::Audit(AuditCommand::Verify(options)) => ops::audit::verify(&options)?,
        Command::Account(AccountCommand::ResetSecondFactor(options)) => ops::account::reset_second_factor(&options)?,
        Command::Migrate(options) => ops::migrate::run(&options)?,
        Command::Describe(options) => ops::describe::run(&options)?,
        Command::Fill(options) => ops::fill::run(&options)?,
        Command::Load(options) => return ops::load::run(&options),
        Command::Stats(StatsCommand::Rebuild(options)) => ops::stats::rebuild(&options)?,
        Command::Doctor(options) => return Ok(ops::doctor::run(&options)),
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse(line: &str) -> ExitCode {
    eprintln!("anteroom: {line}");
    ExitCode::from(REFUSED)
}

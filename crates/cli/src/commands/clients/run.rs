use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::process::{Command, ExitCode};

use clap::Args;
use proxy::{Proxy, Token, Variables};
use server::{Commands, Config, Standalone};
use tokio::net::TcpListener;
use url::Url;

use super::super::{fail, say};
use super::child::{self, Signals};
use super::place;

/// What to run, and which service answers it.
#[derive(Args)]
pub(crate) struct RunArgs {
    #[arg(long, value_name = "URL", value_parser = server::service_address, help = place::SERVICE)]
    pub(crate) service: Option<Url>,
    /// Start a service for this program alone, which ends with it
    #[arg(long, conflicts_with = "service")]
    pub(crate) standalone: bool,
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// What is done for a program, below `run --help`.
pub(crate) fn run_help() -> String {
    let variables = Variables::new("", std::path::Path::new(""));
    let names: Vec<_> = variables.set.iter().map(|(name, _)| *name).collect();
    HELP.replace("{variables}", &names.join(", ")).replace("{led}", server::LED)
}

const HELP: &str = "\
Such as:
  marketpulse run -- python notebook.py
  marketpulse run --standalone -- node prices.mjs

The program finds a proxy of its own and certificates to trust in these variables:
{variables}.
MARKETPULSE_URL names the service. The hosts of {led} are answered from the service. All
others are reached as before, also through an HTTPS_PROXY that was set. Certificates that
were named before stay valid.

The exit status is the program's: 128 and the number of the signal where one ended it, 127
where there is no such program, 126 where it cannot be started. Where no service answers,
the program is not started, and the exit status is 1.";

/// Runs a program whose questions the service answers, and ends as it does.
pub(crate) async fn run(config: Config, args: RunArgs, commands: Commands) -> ExitCode {
    if !args.standalone {
        return lead(&config, args.service, args.command).await;
    }
    if let Some(holder) = config.database.holder() {
        let there = format!(
            "{} is in use by a service already ({holder}): leave out --standalone, and name it with --service \
             where it is not the one on this machine",
            config.database
        );
        return fail(1, &there);
    }
    let service = match Standalone::start(config.clone(), commands).await {
        Ok(service) => service,
        Err(error) if error.is_wrong_setting() => return fail(2, &error),
        Err(error) => return fail(1, &error),
    };
    let address = format!("http://{}", service.address).parse().ok();
    let ended = lead(&config, address, args.command).await;
    service.stop().await;
    ended
}

async fn lead(config: &Config, service: Option<Url>, command: Vec<OsString>) -> ExitCode {
    let prepared = match Prepared::new(config, service).await {
        Ok(prepared) => prepared,
        Err(message) => return fail(1, &message),
    };
    let Prepared { proxy, listener, variables, signals } = prepared;
    let program = program(&command, &variables);
    let ended = tokio::select! {
        ended = child::to_its_end(program, signals) => ended,
        never = proxy.serve(listener) => match never {},
    };
    match ended {
        Ok(ended) => child::status(ended),
        Err(error) => {
            say(&format!("{} cannot be run: {error}", command[0].to_string_lossy()));
            ExitCode::from(child::not_started(&error))
        }
    }
}

/// All that has to be there before the program starts.
struct Prepared {
    proxy: Proxy,
    listener: TcpListener,
    variables: Variables,
    signals: Signals,
}

impl Prepared {
    async fn new(config: &Config, service: Option<Url>) -> Result<Self, String> {
        let route = place::route()?;
        let service = place::service(config, service).await?;
        let address = service.address().to_string();
        let listened = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listened.map_err(|error| format!("no port can be opened: {error}"))?;
        let port = listener.local_addr().map_err(|error| error.to_string())?;
        let token = Token::random();
        let (proxy, bundle) = place::prepare(config, service, route, token.clone())?;
        let variables = Variables::new(&token.address(&port.to_string()), &bundle)
            .excepting_as_before(place::HOSTS, place::variable)
            .with("MARKETPULSE_URL", address);
        let signals = Signals::catch();
        let signals = signals.map_err(|error| format!("signals cannot be received: {error}"))?;
        Ok(Self { proxy, listener, variables, signals })
    }
}

fn program(command: &[OsString], variables: &Variables) -> Command {
    let mut program = Command::new(&command[0]);
    program.args(&command[1..]).envs(variables.set.iter().cloned());
    for name in &variables.unset {
        program.env_remove(name);
    }
    program
}

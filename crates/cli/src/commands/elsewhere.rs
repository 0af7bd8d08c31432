//! A command is carried out by whoever the store belongs to: the service that uses it,
//! or else this program. So one store has one budget.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use engine::Engine;
use futures_util::FutureExt;
use server::{Asked, Commands, Config, Line, Said, ask_service};

use super::client::{self, Client};
use super::fail;

/// Has the service carry out what this program was asked for; `None` where no service
/// uses the store. Where it reads standard input, the service is sent that.
pub(crate) async fn elsewhere(config: &Config, reads_input: bool) -> Option<ExitCode> {
    let arguments = std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned());
    let folder = match std::env::current_dir() {
        Ok(folder) => folder,
        Err(error) => return Some(fail(1, &format!("there is no current folder: {error}"))),
    };
    let asked = Asked { arguments: arguments.collect(), folder, reads_input };
    match ask_service(&config.database, &asked, client::standard_input, hear).await {
        Ok(status) => status.map(ExitCode::from),
        Err(message) => Some(fail(1, &message)),
    }
}

fn hear(said: Said) -> std::io::Result<()> {
    match said {
        Said::Out(bytes) => std::io::stdout().lock().write_all(&bytes),
        Said::Err(bytes) => std::io::stderr().lock().write_all(&bytes),
    }
}

/// What a service does with the arguments of its clients.
pub(crate) fn for_clients<C>(carry_out: fn(Config, Vec<String>) -> C) -> Commands
where
    C: Future<Output = ExitCode> + Send + 'static,
{
    Arc::new(move |engine: Engine, config: Config, asked: Asked, line: Line| {
        let client = Client::new(engine, asked.folder, line);
        let ended = client::serve(client, carry_out(config, asked.arguments));
        ended.map(number).boxed()
    })
}

/// The number of an exit status, which the standard library does not tell.
fn number(ended: ExitCode) -> u8 {
    (0..=u8::MAX).find(|&status| ExitCode::from(status) == ended).unwrap_or(1)
}

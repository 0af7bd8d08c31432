use std::process::ExitCode;

use futures_util::TryFutureExt as _;
use server::Config;
use tokio::io::{AsyncReadExt, DuplexStream, duplex};

use super::{client, engine, fail};

/// So much of an answer waits until it is written, in bytes.
const WAITING: usize = 64 << 10;

/// Answers an agent in the Model Context Protocol over standard input and output, until
/// it ends its input.
pub(crate) async fn mcp(config: Config) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let (output, answers) = duplex(WAITING);
    let asking = config.asking();
    let served = mcp::over_pipes(engine, &asking, client::input(), output);
    match tokio::try_join!(served.map_err(Ended::Broken), write(answers)) {
        Ok(_) | Err(Ended::Unheard) => ExitCode::SUCCESS,
        Err(Ended::Broken(message)) => fail(1, &message),
    }
}

/// Why an agent is answered no more before it has ended its input.
enum Ended {
    /// Nobody reads what is answered.
    Unheard,
    /// With the reason.
    Broken(String),
}

/// Hands on what is answered, as long as somebody reads it.
async fn write(mut answers: DuplexStream) -> Result<(), Ended> {
    let mut bytes = Vec::with_capacity(WAITING);
    while answers.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        client::hand_on(std::mem::take(&mut bytes)).await.map_err(|_| Ended::Unheard)?;
    }
    Ok(())
}

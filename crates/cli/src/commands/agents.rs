use std::process::ExitCode;

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
    match tokio::join!(served, write(answers)) {
        (Ok(()), ()) => ExitCode::SUCCESS,
        (Err(message), ()) => fail(1, &message),
    }
}

/// Hands on what is answered, as long as somebody reads it.
async fn write(mut answers: DuplexStream) {
    let mut bytes = Vec::with_capacity(WAITING);
    while answers.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        if client::hand_on(std::mem::take(&mut bytes)).await.is_err() {
            return;
        }
    }
}

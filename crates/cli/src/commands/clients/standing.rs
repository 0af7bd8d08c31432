use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use proxy::{Proxy, Standing};
use server::{Config, stop_requested};
use table::text::with_causes;
use tokio::net::TcpListener;
use url::Url;

use super::super::{fail, say};
use super::place;

/// Where to stand, and which service answers.
#[derive(Args)]
pub(crate) struct ProxyArgs {
    #[arg(long, value_name = "URL", value_parser = server::service_address, help = place::SERVICE)]
    pub(crate) service: Option<Url>,
    /// Address and port to listen on; containers reach that of their network, such as
    /// 172.17.0.1:5001
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5001")]
    pub(crate) listen: SocketAddr,
}

/// Leads programs to the service until SIGTERM or SIGINT. The token stays the same, so
/// that what was told to a container is still true after a new start.
pub(crate) async fn proxy(config: Config, args: ProxyArgs) -> ExitCode {
    let (proxy, listener, said) = match stand(&config, args).await {
        Ok(standing) => standing,
        Err(message) => return fail(1, &message),
    };
    let asked_to_stop = stop_requested();
    say(&said);
    tokio::select! {
        () = asked_to_stop => ExitCode::SUCCESS,
        never = proxy.serve(listener) => match never {},
    }
}

async fn stand(config: &Config, args: ProxyArgs) -> Result<(Proxy, TcpListener, String), String> {
    let listened = TcpListener::bind(args.listen).await;
    let free = "name a free address with --listen";
    let listener =
        listened.map_err(|error| format!("cannot listen on {}: {error}; {free}", args.listen))?;
    let listen = listener.local_addr().unwrap_or(args.listen);
    let here = server::reachable(listen);
    let route = place::route()?.unless_through(&here.ip().to_string(), here.port());
    let service = place::service(config, args.service).await?;
    let said = format!(
        "leading programs from {listen} to {}; in their shell: eval \"$(marketpulse env)\"",
        service.shown()
    );
    let standing = Standing::begin(&place::folder(config), listen);
    let token = standing.map_err(|error| with_causes(&error))?.token().clone();
    let (proxy, _) = place::prepare(config, service, route, token)?;
    Ok((proxy, listener, said))
}

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use proxy::{Standing, Variables};
use server::Config;
use table::text::with_causes;

use super::super::{fail, print};
use super::place;

/// For whom the variables are.
#[derive(Args)]
pub(crate) struct EnvArgs {
    /// As a file for containers: docker run --env-file
    #[arg(long)]
    pub(crate) docker: bool,
    /// With --docker: the name by which containers reach this machine
    #[arg(long, value_name = "NAME", default_value = "host.docker.internal", requires = "docker")]
    pub(crate) host: String,
}

/// Where a container finds the certificates.
const IN_CONTAINER: &str = "/etc/marketpulse.pem";

/// What a container asks of itself goes through no proxy.
const ITSELF: &str = "localhost,127.0.0.1,::1";

/// Prints the variables that lead programs to the standing proxy.
pub(crate) async fn env(config: Config, args: EnvArgs) -> ExitCode {
    match told(&config, &args).await {
        Ok(text) => print(&text),
        Err(message) => fail(1, &message),
    }
}

async fn told(config: &Config, args: &EnvArgs) -> Result<String, String> {
    let folder = place::folder(config);
    let noted = Standing::noted(&folder).map_err(|error| with_causes(&error))?;
    let standing = noted.ok_or_else(|| format!("no proxy was started yet; {START}"))?;
    let listen = standing.listen;
    let service = standing.greet().await;
    let service = service.map_err(|why| format!("no proxy stands on {listen}: {why}; {START}"))?;
    let bundle = place::bundle(config)?;
    if !args.docker {
        let variables = Variables::new(&standing.address(None), &bundle)
            .excepting_as_before(place::HOSTS, place::variable)
            .with("MARKETPULSE_URL", service);
        return Ok(for_shell(&variables));
    }
    if listen.ip().is_loopback() {
        return Err(format!(
            "the proxy listens on {listen}, which no container reaches; start it on an address of their network, \
             such as `marketpulse proxy --listen 172.17.0.1:5001`"
        ));
    }
    Ok(for_containers(&standing.address(Some(&args.host)), &bundle, &args.host))
}

/// What would work, where no proxy stands.
const START: &str = "start one with `marketpulse proxy` and leave it running";

/// Lines that a shell can evaluate.
fn for_shell(variables: &Variables) -> String {
    let mut lines = String::new();
    // Writing to a String cannot fail.
    for (name, value) in &variables.set {
        let _ = writeln!(lines, "export {name}={}", quoted(value));
    }
    for name in &variables.unset {
        let _ = writeln!(lines, "unset {name}");
    }
    lines
}

/// Nothing means anything between single quotes, but for their end.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Lines of a file that names variables, which knows no quotes.
fn for_containers(proxy: &str, bundle: &Path, host: &str) -> String {
    let variables = Variables::new(proxy, Path::new(IN_CONTAINER))
        .with("NO_PROXY", ITSELF.to_owned())
        .with("no_proxy", ITSELF.to_owned());
    let volume = format!("{}:{IN_CONTAINER}:ro", bundle.display());
    let mut lines = format!(
        "# docker run --env-file THIS_FILE --add-host {host}:host-gateway --volume {} IMAGE\n",
        quoted(&volume)
    );
    for (name, value) in &variables.set {
        let _ = writeln!(lines, "{name}={value}");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_what_was_meant() {
        let variables = Variables {
            set: vec![("SSL_CERT_FILE", "/home/o'neil/$HOME `x`/a b.pem".to_owned())],
            unset: vec!["NO_PROXY"],
        };
        let script = for_shell(&variables) + "printf %s \"$SSL_CERT_FILE${NO_PROXY-gone}\"";
        let mut shell = std::process::Command::new("sh");
        let told = shell.args(["-c", &script]).env("NO_PROXY", "*").output().unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        assert_eq!(told, "/home/o'neil/$HOME `x`/a b.pemgone");
    }

    #[test]
    fn containers_find_their_host_and_the_certificates() {
        let lines =
            for_containers("http://x:y@host.example:1", Path::new("/data/b.pem"), "host.example");
        assert!(lines.contains("--volume '/data/b.pem:/etc/marketpulse.pem:ro'"), "{lines}");
        assert!(lines.contains("\nHTTPS_PROXY=http://x:y@host.example:1\n"), "{lines}");
        assert!(lines.contains("\nREQUESTS_CA_BUNDLE=/etc/marketpulse.pem\n"), "{lines}");
        assert!(lines.contains("\nNO_PROXY=localhost,127.0.0.1,::1\n"), "{lines}");
    }
}

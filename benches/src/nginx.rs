use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use crate::process::{Server, free_address};

/// Starts nginx with a configuration of its own, serving the folder.
pub(crate) fn start(folder: &Path) -> Result<Server, String> {
    let address = free_address()?;
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration(address, folder))
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).arg("-c").arg(&file).args(["-e", "nginx-start.log"]);
    Server::start("nginx", address, &mut command, &folder.join("nginx.log"))
}

/// nginx as one who cares for speed sets it up: no access log, connections kept,
/// files kept open, compressed files beside the plain ones.
fn configuration(address: SocketAddr, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  types {{ application/json json; }}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 60s;
  # The default closes a connection after a thousand requests.
  keepalive_requests 100000000;
  open_file_cache max=16 inactive=60s;
  gzip_static on;
  # As old as what `exchange::ask` speaks, to compare the bytes.
  gzip_http_version 1.0;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen {address};
    root {folder};
  }}
}}
"
    )
}

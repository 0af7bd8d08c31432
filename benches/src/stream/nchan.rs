use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::pace::Publish;
use super::sample::Sample;
use crate::process::{Server, free_address};
use crate::upstream::now;

/// Starts nginx with nchan: one channel with everything, which asks less of it
/// than one for each symbol would.
pub(crate) fn start(module: &Path, connections: usize, folder: &Path) -> Result<Server, String> {
    let address = free_address()?;
    let folder = folder.join("nchan");
    let file = folder.join("nginx.conf");
    let text = configuration(module, connections, address, &folder);
    fs::create_dir(&folder)
        .and_then(|()| fs::write(&file, text))
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let mut command = Command::new("nginx");
    command.arg("-p").arg(&folder).arg("-c").arg(&file).args(["-e", "nginx-start.log"]);
    Server::start("nchan", address, &mut command, &folder.join("nginx.log"))
}

fn configuration(module: &Path, connections: usize, address: SocketAddr, folder: &Path) -> String {
    // Each worker may get all of them, and talks with the other one.
    let (module, folder, connections) = (module.display(), folder.display(), connections + 512);
    format!(
        "daemon off;
load_module {module};
worker_processes 2;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    # The kernel shares readers out to the workers evenly.
    listen {address} reuseport;
    location = /publish {{ nchan_publisher; nchan_channel_id all; }}
    location = /stream {{
      nchan_subscriber eventsource websocket;
      nchan_channel_id all;
      nchan_subscriber_first_message newest;
    }}
  }}
}}
"
    )
}

/// Posts to nchan over one connection that is kept, never waiting for an answer,
/// so that changes keep their order and their times.
pub(crate) struct Publisher {
    server: SocketAddr,
    samples: Vec<Sample>,
    stream: Mutex<TcpStream>,
}

impl Publisher {
    pub(crate) fn connect(server: SocketAddr, samples: Vec<Sample>) -> Result<Self, String> {
        let connect = || {
            let stream = TcpStream::connect(server)?;
            stream.set_nodelay(true)?;
            let answers = stream.try_clone()?;
            thread::spawn(move || forget(answers));
            Ok::<_, std::io::Error>(Mutex::new(stream))
        };
        let stream = connect().map_err(|error| format!("nchan: {error}"))?;
        Ok(Self { server, samples, stream })
    }
}

impl Publish for Publisher {
    fn publish(&self, symbol: usize) -> Result<(), String> {
        let body = self.samples[symbol].at(now());
        let (server, length) = (self.server, body.len());
        let request = format!(
            "POST /publish HTTP/1.1\r\nHost: {server}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.write_all(request.as_bytes()).map_err(|error| format!("nchan: {error}"))
    }
}

/// Takes answers, which say how many readers there are. What was not accepted
/// shows in what arrives.
fn forget(mut answers: TcpStream) {
    let mut buffer = [0; 4096];
    while answers.read(&mut buffer).is_ok_and(|read| read > 0) {}
}

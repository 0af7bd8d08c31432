use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{
    Callback, ErrorResponse, Request, Response,
};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use url::Url;

/// What the other side does, one after another.
pub(super) enum Act {
    Say(Message),
    /// Waits for the client's next frame.
    Hear,
    /// Breaks the connection off without taking leave.
    Drop,
}

pub(super) fn say(text: impl Into<String>) -> Act {
    Act::Say(Message::text(text.into()))
}

/// A WebSocket server on loopback. It plays its script to each connection, then
/// listens until the client leaves, and remembers all that it received.
pub(super) struct Peer {
    pub(super) url: Url,
    received: Arc<Mutex<Vec<Message>>>,
    agents: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    pub(super) async fn start(script: impl Fn() -> Vec<Act> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let (received, agents) = (Arc::default(), Arc::default());
        let peer = Self { url, received: Arc::clone(&received), agents: Arc::clone(&agents) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let frames = accept_hdr_async(stream, Agent(Arc::clone(&agents))).await.unwrap();
                tokio::spawn(play(frames, script(), Arc::clone(&received)));
            }
        });
        peer
    }

    /// The texts received so far.
    pub(super) fn texts(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        received
            .iter()
            .filter(|it| it.is_text())
            .map(|it| it.to_text().unwrap().to_owned())
            .collect()
    }

    /// How many of the frames received so far are of a kind.
    pub(super) fn count(&self, is_of_kind: fn(&Message) -> bool) -> usize {
        self.received.lock().unwrap().iter().filter(|frame| is_of_kind(frame)).count()
    }

    /// The clients' names for themselves.
    pub(super) fn agents(&self) -> Vec<String> {
        self.agents.lock().unwrap().clone()
    }
}

struct Agent(Arc<Mutex<Vec<String>>>);

impl Callback for Agent {
    fn on_request(self, request: &Request, response: Response) -> Result<Response, ErrorResponse> {
        let agent = request.headers()["user-agent"].to_str().unwrap().to_owned();
        self.0.lock().unwrap().push(agent);
        Ok(response)
    }
}

async fn play(
    mut frames: WebSocketStream<TcpStream>,
    script: Vec<Act>,
    received: Arc<Mutex<Vec<Message>>>,
) {
    for act in script {
        match act {
            Act::Say(frame) => frames.send(frame).await.unwrap(),
            Act::Hear => {
                let frame = frames.next().await.unwrap().unwrap();
                received.lock().unwrap().push(frame);
            }
            Act::Drop => return,
        }
    }
    while let Some(Ok(frame)) = frames.next().await {
        received.lock().unwrap().push(frame);
    }
}

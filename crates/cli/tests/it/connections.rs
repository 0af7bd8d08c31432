//! What is sent on a connection, byte by byte: over real sockets.

use std::sync::Arc;

use market::Clock;
use server::{SystemClock, router, serve};
use testkit::soon;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::world::World;

struct Served {
    address: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Served {
    async fn start(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (stop, stopping) = watch::channel(false);
        let (front, now) = (router(world.app.clone()), Arc::new(|| SystemClock.now()));
        let serving = tokio::spawn(serve(listener, front, 1_000, now, stopping));
        Self { address, stop, serving }
    }

    async fn connect(&self) -> Peer {
        Peer { stream: TcpStream::connect(&self.address).await.unwrap(), read: Vec::new() }
    }
}

struct Peer {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Peer {
    async fn say(&mut self, request: &str) {
        self.stream.write_all(request.as_bytes()).await.unwrap();
    }

    /// All that comes until these words have.
    async fn hear(&mut self, words: &str) -> String {
        let hearing = async {
            loop {
                let heard = String::from_utf8_lossy(&self.read).into_owned();
                if let Some(at) = heard.find(words) {
                    self.read.drain(..at + words.len());
                    return heard[..at].to_owned();
                }
                let n = self.stream.read_buf(&mut self.read).await.unwrap();
                assert_ne!(n, 0, "it ended, after {heard}");
            }
        };
        soon(hearing).await
    }

    async fn hear_the_end(&mut self) -> String {
        let hearing = self.stream.read_to_end(&mut self.read);
        soon(hearing).await.unwrap();
        String::from_utf8_lossy(&self.read).into_owned()
    }
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
const STREAM: &str = "GET /marketpulse/stream?symbols=CAC40 HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_peer_that_asks_nothing_any_more_is_let_go() {
    let world = World::production().await;
    let served = Served::start(&world).await;
    for (said, answered) in [("", false), ("GET /healthz HTT", false), (HEALTH, true)] {
        let mut peer = served.connect().await;
        peer.say(said).await;
        // Time passes where everybody waits; only the service's own limit ends this.
        peer.stream.read_to_end(&mut peer.read).await.unwrap();
        let heard = String::from_utf8_lossy(&peer.read);
        assert_eq!(heard.starts_with("HTTP/1.1 200"), answered, "{said}: {heard}");
    }
}

#[tokio::test]
async fn a_stream_is_told_as_it_is_until_its_reader_leaves() {
    let world = World::production().await;
    world.refresh().await;
    let served = Served::start(&world).await;
    let mut peer = served.connect().await;
    peer.say(STREAM).await;
    let head = peer.hear("\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\nconnection: close\r\n"), "{head}");
    for header in [
        "\r\ndate: ",
        "content-type: text/event-stream",
        "cache-control: no-store",
        "x-request-id: ",
    ] {
        assert!(head.contains(header), "{header} in {head}");
    }
    assert!(!head.contains("transfer-encoding"), "{head}");
    peer.hear("retry: 3000\nid: ").await;
    peer.hear("\"symbol\":\"CAC40\"").await;
    // What a reader says after that is passed over.
    peer.say(HEALTH).await;
    world.advance(jiff::SignedDuration::from_secs(61));
    world.refresh().await;
    peer.hear("\"type\":\"quote\"").await;
    drop(peer);
    served.stop.send(true).unwrap();
    soon(served.serving).await.unwrap();
}

#[tokio::test]
async fn a_stream_after_other_questions_is_told_as_well() {
    let world = World::production().await;
    world.refresh().await;
    let served = Served::start(&world).await;
    let mut peer = served.connect().await;
    peer.say(HEALTH).await;
    peer.hear("{\"status\":\"ok\"}").await;
    peer.say(STREAM).await;
    let head = peer.hear("\r\n\r\n").await;
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    peer.hear("\"symbol\":\"CAC40\"").await;
}

#[tokio::test]
async fn the_head_of_a_stream_alone_can_be_had() {
    let world = World::production().await;
    let served = Served::start(&world).await;
    let mut peer = served.connect().await;
    peer.say(&STREAM.replace("GET", "HEAD")).await;
    let head = peer.hear("\r\n\r\n").await;
    assert!(head.contains("content-type: text/event-stream"), "{head}");
    peer.say(HEALTH).await;
    peer.hear("{\"status\":\"ok\"}").await;
}

#[tokio::test]
async fn answers_under_way_are_given_when_the_service_stops() {
    let world = World::production().await;
    world.refresh().await;
    let served = Served::start(&world).await;
    let (mut idle, mut streaming) = (served.connect().await, served.connect().await);
    idle.say(HEALTH).await;
    idle.hear("{\"status\":\"ok\"}").await;
    streaming.say(STREAM).await;
    streaming.hear("\"symbol\":\"CAC40\"").await;
    served.stop.send(true).unwrap();
    assert_eq!(idle.hear_the_end().await, "");
    soon(served.serving).await.unwrap();
    assert!(TcpStream::connect(&served.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn what_is_no_http_concerns_nobody_else() {
    let world = World::production().await;
    let served = Served::start(&world).await;
    let (mut lost, mut well) = (served.connect().await, served.connect().await);
    lost.say("\u{0}\u{1}\u{2} nonsense\r\n\r\n").await;
    assert!(lost.hear_the_end().await.starts_with("HTTP/1.1 400 "));
    well.say(HEALTH).await;
    well.hear("{\"status\":\"ok\"}").await;
}

//! How much one client may have under way over standard input.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::RoleServer;
use rmcp::model::{ClientNotification, JsonRpcMessage, RequestId};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::sync::Notify;

/// So many calls of one client are worked on at once. The next are read when one of them
/// has been answered: until then they wait where the client wrote them.
const MOST: usize = 8;

/// A transport that hands a call on when there is room for it, and says that the input
/// has ended when all calls are answered. Each message is a task for those who take it:
/// without this a client that writes and never reads could begin any number.
pub(crate) struct Bounded<T> {
    inner: T,
    in_flight: Arc<InFlight>,
    /// What has been read, and waits until there is room.
    next: Option<RxJsonRpcMessage<RoleServer>>,
    has_ended: bool,
}

impl<T: Transport<RoleServer>> Bounded<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self { inner, in_flight: Arc::default(), next: None, has_ended: false }
    }
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Bounded<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), T::Error>> + Send + 'static {
        let answered = match &item {
            JsonRpcMessage::Response(response) => Some(response.id.clone()),
            JsonRpcMessage::Error(error) => error.id.clone(),
            _ => None,
        };
        let (sent, in_flight) = (self.inner.send(item), Arc::clone(&self.in_flight));
        async move {
            let result = sent.await;
            in_flight.remove(answered.as_ref());
            result
        }
    }

    /// May be broken off at any await, as its callers do: what was read is kept.
    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        if self.next.is_none() && !self.has_ended {
            self.next = self.inner.receive().await;
            self.has_ended = self.next.is_none();
        }
        match &self.next {
            None => self.in_flight.until_all_answered().await,
            Some(JsonRpcMessage::Request(call)) => self.in_flight.add(&call.id).await,
            Some(JsonRpcMessage::Notification(said)) => {
                // A call that is given up is never answered.
                if let ClientNotification::CancelledNotification(given_up) = &said.notification {
                    self.in_flight.remove(given_up.params.request_id.as_ref());
                }
            }
            Some(_) => {}
        }
        self.next.take()
    }

    async fn close(&mut self) -> Result<(), T::Error> {
        self.inner.close().await
    }
}

/// The calls that are not answered yet.
#[derive(Default)]
struct InFlight {
    calls: Mutex<HashSet<RequestId>>,
    changed: Notify,
}

impl InFlight {
    fn calls(&self) -> MutexGuard<'_, HashSet<RequestId>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room for a call. One whose number is another's waits for the
    /// end of that one.
    async fn add(&self, id: &RequestId) {
        self.wait_until(|calls| calls.len() < MOST && calls.insert(id.clone())).await;
    }

    async fn until_all_answered(&self) {
        self.wait_until(|calls| calls.is_empty()).await;
    }

    async fn wait_until(&self, mut is_so: impl FnMut(&mut HashSet<RequestId>) -> bool) {
        loop {
            let changed = self.changed.notified();
            if is_so(&mut self.calls()) {
                return;
            }
            changed.await;
        }
    }

    fn remove(&self, id: Option<&RequestId>) {
        if id.is_some_and(|id| self.calls().remove(id)) {
            self.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io;

    use futures_util::FutureExt as _;
    use rmcp::model::ServerResult;
    use serde_json::json;

    use super::*;

    /// Gives what a client wrote, and takes every answer.
    struct Script(VecDeque<serde_json::Value>);

    impl Transport<RoleServer> for Script {
        type Error = io::Error;

        fn send(
            &mut self,
            _: TxJsonRpcMessage<RoleServer>,
        ) -> impl Future<Output = io::Result<()>> + Send + 'static {
            std::future::ready(Ok(()))
        }

        async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
            self.0.pop_front().map(|message| serde_json::from_value(message).unwrap())
        }

        async fn close(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn call(id: i64) -> serde_json::Value {
        let params = json!({ "name": "sources" });
        json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })
    }

    fn given_up(id: i64) -> serde_json::Value {
        let params = json!({ "requestId": id });
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params })
    }

    fn client(messages: impl IntoIterator<Item = serde_json::Value>) -> Bounded<Script> {
        Bounded::new(Script(messages.into_iter().collect()))
    }

    fn is_read(client: &mut Bounded<Script>) -> bool {
        client.receive().now_or_never().is_some()
    }

    fn answer(client: &mut Bounded<Script>, id: i64) {
        let empty = JsonRpcMessage::response(ServerResult::empty(()), RequestId::Number(id));
        assert!(client.send(empty).now_or_never().is_some_and(|sent| sent.is_ok()));
    }

    #[test]
    fn the_next_call_is_read_when_one_before_it_is_answered() {
        let most = i64::try_from(MOST).unwrap();
        let mut client = client((0..most + 2).map(call));
        assert!((0..MOST).all(|_| is_read(&mut client)));
        assert!(!is_read(&mut client) && !is_read(&mut client));
        answer(&mut client, 3);
        assert!(is_read(&mut client) && !is_read(&mut client));
    }

    #[test]
    fn what_is_given_up_leaves_its_place() {
        let mut calls: Vec<_> = (0..9).map(call).collect();
        calls.insert(8, given_up(2));
        let mut client = client(calls);
        assert!((0..10).all(|_| is_read(&mut client)));
    }

    #[test]
    fn one_number_is_one_call_at_a_time() {
        let mut client = client([call(7), call(7)]);
        assert!(is_read(&mut client) && !is_read(&mut client));
        answer(&mut client, 7);
        assert!(is_read(&mut client));
    }

    #[test]
    fn the_input_has_ended_when_all_is_answered() {
        let mut client = client([call(1)]);
        assert!(is_read(&mut client));
        assert!(!is_read(&mut client));
        answer(&mut client, 1);
        assert!(matches!(client.receive().now_or_never(), Some(None)));
    }
}

//! Events of the WebSockets that an object keeps: each is a run of its own in whichever instance there is.

use std::rc::Rc;
use std::time::Duration;

use deno_core::v8;

use super::run::EventUnderWay;
use super::{Object, SocketArrival};
use crate::context::{Answer, IoContext};
use crate::isolate::Attention;
use crate::report::Level;

impl Object {
    /// Brings an arrival to the object's handlers when it is its turn and the input gate is open. The next one may come
    /// when this is over, whatever the handler still waits for.
    pub async fn socket_event(self: &Rc<Self>, event: SocketArrival) {
        let state = &self.state;
        let host = &self.isolate.host;
        let _event = EventUnderWay::begin(host, state);
        let entrance = state.entrance.lock().await;
        if state.admitted().await.is_err() || self.isolate.is_lost() {
            return;
        }
        let (context, answer) = host.open_context_of(None, Some(&|_| Rc::clone(state)));
        let socket = event.socket;
        self.call_socket(context.id, event);
        state.sockets.forget_ended(socket);
        host.wake();
        drop(entrance);
        deno_core::unsync::spawn(Rc::clone(self).wait_for_handler(context, answer));
    }

    /// The event lasts until its handler has done everything, or its time is over.
    async fn wait_for_handler(self: Rc<Self>, context: Rc<IoContext>, answer: tokio::sync::oneshot::Receiver<Answer>) {
        let host = Rc::clone(&self.isolate.host);
        let _event = EventUnderWay::begin(&host, &self.state);
        let _attention = Attention { isolate: &self.isolate, context: &context };
        let clock = host.world.clock().clone();
        let time = self.state.sockets.timeout();
        let timeout = async {
            match time {
                Some(millis) => clock.sleep(Duration::from_millis(u64::from(millis))).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _answer = answer => {}
            () = timeout => {
                host.notice(context.id, Level::Error, "a handler of a WebSocket took longer than its event timeout");
            }
        }
    }

    fn call_socket(&self, event: u32, SocketArrival { socket, arrival }: SocketArrival) {
        let Some(functions) = self.isolate.functions.get() else { return };
        self.isolate.host.run_next(&self.state);
        self.isolate.with(Some(self.isolate.now()), |runtime| {
            deno_core::scope!(scope, runtime);
            v8::tc_scope!(let scope, scope);
            let delivery = crate::ops::sockets::delivery(scope, arrival);
            let numbers = [self.state.io, event, socket, delivery.kind];
            let [object, event, socket, kind] =
                numbers.map(|number| v8::Integer::new_from_unsigned(scope, number).into());
            let code = v8::Integer::new_from_unsigned(scope, delivery.code).into();
            functions.dispatch_object_socket.call(scope, &[object, event, socket, kind, delivery.data, code]);
            scope.perform_microtask_checkpoint();
        });
    }
}

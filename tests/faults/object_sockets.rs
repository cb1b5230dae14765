//! WebSockets that Durable Objects keep: clients that vanish, new code, many of them.

use std::time::Duration;

use edgeemu::{Body, Emulator, SocketEvent, WebSocket, World, http};
use tempfile::TempDir;

use crate::case::{Outcome, Written, block_on, same, written};

pub(super) const TESTS: &[Written] = written![
    a_client_that_vanishes_wakes_the_object,
    new_code_ends_the_connections_of_the_old,
    a_thousand_clients_hear_one_message,
];

const WORKER: &str = r#"
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  heard = [];
  fetch(request) {
    if (request.headers.get("upgrade") !== "websocket") return new Response(this.state());
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  state() {
    return [this.ctx.getWebSockets().length, ...this.heard].join(" ");
  }
  webSocketMessage(socket, message) {
    for (const each of this.ctx.getWebSockets()) each.send(message);
  }
  webSocketClose(socket, ...how) {
    this.heard.push("close", ...how);
  }
  webSocketError(socket, error) {
    this.heard.push("error", error);
  }
}
export default { fetch: (request, { ROOMS }) => ROOMS.getByName("one").fetch(request) };
"#;

const CONFIG: &str = r#"{
  "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01",
  "durable_objects": { "bindings": [{ "name": "ROOMS", "class_name": "Room" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room"] }]
}"#;

/// The Worker in a world whose time stands still.
struct Rooms {
    emulator: Emulator,
    dir: TempDir,
}

impl Rooms {
    async fn start() -> Result<Rooms, String> {
        let dir = TempDir::new().map_err(|error| error.to_string())?;
        std::fs::write(dir.path().join("worker.js"), WORKER).map_err(|error| error.to_string())?;
        let builder = Emulator::builder().config_text(dir.path().join("wrangler.json"), CONFIG);
        let emulator = builder.world(World::simulated(1)).build().await.map_err(|error| error.to_string())?;
        Ok(Rooms { emulator, dir })
    }

    async fn join(&self) -> Result<WebSocket, String> {
        let request = http::Request::get("http://test/").header("upgrade", "websocket").body(Body::empty());
        let answer = self.emulator.fetch(request.map_err(|error| error.to_string())?).await;
        WebSocket::take(&mut answer.map_err(|error| error.to_string())?).ok_or_else(|| "no socket".to_owned())
    }

    /// What the object says of itself, once nothing else happens.
    async fn state(&self) -> Result<String, String> {
        let _idle = self.emulator.clock().run_until_idle(Duration::ZERO).await;
        let request = http::Request::get("http://test/").body(Body::empty()).map_err(|error| error.to_string())?;
        let answer = self.emulator.fetch(request).await.map_err(|error| error.to_string())?;
        let bytes = answer.into_body().collect().await.map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn hibernate(&self) -> Outcome {
        self.emulator.clock().advance(Duration::from_secs(11)).await.map_err(|error| error.to_string())
    }
}

fn a_client_that_vanishes_wakes_the_object() -> Outcome {
    block_on(async {
        let rooms = Rooms::start().await?;
        let socket = rooms.join().await?;
        same("with it", rooms.state().await?.as_str(), "1")?;
        rooms.hibernate().await?;
        drop(socket);
        let state = rooms.state().await?;
        same("without it", state.as_str(), "0 close 1006 WebSocket disconnected without sending Close frame. false")
    })
}

fn new_code_ends_the_connections_of_the_old() -> Outcome {
    block_on(async {
        let rooms = Rooms::start().await?;
        let mut awake = rooms.join().await?;
        std::fs::write(rooms.dir.path().join("worker.js"), format!("{WORKER}// changed"))
            .map_err(|error| error.to_string())?;
        rooms.emulator.reload().await.map_err(|error| error.to_string())?;
        same("while awake", awake.next().await, None)?;
        let mut asleep = rooms.join().await?;
        rooms.hibernate().await?;
        std::fs::write(rooms.dir.path().join("worker.js"), WORKER).map_err(|error| error.to_string())?;
        rooms.emulator.reload().await.map_err(|error| error.to_string())?;
        same("while hibernating", asleep.next().await, None)?;
        same("state", rooms.state().await?.as_str(), "0")
    })
}

fn a_thousand_clients_hear_one_message() -> Outcome {
    block_on(async {
        let rooms = Rooms::start().await?;
        let mut sockets = Vec::new();
        for _ in 0..1000 {
            sockets.push(rooms.join().await?);
        }
        rooms.hibernate().await?;
        sockets[0].send(SocketEvent::Text("hi".to_owned())).await;
        for socket in &mut sockets {
            same("message", socket.next().await, Some(SocketEvent::Text("hi".to_owned())))?;
        }
        same("state", rooms.state().await?.as_str(), "1000")
    })
}

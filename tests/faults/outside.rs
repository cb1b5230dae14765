//! What a Worker finds outside: mocks, functions of a test, this machine alone, and how many connections it may have.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use edgeemu::http::{Method, Request, Response};
use edgeemu::{Body, Emulator, Mocks, Outside, World};
use tempfile::TempDir;

use crate::case::{Outcome, Written, block_on, contains, same, written};

pub(super) const TESTS: &[Written] = written![
    mocks_answer_and_nothing_else_does,
    a_function_answers_every_request,
    redirects_are_followed_through_the_function,
    without_the_network_only_this_machine_is_there,
    six_requests_wait_for_their_answers_at_once,
    the_command_line_keeps_requests_on_this_machine,
];

const WORKER: &str = r#"
export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const urls = searchParams.getAll("to");
    const answers = await Promise.all(urls.map(async (url) => {
      try {
        const response = await fetch(url, { method: searchParams.get("method") ?? "GET", headers: { "x-a": "1" } });
        return `${response.status} ${response.url} ${await response.text()}`;
      } catch (error) {
        return String(error);
      }
    }));
    return new Response(answers.join("\n"));
  },
};
"#;

struct Running {
    emulator: Emulator,
    _dir: TempDir,
}

impl Running {
    async fn start(outside: impl Into<Outside>) -> Result<Running, String> {
        let dir = TempDir::new().map_err(|error| error.to_string())?;
        std::fs::write(dir.path().join("worker.js"), WORKER).map_err(|error| error.to_string())?;
        let config = r#"{ "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01" }"#;
        let builder = Emulator::builder().config_text(dir.path().join("wrangler.json"), config);
        let emulator = builder.world(World::simulated(1)).outside(outside).build().await;
        Ok(Running { emulator: emulator.map_err(|error| error.to_string())?, _dir: dir })
    }

    async fn ask(&self, query: &str) -> Result<String, String> {
        let request = Request::get(format!("http://test/?{query}")).body(Body::empty()).map_err(|e| e.to_string())?;
        let response = self.emulator.fetch(request).await.map_err(|error| error.to_string())?;
        let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}

fn mocks_answer_and_nothing_else_does() -> Outcome {
    block_on(async {
        let mocks = Mocks::new().get("https://api.test/users", "[]").get("https://cdn.test/*", "a file").route(
            Method::POST,
            "https://api.test/users",
            |request| {
                let mut response = Response::new(format!("x-a: {:?}", request.headers().get("x-a")).into_bytes());
                *response.status_mut() = edgeemu::http::StatusCode::CREATED;
                response
            },
        );
        let running = Running::start(mocks).await?;
        let users = "https://api.test/users";
        same("get", running.ask(&format!("to={users}")).await?, format!("200 {users} []"))?;
        same("post", running.ask(&format!("to={users}&method=POST")).await?, format!("201 {users} x-a: Some(\"1\")"))?;
        let file = "https://cdn.test/a/b";
        same("anything", running.ask(&format!("to={file}")).await?, format!("200 {file} a file"))?;
        let refused = "TypeError: no mock answers GET https://other.test/; there are: GET https://api.test/users, GET \
                       https://cdn.test/*, POST https://api.test/users";
        same("nothing else", running.ask("to=https://other.test/").await?.as_str(), refused)
    })
}

fn a_function_answers_every_request() -> Outcome {
    block_on(async {
        let running = Running::start(Outside::answering(|request| async move {
            let text = format!("{} {}", request.method(), request.uri());
            Ok(Response::new(Body::from(text)))
        }))
        .await?;
        let answer = running.ask("to=https://a.test/x?y&to=http://b.test:81/").await?;
        same(
            "answers",
            answer.as_str(),
            "200 https://a.test/x?y GET https://a.test/x?y\n200 http://b.test:81/ GET http://b.test:81/",
        )
    })
}

fn redirects_are_followed_through_the_function() -> Outcome {
    block_on(async {
        let mocks =
            Mocks::new().get("https://b.test/there", "arrived").route(Method::GET, "https://a.test/", |_request| {
                Response::builder()
                    .status(302)
                    .header("location", "https://b.test/there")
                    .body(Vec::new())
                    .expect("it is valid")
            });
        let running = Running::start(mocks).await?;
        same("answer", running.ask("to=https://a.test/").await?.as_str(), "200 https://b.test/there arrived")
    })
}

fn without_the_network_only_this_machine_is_there() -> Outcome {
    block_on(async {
        let upstream = crate::upstream::Upstream::echo().await?;
        let running = Running::start(Outside::ThisMachine).await?;
        contains("here", &running.ask(&format!("to={upstream}/status/200")).await?, "status 200")?;
        let away = running.ask("to=https://example.com/").await?;
        let text = "TypeError: edgeemu is offline: https://example.com/ is not on this machine";
        same("away", away.as_str(), text)
    })
}

fn the_command_line_keeps_requests_on_this_machine() -> Outcome {
    let home = crate::process::Home::project(WORKER);
    let dev = home.dev(&["--offline"]);
    let away = crate::raw::get(&dev.url, "/?to=https://example.com/")?.text();
    same("away", away.as_str(), "TypeError: edgeemu is offline: https://example.com/ is not on this machine")
}

fn six_requests_wait_for_their_answers_at_once() -> Outcome {
    block_on(async {
        let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counted, seen) = (Arc::clone(&open), Arc::clone(&most));
        let running = Running::start(Outside::answering(move |_request| {
            let (open, most) = (Arc::clone(&counted), Arc::clone(&seen));
            async move {
                most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..50 {
                    tokio::task::yield_now().await;
                }
                open.fetch_sub(1, Ordering::SeqCst);
                Ok(Response::new(Body::from("x")))
            }
        }))
        .await?;
        let query: Vec<_> = (0..20).map(|n| format!("to=https://a.test/{n}")).collect();
        same("answers", running.ask(&query.join("&")).await?.lines().count(), 20)?;
        same("at once", most.load(Ordering::SeqCst), 6)
    })
}

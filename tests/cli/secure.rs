//! TLS: `edgeemu dev --local-protocol https`, and requests of the Worker to servers with certificates of their own.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;

use crate::case::{Outcome, Written, block_on, contains, holds, same, written};
use crate::process::{Dev, Home};
use crate::{raw, tls};

pub(super) const TESTS: &[Written] = written![
    https_is_served_with_a_certificate_for_this_machine,
    http_2_is_spoken_over_https,
    commands_reach_a_server_that_speaks_https,
    a_certificate_of_ones_own_is_trusted_when_the_environment_says_so,
];

const WORKER: &str = r#"export default { async fetch(request, env) {
  if (request.method === "PUT") await env.KV.put("key", request.body);
  const { pathname, host } = new URL(request.url);
  if (pathname === "/large") return new Response("x".repeat(300_000));
  return Response.json({
    url: request.url, host: request.headers.get("host"), protocol: request.cf.httpProtocol, body: await request.text(),
  });
} };"#;

fn start(home: &Home, arguments: &[&str]) -> Dev {
    home.dev(&[&["--local-protocol", "https"], arguments].concat())
}

fn json(answer: &str) -> Result<Value, String> {
    let body = answer.split_once("\r\n\r\n").map_or(answer, |(_, body)| body);
    serde_json::from_str(body).map_err(|error| format!("{error}: {answer}"))
}

fn https_is_served_with_a_certificate_for_this_machine() -> Outcome {
    let home = Home::project(WORKER);
    let dev = start(&home, &["--host", "shop.example.com"]);
    holds("the URL says https", dev.url.starts_with("https://localhost:"))?;
    let certificate = tls::certificate_of(&dev.url)?;
    let get = b"GET /a?b=c HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    for name in ["localhost", "127.0.0.1"] {
        let url = dev.url.replace("localhost", name);
        let seen = json(&tls::converse(&url, tls::trusting(&certificate, &["http/1.1"])?, get)?)?;
        same("URL", seen["url"].as_str(), Some("https://shop.example.com/a?b=c"))?;
    }
    let plain = raw::get(&dev.url.replace("https:", "http:"), "/");
    holds("it does not speak plain HTTP there", plain.is_err())
}

fn http_2_is_spoken_over_https() -> Outcome {
    let home = Home::project(WORKER);
    let dev = start(&home, &[]);
    let certificate = tls::certificate_of(&dev.url)?;
    let config = tls::trusting(&certificate, &["h2"])?;
    let authority = dev.url.trim_start_matches("https://").to_owned();
    block_on(async move {
        let failed = |error: &dyn std::error::Error| error.to_string();
        let socket = tokio::net::TcpStream::connect(authority.replace("localhost", "127.0.0.1")).await;
        let name = "localhost".try_into().map_err(|error: rustls::pki_types::InvalidDnsNameError| failed(&error))?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let stream =
            connector.connect(name, socket.map_err(|error| failed(&error))?).await.map_err(|error| failed(&error))?;
        same("agreed protocol", stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()))?;
        let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
        let driven = tokio::spawn(connection);
        let mut ask = async |path: &str, body: &'static str| {
            let request = edgeemu::http::Request::post(format!("https://{authority}{path}"));
            let request =
                request.body(Full::new(Bytes::from_static(body.as_bytes()))).map_err(|error| failed(&error))?;
            let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
            let body = answer.into_body().collect().await.map_err(|error| failed(&error))?;
            Ok::<_, String>(String::from_utf8_lossy(&body.to_bytes()).into_owned())
        };
        let seen = json(&ask("/path?q=1", "a body").await?)?;
        same("URL", seen["url"].as_str(), Some(format!("https://{authority}/path?q=1").as_str()))?;
        same("host", seen["host"].as_str(), Some(authority.as_str()))?;
        same("protocol", seen["protocol"].as_str(), Some("HTTP/2"))?;
        same("body", seen["body"].as_str(), Some("a body"))?;
        same("a body beyond the window", ask("/large", "").await?.len(), 300_000)?;
        driven.abort();
        Ok(())
    })
}

fn commands_reach_a_server_that_speaks_https() -> Outcome {
    let home = Home::project(WORKER);
    let _dev = start(&home, &[]);
    let put = home.run(&["kv", "key", "put", "key", "value", "--binding", "KV"]);
    same("put", (put.code, put.stderr.as_str()), (Some(0), ""))?;
    same("get", home.run(&["kv", "key", "get", "key", "--binding", "KV"]).stdout.as_str(), "value")
}

fn a_certificate_of_ones_own_is_trusted_when_the_environment_says_so() -> Outcome {
    let worker = r#"export default { async fetch(request, env) {
      try { return await fetch(env.ORIGIN + "/path"); } catch (error) { return new Response(String(error), { status: 599 }); }
    } };"#;
    let home = Home::project(worker);
    let origin = tls::Origin::answer_once("from a server of one's own");
    home.write("ca.pem", &origin.pem());
    let arguments = ["dev", "--port", "0", "--var", &format!("ORIGIN:{}", origin.url)];
    let ask = |command: &mut std::process::Command| {
        let mut dev = Dev::start(command);
        let url = dev.wait_for("Ready on ").replace("Ready on ", "");
        raw::get(&url, "/").map(|reply| (reply.status, reply.text()))
    };
    let refused = ask(&mut home.command(&arguments))?;
    same("status without trust", refused.0, 599)?;
    contains("why", &refused.1, "Error")?;
    let trusted = ask(home.command(&arguments).env("SSL_CERT_FILE", home.path().join("ca.pem")))?;
    same("answer", trusted, (200, "from a server of one's own".to_owned()))?;
    contains("what the origin saw", &origin.seen()?, "GET /path HTTP/1.1")
}

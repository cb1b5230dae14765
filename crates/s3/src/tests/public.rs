//! Objects that anybody may read.

use super::Bench;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};

fn ask(bench: &Bench, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, http::HeaderMap, String) {
    let mut builder = Request::builder().method(method).uri(format!("/open{path}")).header("host", "localhost");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let request = builder.body(Full::<Bytes>::default()).expect("the request is well-formed");
    let (parts, body) = Response::into_parts(bench.s3.answer_public(request, "/open"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("an event loop can be made");
    let body = runtime.block_on(body.collect()).expect("the body can be read").to_bytes();
    (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&body).into_owned())
}

#[test]
fn anybody_may_read_and_nobody_may_write() {
    let bench = Bench::new();
    let request = bench.signed(
        ("PUT", "/files/dir/a%20b.txt"),
        "0123456789",
        "UNSIGNED-PAYLOAD",
        &[("content-type", "text/plain"), ("cache-control", "max-age=60"), ("x-amz-meta-owner", "ada")],
    );
    assert_eq!(bench.send(request).status, 200);
    let (status, headers, text) = ask(&bench, "GET", "/files/dir/a%20b.txt", &[]);
    assert_eq!((status, text.as_str()), (200, "0123456789"));
    assert_eq!(headers["content-type"], "text/plain");
    assert_eq!(headers["cache-control"], "max-age=60");
    assert_eq!(headers.get("x-amz-meta-owner"), None);
    let etag = headers["etag"].to_str().expect("it is ASCII").to_owned();
    let get = |name: &str, value: &str| {
        let (status, headers, text) = ask(&bench, "GET", "/files/dir/a%20b.txt", &[(name, value)]);
        (status, headers.get("content-range").cloned(), text)
    };
    assert_eq!(get("range", "bytes=2-3"), (206, Some("bytes 2-3/10".parse().expect("it is one")), "23".to_owned()));
    assert_eq!(get("if-none-match", &etag).0, 304);
    for (range, status) in
        [("bytes=10-", 416), ("bytes=-0", 416), ("bytes=3-2", 400), ("pages=1", 400), ("bytes=0-1,3-4", 400)]
    {
        assert_eq!(get("range", range), (status, None, String::new()), "{range}");
    }
    assert_eq!(get("if-match", "\"other\""), (412, None, String::new()));
    assert_eq!(ask(&bench, "HEAD", "/files/dir/a%20b.txt", &[]).1["content-length"], "10");
    for method in ["PUT", "POST", "DELETE"] {
        assert_eq!(ask(&bench, method, "/files/dir/a%20b.txt", &[]).0, 401);
    }
    for path in ["/files/never", "/nowhere/key", "/files", "/files/", ""] {
        let (status, _, text) = ask(&bench, "GET", path, &[]);
        assert_eq!((status, text.as_str()), (404, "404 Not Found"), "{path}");
    }
}

#[test]
fn pages_of_other_origins_read_by_the_buckets_rules() {
    let bench = Bench::new();
    assert_eq!(bench.ask("PUT", "/files/key", "value").status, 200);
    let origin = ("origin", "https://shop.example.com");
    let seen = || ask(&bench, "GET", "/files/key", &[origin]).1.get("access-control-allow-origin").cloned();
    assert_eq!(seen(), None);
    let rule = "<CORSConfiguration><CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin>\
                <AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>";
    assert_eq!(bench.ask("PUT", "/files?cors", rule).status, 200);
    assert_eq!(seen().expect("it is allowed"), "https://shop.example.com");
    let asked = ("access-control-request-method", "GET");
    assert_eq!(ask(&bench, "OPTIONS", "/files/key", &[origin, asked]).0, 204);
    assert_eq!(ask(&bench, "OPTIONS", "/files/key", &[("origin", "https://example.org"), asked]).0, 403);
}

//! Bodies in pieces, broken ones, and documents that are none.

use super::{Bench, basic, key, scope};
use crate::signature::{hex, hmac, sha256_hex};
use http::StatusCode;

const UNSIGNED: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

fn code(text: &str) -> &str {
    text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code)
}

fn put_pieces(bench: &Bench, body: &str, more: &[(&str, &str)]) -> (u16, String) {
    let headers = [&[("x-amz-decoded-content-length", "5")], more].concat();
    let seen = bench.send(bench.signed(("PUT", "/files/key"), body, UNSIGNED, &headers));
    (seen.status.as_u16(), code(&seen.text).to_owned())
}

#[test]
fn pieces_become_an_object() {
    let bench = Bench::new();
    let trailer = [("x-amz-trailer", "x-amz-checksum-crc32"), ("content-encoding", "aws-chunked")];
    let body = "3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    assert_eq!(put_pieces(&bench, body, &trailer).0, 200);
    assert_eq!(bench.ask("GET", "/files/key", "").text, "hello");
    // Without the last end of line, and without headers after the pieces.
    assert_eq!(put_pieces(&bench, "5\r\nHELLO\r\n0\r\n", &[]).0, 200);
    assert_eq!(bench.ask("GET", "/files/key", "").text, "HELLO");
}

#[test]
fn broken_pieces_are_refused() {
    let bench = Bench::new();
    let is = |body: &str, more: &[(&str, &str)], status: u16, code: &str| {
        assert_eq!(put_pieces(&bench, body, more), (status, code.to_owned()), "{body:?}");
    };
    let trailer = [("x-amz-trailer", "x-amz-checksum-crc32")];
    is("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", &trailer, 400, "BadDigest");
    is("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n", &trailer, 400, "InvalidRequest");
    is("5\r\nhello\r\n0\r\n\r\n", &trailer, 400, "MalformedTrailerError");
    is("5\r\nhello\r\n", &[], 400, "IncompleteBody");
    is("5\r\nhel", &[], 400, "IncompleteBody");
    is("3\r\nhel\r\n0\r\n\r\n", &[], 400, "IncompleteBody");
    is("6\r\nhello!\r\n0\r\n\r\n", &[], 400, "EntityTooLarge");
    is("five\r\nhello\r\n0\r\n\r\n", &[], 400, "InvalidRequest");
    is("5\r\nhelloX\r\n0\r\n\r\n", &[], 400, "InvalidRequest");
    is(&format!("{}\r\n", "0".repeat(20_000)), &[], 400, "InvalidRequest");
    assert_eq!(bench.ask("GET", "/files/key", "").status, StatusCode::NOT_FOUND);
}

/// A body whose pieces are signed, each with the signature before.
fn signed_pieces(bench: &Bench, secret: &str, seed: &str) -> String {
    let time = basic(bench.world.clock().now());
    let (scope, mut previous, mut body) = (scope(&time), seed.to_owned(), String::new());
    for piece in ["hel", "lo", ""] {
        let hashes = [sha256_hex(b""), sha256_hex(piece.as_bytes())].join("\n");
        let text = format!("AWS4-HMAC-SHA256-PAYLOAD\n{time}\n{}\n{previous}\n{hashes}", scope.text());
        previous = hex(&hmac(&scope.key(secret), &text));
        body.push_str(&format!("{:x};chunk-signature={previous}\r\n{piece}\r\n", piece.len()));
    }
    body
}

#[test]
fn each_piece_can_have_a_signature() {
    let bench = Bench::new();
    let length = [("x-amz-decoded-content-length", "5")];
    let request = bench.signed(("PUT", "/files/key"), "", SIGNED, &length);
    let authorization = request.headers()["authorization"].to_str().expect("it is ASCII").to_owned();
    let seed = authorization.rsplit_once("Signature=").expect("it has one").1.to_owned();
    let send = |body: String| {
        let mut request = request.clone();
        *request.body_mut() = body.into();
        let seen = bench.send(request);
        (seen.status.as_u16(), code(&seen.text).to_owned())
    };
    let body = signed_pieces(&bench, &key().secret, &seed);
    assert_eq!(send(body.clone()), (200, String::new()));
    assert_eq!(bench.ask("GET", "/files/key", "").text, "hello");
    let refused = (403, "SignatureDoesNotMatch".to_owned());
    assert_eq!(send(body.replace("hel\r\n", "HEL\r\n")), refused);
    assert_eq!(send(signed_pieces(&bench, "another", &seed)), refused);
    assert_eq!(send("5\r\nhello\r\n0\r\n\r\n".to_owned()), refused);
    assert_eq!(bench.ask("GET", "/files/key", "").text, "hello");
}

#[test]
fn a_body_needs_a_length() {
    let bench = Bench::new();
    let seen = bench.send(bench.signed(("PUT", "/files/key"), "5\r\nhello\r\n0\r\n\r\n", UNSIGNED, &[]));
    assert_eq!((seen.status.as_u16(), code(&seen.text)), (411, "MissingContentLength"));
}

#[test]
fn documents_that_are_none_are_refused() {
    let bench = Bench::new();
    let deep = format!("<Delete>{}", "<a>".repeat(100_000));
    let many = format!("<Delete>{}</Delete>", "<Object><Key>k</Key></Object>".repeat(1001));
    let delete = ["", "<", "<Other/>", "<Delete></Delete>", "<Delete><Object/></Delete>", deep.as_str(), many.as_str()];
    for document in delete {
        let seen = bench.ask("POST", "/files?delete", document);
        assert_eq!((seen.status.as_u16(), code(&seen.text)), (400, "MalformedXML"), "{:.40}", document);
    }
    let quiet = "<Delete><Quiet>maybe</Quiet><Object><Key>k</Key></Object></Delete>";
    assert_eq!(code(&bench.ask("POST", "/files?delete", quiet).text), "MalformedXML");
    for cors in ["<CORSConfiguration/>", "<CORSConfiguration><CORSRule/></CORSConfiguration>"] {
        assert_eq!(code(&bench.ask("PUT", "/files?cors", cors).text), "MalformedXML");
    }
}

#[test]
fn keys_with_characters_of_xml_come_back() {
    let bench = Bench::new();
    assert_eq!(bench.ask("PUT", "/files/%3Ca%20%26%20%22b%22%3E", "x").status, StatusCode::OK);
    let listed = bench.ask("GET", "/files?list-type=2", "").text;
    assert!(listed.contains("<Key>&lt;a &amp; \"b\"&gt;</Key>"), "{listed}");
    let document = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object>\n <Key>&lt;a &#38; &quot;b\
                    &quot;&gt;</Key></Object></Delete>";
    assert_eq!(bench.ask("POST", "/files?delete", document).status, StatusCode::OK);
    assert_eq!(bench.ask("GET", "/files?list-type=2", "").text.matches("<Key>").count(), 0);
}

#[test]
fn what_is_not_there_has_productions_words() {
    let bench = Bench::new();
    let is = |method: &str, path: &str, status: u16, message: &str| {
        let seen = bench.ask(method, path, "");
        assert_eq!(seen.status.as_u16(), status, "{method} {path}: {}", seen.text);
        assert!(seen.text.contains(&format!("<Message>{message}</Message>")), "{method} {path}: {}", seen.text);
    };
    is("GET", "/files?policy", 501, "GetBucketPolicy not implemented");
    is("GET", "/files?policyStatus", 501, "GetGetBucketPolicyStatus not implemented");
    is("PUT", "/files?versioning", 501, "PutBucketVersioning not implemented");
    is("GET", "/files/key?tagging", 501, "GetObjectTagging not implemented");
    is("GET", "/files?list-type=3", 501, "ListObjectsV3 not implemented");
    is("GET", "/files?list-type=2&amp=1", 501, "ListObjectsV2 search parameter amp not implemented");
    is("GET", "/files?continuation-token=x", 400, "continuation-token not supported in ListObjects");
    is("PUT", "/files?what", 400, "Unsupported search param(s) &quot;what&quot; on a PUT bucket route");
    is("GET", "/files?list-type=2&max-keys=-1", 400, "MaxKeys params must be positive integer &lt;= 1000.");
    is("PATCH", "/files/key", 404, "No route matches this url.");
    is("GET", "/nowhere/key", 404, "The specified bucket does not exist.");
    let form = http::Request::post("/files").header("host", "localhost").body("".to_owned().into());
    let seen = bench.send(form.expect("it is one"));
    let words = "Presigned post requests are not yet implemented not implemented";
    assert!(seen.text.contains(words), "{}", seen.text);
}

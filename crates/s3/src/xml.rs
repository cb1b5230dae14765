//! Documents: writing those of answers, reading those of requests.

use crate::body::Body;
use crate::error::{Result, S3Error};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use quick_xml::Reader;
use quick_xml::escape::partial_escape;
use quick_xml::events::Event;

pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// How deep elements of a request's document may be nested; none that has a meaning is deeper than four.
const DEPTH: usize = 8;

/// A document that is being written.
#[derive(Default)]
pub(crate) struct Document {
    text: String,
}

impl Document {
    /// An element with text in it.
    pub(crate) fn text(&mut self, name: &str, text: impl std::fmt::Display) {
        let text = text.to_string();
        let text: String = partial_escape(text.as_str()).chars().map(allowed).collect();
        self.text.push_str(&format!("<{name}>{text}</{name}>"));
    }

    /// An element with text in it, if there is any.
    pub(crate) fn maybe(&mut self, name: &str, text: Option<impl std::fmt::Display>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with elements in it.
    pub(crate) fn inside(&mut self, name: &str, write: impl FnOnce(&mut Document)) {
        self.text.push_str(&format!("<{name}>"));
        write(self);
        self.text.push_str(&format!("</{name}>"));
    }

    /// Text between elements.
    pub(crate) fn plain(&mut self, text: &str) {
        self.text.push_str(&partial_escape(text));
    }

    /// What was written so far.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// An answer with the document that `write` fills.
    pub(crate) fn response(root: &str, write: impl FnOnce(&mut Document)) -> Response<Body> {
        let mut document = Document::default();
        write(&mut document);
        let text = format!("{DECLARATION}<{root} xmlns=\"{NAMESPACE}\">{}</{root}>", document.text);
        let mut response = Response::new(Body::from(text));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }
}

/// XML has no way to write most control characters: clients that list such keys ask for `encoding-type=url`.
fn allowed(char: char) -> char {
    if char < ' ' && !matches!(char, '\t' | '\n' | '\r') { '\u{fffd}' } else { char }
}

/// An element of a document that was read: its name without prefix, the text in it, and the elements in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads a document whose root has this name.
    pub(crate) fn parse(bytes: &[u8], root: &str) -> Result<Element> {
        let text = std::str::from_utf8(bytes).map_err(|_| S3Error::malformed_xml())?;
        let found = read(text).ok_or_else(S3Error::malformed_xml)?;
        if found.name == root { Ok(found) } else { Err(S3Error::malformed_xml()) }
    }

    /// The elements with this name in it.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the element with this name in it.
    pub(crate) fn child(&self, name: &'static str) -> Option<&str> {
        self.all(name).next().map(|child| child.text.as_str())
    }
}

fn read(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= DEPTH => {
                open.push(Element { name: local(start.local_name().as_ref())?, ..Element::default() });
            }
            Event::Empty(start) => {
                let name = local(start.local_name().as_ref())?;
                open.last_mut()?.children.push(Element { name, ..Element::default() });
            }
            Event::End(_) => {
                let mut done = open.pop()?;
                // Between elements there is only what makes a document pretty.
                if !done.children.is_empty() {
                    done.text.clear();
                }
                open.last_mut()?.children.push(done);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.decode().ok()?),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.decode().ok()?),
            Event::GeneralRef(name) => {
                let entity = format!("&{};", name.decode().ok()?);
                open.last_mut()?.text.push_str(&quick_xml::escape::unescape(&entity).ok()?);
            }
            Event::Eof => break,
            Event::Start(_) => return None,
            _ => {}
        }
    }
    let mut root = open.pop().filter(|_| open.is_empty())?;
    if root.children.len() == 1 { root.children.pop() } else { None }
}

fn local(name: &[u8]) -> Option<String> {
    std::str::from_utf8(name).ok().map(str::to_owned)
}

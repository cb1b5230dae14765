//! HTMLRewriter: from `runtime-js/web/html_rewriter.js` to the parser, and from its tokens back.

use std::cell::RefCell;
use std::rc::Rc;

use deno_core::{GarbageCollected, op2, v8};
use deno_error::JsErrorBox;
use lol_html::Selector;
use lol_html::errors::{CommentTextError, RewritingError};
use lol_html::html_content::{ContentType, Element};

use crate::rewriter::{Desk, Halt, HandlerSet, Reading, Rewriting, Step, Token, encoding, on_end_tag, streamed};

// Kinds of halts as JavaScript gets them, below the number of what is wanted.
const HUNGRY: u32 = 0;
const DONE: u32 = 1;
const HANDLER: u32 = 2;
const END_TAG: u32 = 3;
const CONTENT: u32 = 4;
const KIND_BITS: u32 = 3;

// Places of content.
const BEFORE: u32 = 0;
const AFTER: u32 = 1;
const PREPEND: u32 = 2;
const APPEND: u32 = 3;
const REPLACE: u32 = 4;
const INNER: u32 = 5;

/// A document being rewritten; none once it is over.
pub(crate) struct RewriterHandle {
    rewriting: RefCell<Option<Rewriting>>,
    desk: Rc<Desk>,
}

// SAFETY: it holds no reference into V8's heap.
unsafe impl GarbageCollected for RewriterHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"Rewriter"
    }
}

fn parser_error(error: impl std::fmt::Display) -> JsErrorBox {
    JsErrorBox::type_error(format!("Parser error: {error}"))
}

/// Refuses a selector that is none.
#[op2(fast)]
pub(crate) fn op_selector_check(#[string] selector: &str) -> Result<(), JsErrorBox> {
    selector.parse::<Selector>().map(drop).map_err(parser_error)
}

/// A parser for one document. `selectors`: null for the document; `present`: bits of the handlers that each set has.
#[op2]
#[cppgc]
pub(crate) fn op_rewriter_new(
    #[serde] selectors: Vec<Option<String>>,
    #[serde] present: Vec<u32>,
    #[string] charset: &str,
    esi_tags: bool,
) -> Result<RewriterHandle, JsErrorBox> {
    let set = |(selector, present): (Option<String>, u32)| {
        let selector = selector.map(|text| text.parse::<Selector>()).transpose().map_err(parser_error)?;
        Ok::<_, JsErrorBox>(HandlerSet { selector, present })
    };
    let sets = selectors.into_iter().zip(present).map(set).collect::<Result<_, _>>()?;
    let encoding = encoding(charset).map_err(parser_error)?;
    let rewriting = Rewriting::start(sets, Reading { encoding, esi_tags }).map_err(parser_error)?;
    Ok(RewriterHandle { desk: Rc::clone(&rewriting.desk), rewriting: RefCell::new(Some(rewriting)) })
}

impl RewriterHandle {
    fn resume(&self, step: Step) -> Result<u32, JsErrorBox> {
        let mut rewriting = self.rewriting.borrow_mut();
        let Some(running) = rewriting.as_mut() else { return Ok(DONE) };
        let code = match running.resume(step) {
            Ok(Some(Halt::Hungry)) => HUNGRY,
            Ok(Some(Halt::Handler(number))) => number << KIND_BITS | HANDLER,
            Ok(Some(Halt::EndTag(number))) => number << KIND_BITS | END_TAG,
            Ok(Some(Halt::Content(number))) => number << KIND_BITS | CONTENT,
            Ok(None) => DONE,
            Err(error) => {
                *rewriting = None;
                return Err(failure(&error));
            }
        };
        Ok(code)
    }
}

/// Production's parser is older and has other words for this.
fn comment_error(error: CommentTextError) -> JsErrorBox {
    match error {
        CommentTextError::CommentClosingSequence => {
            parser_error("Comment text shouldn't contain comment closing sequence (`-->`).")
        }
        other => parser_error(other),
    }
}

fn failure(error: &RewritingError) -> JsErrorBox {
    parser_error(error)
}

/// More of the document; gives what the parser wants next.
#[op2]
#[smi]
pub(crate) fn op_rewriter_feed(#[cppgc] handle: &RewriterHandle, #[anybuffer] bytes: &[u8]) -> Result<u32, JsErrorBox> {
    handle.resume(Step::Feed(bytes.to_vec()))
}

/// The document is complete.
#[op2(fast)]
#[smi]
pub(crate) fn op_rewriter_end(#[cppgc] handle: &RewriterHandle) -> Result<u32, JsErrorBox> {
    handle.resume(Step::End)
}

/// The handler is done.
#[op2(fast)]
#[smi]
pub(crate) fn op_rewriter_go(#[cppgc] handle: &RewriterHandle) -> Result<u32, JsErrorBox> {
    handle.resume(Step::Go)
}

/// More of a stream that is content.
#[op2]
#[smi]
pub(crate) fn op_rewriter_content(
    #[cppgc] handle: &RewriterHandle,
    #[anybuffer] bytes: &[u8],
) -> Result<u32, JsErrorBox> {
    handle.resume(Step::Content(Some(bytes.to_vec())))
}

/// A stream that is content has ended.
#[op2(fast)]
#[smi]
pub(crate) fn op_rewriter_content_end(#[cppgc] handle: &RewriterHandle) -> Result<u32, JsErrorBox> {
    handle.resume(Step::Content(None))
}

/// Nobody wants the rest.
#[op2(fast)]
pub(crate) fn op_rewriter_drop(#[cppgc] handle: &RewriterHandle) {
    handle.rewriting.take();
}

/// What has been written since the last time.
#[op2]
#[buffer]
pub(crate) fn op_rewriter_output(#[cppgc] handle: &RewriterHandle) -> Vec<u8> {
    handle.desk.take_output()
}

/// The number of the token that a handler is to be called with.
#[op2(fast)]
#[smi]
pub(crate) fn op_rewriter_token(#[cppgc] handle: &RewriterHandle) -> u32 {
    handle.desk.serial()
}

fn gone() -> JsErrorBox {
    JsErrorBox::type_error(
        "This content token is no longer valid. Content tokens are only valid during the execution of the relevant \
         content handler.",
    )
}

/// The token with this number, if a handler is being called with it.
fn token(handle: &RewriterHandle, serial: u32) -> Result<Token, JsErrorBox> {
    match handle.desk.token(serial) {
        Token::None => Err(gone()),
        token => Ok(token),
    }
}

/// Does something with a token. It is a macro because tokens have methods of the same names, and no trait.
macro_rules! on_token {
    ($token:expr, $name:ident => $action:expr, $($kind:ident)|+) => {
        match $token {
            // SAFETY: the parser halts while the handler is called with the token, and nobody else uses it.
            $(Token::$kind(pointer) => { let $name = unsafe { &mut *pointer }; $action })+
            _ => return Err(gone()),
        }
    };
}

fn kind(html: bool) -> ContentType {
    if html { ContentType::Html } else { ContentType::Text }
}

/// Puts content somewhere around or into a token.
#[op2(fast)]
pub(crate) fn op_token_insert(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    #[smi] place: u32,
    #[string] content: &str,
    html: bool,
) -> Result<(), JsErrorBox> {
    let (token, kind) = (token(handle, serial)?, kind(html));
    match place {
        BEFORE => on_token!(token, it => it.before(content, kind), Element | Text | Comment | EndTag),
        AFTER => on_token!(token, it => it.after(content, kind), Element | Text | Comment | EndTag),
        REPLACE => on_token!(token, it => it.replace(content, kind), Element | Text | Comment | EndTag),
        APPEND => on_token!(token, it => it.append(content, kind), Element | End),
        PREPEND => on_token!(token, it => it.prepend(content, kind), Element),
        INNER => on_token!(token, it => it.set_inner_content(content, kind), Element),
        _ => {}
    }
    Ok(())
}

/// The same for the content of a stream.
#[op2(fast)]
pub(crate) fn op_token_insert_stream(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    #[smi] place: u32,
    #[smi] stream: u32,
    html: bool,
) -> Result<(), JsErrorBox> {
    let token = token(handle, serial)?;
    let content = streamed(&handle.desk, stream, kind(html));
    match place {
        BEFORE => on_token!(token, it => it.streaming_before(content), Element | Text | Comment | EndTag),
        AFTER => on_token!(token, it => it.streaming_after(content), Element | Text | Comment | EndTag),
        REPLACE => on_token!(token, it => it.streaming_replace(content), Element | Text | Comment | EndTag),
        APPEND => on_token!(token, it => it.streaming_append(content), Element),
        PREPEND => on_token!(token, it => it.streaming_prepend(content), Element),
        INNER => on_token!(token, it => it.streaming_set_inner_content(content), Element),
        _ => {}
    }
    Ok(())
}

/// Removes a token; of an element, all of it.
#[op2(fast)]
pub(crate) fn op_token_remove(#[cppgc] handle: &RewriterHandle, #[smi] serial: u32) -> Result<(), JsErrorBox> {
    on_token!(token(handle, serial)?, it => it.remove(), Element | Text | Comment | EndTag | Doctype);
    Ok(())
}

#[op2(fast)]
pub(crate) fn op_token_removed(#[cppgc] handle: &RewriterHandle, #[smi] serial: u32) -> Result<bool, JsErrorBox> {
    Ok(on_token!(token(handle, serial)?, it => it.removed(), Element | Text | Comment | EndTag | Doctype))
}

/// The name or the text of a token.
#[op2]
#[string]
pub(crate) fn op_token_text(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
) -> Result<Option<String>, JsErrorBox> {
    Ok(match token(handle, serial)? {
        // SAFETY: as in `on_token`, for all that follow.
        Token::Element(element) => Some(unsafe { &*element }.tag_name()),
        Token::Text(text) => Some(unsafe { &*text }.as_str().to_owned()),
        Token::Comment(comment) => Some(unsafe { &*comment }.text()),
        Token::EndTag(end_tag) => Some(unsafe { &*end_tag }.name()),
        Token::Doctype(doctype) => unsafe { &*doctype }.name(),
        Token::End(_) | Token::None => None,
    })
}

/// Gives a token another name or text.
#[op2(fast)]
pub(crate) fn op_token_set_text(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    #[string] value: String,
) -> Result<(), JsErrorBox> {
    match token(handle, serial)? {
        // SAFETY: as in `on_token`, for all that follow.
        Token::Element(element) => unsafe { &mut *element }.set_tag_name(&value).map_err(parser_error),
        Token::Comment(comment) => unsafe { &mut *comment }.set_text(&value).map_err(comment_error),
        Token::EndTag(end_tag) => {
            unsafe { &mut *end_tag }.set_name_str(value);
            Ok(())
        }
        _ => Err(gone()),
    }
}

#[op2(fast)]
pub(crate) fn op_text_is_last(#[cppgc] handle: &RewriterHandle, #[smi] serial: u32) -> Result<bool, JsErrorBox> {
    Ok(on_token!(token(handle, serial)?, it => it.last_in_text_node(), Text))
}

/// The public or the system identifier of a doctype.
#[op2]
#[string]
pub(crate) fn op_doctype_id(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    is_public: bool,
) -> Result<Option<String>, JsErrorBox> {
    Ok(on_token!(token(handle, serial)?, it => if is_public { it.public_id() } else { it.system_id() }, Doctype))
}

/// Does something with the token, which has to be an element.
fn with_element<R>(
    handle: &RewriterHandle,
    serial: u32,
    action: impl FnOnce(&mut Element<'static, 'static>) -> R,
) -> Result<R, JsErrorBox> {
    Ok(on_token!(token(handle, serial)?, it => action(it), Element))
}

#[op2]
#[string]
pub(crate) fn op_element_namespace(#[cppgc] handle: &RewriterHandle, #[smi] serial: u32) -> Result<String, JsErrorBox> {
    with_element(handle, serial, |element| element.namespace_uri().to_owned())
}

#[op2]
#[string]
pub(crate) fn op_element_get_attribute(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    #[string] name: &str,
) -> Result<Option<String>, JsErrorBox> {
    with_element(handle, serial, |element| element.get_attribute(name))
}

#[op2(fast)]
pub(crate) fn op_element_set_attribute(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    #[string] name: &str,
    #[string] value: &str,
) -> Result<(), JsErrorBox> {
    with_element(handle, serial, |element| element.set_attribute(name, value))?.map_err(parser_error)
}

#[op2(fast)]
pub(crate) fn op_element_remove_attribute(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    #[string] name: &str,
) -> Result<(), JsErrorBox> {
    with_element(handle, serial, |element| element.remove_attribute(name))
}

/// Names and values, in the order of the document.
#[op2]
#[serde]
pub(crate) fn op_element_attributes(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
) -> Result<Vec<(String, String)>, JsErrorBox> {
    with_element(handle, serial, |element| {
        element.attributes().iter().map(|attribute| (attribute.name(), attribute.value())).collect()
    })
}

/// Removes the tags of an element, and keeps what is between them.
#[op2(fast)]
pub(crate) fn op_element_unwrap(#[cppgc] handle: &RewriterHandle, #[smi] serial: u32) -> Result<(), JsErrorBox> {
    with_element(handle, serial, Element::remove_and_keep_content)
}

/// Sets the handler of the end tag.
#[op2(fast)]
pub(crate) fn op_element_on_end_tag(
    #[cppgc] handle: &RewriterHandle,
    #[smi] serial: u32,
    #[smi] number: u32,
) -> Result<(), JsErrorBox> {
    let is_set = with_element(handle, serial, |element| on_end_tag(element, &handle.desk, number))?;
    if is_set { Ok(()) } else { Err(parser_error("No end tag.")) }
}

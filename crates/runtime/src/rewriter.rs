//! HTMLRewriter without JavaScript: lol_html on a stack of its own.
//!
//! lol_html calls its handlers in the middle of parsing, and a script's handler may be asynchronous. So the parser runs in
//! a coroutine: where it wants a handler or the content of a stream it halts, whoever drives it does what is wanted, and
//! resumes it. Everything happens on one thread.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use encoding_rs::Encoding;
use lol_html::errors::RewritingError;
use lol_html::html_content::{
    Comment, ContentType, Doctype, DocumentEnd, Element, EndTag, StreamingHandler, StreamingHandlerSink, TextChunk,
};
use lol_html::{
    AsciiCompatibleEncoding, DocumentContentHandlers, ElementContentHandlers, HandlerResult, HtmlRewriter,
    MemorySettings, Selector, Settings,
};

/// The stack of a parser. Its pages are used when they are needed.
const STACK_BYTES: usize = 512 << 10;

/// What production lets a parser keep, in bytes.
const MEMORY_BYTES_MAX: usize = 3 << 20;

/// What the driver tells the parser.
pub(crate) enum Step {
    /// More of the document.
    Feed(Vec<u8>),
    /// The document is complete.
    End,
    /// The handler is done.
    Go,
    /// More of the stream that was asked for, or its end.
    Content(Option<Vec<u8>>),
    /// There is no use in going on.
    GiveUp,
}

/// Where the parser halts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// It wants more of the document.
    Hungry,
    /// A handler is to be called: the number of its set times [`slot::COUNT`], and its slot.
    Handler(u32),
    /// The handler of an end tag is to be called.
    EndTag(u32),
    /// It wants more of a stream.
    Content(u32),
}

/// Which of its handlers a set has, as bits.
pub(crate) mod slot {
    pub(crate) const ELEMENT: u32 = 0;
    pub(crate) const COMMENTS: u32 = 1;
    pub(crate) const TEXT: u32 = 2;
    pub(crate) const DOCTYPE: u32 = 3;
    pub(crate) const END: u32 = 4;
    /// How far apart the numbers of two sets are.
    pub(crate) const COUNT: u32 = 8;
}

/// One call of `on` or `onDocument`.
pub(crate) struct HandlerSet {
    /// None for the document.
    pub(crate) selector: Option<Selector>,
    /// Bits of the slots that have a handler.
    pub(crate) present: u32,
}

/// What a handler is called for, while it is called.
#[derive(Clone, Copy)]
pub(crate) enum Token {
    None,
    Element(*mut Element<'static, 'static>),
    Text(*mut TextChunk<'static>),
    Comment(*mut Comment<'static>),
    Doctype(*mut Doctype<'static>),
    EndTag(*mut EndTag<'static>),
    End(*mut DocumentEnd<'static>),
}

/// What the parser and its driver share.
pub(crate) struct Desk {
    yielder: Cell<*const Yielder<Step, Halt>>,
    token: Cell<Token>,
    /// Which token it is, so that an old one is not taken for it.
    serial: Cell<u32>,
    output: RefCell<Vec<u8>>,
}

impl Desk {
    fn halt(&self, halt: Halt) -> Step {
        // SAFETY: only code of the coroutine comes here, and the yielder lives as long as that runs.
        unsafe { &*self.yielder.get() }.suspend(halt)
    }

    /// Has a handler called with a token.
    fn visit(&self, token: Token, halt: Halt) -> HandlerResult {
        self.serial.set(self.serial.get().wrapping_add(1));
        self.token.set(token);
        let step = self.halt(halt);
        self.token.set(Token::None);
        if matches!(step, Step::Go) { Ok(()) } else { Err("given up".into()) }
    }

    /// The token that a handler is being called with, by its number.
    pub(crate) fn token(&self, serial: u32) -> Token {
        if self.serial.get() == serial { self.token.get() } else { Token::None }
    }

    /// The number of the token.
    pub(crate) fn serial(&self) -> u32 {
        self.serial.get()
    }

    /// What has been written since the last time.
    pub(crate) fn take_output(&self) -> Vec<u8> {
        self.output.take()
    }
}

/// A document being rewritten.
pub(crate) struct Rewriting {
    parser: Coroutine<Step, Halt, Result<(), RewritingError>>,
    pub(crate) desk: Rc<Desk>,
}

/// How a document is read.
pub(crate) struct Reading {
    pub(crate) encoding: AsciiCompatibleEncoding,
    pub(crate) esi_tags: bool,
}

/// Why a document of this charset cannot be rewritten, in production's words.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum EncodingError {
    #[error("Unknown character encoding has been provided.")]
    Unknown,
    #[error("Expected ASCII-compatible encoding.")]
    NotAscii,
}

/// The encoding of a charset's name.
pub(crate) fn encoding(charset: &str) -> Result<AsciiCompatibleEncoding, EncodingError> {
    let encoding = Encoding::for_label_no_replacement(charset.as_bytes()).ok_or(EncodingError::Unknown)?;
    AsciiCompatibleEncoding::new(encoding).ok_or(EncodingError::NotAscii)
}

impl Rewriting {
    /// A parser that waits for a document; nothing if the system has no room for its stack.
    pub(crate) fn start(sets: Vec<HandlerSet>, reading: Reading) -> std::io::Result<Rewriting> {
        let desk = Rc::new(Desk {
            yielder: Cell::new(std::ptr::null()),
            token: Cell::new(Token::None),
            serial: Cell::new(0),
            output: RefCell::default(),
        });
        let own = Rc::clone(&desk);
        let stack = DefaultStack::new(STACK_BYTES)?;
        let mut parser = Coroutine::with_stack(stack, move |yielder: &Yielder<Step, Halt>, _start| {
            own.yielder.set(yielder);
            rewrite(sets, &reading, &own)
        });
        // It runs to where it wants its first bytes.
        let _hungry = parser.resume(Step::Go);
        Ok(Rewriting { parser, desk })
    }

    /// Goes on to the next halt; `None` at the end.
    pub(crate) fn resume(&mut self, step: Step) -> Result<Option<Halt>, RewritingError> {
        if self.parser.done() {
            return Ok(None);
        }
        match self.parser.resume(step) {
            CoroutineResult::Yield(halt) => Ok(Some(halt)),
            CoroutineResult::Return(result) => result.map(|()| None),
        }
    }
}

impl Drop for Rewriting {
    fn drop(&mut self) {
        // Every halt takes this for the end, so that the parser leaves its stack by itself.
        while !self.parser.done() {
            let _halt = self.parser.resume(Step::GiveUp);
        }
    }
}

fn rewrite(sets: Vec<HandlerSet>, reading: &Reading, desk: &Rc<Desk>) -> Result<(), RewritingError> {
    let memory = MemorySettings::new().with_max_allowed_memory_usage(MEMORY_BYTES_MAX);
    let mut settings = Settings::new()
        .with_encoding(reading.encoding)
        .with_memory_settings(memory)
        .with_enable_esi_tags(reading.esi_tags);
    for (number, set) in (0..).zip(sets) {
        let first = number * slot::COUNT;
        settings = match set.selector {
            Some(selector) => {
                let handlers = element_handlers(set.present, first, desk);
                settings.append_element_content_handler((std::borrow::Cow::Owned(selector), handlers))
            }
            None => settings.append_document_content_handler(document_handlers(set.present, first, desk)),
        };
    }
    let output = Rc::clone(desk);
    let mut rewriter =
        HtmlRewriter::new(settings, move |chunk: &[u8]| output.output.borrow_mut().extend_from_slice(chunk));
    loop {
        match desk.halt(Halt::Hungry) {
            Step::Feed(bytes) => rewriter.write(&bytes)?,
            Step::End => return rewriter.end(),
            Step::Go | Step::Content(_) | Step::GiveUp => return Ok(()),
        }
    }
}

fn has(present: u32, slot: u32) -> bool {
    present & (1 << slot) != 0
}

fn element_handlers(present: u32, first: u32, desk: &Rc<Desk>) -> ElementContentHandlers<'static> {
    let mut handlers = ElementContentHandlers::default();
    if has(present, slot::ELEMENT) {
        let (desk, halt) = (Rc::clone(desk), Halt::Handler(first + slot::ELEMENT));
        let call =
            move |element: &mut Element<'_, '_>| desk.visit(Token::Element(std::ptr::from_mut(element).cast()), halt);
        handlers = handlers.element(call);
    }
    if has(present, slot::COMMENTS) {
        handlers = handlers.comments(on_comment(desk, first));
    }
    if has(present, slot::TEXT) {
        handlers = handlers.text(on_text(desk, first));
    }
    handlers
}

fn document_handlers(present: u32, first: u32, desk: &Rc<Desk>) -> DocumentContentHandlers<'static> {
    let mut handlers = DocumentContentHandlers::default();
    if has(present, slot::DOCTYPE) {
        let (desk, halt) = (Rc::clone(desk), Halt::Handler(first + slot::DOCTYPE));
        let call =
            move |doctype: &mut Doctype<'_>| desk.visit(Token::Doctype(std::ptr::from_mut(doctype).cast()), halt);
        handlers = handlers.doctype(call);
    }
    if has(present, slot::COMMENTS) {
        handlers = handlers.comments(on_comment(desk, first));
    }
    if has(present, slot::TEXT) {
        handlers = handlers.text(on_text(desk, first));
    }
    if has(present, slot::END) {
        let (desk, halt) = (Rc::clone(desk), Halt::Handler(first + slot::END));
        let call = move |end: &mut DocumentEnd<'_>| desk.visit(Token::End(std::ptr::from_mut(end).cast()), halt);
        handlers = handlers.end(call);
    }
    handlers
}

fn on_comment(desk: &Rc<Desk>, first: u32) -> impl FnMut(&mut Comment<'_>) -> HandlerResult + 'static {
    let (desk, halt) = (Rc::clone(desk), Halt::Handler(first + slot::COMMENTS));
    move |comment| desk.visit(Token::Comment(std::ptr::from_mut(comment).cast()), halt)
}

fn on_text(desk: &Rc<Desk>, first: u32) -> impl FnMut(&mut TextChunk<'_>) -> HandlerResult + 'static {
    let (desk, halt) = (Rc::clone(desk), Halt::Handler(first + slot::TEXT));
    move |text| desk.visit(Token::Text(std::ptr::from_mut(text).cast()), halt)
}

/// Has the handler with this number called at the element's end tag, instead of one that was set before. False if the
/// element has no end tag.
pub(crate) fn on_end_tag(element: &mut Element<'static, 'static>, desk: &Rc<Desk>, number: u32) -> bool {
    let Some(handlers) = element.end_tag_handlers() else { return false };
    let desk = Rc::clone(desk);
    handlers.clear();
    handlers.push(Box::new(move |end_tag: &mut EndTag<'_>| {
        desk.visit(Token::EndTag(std::ptr::from_mut(end_tag).cast()), Halt::EndTag(number))
    }));
    true
}

/// Content that comes from a stream, when the parser gets to its place.
struct Streamed {
    desk: Rc<Desk>,
    stream: u32,
    kind: ContentType,
}

// SAFETY: the parser, its driver and everything they share stay on one thread.
unsafe impl Send for Streamed {}

impl StreamingHandler for Streamed {
    fn write_all(self: Box<Self>, sink: &mut StreamingHandlerSink<'_>) -> HandlerResult {
        loop {
            match self.desk.halt(Halt::Content(self.stream)) {
                Step::Content(Some(bytes)) => sink.write_utf8_chunk(&bytes, self.kind)?,
                Step::Content(None) => return Ok(()),
                _ => return Err("given up".into()),
            }
        }
    }
}

/// A stream as content.
pub(crate) fn streamed(desk: &Rc<Desk>, stream: u32, kind: ContentType) -> Box<dyn StreamingHandler + Send> {
    Box::new(Streamed { desk: Rc::clone(desk), stream, kind })
}

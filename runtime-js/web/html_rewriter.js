// HTMLRewriter: handlers, tokens and the stream that drives the parser. The parser halts where it wants a handler or more
// of a stream, and is resumed when it has been given that.
(function () {
const { core, internals, primordials } = __bootstrap;
const { body, byKeys, clone, convert, errors, headers, responses, settings, streams } = internals.parts;
const { argumentError, fieldError, illegalConstructor, illegalInvocation, lockedContentError } = errors;
const {
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  Error,
  ObjectDefineProperty,
  ReflectApply,
  RegExpPrototypeExec,
  SafeMap,
  SafeRegExp,
  String,
  SymbolIterator,
  TypedArrayPrototypeGetByteLength,
} = primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");

const CREATE = { __proto__: null };

// What the parser wants; ops/rewriter.rs has the same numbers.
const HUNGRY = 0;
const DONE = 1;
const HANDLER = 2;
const END_TAG = 3;
const CONTENT = 4;
const KIND_BITS = 3;
const KIND_MASK = (1 << KIND_BITS) - 1;

// Handlers of a set, by their slots. A set has eight.
const SLOTS = ["element", "comments", "text", "doctype", "end"];
const SLOT_BITS = 3;
const SLOT_MASK = (1 << SLOT_BITS) - 1;

const BEFORE = 0;
const AFTER = 1;
const PREPEND = 2;
const APPEND = 3;
const REPLACE = 4;
const INNER = 5;

const CHARSET = new SafeRegExp(/;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))/i);

/** Puts content at a place of a token: text, or what a stream gives when the parser gets there. */
function insert(token, owner, method, place, args) {
  const { machine, serial } = token;
  if (args.length < 1) throw argumentError(method, owner, 1, "string or JsReadableStream or Response");
  const options = convert.toOptions(args[1], () => argumentError(method, owner, 2, "ContentOptions"));
  const html = !!options.html;
  const content = args[0];
  const stream = responses.isResponse(content) ? content.body : content;
  if (responses.isResponse(content) && stream === null) {
    ops.op_token_insert(machine.handle, serial, place, "", html);
  } else if (streams.isReadableStream(stream)) {
    ops.op_token_insert_stream(machine.handle, serial, place, machine.addStream(stream), html);
  } else {
    ops.op_token_insert(machine.handle, serial, place, convert.toUsvString(content), html);
  }
}

function requireStrings(args, count, method, owner) {
  if (args.length < count) throw argumentError(method, owner, args.length + 1, "string");
}

/** What a handler is called with. Scripts cannot make one. */
class Token {
  constructor(key, machine) {
    if (key !== CREATE) throw illegalConstructor();
    this.#machine = machine;
    this.#serial = ops.op_rewriter_token(machine.handle);
  }

  #machine;
  #serial;

  static place(token) {
    if (token == null || !(#machine in token)) throw illegalInvocation();
    return { machine: token.#machine, serial: token.#serial };
  }
}

const place = Token.place;

function text(token) {
  const { machine, serial } = place(token);
  return ops.op_token_text(machine.handle, serial);
}

function setText(token, value) {
  const { machine, serial } = place(token);
  ops.op_token_set_text(machine.handle, serial, convert.toUsvString(value));
}

function removed(token) {
  const { machine, serial } = place(token);
  return ops.op_token_removed(machine.handle, serial);
}

function remove(token) {
  const { machine, serial } = place(token);
  ops.op_token_remove(machine.handle, serial);
  return token;
}

class Element extends Token {
  get tagName() {
    return text(this);
  }

  set tagName(value) {
    setText(this, value);
  }

  get attributes() {
    const { machine, serial } = place(this);
    return new AttributesIterator(CREATE, machine, serial);
  }

  get removed() {
    return removed(this);
  }

  get namespaceURI() {
    const { machine, serial } = place(this);
    return ops.op_element_namespace(machine.handle, serial);
  }

  getAttribute(name) {
    const { machine, serial } = place(this);
    requireStrings(arguments, 1, "getAttribute", "Element");
    return ops.op_element_get_attribute(machine.handle, serial, convert.toUsvString(name));
  }

  hasAttribute(name) {
    const { machine, serial } = place(this);
    requireStrings(arguments, 1, "hasAttribute", "Element");
    return ops.op_element_get_attribute(machine.handle, serial, convert.toUsvString(name)) !== null;
  }

  setAttribute(name, value) {
    const { machine, serial } = place(this);
    requireStrings(arguments, 2, "setAttribute", "Element");
    const texts = [convert.toUsvString(name), convert.toUsvString(value)];
    ops.op_element_set_attribute(machine.handle, serial, texts[0], texts[1]);
    return this;
  }

  removeAttribute(name) {
    const { machine, serial } = place(this);
    requireStrings(arguments, 1, "removeAttribute", "Element");
    ops.op_element_remove_attribute(machine.handle, serial, convert.toUsvString(name));
    return this;
  }

  before() {
    insert(place(this), "Element", "before", BEFORE, arguments);
    return this;
  }

  after() {
    insert(place(this), "Element", "after", AFTER, arguments);
    return this;
  }

  prepend() {
    insert(place(this), "Element", "prepend", PREPEND, arguments);
    return this;
  }

  append() {
    insert(place(this), "Element", "append", APPEND, arguments);
    return this;
  }

  replace() {
    insert(place(this), "Element", "replace", REPLACE, arguments);
    return this;
  }

  remove() {
    return remove(this);
  }

  removeAndKeepContent() {
    const { machine, serial } = place(this);
    ops.op_element_unwrap(machine.handle, serial);
    return this;
  }

  setInnerContent() {
    insert(place(this), "Element", "setInnerContent", INNER, arguments);
    return this;
  }

  onEndTag(handler) {
    const { machine, serial } = place(this);
    if (typeof handler !== "function") throw argumentError("onEndTag", "Element", 1, "function");
    ops.op_element_on_end_tag(machine.handle, serial, machine.endTags.length);
    ArrayPrototypePush(machine.endTags, handler);
  }
}

/** The attributes an element has when they are asked for. */
class AttributesIterator {
  #machine;
  #serial;
  #rows;
  #at = 0;

  constructor(key, machine, serial) {
    if (key !== CREATE) throw illegalConstructor();
    this.#machine = machine;
    this.#serial = serial;
    this.#rows = ops.op_element_attributes(machine.handle, serial);
  }

  next() {
    if (this == null || !(#rows in this)) throw illegalInvocation();
    // Throws if the element is no longer there.
    ops.op_token_removed(this.#machine.handle, this.#serial);
    if (this.#at >= this.#rows.length) return { done: true, value: undefined };
    return { done: false, value: this.#rows[this.#at++] };
  }

  [SymbolIterator]() {
    return this;
  }
}

class EndTag extends Token {
  get name() {
    return text(this);
  }

  set name(value) {
    setText(this, value);
  }

  before() {
    insert(place(this), "EndTag", "before", BEFORE, arguments);
    return this;
  }

  after() {
    insert(place(this), "EndTag", "after", AFTER, arguments);
    return this;
  }

  remove() {
    return remove(this);
  }
}

class Comment extends Token {
  get text() {
    return text(this);
  }

  set text(value) {
    setText(this, value);
  }

  get removed() {
    return removed(this);
  }

  before() {
    insert(place(this), "Comment", "before", BEFORE, arguments);
    return this;
  }

  after() {
    insert(place(this), "Comment", "after", AFTER, arguments);
    return this;
  }

  replace() {
    insert(place(this), "Comment", "replace", REPLACE, arguments);
    return this;
  }

  remove() {
    return remove(this);
  }
}

class Text extends Token {
  get text() {
    return text(this);
  }

  get lastInTextNode() {
    const { machine, serial } = place(this);
    return ops.op_text_is_last(machine.handle, serial);
  }

  get removed() {
    return removed(this);
  }

  before() {
    insert(place(this), "Text", "before", BEFORE, arguments);
    return this;
  }

  after() {
    insert(place(this), "Text", "after", AFTER, arguments);
    return this;
  }

  replace() {
    insert(place(this), "Text", "replace", REPLACE, arguments);
    return this;
  }

  remove() {
    return remove(this);
  }
}

class Doctype extends Token {
  get name() {
    return text(this);
  }

  get publicId() {
    const { machine, serial } = place(this);
    return ops.op_doctype_id(machine.handle, serial, true);
  }

  get systemId() {
    const { machine, serial } = place(this);
    return ops.op_doctype_id(machine.handle, serial, false);
  }
}

class DocumentEnd extends Token {
  append(content) {
    const { machine, serial } = place(this);
    if (arguments.length < 1) throw argumentError("append", "DocumentEnd", 1, "string");
    const options = convert.toOptions(arguments[1], () => argumentError("append", "DocumentEnd", 2, "ContentOptions"));
    ops.op_token_insert(machine.handle, serial, APPEND, convert.toUsvString(content), !!options.html);
    return this;
  }
}

const CLASSES = [Element, Comment, Text, Doctype, DocumentEnd];

function isThenable(value) {
  return convert.isObject(value) && typeof value.then === "function";
}

/** One document on its way through the parser. */
class Machine {
  /** Streams that are content, by number. */
  streams = new SafeMap();
  lastStream = 0;
  endTags = [];
  ended = false;

  constructor(sets, charset) {
    this.sets = sets;
    const selectors = [];
    const present = [];
    for (let i = 0; i < sets.length; i++) {
      selectors[i] = sets[i].selector;
      present[i] = sets[i].present;
    }
    const esiTags = ArrayPrototypeIncludes(settings.flags, "html_rewriter_treats_esi_include_as_void_tag");
    this.handle = ops.op_rewriter_new(selectors, present, charset, esiTags);
  }

  addStream(stream) {
    if (streams.isReadableStreamLocked(stream)) throw lockedContentError();
    this.streams.set(++this.lastStream, stream.getReader());
    return this.lastStream;
  }

  /** Gives the parser what it wants until it wants more of the document, or has ended. */
  async serve(wanted) {
    while (wanted !== HUNGRY && wanted !== DONE) {
      const number = wanted >>> KIND_BITS;
      switch (wanted & KIND_MASK) {
        case HANDLER: {
          const { handlers, target } = this.sets[number >>> SLOT_BITS];
          const result = this.call(handlers[number & SLOT_MASK], target, CLASSES[number & SLOT_MASK]);
          if (isThenable(result)) await result;
          wanted = ops.op_rewriter_go(this.handle);
          break;
        }
        case END_TAG: {
          const result = this.call(this.endTags[number], undefined, EndTag);
          if (isThenable(result)) await result;
          wanted = ops.op_rewriter_go(this.handle);
          break;
        }
        case CONTENT:
          wanted = await this.feedContent(number);
          break;
        default:
      }
    }
    this.ended = wanted === DONE;
  }

  call(handler, target, constructor) {
    return ReflectApply(handler, target, [new constructor(CREATE, this)]);
  }

  async feedContent(number) {
    const { value, done } = await this.streams.get(number).read();
    if (done) {
      this.streams.delete(number);
      return ops.op_rewriter_content_end(this.handle);
    }
    const bytes = typeof value === "string" ? core.encode(value) : streams.bytesView(value);
    if (bytes === null) throw errors.notBytesError();
    return ops.op_rewriter_content(this.handle, bytes);
  }
}

function asError(reason) {
  return convert.isObject(reason) ? reason : new Error(String(reason));
}

/** What the parser writes, for as long as somebody reads it. */
function rewrittenStream(machine, reader) {
  const next = async () => {
    try {
      while (!machine.ended) {
        const { value, done } = await reader.read();
        const view = done ? null : typeof value === "string" ? core.encode(value) : streams.bytesView(value);
        if (!done && view === null) throw errors.notBytesError();
        await machine.serve(done ? ops.op_rewriter_end(machine.handle) : ops.op_rewriter_feed(machine.handle, view));
        const output = ops.op_rewriter_output(machine.handle);
        if (TypedArrayPrototypeGetByteLength(output) > 0) return output;
      }
      return null;
    } catch (error) {
      ops.op_rewriter_drop(machine.handle);
      reader.cancel(error).then(undefined, () => {});
      throw asError(error);
    }
  };
  return streams.byteStream(next, (reason) => {
    ops.op_rewriter_drop(machine.handle);
    return reader.cancel(asError(reason));
  });
}

/** The handlers of an object, each a function or left out. */
function readHandlers(value, slots, dictionary) {
  const handlers = [];
  let present = 0;
  if (value !== null) {
    for (let i = 0; i < slots.length; i++) {
      const name = SLOTS[slots[i]];
      const handler = value[name];
      if (handler === undefined) continue;
      if (typeof handler !== "function") throw fieldError(name, dictionary, "function");
      handlers[slots[i]] = handler;
      present |= 1 << slots[i];
    }
  }
  return { handlers, present };
}

class HTMLRewriter {
  #sets = [];

  on(selector, handlers) {
    if (this == null || !(#sets in this)) throw illegalInvocation();
    if (arguments.length < 1) throw argumentError("on", "HTMLRewriter", 1, "string");
    const text = convert.toUsvString(selector);
    if (handlers === undefined || (handlers !== null && !convert.isObject(handlers))) {
      throw argumentError("on", "HTMLRewriter", 2, "ElementContentHandlers");
    }
    const read = readHandlers(handlers, [0, 1, 2], "ElementContentHandlers");
    ops.op_selector_check(text);
    ArrayPrototypePush(this.#sets, { selector: text, target: handlers, ...read });
    return this;
  }

  onDocument(handlers) {
    if (this == null || !(#sets in this)) throw illegalInvocation();
    if (handlers === undefined || (handlers !== null && !convert.isObject(handlers))) {
      throw argumentError("onDocument", "HTMLRewriter", 1, "DocumentContentHandlers");
    }
    const read = readHandlers(handlers, [3, 1, 2, 4], "DocumentContentHandlers");
    ArrayPrototypePush(this.#sets, { selector: null, target: handlers, ...read });
    return this;
  }

  transform(response) {
    if (this == null || !(#sets in this)) throw illegalInvocation();
    if (!responses.isResponse(response)) throw argumentError("transform", "HTMLRewriter", 1, "Response");
    if (!body.hasBody(response)) return response;
    if (body.isUsed(response) || body.isLocked(response)) throw lockedContentError();
    const type = response.headers.get("content-type");
    const found = type === null ? null : RegExpPrototypeExec(CHARSET, type);
    const machine = new Machine([...this.#sets], found === null ? "utf-8" : found[1] ?? found[2]);
    const source = body.takeBody(response);
    const stream = source.stream ?? body.streamFromSource(source.kind, source.data);
    return new responses.Response(rewrittenStream(machine, stream.getReader()), response);
  }
}

for (const constructor of [HTMLRewriter, Element, AttributesIterator, EndTag, Comment, Text, Doctype, DocumentEnd]) {
  webidl.configureInterface(constructor);
  clone.refuseCloning(constructor);
}
// They extend nothing that a script could see.
for (const constructor of [Element, EndTag, Comment, Text, Doctype, DocumentEnd]) {
  Object.setPrototypeOf(constructor.prototype, Object.prototype);
  ObjectDefineProperty(constructor, "length", { __proto__: null, value: 0, configurable: true });
}
byKeys(Element, ["tagName", "attributes", "removed", "namespaceURI"]);
byKeys(EndTag, ["name"]);
byKeys(Comment, ["text", "removed"]);
byKeys(Text, ["text", "lastInTextNode", "removed"]);
byKeys(Doctype, ["name", "publicId", "systemId"]);

return { HTMLRewriter };
})();

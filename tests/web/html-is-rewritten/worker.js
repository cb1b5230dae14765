import { checks, equal } from "../../assert.mjs";

/** The text of a document after handlers. */
function rewrite(setup, html, init) {
  const rewriter = new HTMLRewriter();
  setup(rewriter);
  return rewriter.transform(new Response(html, init)).text();
}

const onElement = (selector, element) => (rewriter) => rewriter.on(selector, { element });
const onDiv = (element) => onElement("div", element);
const PAGE = "<div id=\"a\" class=\"x y\" data-q='1'>text <b>bold</b><!--c--></div><p>two</p>";

export default checks({
  async "content goes where it is put"() {
    const results = {
      before: "&lt;i&gt;&amp;<div>a</div>",
      after: "<div>a</div>&lt;i&gt;&amp;",
      prepend: "<div>&lt;i&gt;&amp;a</div>",
      append: "<div>a&lt;i&gt;&amp;</div>",
      replace: "&lt;i&gt;&amp;",
      setInnerContent: "<div>&lt;i&gt;&amp;</div>",
    };
    for (const [method, expected] of Object.entries(results)) {
      equal(await rewrite(onDiv((element) => equal(element[method]("<i>&") === element, true)), "<div>a</div>"), expected, method);
      const html = await rewrite(onDiv((element) => { element[method]("<i>&", { html: true }); }), "<div>a</div>");
      equal(html, expected.replace("&lt;i&gt;&amp;", "<i>&"), method);
    }
    const many = (e) => { e.before("1").before("2").after("3").after("4").prepend("5").prepend("6").append("7").append("8"); };
    equal(await rewrite(onDiv(many), "<div>a</div>"), "12<div>65a78</div>43");
  },
  async "elements go"() {
    equal(await rewrite(onDiv((e) => { e.remove(); }), "x<div>a</div>y"), "xy");
    equal(await rewrite(onDiv((e) => { e.removeAndKeepContent(); }), "x<div>a</div>y"), "xay");
    equal(await rewrite(onDiv((e) => { e.before("B"); e.after("A"); e.remove(); e.append(`${e.removed}`); }), "x<div>a</div>y"), "xBtrueAy");
  },
  async "attributes and names change"() {
    const html = await rewrite(onDiv((e) => { e.setAttribute("k", 'v"<&'); e.setInnerContent("<i>in</i>"); }), PAGE);
    equal(html, "<div id=\"a\" class=\"x y\" data-q='1' k=\"v&quot;<&\">&lt;i&gt;in&lt;/i&gt;</div><p>two</p>");
    const changed = (e) => { e.removeAttribute("a").setAttribute("B", "1").setAttribute("c", 5); };
    equal(await rewrite(onDiv(changed), "<div a b c>x</div>"), '<div b="1" c="5">x</div>');
    equal(await rewrite(onDiv((e) => { e.tagName = "Span"; }), "<div>a</div>"), "<Span>a</Span>");
    equal(
      await rewrite(onElement("*", (e) => { e.setAttribute("q", "1"); }), "<svg><path/></svg><img/>"),
      '<svg q="1"><path q="1" /></svg><img q="1" />',
    );
    const void_ = (e) => { e.setInnerContent("x"); e.append("y"); e.after("z"); };
    equal(await rewrite(onElement("br", void_), "a<br>b"), "a<br>zb");
  },
  async "what an element knows"() {
    const seen = [];
    await rewrite(onDiv((e) => {
      seen.push(`${e}`, e.tagName, e.namespaceURI, e.removed, e.getAttribute("id"), e.getAttribute("ID"), e.getAttribute("no"));
      seen.push(e.hasAttribute("class"), e.hasAttribute("z"), [...e.attributes], `${e.attributes}`);
    }), PAGE);
    equal(seen, [
      "[object Element]", "div", "http://www.w3.org/1999/xhtml", false, "a", "a", null, true, false,
      [["id", "a"], ["class", "x y"], ["data-q", "1"]], "[object AttributesIterator]",
    ]);
    const entities = (e) => { e.setAttribute("q", e.getAttribute("t")); e.append(e.getAttribute("t")); };
    equal(
      await rewrite(onDiv(entities), '<div t="&amp;&lt;">&copy;</div>'),
      '<div t="&amp;&lt;" q="&amp;&lt;">&copy;&amp;amp;&amp;lt;</div>',
    );
  },
  async "text comes in chunks, the last of them empty"() {
    const seen = [];
    const html = await rewrite((rewriter) => rewriter.on("div", {
      text(chunk) {
        seen.push([chunk.text, chunk.lastInTextNode, chunk.removed]);
        if (chunk.text === "hello ") chunk.replace("<R>");
      },
    }), "<div>hello <b>in</b> end</div>");
    equal(html, "<div>&lt;R&gt;<b>in</b> end</div>");
    equal(seen.map((row) => row.join()), [
      "hello ,false,false", ",true,false", "in,false,false", ",true,false", " end,false,false", ",true,false",
    ]);
    const around = (method) => (rewriter) => rewriter.on("p", { text(chunk) { if (chunk.text) chunk[method]("<i>", { html: true }); } });
    equal(await rewrite(around("before"), "<p>ab</p>"), "<p><i>ab</p>");
    equal(await rewrite(around("after"), "<p>ab</p>"), "<p>ab<i></p>");
    equal(await rewrite((r) => r.on("p", { text(t) { if (t.text) { t.remove(); t.after("X"); } } }), "<p>ab</p>"), "<p>X</p>");
  },
  async "comments change"() {
    const edit = (comment) => { comment.text = `new ${comment.text}`; comment.before("<b").after(">a", { html: true }); };
    equal(await rewrite((r) => r.on("div", { comments: edit }), "<div>x<!--c--></div>"), "<div>x&lt;b<!--new c-->>a</div>");
    equal(await rewrite((r) => r.on("div", { comments: (c) => { c.remove(); } }), "<div>x<!--c--></div>"), "<div>x</div>");
    equal(await rewrite((r) => r.on("div", { comments: (c) => { c.replace("<x>"); } }), "<div><!--c--></div>"), "<div>&lt;x&gt;</div>");
  },
  async "end tags change"() {
    const edit = (tag) => { tag.before(`<${tag.name}>`); tag.after("<2>", { html: true }); tag.name = "span"; };
    equal(await rewrite(onDiv((e) => { e.onEndTag(edit); }), "<div>a</div>b"), "<div>a&lt;div&gt;</span><2>b");
    equal(await rewrite(onDiv((e) => { e.onEndTag((tag) => { tag.remove(); }); }), "<div>a</div>b"), "<div>ab");
    // The last one wins.
    const two = (e) => { e.onEndTag((tag) => { tag.before("1"); }); e.onEndTag((tag) => { tag.before("2"); }); };
    equal(await rewrite(onDiv(two), "<div>a</div>"), "<div>a2</div>");
    equal(await rewrite(onElement("p", (e) => { e.onEndTag((tag) => { tag.after("!"); }); }), "<p>a<p>b"), "<p>a<p>b");
  },
  async "the document has handlers of its own"() {
    const seen = [];
    const html = await rewrite((rewriter) => rewriter.onDocument({
      doctype: (d) => { seen.push(d.name, d.publicId, d.systemId); },
      comments: (c) => { seen.push(`comment ${c.text}`); },
      text: (t) => { seen.push(`text ${t.text}`); },
      end: (end) => { end.append("<end>").append("<end>", { html: true }); },
    }), '<!DOCTYPE html PUBLIC "-//W3C//DTD" "sys"><!--x--><p>hi</p>tail');
    equal(html, '<!DOCTYPE html PUBLIC "-//W3C//DTD" "sys"><!--x--><p>hi</p>tail&lt;end&gt;<end>');
    equal(seen, ["html", "-//W3C//DTD", "sys", "comment x", "text hi", "text ", "text tail", "text "]);
  },
  async "handlers are called in their order, with their object"() {
    const seen = [];
    const handlers = { element() { seen.push(this === handlers ? "d1" : "?"); } };
    await rewrite((rewriter) => rewriter
      .on("*", { element: (e) => { seen.push(`*${e.tagName}`); } })
      .on("div", handlers)
      .on("div", { element: () => { seen.push("d2"); }, text: (t) => { seen.push(`t${t.text}`); } })
      .onDocument({ text: (t) => { seen.push(`D${t.text}`); } }), "<div>a<b>c</b></div>");
    equal(seen, ["*div", "d1", "d2", "ta", "Da", "t", "D", "*b", "tc", "Dc", "t", "D"]);
  },
  async "handlers may be asynchronous"() {
    const seen = [];
    const html = await rewrite((rewriter) => rewriter.on("p", {
      async element(element) {
        seen.push(`start ${element.getAttribute("n")}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
        seen.push(`end ${element.getAttribute("n")}`);
        element.append("!");
        element.onEndTag(async (tag) => {
          await null;
          tag.after("|");
        });
      },
    }).onDocument({ async end(end) { await null; end.append("E"); } }), "<p n=1>a</p><p n=2>b</p>");
    equal([html, seen], ["<p n=1>a!</p>|<p n=2>b!</p>|E", ["start 1", "end 1", "start 2", "end 2"]]);
  },
  async "selectors choose"() {
    const html = '<ul><li class="a">1</li><li>2</li><li data-x="Foo">3</li></ul><a href="/x.png" lang="en-us">l</a>';
    const counts = {
      li: 3, "ul > li": 3, "li.a": 1, "li:nth-child(2)": 1, "li:first-child": 1, "li:nth-of-type(2n+1)": 2, "li:not(.a)": 2,
      "[data-x]": 1, '[data-x="foo" i]': 1, 'a[href^="/"]': 1, 'a[href$=".png"]': 1, 'a[href*="x"]': 1, 'a[lang|="en"]': 1,
      'li[class~="a"]': 1, "*": 5, "#none": 0, LI: 3, "li, a": 4,
    };
    for (const [selector, expected] of Object.entries(counts)) {
      let count = 0;
      await rewrite(onElement(selector, () => { count++; }), html);
      equal(count, expected, selector);
    }
  },
  async "a rewriter works more than once"() {
    let count = 0;
    const rewriter = new HTMLRewriter().on("p", { element() { count++; } });
    await rewriter.transform(new Response("<p><p>")).text();
    await rewriter.transform(new Response("<p>")).text();
    equal(count, 3);
  },
  async "a charset is kept"() {
    const page = new Uint8Array([0x3c, 0x70, 0x3e, 0xe9, 0x3c, 0x2f, 0x70, 0x3e]);
    const bytes = async (type) => {
      const seen = [];
      const rewriter = new HTMLRewriter().on("p", { text(t) { if (t.text) { seen.push(t.text); t.after("\u00e9"); } } });
      const response = rewriter.transform(new Response(page, { headers: { "content-type": type } }));
      const written = [...new Uint8Array(await response.arrayBuffer())].slice(3, -4).join();
      return [seen.join(), written];
    };
    equal(await bytes("text/html"), ["\ufffd", "239,191,189,195,169"]);
    equal(await bytes("text/html; charset=iso-8859-1"), ["\u00e9", "233,233"]);
    equal(await bytes('text/html; charset="windows-1252"'), ["\u00e9", "233,233"]);
  },
});

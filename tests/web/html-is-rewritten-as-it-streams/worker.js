import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

const bytes = (text) => new TextEncoder().encode(text);

function inPieces(pieces) {
  return new ReadableStream({
    async start(controller) {
      for (const piece of pieces) {
        controller.enqueue(bytes(piece));
        await null;
      }
      controller.close();
    },
  });
}

const onDiv = (element, html = "<div>a</div>") => new HTMLRewriter().on("div", { element }).transform(new Response(html)).text();

export default checks({
  async "pieces are put together"() {
    const seen = [];
    const rewriter = new HTMLRewriter().on("div", { text(t) { seen.push([t.text, t.lastInTextNode].join()); } });
    const response = rewriter.transform(new Response(inPieces(["<di", "v>te", "xt", " mo", "re</d", "iv>"])));
    equal(await response.text(), "<div>text more</div>");
    equal(seen, ["te,false", "xt,false", " mo,false", "re,false", ",true"]);
  },
  async "nothing is read before somebody reads"() {
    let pulled = 0;
    let cancelled;
    const source = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(bytes("<p>x</p>"));
      },
      cancel(reason) { cancelled = String(reason); },
    }, { highWaterMark: 0 });
    const response = new HTMLRewriter().on("p", { element(e) { e.append("1"); } }).transform(new Response(source));
    const reader = response.body.getReader();
    equal(new TextDecoder().decode((await reader.read()).value), "<p>x1</p>");
    ok(pulled < 4, `${pulled} pieces were read for one`);
    await reader.cancel("enough");
    equal(cancelled, "Error: enough");
  },
  async "an error of the document is an error of the result"() {
    const failing = new ReadableStream({ pull(controller) { controller.error(new Error("broken")); } });
    await rejects(() => new HTMLRewriter().on("p", {}).transform(new Response(failing)).text(), "Error", "broken");
  },
  async "streams are content"() {
    equal(
      await onDiv((e) => { e.append(new Response("<s>&").body, { html: true }); e.prepend(inPieces(["<s", ">&"])); }),
      "<div>&lt;s&gt;&amp;a<s>&</div>",
    );
    equal(await onDiv((e) => { e.setInnerContent(new Response("<s>&"), { html: true }); }), "<div><s>&</div>");
    const around = (e) => { e.after(new Response("A")); e.before(new Response("B")); e.replace(new Response("R")); };
    equal(await onDiv(around), "BRA");
    equal(await onDiv((e) => { e.append(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } })); }), "<div>atext</div>");
    await rejects(
      () => onDiv((e) => { const used = new Response("u"); e.append(used); e.append(used); }),
      "TypeError",
      "The ReadableStream has been locked to a reader.",
    );
    const failing = new ReadableStream({ pull(controller) { controller.error(new Error("no content")); } });
    await rejects(() => onDiv((e) => { e.append(failing); }), "Error", "no content");
  },
  async "the rest of a response stays"() {
    const source = new Response("<p>x</p>", { status: 201, statusText: "Yo", headers: { "x-a": "1" } });
    const response = new HTMLRewriter().on("p", {}).transform(source);
    equal([response.status, response.statusText, response.headers.get("x-a"), response === source], [201, "Yo", "1", false]);
    equal([source.bodyUsed, response.bodyUsed, await response.text()], [true, false, "<p>x</p>"]);
    const empty = new Response(null, { status: 204 });
    ok(new HTMLRewriter().transform(empty) === empty);
    throws(() => new HTMLRewriter().transform(source), "TypeError", "The ReadableStream has been locked to a reader.");
  },
  async "an answer nobody reads does not hold the others up"() {
    for (let i = 0; i < 20; i++) {
      const response = new HTMLRewriter().on("p", { element: () => new Promise(() => {}) }).transform(new Response("<p>x</p>"));
      response.body.getReader().read().catch(() => {});
    }
    equal(await onDiv((e) => { e.append("!"); }), "<div>a!</div>");
  },
  async "a large document passes"() {
    const row = "<p class=row>some text in a row</p>\n";
    let count = 0;
    const rewriter = new HTMLRewriter().on("p.row", { element(e) { count++; e.setAttribute("n", count); } });
    const text = await rewriter.transform(new Response(row.repeat(5000))).text();
    equal([count, text.length, text.endsWith('<p class=row n="5000">some text in a row</p>\n')], [5000, text.length, true]);
  },
});

import { checks, equal, throws } from "../../assert.mjs";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a source dispatches, as lines. */
function listen(source) {
  const log = [];
  for (const type of ["open", "message", "error", "foo"]) {
    source.addEventListener(type, (event) => {
      const what = event instanceof MessageEvent ? ` ${JSON.stringify(event.data)} ${event.lastEventId}` : "";
      log.push(`${type}${what} ${source.readyState}`);
    });
  }
  return log;
}

async function parse(text) {
  const source = EventSource.from(new Response(text).body);
  const log = listen(source);
  equal([source.readyState, source.url, source.withCredentials], [1, "", false]);
  await wait(1);
  equal(source.readyState, 2);
  return log.filter((line) => !line.startsWith("error"));
}

/** Answers one response after the other, and remembers what was asked. */
function server(...answers) {
  const asked = [];
  return {
    asked,
    fetch(request) {
      asked.push([request.url, ...["accept", "cache-control", "last-event-id"].map((name) => request.headers.get(name))].join(" "));
      return Promise.resolve(answers.shift() ?? new Response("no more", { status: 404 }));
    },
  };
}

const stream = (text) => new Response(text, { headers: { "content-type": "text/event-stream" } });

export default checks({
  async "a stream is read line by line"() {
    equal(await parse("data: hi\n\nevent: foo\ndata: x\nid: 3\n\n"), ['message "hi"  1', 'foo "x" 3 1']);
    equal(await parse(": comment\nid: 7\nevent: foo\ndata: one\ndata: two\n\ndata:three\n\nid\ndata\n\nbogus: 1\ndata: last\n\n"), [
      'foo "one\\ntwo" 7 1', 'message "three" 7 1', 'message "last"  1',
    ]);
    equal(await parse("\ufeffdata: a\r\rdata: b\r\n\r\ndata:  c\n\ndata: unfinished\n"), ['message "a"  1', 'message "b"  1', 'message " c"  1']);
  },
  async "a connection that ends is made again"() {
    const fetcher = server(stream("id: 1\ndata: a\nretry: 3000\n\n"), stream("data: b\n\n"));
    const source = new EventSource("https://events.test/x", { fetcher });
    const log = listen(source);
    equal([source.readyState, source.url], [0, "https://events.test/x"]);
    await wait(100);
    equal(log, ["open 1", 'message "a" 1 1', "error 0"]);
    await wait(3000);
    equal(log.slice(3), ["open 1", 'message "b" 1 1', "error 0"]);
    await wait(3000);
    // The third answer is no stream: that is the end.
    equal([log.at(-1), source.readyState], ["error 2", 2]);
    equal(fetcher.asked, [
      "https://events.test/x text/event-stream no-cache ", "https://events.test/x text/event-stream no-cache 1",
      "https://events.test/x text/event-stream no-cache 1",
    ]);
  },
  async "what is no stream of events is the end"() {
    for (const answer of [new Response("x", { status: 404 }), new Response("data: x\n\n"), new Response(null, { status: 204 })]) {
      const source = new EventSource("https://events.test/", { fetcher: server(answer) });
      const log = listen(source);
      await wait(1);
      equal([log, source.readyState], [["error 2"], 2]);
    }
  },
  async "close is the end"() {
    const source = new EventSource("https://events.test/", { fetcher: server(stream("data: a\n\ndata: b\n\n")) });
    const log = listen(source);
    source.onmessage = () => source.close();
    await wait(5000);
    equal([log, source.readyState], [["open 1", 'message "a"  1'], 2]);
  },
  "arguments are checked"() {
    throws(() => new EventSource(), "TypeError", "Failed to construct 'EventSource': constructor parameter 1 is not of type 'string'.");
    throws(() => new EventSource("/rel"), "SyntaxError", "Cannot open an EventSource to '/rel'. The URL is invalid.");
    throws(
      () => new EventSource("https://a/", { withCredentials: true }),
      "NotSupportedError",
      "The init.withCredentials option is not supported. It must be false or undefined.",
    );
    throws(() => new EventSource("https://a/", 5), "TypeError", "Failed to construct 'EventSource': constructor parameter 2 is not of type 'EventSourceInit'.");
    throws(() => EventSource.from(5), "TypeError", "Failed to execute 'from' on 'EventSource': parameter 1 is not of type 'JsReadableStream'.");
    equal([EventSource.CONNECTING, EventSource.OPEN, EventSource.prototype.CLOSED], [0, 1, 2]);
  },
});

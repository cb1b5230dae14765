// The server that Workers of the suite fetch from; `tests/upstream.rs` is the same for edgeemu.
import { createServer } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";

const PLAIN = "the same words again and again. ".repeat(100);

const encoders = {
  gzip: () => gzipSync(PLAIN),
  "half-gzip": () => {
    const whole = gzipSync(PLAIN);
    return whole.subarray(0, whole.length / 2);
  },
  br: () => brotliCompressSync(PLAIN),
};

/** First part of the path -> what it does with the rest of it and the query. */
const paths = {
  async echo(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { method, url, headers } = request;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(parts).toString() }));
  },
  body(request, response) {
    const type = request.headers["content-type"];
    if (type) response.setHeader("content-type", type);
    response.flushHeaders();
    request.pipe(response);
  },
  status(_, response, { rest }) {
    response.writeHead(Number(rest)).end(`status ${rest}`);
  },
  redirect(_, response, { rest, query }) {
    response.writeHead(Number(rest), { location: query }).end("go there");
  },
  encoded(_, response, { rest }) {
    response.setHeader("content-encoding", rest.replace("half-", ""));
    response.end(encoders[rest]?.() ?? PLAIN);
  },
  headers(_, response, { query }) {
    for (const pair of query.split("&")) {
      const [name, value] = pair.split(/=(.*)/s);
      response.appendHeader(name, value);
    }
    response.end("with headers");
  },
  chunks(_, response, { rest }) {
    for (let index = 0; index < Number(rest); index++) response.write(`${index},`);
    response.end();
  },
  large(_, response, { rest }) {
    response.setHeader("content-length", rest);
    response.end("x".repeat(Number(rest)));
  },
  cut(_, response) {
    response.setHeader("content-length", "100");
    response.write("the beginning", () => setImmediate(() => response.destroy()));
  },
  never() {},
};

/** Starts it; gives its address. It does not keep the program running. */
export async function serveUpstream() {
  const server = createServer((request, response) => {
    const [path, query = ""] = request.url.split(/\?(.*)/s);
    const [, first, ...rest] = path.split("/");
    const act = Object.hasOwn(paths, first) ? paths[first] : (_, response) => response.writeHead(404).end("no such path");
    act(request, response, { rest: rest.join("/"), query });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}

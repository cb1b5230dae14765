import { WorkerEntrypoint } from "cloudflare:workers";

const encoder = new TextEncoder();

export default class extends WorkerEntrypoint {
  async readAll(stream) {
    return [stream.constructor.name, await new Response(stream).text()];
  }
  async writeTo(stream) {
    const writer = stream.getWriter();
    await writer.write(encoder.encode("hello "));
    await writer.write(encoder.encode("there"));
    await writer.close();
    return "done";
  }
  bytes(count) {
    let left = count;
    return new ReadableStream({
      type: "bytes",
      pull(controller) {
        if (left-- === 0) return controller.close(), controller.byobRequest?.respond(0);
        controller.enqueue(new Uint8Array(1000).fill(left));
      },
    });
  }
  text() {
    return new ReadableStream({
      start(controller) {
        controller.enqueue("as UTF-8: ü");
        controller.close();
      },
    });
  }
  objects() {
    return new ReadableStream({
      start(controller) {
        controller.enqueue({ a: 1 });
        controller.close();
      },
    });
  }
  failing() {
    return new ReadableStream({
      type: "bytes",
      pull(controller) {
        controller.error(new TypeError("broken"));
      },
    });
  }
  response() {
    return new Response("the body", { status: 201, statusText: "Made", headers: { "x-a": "1" } });
  }
  async readResponse(response) {
    return [response.status, response.statusText, [...response.headers].join("|"), await response.text()];
  }
  async readRequest(request) {
    const { method, url, headers, redirect, cf } = request;
    return [method, url, [...headers].join("|"), await request.text(), redirect, cf];
  }
  request() {
    return new Request("http://y/z", { method: "POST", body: "sent", headers: { q: "1" } });
  }
  change(headers) {
    headers.set("n", "1");
    return headers;
  }
  both() {
    return { stream: this.bytes(1), f: () => "f" };
  }
}

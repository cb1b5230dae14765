// node:stream/consumers: everything in a stream at once.

async function chunksOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  return chunks;
}

async function blob(stream) {
  return new Blob(await chunksOf(stream));
}

async function arrayBuffer(stream) {
  return (await blob(stream)).arrayBuffer();
}

async function buffer(stream) {
  return require("buffer").Buffer.from(await arrayBuffer(stream));
}

async function text(stream) {
  const decoder = new TextDecoder();
  let all = "";
  for await (const chunk of stream) all += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return all + decoder.decode();
}

const json = async (stream) => JSON.parse(await text(stream));

module.exports = { arrayBuffer, blob, buffer, json, text };

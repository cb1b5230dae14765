// crypto: PEM and the little of DER that keys and signatures need.

/** The blocks of a PEM text: label and bytes. */
function pemBlocks(text) {
  const blocks = [];
  for (const [, label, body] of text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)) {
    blocks.push({ label, isEncrypted: body.includes("ENCRYPTED"), bytes: Uint8Array.fromBase64(body.replace(/^[\w-]+:.*$/gm, "").replace(/\s+/g, "")) });
  }
  return blocks;
}

function toPem(label, bytes) {
  return `-----BEGIN ${label}-----\n${bytes.toBase64().replace(/(.{64})(?=.)/g, "$1\n")}\n-----END ${label}-----\n`;
}

/** One element: its tag and content, and where the next one begins. */
function read(bytes, at = 0) {
  const tag = bytes[at];
  let length = bytes[at + 1];
  let start = at + 2;
  if (length & 0x80) {
    const count = length & 0x7f;
    length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + bytes[start++];
  }
  if (tag === undefined || start + length > bytes.length) throw new Error("bad DER");
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length), next: start + length };
}

function children(bytes) {
  const list = [];
  for (let at = 0; at < bytes.length;) {
    const one = read(bytes, at);
    list.push(one);
    at = one.next;
  }
  return list;
}

function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function element(tag, ...parts) {
  const content = concat(...parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return concat(Uint8Array.of(tag, ...head), content);
}

const sequence = (...parts) => element(0x30, ...parts);
const octets = (bytes) => element(0x04, bytes);

function integer(bytes) {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return element(0x02, short[0] & 0x80 ? concat(Uint8Array.of(0), short) : short);
}

const OID = {
  rsa: Uint8Array.fromHex("06092a864886f70d010101"),
  ec: Uint8Array.fromHex("06072a8648ce3d0201"),
};
const NULL = Uint8Array.of(5, 0);
const VERSION = Uint8Array.of(2, 1, 0);

/** Key types by the object identifiers of their algorithms. */
const TYPES = {
  "2a864886f70d010101": "rsa",
  "2a864886f70d01010a": "rsa-pss",
  "2a8648ce3d0201": "ec",
  "2b6570": "ed25519",
  "2b656e": "x25519",
};
const CURVES = { "2a8648ce3d030107": "P-256", "2b81040022": "P-384", "2b81040023": "P-521" };

/** What kind of key a PKCS#8 or SPKI structure holds. */
function kindOf(der) {
  const parts = children(read(der).content);
  const algorithm = children((parts[0].tag === 0x02 ? parts[1] : parts[0]).content);
  const type = TYPES[algorithm[0].content.toHex()];
  return { type, curve: type === "ec" ? CURVES[algorithm[1]?.content.toHex()] : undefined };
}

const pkcs1ToPkcs8 = (der) => sequence(VERSION, sequence(OID.rsa, NULL), octets(der));
const pkcs1ToSpki = (der) => sequence(sequence(OID.rsa, NULL), element(0x03, Uint8Array.of(0), der));

/** An EC key in the form of SEC 1, with its curve inside, as PKCS#8. */
function sec1ToPkcs8(der) {
  const curve = children(read(der).content).find((one) => one.tag === 0xa0);
  return sequence(VERSION, sequence(OID.ec, curve.content), octets(der));
}

const innerOfPkcs8 = (der) => children(read(der).content)[2].content;
const innerOfSpki = (der) => children(read(der).content)[1].content.subarray(1);

/** Signatures of elliptic curves: two numbers side by side, or as DER. */
function toDerSignature(raw) {
  const half = raw.length / 2;
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}

function fromDerSignature(der, size) {
  const raw = new Uint8Array(size * 2);
  children(read(der).content).forEach(({ content }, at) => {
    const short = content[0] === 0 ? content.subarray(1) : content;
    raw.set(short, size * (at + 1) - short.length);
  });
  return raw;
}

module.exports = { fromDerSignature, innerOfPkcs8, innerOfSpki, kindOf, pemBlocks, pkcs1ToPkcs8, pkcs1ToSpki, sec1ToPkcs8, toDerSignature, toPem };

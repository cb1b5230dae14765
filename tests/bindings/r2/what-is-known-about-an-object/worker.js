import { checks, equal, ok, throws } from "../../../assert.mjs";

const MD5 = "2063c1608d6e0baf80249c42e2be5804";
const KEYS = [
  "ssecKeyMd5", "storageClass", "range", "customMetadata", "httpMetadata", "uploaded", "checksums", "httpEtag", "etag",
  "size", "version", "key",
];

export default checks({
  async "of put, head and get"({ R2 }) {
    const put = await R2.put("k", "value");
    equal([put.key, put.size, put.etag, put.httpEtag, put.range], ["k", 5, MD5, `"${MD5}"`, undefined]);
    ok(/^[0-9a-f]{32}$/.test(put.version), put.version);
    ok(put.uploaded instanceof Date && put.uploaded === put.uploaded);
    equal(put.storageClass, "Standard");
    equal(Object.keys(put), KEYS);
    equal(JSON.stringify(put.checksums), `{"md5":"${MD5}"}`);
    ok(put.checksums.md5 instanceof ArrayBuffer && put.checksums.md5.byteLength === 16);
    const head = await R2.head("k");
    equal([head.version, head.uploaded.getTime()], [put.version, put.uploaded.getTime()]);
    equal(head.range, { offset: 0, length: 5, suffix: undefined });
    equal("body" in head, false);
    const got = await R2.get("k");
    equal(["body" in got, got.size, got.version], [true, 5, put.version]);
  },
  async "classes are production's"({ R2 }) {
    const put = await R2.put("k", "value");
    const got = await R2.get("k");
    const upload = await R2.createMultipartUpload("m");
    const names = [R2, put, got, got.checksums, upload].map((value) => value.constructor.name);
    equal(names, ["R2Bucket", "HeadResult", "GetResult", "Checksums", "R2MultipartUpload"]);
    equal(Object.prototype.toString.call(R2), "[object R2Bucket]");
    equal([typeof R2Bucket, typeof HeadResult], ["undefined", "undefined"]);
    ok(got instanceof put.constructor);
    throws(() => new R2.constructor(), "TypeError", "Illegal constructor");
    throws(() => structuredClone(R2), "DataCloneError", "An R2 bucket binding cannot be serialized.");
    throws(
      () => structuredClone(put),
      "DataCloneError",
      "R2 resources can only be serialized for RPC.",
    );
    equal([Object.keys(upload), upload.key, upload.uploadId.length], [["uploadId", "key"], "m", 171]);
  },
  async "it cannot be changed"({ R2 }) {
    const put = await R2.put("k", "value");
    throws(() => {
      put.key = "x";
    }, "TypeError");
  },
  async "metadata for headers"({ R2 }) {
    const httpMetadata = {
      contentType: "a/b", contentLanguage: "en", contentDisposition: "inline", contentEncoding: "identity",
      cacheControl: "no-store", cacheExpiry: new Date(1_000_000_000_000),
    };
    await R2.put("h", "v", { httpMetadata });
    const head = await R2.head("h");
    equal(head.httpMetadata.cacheExpiry.getTime(), 1_000_000_000_000);
    const headers = new Headers();
    head.writeHttpMetadata(headers);
    equal([...headers], [
      ["cache-control", "no-store"], ["content-disposition", "inline"], ["content-encoding", "identity"],
      ["content-language", "en"], ["content-type", "a/b"], ["expires", "Sun, 09 Sep 2001 01:46:40 GMT"],
    ]);
    throws(
      () => head.writeHttpMetadata({}),
      "TypeError",
      "Failed to execute 'writeHttpMetadata' on 'HeadResult': parameter 1 is not of type 'Headers'.",
    );
  },
  async "metadata from headers"({ R2 }) {
    const headers = new Headers({ "content-type": "text/html", expires: "garbage", "x-other": "y" });
    await R2.put("h", "v", { httpMetadata: headers });
    const { httpMetadata } = await R2.head("h");
    equal([httpMetadata.contentType, httpMetadata.cacheExpiry.getTime()], ["text/html", 0]);
    equal(Object.keys(httpMetadata).length, 6);
  },
  async "metadata of one's own becomes text"({ R2 }) {
    const object = await R2.put("c", "v", { customMetadata: { a: 1, b: null, c: undefined, d: [1, 2] } });
    equal(object.customMetadata, { a: "1", b: "null", c: "undefined", d: "1,2" });
    equal((await R2.head("c")).customMetadata, object.customMetadata);
    await R2.put("c", "v");
    equal((await R2.head("c")).customMetadata, {});
  },
  async "checksums that were asked for"({ R2 }) {
    const sha1 = "f32b67c7e26342af42efabc674d441dca0a281c5";
    await R2.put("s", "value", { sha1 });
    equal(JSON.stringify((await R2.head("s")).checksums), `{"md5":"${MD5}","sha1":"${sha1}"}`);
  },
});

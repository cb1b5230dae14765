import { checks, equal, rejects } from "../../../assert.mjs";

const FIVE_MIB = 5 << 20;
const GONE = "The specified multipart upload does not exist. (10024)";
const INTERNAL = "We encountered an internal error. Please try again. (10001)";
const big = () => new Uint8Array(FIVE_MIB).fill(97);

export default checks({
  async "when they are complete"({ R2 }) {
    const options = { httpMetadata: { contentType: "x/y" }, customMetadata: { a: "b" }, storageClass: "InfrequentAccess" };
    const upload = await R2.createMultipartUpload("m", options);
    const second = await upload.uploadPart(2, "bbbbbbbbbb");
    const first = await R2.resumeMultipartUpload("m", upload.uploadId).uploadPart(1, big());
    equal([Object.keys(first), first.partNumber, typeof first.etag], [["partNumber", "etag"], 1, "string"]);
    equal([await R2.head("m"), (await R2.list()).objects.length], [null, 0]);
    const object = await upload.complete([first, second]);
    equal([object.size, object.etag, object.range], [5242890, "8b0be7847da5564ae08e97af63b60885-2", undefined]);
    equal([object.customMetadata, object.httpMetadata.contentType], [{ a: "b" }, "x/y"]);
    equal([JSON.stringify(object.checksums), object.storageClass], ["{}", "InfrequentAccess"]);
    equal(await (await R2.get("m", { range: { offset: FIVE_MIB - 3, length: 6 } })).text(), "aaabbb");
    await rejects(() => upload.complete([first, second]), "Error", `completeMultipartUpload: ${GONE}`);
    await rejects(() => upload.uploadPart(3, "x"), "Error", `uploadPart: ${GONE}`);
    equal(await upload.abort(), undefined);
    equal((await R2.head("m")).size, 5242890);
  },
  async "of every kind of value but nothing"({ R2 }) {
    const upload = await R2.createMultipartUpload("v");
    for (const value of ["text", new Uint8Array(3), new Blob(["x"]), new Response("r").body]) {
      equal((await upload.uploadPart(1, value)).partNumber, 1);
    }
    const message = "Failed to execute 'uploadPart' on 'R2MultipartUpload': parameter 2 is not of type 'JsReadableStream " +
      "or ArrayBuffer or ArrayBufferView or string or Blob'.";
    for (const value of [null, undefined, 5, {}]) await rejects(() => upload.uploadPart(1, value), "TypeError", message);
    const number = (value, shown) =>
      rejects(
        () => upload.uploadPart(value, "x"),
        "TypeError",
        `Part number must be between 1 and 10000 (inclusive). Actual value was: ${shown}`,
      );
    for (const [value, shown] of [[0, 0], [-1, -1], [10001, 10001], [NaN, 0], [undefined, 0], ["x", 0]]) {
      await number(value, shown);
    }
    equal((await upload.uploadPart(1.5, "x")).partNumber, 1);
  },
  async "or are refused"({ R2 }) {
    const upload = await R2.createMultipartUpload("b");
    const [a, b] = [await upload.uploadPart(1, big()), await upload.uploadPart(2, new Uint8Array(FIVE_MIB + 1))];
    const c = await upload.uploadPart(3, "small");
    const refused = (parts, name, message) => rejects(() => upload.complete(parts), name, message);
    const failed = (parts, message) => refused(parts, "Error", `completeMultipartUpload: ${message}`);
    await failed([a, b, c], "There was a problem with the multipart upload. (10048)");
    await failed([b, a], "There was a problem with the multipart upload. (10048)");
    await failed([c, a], "Your proposed upload is smaller than the minimum allowed object size. (10011)");
    await failed([a, a], INTERNAL);
    const missing = "One or more of the specified parts could not be found. (10025)";
    await failed([{ partNumber: 1, etag: "x" }], missing);
    await failed([{ partNumber: 9, etag: a.etag }], missing);
    await failed([{ partNumber: 1 }], missing);
    await refused([{}], "TypeError", "Part number must be between 1 and 10000 (inclusive). Actual value was: 0");
    const element = "Incorrect type for array element 0: the provided value is not of type 'UploadedPart'.";
    await refused([5], "TypeError", element);
    const list = "Failed to execute 'complete' on 'R2MultipartUpload': parameter 1 is not of type 'Array'.";
    await refused(undefined, "TypeError", list);
    equal((await upload.complete([{ partNumber: "1", etag: a.etag }])).size, FIVE_MIB);
  },
  async "an upload that is not there"({ R2 }) {
    const upload = await R2.createMultipartUpload("a");
    for (const other of [R2.resumeMultipartUpload("other", upload.uploadId), R2.resumeMultipartUpload("a", "nope")]) {
      await rejects(() => other.uploadPart(1, "x"), "Error", `uploadPart: ${GONE}`);
      await rejects(() => other.complete([]), "Error", `completeMultipartUpload: ${INTERNAL}`);
      await rejects(() => other.abort(), "Error", `abortMultipartUpload: ${INTERNAL}`);
    }
    equal([await upload.abort(), await upload.abort()], [undefined, undefined]);
    await rejects(() => upload.uploadPart(1, "x"), "Error", `uploadPart: ${GONE}`);
  },
  async "no parts are an empty object"({ R2 }) {
    const object = await (await R2.createMultipartUpload("none")).complete([]);
    equal([object.size, object.etag], [0, "d41d8cd98f00b204e9800998ecf8427e-0"]);
    equal(await (await R2.get("none")).text(), "");
  },
  async "what is put meanwhile is replaced"({ R2 }) {
    const upload = await R2.createMultipartUpload("r");
    const part = await upload.uploadPart(1, "multi");
    await R2.put("r", "put");
    equal(await (await R2.get("r")).text(), "put");
    await upload.complete([part]);
    equal(await (await R2.get("r")).text(), "multi");
  },
});

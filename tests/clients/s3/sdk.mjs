// A round through the S3 API with the SDK of AWS: `node sdk.mjs <endpoint> <key id> <secret>`. The bucket `files` is
// declared; it is empty at the start and at the end. Prints a line for each step that went well.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const [endpoint, accessKeyId, secretAccessKey] = process.argv.slice(2);
const credentials = { accessKeyId, secretAccessKey };
const client = new S3Client({ region: "auto", endpoint, forcePathStyle: true, credentials, maxAttempts: 1 });
const Bucket = "files";
const send = (command) => client.send(command);
const PART = 5 * 1024 * 1024;

/** The name and the status of the error that a promise rejects with. */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return [error.name, error.$metadata?.httpStatusCode];
  }
  return "nothing was refused";
}

const steps = {
  async "an object comes back with what was said about it"() {
    const Key = "dir/ein Schlüssel+&=.txt";
    const put = await send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: "hello",
        ContentType: "text/plain; charset=utf-8",
        CacheControl: "max-age=60",
        ContentDisposition: "attachment",
        ContentLanguage: "de",
        Expires: new Date("2030-01-01T00:00:00Z"),
        Metadata: { owner: "ada", empty: "" },
      }),
    );
    assert.equal(put.ETag, '"5d41402abc4b2a76b9719d911017c592"');
    assert.equal(put.ChecksumCRC32, "NhCmhg==");
    const got = await send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    assert.equal(await got.Body.transformToString(), "hello");
    assert.equal(got.ContentType, "text/plain; charset=utf-8");
    assert.equal(got.CacheControl, "max-age=60");
    assert.equal(got.ContentDisposition, "attachment");
    assert.equal(got.ContentLanguage, "de");
    assert.equal(got.ExpiresString, "Tue, 01 Jan 2030 00:00:00 GMT");
    assert.deepEqual(got.Metadata, { owner: "ada", empty: "" });
    assert.equal(got.ChecksumCRC32, "NhCmhg==");
    assert.equal(got.AcceptRanges, "bytes");
    const head = await send(new HeadObjectCommand({ Bucket, Key }));
    assert.equal(head.ContentLength, 5);
    assert.equal(head.ETag, put.ETag);
    assert.ok(head.LastModified instanceof Date);
    await send(new DeleteObjectCommand({ Bucket, Key }));
    assert.deepEqual(await refusal(send(new GetObjectCommand({ Bucket, Key }))), ["NoSuchKey", 404]);
    assert.deepEqual(await refusal(send(new HeadObjectCommand({ Bucket, Key }))), ["NotFound", 404]);
  },

  async "a body without a type, and an empty one"() {
    await send(new PutObjectCommand({ Bucket, Key: "empty", Body: "" }));
    const got = await send(new GetObjectCommand({ Bucket, Key: "empty" }));
    assert.equal(await got.Body.transformToString(), "");
    assert.equal(got.ContentType, "application/octet-stream");
    assert.equal(got.ETag, '"d41d8cd98f00b204e9800998ecf8427e"');
    await send(new DeleteObjectCommand({ Bucket, Key: "empty" }));
  },

  async "a stream comes in pieces with its checksum after them"() {
    const bytes = randomBytes(300_000);
    for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
      const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
      const put = { Bucket, Key: "stream", Body, ContentLength: bytes.length, ChecksumAlgorithm };
      await send(new PutObjectCommand(put));
      const got = await send(new GetObjectCommand({ Bucket, Key: "stream", ChecksumMode: "ENABLED" }));
      assert.deepEqual(Buffer.from(await got.Body.transformToByteArray()), bytes);
      assert.equal(got.ETag, `"${createHash("md5").update(bytes).digest("hex")}"`);
      assert.ok(got[`Checksum${ChecksumAlgorithm}`], `${ChecksumAlgorithm} is shown`);
      assert.equal(got.ContentEncoding, undefined);
    }
    await send(new DeleteObjectCommand({ Bucket, Key: "stream" }));
  },

  async "wrong checksums are refused, and nothing is written"() {
    const put = (more) => refusal(send(new PutObjectCommand({ Bucket, Key: "wrong", Body: "hello", ...more })));
    const md5 = createHash("md5").update("other").digest("base64");
    assert.deepEqual(await put({ ContentMD5: md5 }), ["BadDigest", 400]);
    assert.deepEqual(await put({ ContentMD5: "AAAA" }), ["InvalidDigest", 400]);
    assert.deepEqual(await put({ ChecksumCRC32: "AAAAAA==" }), ["BadDigest", 400]);
    const sha256 = createHash("sha256").update("other").digest("base64");
    assert.deepEqual(await put({ ChecksumSHA256: sha256 }), ["BadDigest", 400]);
    assert.deepEqual(await refusal(send(new HeadObjectCommand({ Bucket, Key: "wrong" }))), ["NotFound", 404]);
  },

  async "ranges"() {
    await send(new PutObjectCommand({ Bucket, Key: "range", Body: "0123456789" }));
    const get = async (Range) => {
      const got = await send(new GetObjectCommand({ Bucket, Key: "range", Range }));
      return [await got.Body.transformToString(), got.ContentRange, got.$metadata.httpStatusCode];
    };
    assert.deepEqual(await get("bytes=2-4"), ["234", "bytes 2-4/10", 206]);
    assert.deepEqual(await get("bytes=7-"), ["789", "bytes 7-9/10", 206]);
    assert.deepEqual(await get("bytes=-3"), ["789", "bytes 7-9/10", 206]);
    assert.deepEqual(await get("bytes=8-99"), ["89", "bytes 8-9/10", 206]);
    assert.deepEqual(await refusal(get("bytes=10-")), ["InvalidRange", 416]);
    assert.deepEqual(await refusal(get("bytes=-0")), ["InvalidRange", 416]);
    assert.deepEqual(await refusal(get("bytes=5-2")), ["InvalidArgument", 400]);
    assert.deepEqual(await refusal(get("bytes=0-1,4-5")), ["InvalidArgument", 400]);
    await send(new DeleteObjectCommand({ Bucket, Key: "range" }));
  },

  async "conditions"() {
    const Key = "condition";
    const { ETag } = await send(new PutObjectCommand({ Bucket, Key, Body: "one" }));
    const get = (more) => refusal(send(new GetObjectCommand({ Bucket, Key, ...more })));
    const put = (more) => refusal(send(new PutObjectCommand({ Bucket, Key, Body: "two", ...more })));
    assert.deepEqual((await get({ IfNoneMatch: ETag }))[1], 304);
    assert.deepEqual((await get({ IfModifiedSince: new Date("2999-01-01") }))[1], 304);
    assert.deepEqual(await get({ IfMatch: '"other"' }), ["PreconditionFailed", 412]);
    assert.deepEqual(await get({ IfUnmodifiedSince: new Date("2000-01-01") }), ["PreconditionFailed", 412]);
    assert.equal(await get({ IfMatch: ETag, IfUnmodifiedSince: new Date("2000-01-01") }), "nothing was refused");
    assert.deepEqual(await put({ IfNoneMatch: "*" }), ["PreconditionFailed", 412]);
    assert.deepEqual(await put({ IfMatch: '"other"' }), ["PreconditionFailed", 412]);
    assert.equal(await put({ IfMatch: ETag }), "nothing was refused");
    await send(new DeleteObjectCommand({ Bucket, Key }));
  },

  async "listings in both versions"() {
    const keys = ["a/1", "a/2", "b/1", "c d&<>", "e"];
    for (const Key of keys) await send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const all = await send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(all.Contents.map(({ Key }) => Key), keys);
    assert.deepEqual([all.KeyCount, all.IsTruncated, all.MaxKeys, all.Name], [5, false, 1000, Bucket]);
    assert.equal(all.Contents[0].Size, 3);
    const folders = await send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
    assert.deepEqual(folders.CommonPrefixes.map(({ Prefix }) => Prefix), ["a/", "b/"]);
    assert.deepEqual(folders.Contents.map(({ Key }) => Key), ["c d&<>", "e"]);
    const encoded = await send(new ListObjectsV2Command({ Bucket, Prefix: "c", EncodingType: "url" }));
    assert.deepEqual([encoded.Contents[0].Key, encoded.EncodingType], ["c%20d%26%3C%3E", "url"]);
    const paged = [];
    let ContinuationToken;
    do {
      const page = await send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
      paged.push(...page.Contents.map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    assert.deepEqual(paged, keys);
    const old = [];
    let Marker;
    do {
      const page = await send(new ListObjectsCommand({ Bucket, MaxKeys: 1, Delimiter: "/", Marker }));
      old.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix), ...(page.Contents ?? []).map(({ Key }) => Key));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    assert.deepEqual(old, ["a/", "b/", "c d&<>", "e"]);
    const after = await send(new ListObjectsV2Command({ Bucket, StartAfter: "b/1" }));
    assert.equal(after.KeyCount, 2);
    const none = await send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    assert.deepEqual([none.KeyCount, none.IsTruncated], [0, true]);
    const Objects = [...keys, "never"].map((Key) => ({ Key }));
    const deleted = await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    assert.equal(deleted.Deleted.length, 6);
    assert.equal((await send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
  },

  async "copies"() {
    await send(new PutObjectCommand({ Bucket, Key: "von ü", Body: "copy me", ContentType: "text/a", Metadata: { a: "1" } }));
    const CopySource = `${Bucket}/${encodeURIComponent("von ü")}`;
    const copied = await send(new CopyObjectCommand({ Bucket, Key: "to", CopySource }));
    assert.match(copied.CopyObjectResult.ETag, /^"[0-9a-f]{32}"$/);
    const to = await send(new HeadObjectCommand({ Bucket, Key: "to" }));
    assert.deepEqual([to.ContentType, to.Metadata], ["text/a", { a: "1" }]);
    const replacing = { MetadataDirective: "REPLACE", ContentType: "text/b", Metadata: { b: "2" } };
    await send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/to`, ...replacing }));
    const replaced = await send(new GetObjectCommand({ Bucket, Key: "to" }));
    assert.deepEqual([replaced.ContentType, replaced.Metadata], ["text/b", { b: "2" }]);
    assert.equal(await replaced.Body.transformToString(), "copy me");
    const copy = (more) => refusal(send(new CopyObjectCommand({ Bucket, Key: "x", CopySource, ...more })));
    assert.deepEqual(await copy({ CopySourceIfMatch: '"other"' }), ["PreconditionFailed", 412]);
    assert.deepEqual(await copy({ CopySource: `${Bucket}/never` }), ["NoSuchKey", 404]);
    assert.deepEqual(await copy({ CopySource: "nowhere/key" }), ["NoSuchBucket", 404]);
    await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "von ü" }, { Key: "to" }] } }));
  },

  async "an object in parts"() {
    const Key = "parts";
    const { UploadId } = await send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "x/y" }));
    const bodies = [randomBytes(PART), randomBytes(PART), Buffer.from("the end")];
    const Parts = [];
    for (const number of [2, 1, 3]) {
      const part = { Bucket, Key, UploadId, PartNumber: number, Body: bodies[number - 1] };
      const { ETag } = await send(new UploadPartCommand(part));
      Parts.push({ PartNumber: number, ETag });
    }
    Parts.sort((one, other) => one.PartNumber - other.PartNumber);
    const listed = await send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
    assert.deepEqual(listed.Parts.map((part) => [part.PartNumber, part.ETag, part.Size]), [
      [1, Parts[0].ETag, PART],
      [2, Parts[1].ETag, PART],
    ]);
    assert.deepEqual([listed.IsTruncated, listed.NextPartNumberMarker], [true, "2"]);
    const uploads = await send(new ListMultipartUploadsCommand({ Bucket }));
    assert.deepEqual(uploads.Uploads.map((upload) => [upload.Key, upload.UploadId]), [[Key, UploadId]]);
    const wrong = [{ PartNumber: 1, ETag: '"nothing"' }];
    const complete = (Parts) => send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    assert.deepEqual(await refusal(complete(wrong)), ["InvalidPart", 400]);
    const completed = await complete(Parts);
    const md5 = (bytes) => createHash("md5").update(bytes).digest();
    assert.equal(completed.ETag, `"${md5(Buffer.concat(bodies.map(md5))).toString("hex")}-3"`);
    const got = await send(new GetObjectCommand({ Bucket, Key }));
    assert.deepEqual(Buffer.from(await got.Body.transformToByteArray()), Buffer.concat(bodies));
    assert.equal(got.ContentType, "x/y");
    const across = await send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${PART - 2}-${PART + 1}` }));
    assert.deepEqual(
      Buffer.from(await across.Body.transformToByteArray()),
      Buffer.concat(bodies).subarray(PART - 2, PART + 2),
    );
    assert.deepEqual(await refusal(complete(Parts)), ["NoSuchUpload", 404]);
  },

  async "parts that are copies"() {
    const Key = "copied parts";
    const { UploadId } = await send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const Parts = [];
    for (const [index, CopySourceRange] of [`bytes=0-${PART - 1}`, "bytes=0-9"].entries()) {
      const PartNumber = index + 1;
      const part = { Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/parts`, CopySourceRange };
      const { CopyPartResult } = await send(new UploadPartCopyCommand(part));
      Parts.push({ PartNumber, ETag: CopyPartResult.ETag });
    }
    await send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    const head = await send(new HeadObjectCommand({ Bucket, Key }));
    assert.equal(head.ContentLength, PART + 10);
    await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key: "parts" }] } }));
  },

  async "uploads that are aborted, unknown, or too small"() {
    const Key = "aborted";
    const { UploadId } = await send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const upload = (PartNumber, id = UploadId) =>
      send(new UploadPartCommand({ Bucket, Key, UploadId: id, PartNumber, Body: `part ${PartNumber}` }));
    const Parts = [];
    for (const PartNumber of [1, 2]) Parts.push({ PartNumber, ETag: (await upload(PartNumber)).ETag });
    const complete = (Parts, id = UploadId) =>
      refusal(send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId: id, MultipartUpload: { Parts } })));
    assert.deepEqual(await complete(Parts), ["EntityTooSmall", 400]);
    assert.deepEqual(await complete(Parts, "unknown"), ["NoSuchUpload", 404]);
    assert.deepEqual(await complete([]), ["MalformedXML", 400]);
    assert.deepEqual(await refusal(upload(0)), ["InvalidArgument", 400]);
    assert.deepEqual(await refusal(upload(1, "unknown")), ["NoSuchUpload", 404]);
    const abort = (id) => send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: id }));
    await abort(UploadId);
    await abort(UploadId);
    assert.deepEqual(await refusal(abort("unknown")), ["NoSuchUpload", 404]);
    assert.deepEqual(await refusal(upload(1)), ["NoSuchUpload", 404]);
    assert.equal((await send(new ListMultipartUploadsCommand({ Bucket }))).Uploads, undefined);
  },

  async "the SDK's own uploader"() {
    const bytes = randomBytes(2 * PART + 12_345);
    const params = { Bucket, Key: "managed", Body: Readable.from([bytes]) };
    await new Upload({ client, params, partSize: PART, queueSize: 3 }).done();
    const got = await send(new GetObjectCommand({ Bucket, Key: "managed" }));
    assert.deepEqual(Buffer.from(await got.Body.transformToByteArray()), bytes);
    await send(new DeleteObjectCommand({ Bucket, Key: "managed" }));
  },

  async "signed URLs"() {
    const Key = "signed/a b.txt";
    const put = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType: "text/plain" }), {
      expiresIn: 60,
      signableHeaders: new Set(["content-type"]),
    });
    const headers = { "content-type": "text/plain" };
    assert.equal((await fetch(put, { method: "PUT", headers, body: "by URL" })).status, 200);
    const other = await fetch(put, { method: "PUT", headers: { "content-type": "text/html" }, body: "x" });
    assert.equal(other.status, 403);
    assert.match(await other.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
    const ResponseContentDisposition = 'attachment; filename="c.txt"';
    const get = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key, ResponseContentDisposition }), { expiresIn: 60 });
    const got = await fetch(get);
    assert.deepEqual([got.status, await got.text()], [200, "by URL"]);
    assert.equal(got.headers.get("content-disposition"), ResponseContentDisposition);
    assert.equal((await fetch(get, { method: "DELETE" })).status, 403);
    assert.equal((await fetch(get.replace("a%20b", "other"))).status, 403);
    await send(new DeleteObjectCommand({ Bucket, Key }));
  },

  async "keys that are wrong"() {
    const as = (credentials) => new S3Client({ region: "auto", endpoint, forcePathStyle: true, credentials, maxAttempts: 1 });
    const list = (client) => refusal(client.send(new ListObjectsV2Command({ Bucket })));
    assert.deepEqual(await list(as({ accessKeyId, secretAccessKey: "wrong" })), ["SignatureDoesNotMatch", 403]);
    assert.deepEqual(await list(as({ accessKeyId: "wrong", secretAccessKey })), ["Unauthorized", 401]);
    assert.equal((await fetch(`${endpoint}/${Bucket}/key`)).status, 400);
  },

  async "buckets"() {
    const { Buckets } = await send(new ListBucketsCommand({}));
    assert.ok(Buckets.some(({ Name }) => Name === Bucket));
    await send(new HeadBucketCommand({ Bucket }));
    assert.equal((await send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, "auto");
    assert.deepEqual(await refusal(send(new HeadBucketCommand({ Bucket: "nowhere" }))), ["NotFound", 404]);
    const made = { Bucket: "made" };
    await send(new CreateBucketCommand(made));
    assert.deepEqual(await refusal(send(new CreateBucketCommand(made))), ["BucketAlreadyOwnedByYou", 409]);
    await send(new PutObjectCommand({ ...made, Key: "k", Body: "v" }));
    assert.deepEqual(await refusal(send(new DeleteBucketCommand(made))), ["BucketNotEmpty", 409]);
    await send(new DeleteObjectCommand({ ...made, Key: "k" }));
    await send(new DeleteBucketCommand(made));
    assert.deepEqual(await refusal(send(new ListObjectsV2Command(made))), ["NoSuchBucket", 404]);
    assert.deepEqual(await refusal(send(new CreateBucketCommand({ Bucket: "Not_A_Name" }))), ["InvalidBucketName", 400]);
  },

  async "rules for pages of other origins"() {
    assert.deepEqual(await refusal(send(new GetBucketCorsCommand({ Bucket }))), ["NoSuchCORSConfiguration", 404]);
    const rule = {
      AllowedOrigins: ["http://localhost:3000"],
      AllowedMethods: ["GET", "PUT"],
      AllowedHeaders: ["content-type", "x-amz-*"],
      ExposeHeaders: ["ETag"],
      MaxAgeSeconds: 600,
    };
    await send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
    assert.deepEqual((await send(new GetBucketCorsCommand({ Bucket }))).CORSRules, [rule]);
    const ask = (origin, method, names) =>
      fetch(`${endpoint}/${Bucket}/key`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": method, "access-control-request-headers": names },
      });
    const yes = await ask("http://localhost:3000", "PUT", "content-type, x-amz-date");
    assert.equal(yes.status, 204);
    assert.equal(yes.headers.get("access-control-allow-origin"), "http://localhost:3000");
    assert.equal(yes.headers.get("access-control-allow-methods"), "GET, PUT");
    assert.equal(yes.headers.get("access-control-allow-headers"), "content-type, x-amz-date");
    assert.equal(yes.headers.get("access-control-max-age"), "600");
    assert.equal((await ask("http://localhost:4000", "PUT", "content-type")).status, 403);
    assert.equal((await ask("http://localhost:3000", "DELETE", "content-type")).status, 403);
    assert.equal((await ask("http://localhost:3000", "PUT", "authorization")).status, 403);
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "key" }), { expiresIn: 60 });
    const seen = await fetch(url, { headers: { origin: "http://localhost:3000" } });
    assert.equal(seen.headers.get("access-control-allow-origin"), "http://localhost:3000");
    assert.equal(seen.headers.get("access-control-expose-headers"), "ETag");
    await send(new DeleteBucketCorsCommand({ Bucket }));
    assert.equal((await ask("http://localhost:3000", "PUT", "content-type")).status, 403);
  },

  async "keys of the customer"() {
    const key = randomBytes(32);
    const ssec = {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: key.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
    };
    await send(new PutObjectCommand({ Bucket, Key: "secret", Body: "hush", ...ssec }));
    const got = await send(new GetObjectCommand({ Bucket, Key: "secret", ...ssec }));
    assert.equal(await got.Body.transformToString(), "hush");
    assert.equal(got.SSECustomerKeyMD5, ssec.SSECustomerKeyMD5);
    assert.deepEqual(await refusal(send(new GetObjectCommand({ Bucket, Key: "secret" }))), ["InvalidRequest", 400]);
    await send(new PutObjectCommand({ Bucket, Key: "open", Body: "hello" }));
    assert.deepEqual(await refusal(send(new GetObjectCommand({ Bucket, Key: "open", ...ssec }))), ["InvalidRequest", 400]);
    await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "secret" }, { Key: "open" }] } }));
  },
};

for (const [name, step] of Object.entries(steps)) {
  await step();
  console.log(`ok ${name}`);
}
console.log("done");
// Answers that nobody read keep their connections, and the process.
process.exit(0);

import { checks, equal, rejects } from "../../../assert.mjs";

const ETAG = "2063c1608d6e0baf80249c42e2be5804";

async function seen(R2, onlyIf) {
  const object = await R2.get("c", { onlyIf });
  if (!("body" in object)) return object.constructor.name;
  equal(await object.text(), "value");
  return "body";
}

export default checks({
  async "of get, as an object"({ R2 }) {
    const uploaded = (await R2.put("c", "value")).uploaded.getTime();
    const at = (millis) => new Date(uploaded + millis);
    const [holds, fails] = ["body", "HeadResult"];
    const table = [
      [{ etagMatches: ETAG }, holds], [{ etagMatches: "x" }, fails], [{ etagMatches: "*" }, holds],
      [{ etagDoesNotMatch: ETAG }, fails], [{ etagDoesNotMatch: "x" }, holds], [{ etagDoesNotMatch: "*" }, fails],
      [{ uploadedBefore: at(5000) }, holds], [{ uploadedBefore: at(0) }, fails],
      [{ uploadedAfter: at(-5000) }, holds], [{ uploadedAfter: at(0) }, fails],
      [{ uploadedBefore: at(-5000), etagMatches: ETAG }, holds],
      [{ uploadedAfter: at(5000), etagDoesNotMatch: "x" }, holds],
      [{ uploadedBefore: uploaded + 5000 }, holds], [{}, holds], [null, holds], [undefined, holds], [[], holds],
    ];
    for (const [onlyIf, expected] of table) equal(await seen(R2, onlyIf), expected, JSON.stringify(onlyIf));
    equal(await R2.get("never", { onlyIf: { etagMatches: "x" } }), null);
  },
  async "of get, as headers"({ R2 }) {
    const uploaded = (await R2.put("c", "value")).uploaded.getTime();
    const at = (millis) => new Date(uploaded + millis).toUTCString();
    const [holds, fails] = ["body", "HeadResult"];
    const table = [
      [{ "if-match": `"${ETAG}"` }, holds], [{ "if-match": `W/"${ETAG}"` }, fails], [{ "if-match": "*" }, holds],
      [{ "if-match": `"x", "${ETAG}"` }, holds], [{ "if-match": `"x", *` }, holds],
      [{ "if-none-match": `"${ETAG}"` }, fails], [{ "if-none-match": `W/"${ETAG}"` }, fails],
      [{ "if-none-match": `"x"` }, holds], [{ "if-modified-since": at(5000) }, fails],
      [{ "if-modified-since": at(-5000) }, holds], [{ "if-unmodified-since": at(-5000) }, fails],
      [{ "if-modified-since": "garbage" }, holds], [{ "if-unmodified-since": "garbage" }, fails],
      [{ other: "x" }, holds],
    ];
    for (const [headers, expected] of table) {
      equal(await seen(R2, new Headers(headers)), expected, JSON.stringify(headers));
    }
  },
  async "of put"({ R2 }) {
    const put = async (onlyIf) => (await R2.put("p", "v", { onlyIf })) !== null;
    equal(await put({ etagMatches: "x" }), false);
    equal(await put({ uploadedAfter: new Date(0) }), false);
    equal(await put(new Headers({ "if-match": "*" })), false);
    equal(await R2.head("p"), null);
    equal(await put({ etagDoesNotMatch: "*" }), true);
    equal(await put({ etagDoesNotMatch: "*" }), false);
    equal(await put(new Headers({ "if-none-match": "*" })), false);
    equal(await put(new Headers({ "if-match": "*" })), true);
    equal(await put({ uploadedBefore: new Date(0) }), false);
  },
  async "that cannot be read are refused"({ R2 }) {
    const refused = (onlyIf, name, message) => rejects(() => R2.get("c", { onlyIf }), name, message);
    const field = (name, type) =>
      `Incorrect type for the '${name}' field on 'Conditional': the provided value is not of type '${type}'.`;
    await refused({ etagMatches: '"x"' }, "TypeError", 'Conditional ETag should not be wrapped in quotes ("x").');
    await refused({ etagMatches: 5 }, "TypeError", field("etagMatches", "string"));
    await refused({ uploadedBefore: "x" }, "TypeError", field("uploadedBefore", "date"));
    const date = "The value cannot be converted because it is not a valid Date.";
    await refused({ uploadedAfter: new Date(NaN) }, "TypeError", date);
    const options = "Incorrect type for the 'onlyIf' field on 'GetOptions': the provided value is not of type " +
      "'Conditional or Headers'.";
    await refused("x", "TypeError", options);
    const header = (value, message) => refused(new Headers({ "if-match": value }), "Error", message);
    await header(ETAG, "Invalid ETag in if-match header");
    await header('"x', "Unclosed double quote for Etag");
    await header('W"x"', "Weak etags must start with W/ and their value must be quoted");
    await header('"x" *', "Comma was expected to separate etags. Encountered a wildcard character '*' instead.");
  },
});

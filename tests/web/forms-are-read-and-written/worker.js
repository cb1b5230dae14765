import { checks, equal, ok, rejects } from "../../assert.mjs";

const post = (body, type) => new Request("https://example.com/", { method: "POST", body, headers: type ? { "content-type": type } : {} });

export default checks({
  "fields and files"() {
    const form = new FormData();
    form.append("a", "1");
    form.append("a", "2");
    form.set("b", "3");
    form.append("file", new Blob(["content"], { type: "x/y" }), "name.txt");
    equal([form.get("a"), form.getAll("a"), form.has("b"), form.get("nothing")], ["1", ["1", "2"], true, null]);
    const file = form.get("file");
    ok(file instanceof File);
    equal([file.name, file.type, file.size], ["name.txt", "x/y", 7]);
    form.delete("a");
    equal([...form.keys()], ["b", "file"]);
  },
  async "there and back through a request"() {
    const form = new FormData();
    form.append("text", "h\u00e9llo\r\nworld");
    form.append("quoted \"name\"", "v");
    form.append("file", new File([new Uint8Array([0, 255, 13, 10, 45, 45])], "f\u00efle.bin", { type: "application/octet-stream" }));
    const request = post(form);
    ok(/^multipart\/form-data; ?boundary=/.test(request.headers.get("content-type")));
    const back = await request.formData();
    // Quotes travel percent-encoded, and production leaves them so.
    equal([...back.keys()], ["text", "quoted %22name%22", "file"]);
    equal(back.get("text"), "h\u00e9llo\r\nworld");
    equal(back.get("file").name, "f\u00efle.bin");
    equal([...await back.get("file").bytes()], [0, 255, 13, 10, 45, 45]);
  },
  async "as browsers send it"() {
    const body = [
      "--sep", 'Content-Disposition: form-data; name="a"', "", "1",
      "--sep", 'Content-Disposition: form-data; name="f"; filename="n.txt"', "Content-Type: text/plain", "", "content",
      "--sep--", "",
    ].join("\r\n");
    const form = await post(body, "multipart/form-data; boundary=sep").formData();
    equal([form.get("a"), form.get("f").name, form.get("f").type, await form.get("f").text()], ["1", "n.txt", "text/plain", "content"]);
  },
  async "urlencoded"() {
    const form = await post("a=1+2&b=%C3%A9&a=3", "application/x-www-form-urlencoded").formData();
    equal([...form], [["a", "1 2"], ["b", "\u00e9"], ["a", "3"]]);
  },
  async "urlencoded, and broken"() {
    const form = await post("a=%zz&b=%4&c=%&d=%41%e9", "application/x-www-form-urlencoded").formData();
    equal([...form], [["a", "zz"], ["b", "\u0004"], ["c", ""], ["d", "A\ufffd"]]);
  },
  "iterators say what they are"() {
    const form = new FormData();
    equal(
      [form.entries(), form.keys(), form.values()].map((iterator) => Object.prototype.toString.call(iterator)),
      ["[object EntryIterator]", "[object KeyIterator]", "[object ValueIterator]"],
    );
  },
  async "what is no form is refused"() {
    await rejects(() => post("x", "text/plain").formData(), "TypeError");
    await rejects(() => post("x", "multipart/form-data").formData(), "TypeError");
    await rejects(() => post("no boundary in here", "multipart/form-data; boundary=sep").formData(), "TypeError");
  },
});

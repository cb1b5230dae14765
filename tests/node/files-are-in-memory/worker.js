import fs from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

export default checks({
  "files are written and read"() {
    fs.writeFileSync("/tmp/a.txt", "hello");
    fs.appendFileSync("/tmp/a.txt", Buffer.from("!"));
    equal([fs.readFileSync("/tmp/a.txt", "utf8"), fs.readFileSync("/tmp/a.txt").length, fs.existsSync("/tmp/a.txt"), fs.existsSync("/tmp/b")], ["hello!", 6, true, false]);
    const stats = fs.statSync("/tmp/a.txt");
    equal([stats.size, stats.isFile(), stats.isDirectory(), stats.mtime instanceof Date], [6, true, false, true]);
    fs.renameSync("/tmp/a.txt", "/tmp/b");
    fs.copyFileSync("/tmp/b", "/tmp/c");
    fs.truncateSync("/tmp/c", 2);
    equal([fs.readFileSync("/tmp/c", "latin1"), fs.existsSync("/tmp/a.txt")], ["he", false]);
    fs.unlinkSync("/tmp/b");
    equal(fs.readdirSync("/tmp"), ["c"]);
  },
  "another request has another /tmp"() {
    equal(fs.readdirSync("/tmp"), []);
  },
  "folders"() {
    fs.mkdirSync("/tmp/x/y", { recursive: true });
    fs.writeFileSync("/tmp/x/y/z", "1");
    equal([fs.readdirSync("/tmp/x"), fs.readdirSync("/tmp", { withFileTypes: true })[0].isDirectory()], [["y"], true]);
    throws(() => fs.rmdirSync("/tmp/x"), "Error", /ENOTEMPTY|directory not empty/);
    fs.rmSync("/tmp/x", { recursive: true });
    equal(fs.readdirSync("/tmp"), []);
    equal(fs.readdirSync("/").toSorted(), ["bundle", "dev", "tmp"]);
  },
  "links"() {
    fs.writeFileSync("/tmp/target", "t");
    fs.symlinkSync("/tmp/target", "/tmp/link");
    equal([fs.readFileSync("/tmp/link", "utf8"), fs.lstatSync("/tmp/link").isSymbolicLink(), fs.readlinkSync("/tmp/link"), fs.realpathSync("/tmp/link")], ["t", true, "/tmp/target", "/tmp/target"]);
  },
  "devices"() {
    equal(fs.readFileSync("/dev/null", "utf8"), "");
    fs.writeFileSync("/dev/null", "gone");
    const zero = Buffer.alloc(4, 1);
    const fd = fs.openSync("/dev/zero", "r");
    fs.readSync(fd, zero, 0, 4, 0);
    fs.closeSync(fd);
    equal(zero.toString("hex"), "00000000");
  },
  "parts of files"() {
    const fd = fs.openSync("/tmp/f", "w+");
    equal(fs.writeSync(fd, "abcdef"), 6);
    const part = Buffer.alloc(3);
    equal([fs.readSync(fd, part, 0, 3, 2), part.toString(), fs.fstatSync(fd).size], [3, "cde", 6]);
    fs.closeSync(fd);
    equal(throws(() => fs.readSync(fd, part), "Error").code, "EBADF");
  },
  "what cannot be says so"() {
    const error = throws(() => fs.readFileSync("/tmp/none"), "Error");
    equal([error.code, error.syscall !== undefined], ["ENOENT", true]);
    equal(throws(() => fs.writeFileSync("/bundle/x", "y"), "Error").code, "EPERM");
    equal(throws(() => fs.readdirSync("/tmp/none"), "Error").code, "ENOENT");
    throws(() => fs.readFileSync({}), "TypeError", /^The "path" argument must be/);
  },
  async "by callback and by promise"() {
    await writeFile("/tmp/p", "promised");
    equal(await readFile("/tmp/p", "utf8"), "promised");
    equal(await new Promise((resolve) => fs.readFile("/tmp/p", "utf8", (failure, data) => resolve([failure, data]))), [null, "promised"]);
    equal((await rejects(readFile("/tmp/none"), "Error")).code, "ENOENT");
    const file = await open("/tmp/p");
    equal((await file.read(Buffer.alloc(4), 0, 4, 0)).buffer.toString(), "prom");
    await file.close();
  },
  async "as streams"() {
    const target = fs.createWriteStream("/tmp/s");
    target.write("one ");
    await new Promise((resolve) => target.end("two", resolve));
    equal(await text(fs.createReadStream("/tmp/s")), "one two");
    equal(await text(fs.createReadStream("/tmp/s", { start: 4, end: 5 })), "tw");
    ok((await new Promise((resolve) => fs.createReadStream("/tmp/none").on("error", resolve))).code === "ENOENT");
  },
});

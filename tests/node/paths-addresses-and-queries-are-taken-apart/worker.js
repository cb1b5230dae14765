import path, { basename, extname, join, normalize, parse, relative, resolve } from "node:path";
import posix from "node:path/posix";
import win32 from "node:path/win32";
import url, { fileURLToPath, pathToFileURL } from "node:url";
import querystring from "node:querystring";
import punycode from "node:punycode";
import { checks, equal, same, throws } from "../../assert.mjs";

export default checks({
  "paths"() {
    equal([join("/a", "../b", "./c"), join(""), normalize("/a//b/../c/."), resolve("/a", "b", "../c"), resolve("x")], ["/b/c", ".", "/a/c", "/a/c", "/x"]);
    equal([basename("/a/b.txt"), basename("/a/b.txt", ".txt"), extname("a.b.c"), extname(".hidden"), path.dirname("/a/b/c")], ["b.txt", "b", ".c", "", "/a/b"]);
    equal([relative("/a/b/c", "/a/d"), path.isAbsolute("/a"), path.isAbsolute("a")], ["../../d", true, false]);
    equal(parse("/home/x/file.txt"), { root: "/", dir: "/home/x", base: "file.txt", ext: ".txt", name: "file" });
    equal([path.format({ dir: "/a", name: "b", ext: "c" }), path.sep, path.delimiter], ["/a/b.c", "/", ":"]);
    same(path.posix, posix);
    same(path.win32, win32);
    throws(() => join("a", 5), "TypeError", 'The "path" argument must be of type string. Received type number (5)');
  },
  "paths of Windows"() {
    equal([win32.join("C:\\a", "..", "b/c"), win32.normalize("C:/a//b"), win32.basename("C:\\x\\y.z"), win32.isAbsolute("C:\\")], ["C:\\b\\c", "C:\\a\\b", "y.z", true]);
    equal(win32.parse("C:\\a\\b.c"), { root: "C:\\", dir: "C:\\a", base: "b.c", ext: ".c", name: "b" });
    equal(win32.relative("C:\\a\\b", "C:\\a\\c"), "..\\c");
  },
  "addresses, the old way"() {
    const { protocol, auth, host, port, hostname, pathname, search, query, hash, href } = url.parse("http://u:p@Host.com:80/p/a?q=1#h");
    equal([protocol, auth, host, port, hostname, pathname, search, query, hash, href], ["http:", "u:p", "host.com:80", "80", "host.com", "/p/a", "?q=1", "q=1", "#h", "http://u:p@host.com:80/p/a?q=1#h"]);
    equal([url.resolve("http://a.com/b/c", "../d"), url.resolve("/one/two", "three"), url.format({ protocol: "https", hostname: "x", query: { a: 1 } })], ["http://a.com/d", "/one/three", "https://x?a=1"]);
    equal(url.parse("/a?b=c", true).query.b, "c");
  },
  "addresses, the new way"() {
    equal([fileURLToPath("file:///a%20b"), pathToFileURL("/a b#").href], ["/a b", "file:///a%20b%23"]);
    throws(() => fileURLToPath("http://x"), "Error", "The URL must be of scheme file");
    same(url.URL, URL);
    equal([url.domainToASCII("m\u00fcnchen.de"), url.domainToUnicode("xn--mnchen-3ya.de")], ["xn--mnchen-3ya.de", "m\u00fcnchen.de"]);
    equal(url.urlToHttpOptions(new URL("http://a:b@h:1/p?q")).auth, "a:b");
  },
  "queries"() {
    const parsed = querystring.parse("a=1&b=2&a=3&c=%E2%82%AC&d=x+y&e");
    equal([parsed.a, parsed.b, parsed.c, parsed.d, parsed.e], [["1", "3"], "2", "\u20ac", "x y", ""]);
    equal([querystring.stringify({ a: [1, 2], b: "x y", c: null }), querystring.escape("a b&"), querystring.unescape("%zz")], ["a=1&a=2&b=x%20y&c=", "a%20b%26", "%zz"]);
  },
  "punycode"() {
    equal([punycode.encode("ma\u00f1ana"), punycode.decode("maana-pta"), punycode.toASCII("\u00fc.com"), punycode.toUnicode("xn--tda.com")], ["maana-pta", "ma\u00f1ana", "xn--tda.com", "\u00fc.com"]);
    equal(punycode.ucs2.decode("\u{1f600}a"), [128512, 97]);
  },
});

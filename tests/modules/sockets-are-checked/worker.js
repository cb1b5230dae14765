import { connect } from "cloudflare:sockets";
import { checks, equal, throws } from "../../assert.mjs";

export default checks({
  "addresses are checked"() {
    const refused = [
      ["nope", "Specified address is missing port."], [5, "Specified address is missing port."],
      ["http://a:80", "Specified address is missing port."], ["a:b", "Specified address could not be parsed."],
      ["a:99999", "Specified address could not be parsed."], [":80", "Specified address could not be parsed."],
      [{}, "The value cannot be converted because it is not an integer."],
      [{ hostname: "x" }, "The value cannot be converted because it is not an integer."],
      [{ hostname: "a", port: 70000 }, "Value out of range. Must be less than or equal to 65535."],
      [undefined, "Cannot initialize N7workerd3api13SocketAddressE with required members from an undefined or null value."],
    ];
    for (const [address, text] of refused) throws(() => connect(address), "TypeError", text);
  },
  "options are checked"() {
    throws(
      () => connect("127.0.0.1:1", 5),
      "TypeError",
      "Failed to execute 'connect' on 'SocketsModule': parameter 2 is not of type 'SocketOptions'.",
    );
    throws(
      () => connect("127.0.0.1:1", { secureTransport: "bogus" }),
      "TypeError",
      "Unsupported value in secureTransport socket option: bogus",
    );
  },
  "a socket has these properties"() {
    const socket = connect({ hostname: "127.0.0.1", port: 1 });
    equal(
      [String(socket), socket.secureTransport, socket.upgraded, socket.readable instanceof ReadableStream, socket.writable instanceof WritableStream],
      ["[object Socket]", "off", false, true, true],
    );
    throws(
      () => socket.startTls(),
      "TypeError",
      "The `secureTransport` socket option must be set to 'starttls' for startTls to be used.",
    );
    equal([connect.length, connect.name], [2, "connect"]);
  },
});

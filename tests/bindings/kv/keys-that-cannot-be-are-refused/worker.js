import { checks, equal, rejects } from "../../../assert.mjs";

const tooLong = (operation, size = 513) =>
  `KV ${operation} failed: 414 UTF-8 encoded length of ${size} exceeds key length limit of 512.`;

export default checks({
  async "an empty key"({ KV }) {
    for (const call of [() => KV.get(""), () => KV.put("", "x"), () => KV.delete(""), () => KV.getWithMetadata("")]) {
      await rejects(call, "TypeError", "Key name cannot be empty.");
    }
  },
  async "a dot and two dots"({ KV }) {
    for (const key of [".", ".."]) {
      for (const call of [() => KV.get(key), () => KV.put(key, "x"), () => KV.delete(key), () => KV.getWithMetadata(key)]) {
        await rejects(call, "TypeError", `"${key}" is not allowed as a key name.`);
      }
    }
  },
  async "a key of more than 512 bytes"({ KV }) {
    await rejects(KV.get("k".repeat(513)), "Error", tooLong("GET"));
    await rejects(KV.put("k".repeat(513), "x"), "Error", tooLong("PUT"));
    await rejects(KV.delete("k".repeat(513)), "Error", tooLong("DELETE"));
    await rejects(KV.get("\u00e9".repeat(257)), "Error", tooLong("GET", 514));
  },
  async "a prefix of more than 512 bytes"({ KV }) {
    await rejects(KV.list({ prefix: "p".repeat(513) }), "Error", tooLong("GET"));
  },
  async "half a character"({ KV }) {
    await rejects(KV.get("\ud800"), "Error", "KV GET failed: 400 Could not URL-decode key name");
    await rejects(KV.put("\ud800", "x"), "Error", "KV PUT failed: 400 Could not URL-decode key name");
    await rejects(KV.delete("\ud800"), "Error", "KV DELETE failed: 400 Could not URL-decode key name");
  },
  async "in a bulk get"({ KV }) {
    await rejects(KV.get(["a", ""]), "Error", "KV GET_BULK failed: 400 Key name  is not legal");
    await rejects(KV.get(["a", ".."]), "Error", "KV GET_BULK failed: 400 Key name .. is not legal");
    await rejects(KV.get(["k".repeat(513)]), "Error", "KV GET_BULK failed: 414 Encoded length of 513 is too long");
  },
  async "half a character in a bulk get is replaced"({ KV }) {
    await KV.put("half \ufffd", "found");
    equal(await KV.get(["half \ud800"]), new Map([["half \ufffd", "found"]]));
  },
});

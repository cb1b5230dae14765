// Packages that were written for Node.js, unchanged.

import { AsyncLocalStorage } from "node:async_hooks";
import { promisify } from "node:util";
import jwt from "jsonwebtoken";
import { SignJWT, jwtVerify } from "jose";
import { nanoid } from "nanoid";
import { v4, v5, validate } from "uuid";
import winston from "winston";
import Transport from "winston-transport";

const request = new AsyncLocalStorage();
const lines = [];

/** Keeps the lines, so that a request can show them. */
class Kept extends Transport {
  log(info, done) {
    lines.push(info[Symbol.for("message")]);
    done();
  }
}

const withRequest = winston.format((info) => ({ ...info, request: request.getStore() }));
const logger = winston.createLogger({
  level: "info",
  format: winston.format.combine(withRequest(), winston.format.json({ deterministic: true })),
  transports: [new Kept()],
});

const verify = promisify(jwt.verify);

const routes = {
  async "/ids"() {
    const id = v4();
    return { nanoid: nanoid().length, uuid: validate(id), named: v5("example.com", v5.DNS) };
  },

  async "/tokens"(_url, { SECRET }) {
    const key = Buffer.from(SECRET);
    const old = jwt.sign({ sub: "ada" }, SECRET, { expiresIn: "1h", algorithm: "HS256" });
    const { payload } = await jwtVerify(old, key);
    const fresh = await new SignJWT({ sub: "grace" }).setProtectedHeader({ alg: "HS512" }).setIssuedAt().setExpirationTime("2h").sign(key);
    const read = await verify(fresh, SECRET, { algorithms: ["HS512"] });
    const refused = await verify(fresh, "another secret").catch((error) => error.message);
    return { joseReads: payload.sub, jsonwebtokenReads: read.sub, refused };
  },

  async "/log"(url) {
    const before = lines.length;
    logger.info("seen", { path: url.pathname });
    logger.debug("not seen");
    await scheduler.wait(1);
    return lines.slice(before).map((line) => JSON.parse(line));
  },
};

export default {
  async fetch(incoming, env) {
    const url = new URL(incoming.url);
    const route = routes[url.pathname];
    if (route === undefined) return Response.json({ error: "not found" }, { status: 404 });
    const name = incoming.headers.get("x-request-id") ?? "none";
    return Response.json(await request.run(name, () => route(url, env)));
  },
};

// stream.Duplex: two streams in one object.

const Readable = require("stream/readable");
const Writable = require("stream/writable");

function Duplex(options) {
  if (!(this instanceof Duplex)) return new Duplex(options);
  const given = options ?? {};
  Readable.call(this, given);
  Writable.call(this, given);
  this.allowHalfOpen = given.allowHalfOpen !== false;
  if (given.readable === false) Object.assign(this._readableState, { readable: false, ended: true, endEmitted: true });
  if (given.writable === false) Object.assign(this._writableState, { writable: false, ending: true, ended: true, finished: true });
}

Object.setPrototypeOf(Duplex.prototype, Readable.prototype);
Object.setPrototypeOf(Duplex, Readable);
for (const name of Object.keys(Writable.prototype)) if (!(name in Readable.prototype)) Duplex.prototype[name] = Writable.prototype[name];

const fromWritable = [
  "writable", "writableHighWaterMark", "writableObjectMode", "writableBuffer", "writableLength", "writableFinished", "writableCorked",
  "writableEnded", "writableNeedDrain", "writableAborted",
];
for (const name of fromWritable) Object.defineProperty(Duplex.prototype, name, Object.getOwnPropertyDescriptor(Writable.prototype, name));
Object.defineProperty(Duplex.prototype, "destroyed", {
  get() {
    return Boolean(this._readableState?.destroyed && this._writableState?.destroyed);
  },
  set(value) {
    if (!this._readableState || !this._writableState) return;
    this._readableState.destroyed = value;
    this._writableState.destroyed = value;
  },
  configurable: true,
});
Duplex.prototype.destroy = Writable.prototype.destroy;

Duplex.Duplex = Duplex;
Duplex.from = (body) => require("stream/from").duplexFrom(body);
Duplex.fromWeb = (pair, options) => require("stream/web_adapters").duplexFromWeb(pair, options);
Duplex.toWeb = (duplex) => require("stream/web_adapters").duplexToWeb(duplex);

module.exports = Duplex;

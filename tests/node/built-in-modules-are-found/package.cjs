const path = require("path");
const { inherits, inspect } = require("node:util");
const EventEmitter = require("events");

function Emitter() {
  EventEmitter.call(this);
}
inherits(Emitter, EventEmitter);

let emitted = 0;
const emitter = new Emitter();
emitter.on("n", (value) => { emitted = value; });
emitter.emit("n", 4);

module.exports = { same: require("node:path") === path, joined: path.join("a", "b"), emitted, text: inspect({ a: 1 }) };

// Date and Intl on the host's clock, for programs that were not linked so that V8 asks the host itself.

import { core } from "ext:core/mod.js";

const { ops } = core;

function defineHidden(target, name, value) {
  Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}

/** Whether V8 reads another clock than the host's. */
export function isClockForeign() {
  return Date.now() !== ops.op_clock_now();
}

/** Replaces everything that reads the current time. */
export function takeOverClock() {
  replaceDate();
  const format = Intl.DateTimeFormat.prototype;
  patchGetter(format, "format", (native) => (date) => native(date === undefined ? ops.op_clock_now() : date));
  patchMethod(format, "formatToParts", (args) => [args[0] === undefined ? ops.op_clock_now() : args[0]]);
}

function replaceDate() {
  const Native = Date;
  const replacement = function Date(...args) {
    if (new.target === undefined) return new Native(ops.op_clock_now()).toString();
    return Reflect.construct(Native, args.length === 0 ? [ops.op_clock_now()] : args, new.target);
  };
  Object.defineProperty(replacement, "length", { value: 7, configurable: true });
  Object.defineProperty(replacement, "prototype", { value: Native.prototype, writable: false });
  const { now } = {
    now() {
      return ops.op_clock_now();
    },
  };
  defineHidden(replacement, "now", now);
  defineHidden(replacement, "parse", Native.parse);
  defineHidden(replacement, "UTC", Native.UTC);
  defineHidden(Native.prototype, "constructor", replacement);
  defineHidden(globalThis, "Date", replacement);
}

function patchGetter(prototype, name, wrap) {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const native = descriptor.get;
  descriptor.get = function () {
    return wrap(Reflect.apply(native, this, []));
  };
  Object.defineProperty(prototype, name, descriptor);
}

function patchMethod(prototype, name, toArguments) {
  const native = prototype[name];
  const { [name]: method } = {
    [name](...args) {
      return Reflect.apply(native, this, toArguments(args));
    },
  };
  defineHidden(prototype, name, method);
}

// node:diagnostics_channel.

const { codes } = require("errors");
const { validateFunction } = require("validators");

/** Every channel by its name, for as long as the isolate lives. */
const channels = new Map();

function transformed(store, transform, context) {
  try {
    return transform === undefined ? context : transform(context);
  } catch (error) {
    queueMicrotask(() => platform.reportException(error));
    return undefined;
  }
}

class Channel {
  #subscribers = [];
  #stores = new Map();

  constructor(name) {
    Object.defineProperty(this, "name", { value: name, enumerable: true });
  }

  get hasSubscribers() {
    return this.#subscribers.length > 0 || this.#stores.size > 0;
  }

  subscribe(listener) {
    validateFunction(listener, "subscription");
    this.#subscribers = [...this.#subscribers, listener];
  }

  unsubscribe(listener) {
    const at = this.#subscribers.indexOf(listener);
    if (at === -1) return false;
    this.#subscribers = this.#subscribers.toSpliced(at, 1);
    return true;
  }

  bindStore(store, transform = undefined) {
    this.#stores.set(store, transform);
  }

  unbindStore(store) {
    return this.#stores.delete(store);
  }

  publish(message) {
    for (const listener of this.#subscribers) {
      try {
        listener(message, this.name);
      } catch (error) {
        queueMicrotask(() => platform.reportException(error));
      }
    }
  }

  runStores(context, callback, receiver = undefined, ...values) {
    let run = () => {
      this.publish(context);
      return Reflect.apply(callback, receiver, values);
    };
    for (const [store, transform] of this.#stores) {
      const inner = run;
      run = () => store.run(transformed(store, transform, context), inner);
    }
    return run();
  }
}

function channel(name) {
  if (typeof name !== "string" && typeof name !== "symbol") throw new codes.ERR_INVALID_ARG_TYPE("channel", ["string", "symbol"], name);
  if (!channels.has(name)) channels.set(name, new Channel(name));
  return channels.get(name);
}

const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"];

class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of EVENTS) {
      const value = typeof nameOrChannels === "string" ? channel(`tracing:${nameOrChannels}:${event}`) : nameOrChannels[event];
      if (!(value instanceof Channel)) throw new codes.ERR_INVALID_ARG_TYPE(`nameOrChannels.${event}`, ["Channel"], value);
      Object.defineProperty(this, event, { value, enumerable: false });
    }
  }

  get hasSubscribers() {
    return EVENTS.some((event) => this[event].hasSubscribers);
  }

  subscribe(handlers) {
    for (const event of EVENTS) if (handlers[event]) this[event].subscribe(handlers[event]);
  }

  unsubscribe(handlers) {
    return EVENTS.map((event) => !handlers[event] || this[event].unsubscribe(handlers[event])).every(Boolean);
  }

  traceSync(callback, context = {}, receiver = undefined, ...values) {
    return this.start.runStores(context, () => {
      try {
        return (context.result = Reflect.apply(callback, receiver, values));
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  #settled(context, key, value) {
    context[key] = value;
    if (key === "error") this.error.publish(context);
    this.asyncStart.publish(context);
    this.asyncEnd.publish(context);
  }

  tracePromise(callback, context = {}, receiver = undefined, ...values) {
    return this.start.runStores(context, () => {
      try {
        return Promise.resolve(Reflect.apply(callback, receiver, values)).then(
          (result) => {
            this.#settled(context, "result", result);
            return result;
          },
          (error) => {
            this.#settled(context, "error", error);
            throw error;
          },
        );
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  traceCallback(callback, position = -1, context = {}, ...[receiver, ...values]) {
    const original = values.at(position);
    validateFunction(original, "callback");
    const tracing = this;
    values.splice(position, 1, function (error, result) {
      context[error ? "error" : "result"] = error || result;
      if (error) tracing.error.publish(context);
      tracing.asyncStart.runStores(context, () => {
        try {
          return Reflect.apply(original, this, arguments);
        } finally {
          tracing.asyncEnd.publish(context);
        }
      });
    });
    return this.start.runStores(context, () => {
      try {
        return Reflect.apply(callback, receiver, values);
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }
}

module.exports = {
  Channel,
  TracingChannel,
  channel,
  hasSubscribers: (name) => channels.get(name)?.hasSubscribers ?? false,
  subscribe: (name, listener) => channel(name).subscribe(listener),
  tracingChannel: (nameOrChannels) => new TracingChannel(nameOrChannels),
  unsubscribe: (name, listener) => channels.get(name)?.unsubscribe(listener) ?? false,
};

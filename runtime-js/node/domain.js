// node:domain: objects of the right shape, which catch nothing.

const EventEmitter = require("events");

class Domain extends EventEmitter {
  members = [];

  add() {}

  remove() {}

  enter() {}

  exit() {}

  run(callback, ...values) {
    return Reflect.apply(callback, this, values);
  }

  bind(callback) {
    return callback;
  }

  intercept(callback) {
    return (_error, ...values) => Reflect.apply(callback, this, values);
  }
}

const createDomain = () => new Domain();

module.exports = { Domain, active: null, create: createDomain(), createDomain };

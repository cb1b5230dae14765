// stream.PassThrough.

const Transform = require("stream/transform");

function PassThrough(options) {
  if (!(this instanceof PassThrough)) return new PassThrough(options);
  Transform.call(this, options);
}
Object.setPrototypeOf(PassThrough.prototype, Transform.prototype);
Object.setPrototypeOf(PassThrough, Transform);

PassThrough.prototype._transform = function (chunk, _encoding, callback) {
  callback(null, chunk);
};

PassThrough.PassThrough = PassThrough;

module.exports = PassThrough;

// Streams of the process are not ended by what is piped into them.

const standard = new WeakSet();

module.exports = { isStandard: (stream) => standard.has(stream), standard };

// node:stream/promises.

const { finishedLater } = require("stream/finished");
const { pipelineLater } = require("stream/pipeline");

module.exports = { finished: finishedLater, pipeline: pipelineLater };

// node:inspector/promises.

module.exports = require("inspector");

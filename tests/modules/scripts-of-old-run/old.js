<!-- Comments looked like this once.
exports.number = 010;
exports.red = "\033[31m";

// Numbers of node:crypto.

const constants = require("constants");

const names = Object.keys(constants).filter((name) => /^(DH|ENGINE|POINT|RSA|SSL|TLS)\d?_|^OPENSSL|^default/.test(name));

module.exports = Object.fromEntries(names.map((name) => [name, constants[name]]));

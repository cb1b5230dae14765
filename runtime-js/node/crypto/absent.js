// crypto: what edgeemu does not have yet. Each says so by its name.

function absent(name) {
  // DIFFERS: Diffie-Hellman groups and X.509 certificates of `node:crypto` throw; production has them.
  return function () {
    throw new Error(`edgeemu does not emulate crypto.${name} yet: use crypto.subtle where it can do the same`);
  };
}

const names = ["Certificate", "DiffieHellman", "DiffieHellmanGroup", "X509Certificate", "createDiffieHellman", "createDiffieHellmanGroup", "getDiffieHellman"];

module.exports = Object.fromEntries(names.map((name) => [name, absent(name)]));

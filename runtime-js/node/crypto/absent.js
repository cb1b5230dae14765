// crypto: what edgeemu does not have yet. Each says so by its name.

function absent(name) {
  // DIFFERS: Diffie-Hellman, ECDH and X.509 certificates of `node:crypto` throw; production has them.
  return function () {
    throw new Error(`edgeemu does not emulate crypto.${name} yet: use crypto.subtle where it can do the same`);
  };
}

const names = ["Certificate", "DiffieHellman", "DiffieHellmanGroup", "ECDH", "X509Certificate", "createDiffieHellman", "createDiffieHellmanGroup", "createECDH", "diffieHellman", "getDiffieHellman"];

module.exports = {
  ...Object.fromEntries(names.map((name) => [name, absent(name)])),
  getCurves: () => ["prime256v1", "secp384r1", "secp521r1"],
};

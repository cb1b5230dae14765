export function equal(a, b) {
  if (a !== b) throw new Error(`${a} is not ${b}`);
}

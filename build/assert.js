// Stands in for node:assert in the bundle: loading the real one loads all of Node's streams (4 ms), and yargs
// only asks it whether two strings are equal.
export function notStrictEqual(actual, expected, message) {
  if (Object.is(actual, expected)) throw new Error(message);
}
export function strictEqual(actual, expected, message) {
  if (!Object.is(actual, expected)) throw new Error(message);
}
export default { notStrictEqual, strictEqual };

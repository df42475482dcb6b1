/**
 * Random numbers that come again with the same seed. Pure; knows no fault.
 */

/** A seed is a whole number from 0 to this. */
export const MAX_SEED = 2 ** 32 - 1;

/** The next number of a stream: 0 <= n < 1, in steps of 2^-32. */
export type Random = () => number;

/**
 * A stream for each (`seed`, `stream`): those of one seed have nothing to do with each other, so a stream that is used
 * more or less changes no other. xorshift128 (Marsaglia, "Xorshift RNGs", 2003), its state filled by hashing.
 */
export function randomStream(seed: number, stream: string): Random {
  const hash = hasher(seed);
  for (let at = 0; at < stream.length; at++) hash(stream.charCodeAt(at));
  let [a, b, c, d] = [hash(1), hash(2), hash(3), hash(4) | 1]; // a state of all zeros would stay so
  return () => {
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
    return (d >>> 0) / 2 ** 32;
  };
}

/** Mixes one number after the other into a 32-bit state, by the finisher of MurmurHash3. */
function hasher(seed: number): (value: number) => number {
  let state = seed | 0;
  return (value) => {
    state = (state + Math.imul(value + 1, 0x9e3779b9)) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    state = mixed ^ (mixed >>> 16);
    return state;
  };
}

/**
 * IP addresses in network byte order as text, as inet_ntop(3) writes them. Pure.
 */

/** `192.0.2.1` for 4 bytes. */
export function formatIpv4(bytes: Uint8Array): string {
  return bytes.subarray(0, 4).join(".");
}

/**
 * `2001:db8::1` for 16 bytes: lower case, no leading zeros, the first of the longest runs of zeros shortened if it has
 * two groups or more (RFC 5952, section 4), the last 4 bytes as IPv4 behind `::` and `::ffff:`.
 */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  const { start, length } = longestZeros(groups);
  const text = groups.map((group) => group.toString(16));
  const holdsIpv4 = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  if (holdsIpv4) text.splice(6, 2, formatIpv4(bytes.subarray(12)));
  if (length < 2) return text.join(":");
  return `${text.slice(0, start).join(":")}::${text.slice(start + length).join(":")}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0, at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - start > longest.length) longest = { start, length: at - start };
    start = at + 1;
  }
  return longest;
}

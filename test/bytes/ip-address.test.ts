import { isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpv4, formatIpv6 } from "../../src/bytes/ip-address.js";

const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const address = fc.array(group, { minLength: 8, maxLength: 8 });

function bytesOf(groups: readonly number[]): Uint8Array {
  return Uint8Array.from(groups.flatMap((value) => [value >> 8, value & 0xff]));
}

describe("an address", () => {
  it("of IPv4 is four numbers", () => {
    expect(formatIpv4(Uint8Array.of(192, 0, 2, 255))).toBe("192.0.2.255");
  });

  // The rest is compared with inet_ntop(3) in tty/utmp.test.ts.
  it.each([
    [[0, 0, 0, 0, 0, 0, 0, 0], "::"],
    [[0, 0, 0, 0, 0, 0, 0, 1], "::1"],
    [[0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], "2001:db8::"],
    [[0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], "2001:db8:0:1:1:1:1:1"],
    [[0x2001, 0, 0, 1, 0, 0, 1, 1], "2001::1:0:0:1:1"],
  ])("%j of IPv6 is %s", (groups, text) => {
    expect(formatIpv6(bytesOf(groups))).toBe(text);
  });

  it("of IPv6 is one that everybody reads as the same", () => {
    fc.assert(
      fc.property(address, (groups) => {
        const text = formatIpv6(bytesOf(groups));
        expect(isIPv6(text)).toBe(true);
        // The URL standard writes the same form, but for IPv4 at the end.
        if (!text.includes(".")) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });
});

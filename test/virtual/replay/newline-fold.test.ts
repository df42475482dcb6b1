/** Line ends that count as one another. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createNewlineFold } from "../../../src/virtual/replay/newline-fold.js";

it("makes LF of CR, LF and CR LF, however it is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("a", "\r", "\n"), maxLength: 5 }), { maxLength: 8 }),
      (parts) => {
        const fold = createNewlineFold();
        const folded = parts.map((part) => Buffer.from(fold(Buffer.from(part))).toString()).join("");
        expect(folded).toBe(parts.join("").replaceAll(/\r\n?/g, "\n"));
      },
    ),
  );
});

it("leaves what has no CR where it is", () => {
  const bytes = Buffer.from("a\nb");
  expect(createNewlineFold()(bytes)).toBe(bytes);
});

/** What is a device by its shape, and why something is none. */
import { expect, it } from "vitest";
import { board } from "../../../src/virtual/demo/board.js";
import { whyNoDevice } from "../../../src/virtual/emulate/check-device.js";

it.each([
  [{}],
  [board],
  [
    {
      on: [
        ["a", "b"],
        [/a/, () => {}],
      ],
      bps: 9600,
      echo: true,
      name: "x",
      newline: "\n",
      state: undefined,
    },
  ],
])("takes %o for a device", (value) => {
  expect(whyNoDevice(value)).toBeUndefined();
});

it.each([
  [undefined, "it has no default export"],
  [null, "its default export is no device({...}), but null"],
  [[], "its default export is no device({...}), but a list"],
  [5, "its default export is no device({...}), but a number"],
  [() => {}, "its default export is no device({...}), but a function"],
  [{ opend: () => {} }, 'a device has no "opend" (did you mean "opened"?)'],
  [{ start: "x" }, '"start" has to be a function'],
  [{ on: {} }, '"on" has to be a list'],
  [{ on: [["a", "b"], "AT"] }, 'entry 2 of "on" has to be [text or regular expression, text or function]'],
  [{ on: [["a", "b", "c"]] }, 'entry 1 of "on" has to be [text or regular expression, text or function]'],
  [{ on: [[5, "b"]] }, 'entry 1 of "on" has to be [text or regular expression, text or function]'],
  [{ bps: 0 }, '"bps" has to be a whole number from 1 up'],
  [{ bps: "9600" }, '"bps" has to be a whole number from 1 up'],
  [{ echo: 1 }, '"echo" has to be true or false'],
  [{ newline: 10 }, '"newline" has to be a text'],
])("says why %o is none", (value, why) => {
  expect(whyNoDevice(value)).toBe(why);
});

/** A sink that is held, and what becomes of whoever waits for it. */
import { expect, test } from "vitest";
import { NOTHING } from "../../../src/port/ends.js";
import { heldSink } from "../../../src/port/tty/held-sink.js";
import { handMadeSink } from "../../session/hand-made.js";

function setUp() {
  const inner = handMadeSink();
  let calls = 0;
  const held = heldSink(inner);
  held.sink.onReady(() => calls++);
  return { inner, ...held, calls: () => calls };
}
const put = ({ sink }: ReturnType<typeof setUp>, text: string) =>
  sink.write(Buffer.from(text), 0, text.length);

test("takes nothing while it is held, and everything before and after", () => {
  const one = setUp();
  expect(put(one, "a")).toBe(1);
  one.hold();
  expect(put(one, "b")).toBe(NOTHING);
  one.letGo();
  expect(put(one, "c")).toBe(1);
  expect(one.inner.taken.toString()).toBe("ac");
});

test("is not ready while it is held, however often it is asked, and asks the sink behind it once let go", () => {
  const one = setUp();
  one.hold();
  one.sink.arm();
  expect(one.inner.isArmed()).toBe(false);
  one.letGo();
  expect(one.inner.isArmed()).toBe(true);
  one.inner.ready();
  expect(one.calls()).toBe(1);
});

test("waits for nobody who does not wait any more", () => {
  for (const end of ["disarm", "close"] as const) {
    const one = setUp();
    one.hold();
    one.sink.arm();
    one.sink[end]();
    one.letGo();
    expect(one.inner.isArmed()).toBe(false);
  }
});

import xterm from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { clipboardSequence } from "../../../src/tui/ui/clipboard.js";

describe("copying by the terminal", () => {
  it("is one OSC 52 that a terminal reads as the text", async () => {
    const terminal = new xterm.Terminal({ allowProposedApi: true });
    let got = "";
    terminal.parser.registerOscHandler(52, (data) => {
      got = data;
      return true;
    });
    await new Promise<void>((resolve) =>
      terminal.write(clipboardSequence("two\nlines äß日\x1b[2J")!, resolve),
    );
    const [selection, base64] = got.split(";");
    expect(selection).toBe("c");
    expect(Buffer.from(base64!, "base64").toString()).toBe("two\nlines äß日\x1b[2J");
    expect(terminal.buffer.active.getLine(0)!.translateToString(true)).toBe("");
  });

  it("is refused where terminals would drop it", () => {
    expect(clipboardSequence("x".repeat(74_994))).toHaveLength(100_000);
    expect(clipboardSequence("x".repeat(74_995))).toBeUndefined();
  });
});

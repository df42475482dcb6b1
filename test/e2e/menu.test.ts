/** The menu over a session, as a person uses it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../support/until.js";
import { ESC, ESCAPE_KEY, expectDesk, quit, startDesk } from "./menu-support.js";

const MENU = `${ESCAPE_KEY}?`;
const PLANT_FAULT = new URL("../support/plant-fault.cjs", import.meta.url).pathname;

describe("the menu", () => {
  it("shows every key and the session's facts, and the device's screen comes back behind it", async () => {
    const { face, device } = await startDesk();
    await device.write("login: ");
    await face.until("login:");
    const before = face.screen();
    await face.type(MENU);
    expectDesk(await face.until(/actual +115200[\s\S]*received 7, 0 B\/s/), "menu-session-80x24");
    expect(face.isAlternate).toBe(true);
    expect(face.isCursorHidden).toBe(true);
    await face.type(ESC);
    await face.until(() => !face.isAlternate);
    expect(face.screen()).toEqual(before);
    await quit(face);
  });

  it("is drawn anew when the window changes, and usable in 40x10", async () => {
    const { face } = await startDesk([], { rows: 10, columns: 40 });
    await face.type(MENU);
    expectDesk(await face.until("1-7/"), "menu-session-40x10");
    await face.type("\x1b[F");
    await face.until(/^> z {2}suspend/m);
    face.resize(24, 80);
    await face.until(/received \d+/);
    face.resize(4, 30);
    await face.until(/^too small: Esc leaves$/);
    await quit(face);
  });

  it("is ASCII where the terminal has no UTF-8", async () => {
    const { face } = await startDesk([], { env: { LANG: "C" } });
    await face.type(MENU);
    const rows = await face.until("received");
    expect(rows.join("\n")).toMatch(/^[\x20-\x7e\n]*$/);
    expect(rows[0]).toContain("[x] connected");
    await quit(face);
  });

  it("presses keys of the table where they do what they say, and says it at once", async () => {
    const { face, device } = await startDesk();
    await face.type(MENU);
    await face.until("bytes as they come");
    await face.type("e");
    await face.until(/views +echo/);
    await face.until("local echo is on");
    await face.type(`${ESCAPE_KEY}x`);
    await face.until(/views +echo {2}hex/);
    await face.type("-");
    await face.until(/actual +57600 8N1/);
    await face.type("l");
    await face.until(/kept in {2}log .*\.log/);
    await face.type("\x1b[F\x1b[A\r"); // the last but one
    await face.until((text) => !face.isAlternate && text === ""); // clear the screen
    expect(device.received.toString()).toBe("");
    await quit(face);
  });

  it("quits by q, with the escape key before it or without", async () => {
    for (const keys of ["q", `${ESCAPE_KEY}q`]) {
      const { face } = await startDesk();
      await face.type(MENU);
      await face.until("received");
      await face.type(keys);
      expect(await face.ended()).toBe(0);
    }
  });

  it("goes before a key that asks something on the main screen", async () => {
    const { face } = await startDesk();
    await face.type(MENU);
    await face.until("received");
    await face.type(":");
    await face.until((text) => !face.isAlternate && /^:/m.test(text));
    await face.type("echo on\r");
    await face.until("echo on");
    await quit(face);
  });

  it("leads to the setup and back", async () => {
    const { face } = await startDesk();
    await face.type(MENU);
    await face.until("received");
    await face.type("o");
    await face.until("> bps");
    await face.type(ESC);
    await face.until("received");
    await face.type(`o`);
    await face.until("> bps");
    await face.type(`${ESCAPE_KEY}e`);
    await face.until((text) => !face.isAlternate && text.includes("local echo is on"));
    await quit(face);
  });

  it("shows live what comes, while the log has it and the screen waits", async () => {
    const { face, device, directory } = await startDesk(["--log", "all.log"]);
    await face.type(MENU);
    await face.until("all.log");
    await device.write("0123456789".repeat(100));
    await face.until("received 1000,");
    await face.until("kept for the screen 1.0 kB");
    await until(
      () => "the log",
      () => readFileSync(join(directory, "all.log")).length === 1000,
    );
    await face.type(ESC);
    await face.until("0123456789");
    await quit(face);
  });

  it("gives the terminal back where a fault ends robin inside it", async () => {
    const { face } = await startDesk([], { env: { NODE_OPTIONS: `--require ${PLANT_FAULT}` } });
    await face.type(MENU);
    await face.until("received");
    // setsid has the process group too, and no wish for the signal.
    const children = readFileSync(`/proc/${face.run.child.pid}/task/${face.run.child.pid}/children`, "utf8");
    process.kill(Number(children.trim().split(" ")[0] || face.run.child.pid), "SIGUSR2");
    expect(await face.ended()).toBe(1);
    expect(face.screen().join("\n")).toContain("a fault of robin's own: planted");
  });

  it("is lines on a dumb terminal: nothing is drawn over what stands there", async () => {
    const { face, port } = await startDesk([], { env: { TERM: "dumb" } });
    await face.type(MENU);
    await face.until("views: bytes as they come");
    expect(face.isAlternate).toBe(false);
    const said = `${face.user.received}`.replaceAll("\r\n", "\n");
    expect(said).toContain("robin: keys\n  ^\\ q  quit\n");
    expect(said.match(/\^\\ b {2}send a break/g)).toHaveLength(1);
    expect(said).toContain(`session on ${port}\n  connected, up 0:0`);
    expect(said).toContain("actual: 115200 8N1, no flow control");
    expect(`${face.user.received}`).not.toContain("\x1b[");
    await quit(face);
  });
});

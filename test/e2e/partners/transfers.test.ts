/** Files by lrzsz through `robin --exec`: Zmodem, Ymodem and Xmodem, both ways over a pair. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Channel } from "../../rig/support/channel.js";
import { payload } from "../../rig/support/port-user.js";
import { type RobinRun, runRobin } from "../../support/robin.js";
import { until } from "../../support/until.js";
import { cleanUp, lacking, onCleanUp, type Partner, scratch, start, startPair } from "./partners.js";

afterEach(cleanUp);

const LACKING = lacking("sz", "rz", "sx", "rx", "sb", "rb");
const LIMIT_MS = 25_000;
/** 1 MB, in whole blocks: Xmodem knows no length. */
const FILE_BYTES = 1024 * 1000;

const PROTOCOLS = [
  { name: "Zmodem", send: "sz -b file.bin", receive: "rz -b" },
  { name: "Ymodem", send: "sb -b -k file.bin", receive: "rb -b" },
  { name: "Xmodem", send: "sx -b -k file.bin", receive: "rx -b -c file.bin" },
] as const;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A file to send, where to, and what is there in the end. */
function files(bytes = FILE_BYTES) {
  const [from, to] = [scratch(), scratch()];
  mkdirSync(to, { recursive: true });
  const sent = payload(bytes);
  writeFileSync(join(from, "file.bin"), sent);
  return { from, to, sent: sha256(sent), received: () => sha256(readFileSync(join(to, "file.bin"))) };
}

/** `robin --exec` at a port, once the port is its own. */
async function atPort(port: string, folder: string, command: string, bps = 115200): Promise<RobinRun> {
  const args = ["-v", "--exec", `cd '${folder}' && exec ${command}`, port, `${bps}`];
  const run = runRobin(args, { stdin: "ignore" });
  onCleanUp(() => void run.child.kill("SIGKILL"));
  await run.said("running");
  return run;
}

/** lrzsz on the port itself, as a remote machine's shell runs it. */
function onPort(port: string, cwd: string, command: string): Partner {
  return start("sh", ["-c", `exec ${command} <"$0" >"$0"`, port], { cwd });
}

describe("robin --exec with lrzsz", () => {
  it.for(PROTOCOLS)(
    "$name brings 1 MB over as it was, from one robin to another",
    { timeout: LIMIT_MS },
    async ({ send, receive }, { skip }) => {
      if (LACKING) skip(LACKING);
      const { a, b } = await startPair();
      const { from, to, sent, received } = files();
      // The receiver begins, and waits some seconds before it begins again.
      const sender = await atPort(a, from, send);
      const receiver = await atPort(b, to, receive);
      expect(await sender.status, sender.stderr).toBe(0);
      expect(await receiver.status, receiver.stderr).toBe(0);
      expect(received()).toBe(sent);
      expect(sender.stderr + receiver.stderr).not.toMatch(/Bad CRC|Retry|Got ERROR/i);
      expect(sender.stdout.length + receiver.stdout.length, "nothing of it on stdout").toBe(0);
    },
  );

  it("sends to an rz on the line by Zmodem", { timeout: LIMIT_MS }, async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const { a, b } = await startPair();
    const { from, to, sent, received } = files();
    const sender = await atPort(a, from, "sz -b file.bin");
    const receiver = onPort(b, to, "rz -b");
    expect(await sender.status, sender.stderr).toBe(0);
    expect(await receiver.status, receiver.stderr).toBe(0);
    expect(received()).toBe(sent);
  });

  it("receives from programs on the line, by each protocol", { timeout: LIMIT_MS }, async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const receiveBy = async ({ name, send, receive }: (typeof PROTOCOLS)[number]) => {
      const { a, b } = await startPair();
      const { from, to, sent, received } = files();
      const sender = onPort(b, from, send);
      const receiver = await atPort(a, to, receive);
      expect(await sender.status, sender.stderr).toBe(0);
      if (name === "Zmodem") {
        // On a pty it may have flushed its last word away before anybody could read it.
        const again = new Channel(b);
        await again.write("OO");
        again.close();
      }
      expect(await receiver.status, receiver.stderr).toBe(0);
      expect(received(), name).toBe(sent);
    };
    await Promise.all(PROTOCOLS.map(receiveBy));
  });

  it("lets sz tell the far side when robin is ended, so that rz ends too", { timeout: LIMIT_MS }, async ({
    skip,
  }) => {
    if (LACKING) skip(LACKING);
    const { a, b } = await startPair("--pace");
    const { from, to } = files();
    const receiver = onPort(b, to, "rz -b");
    const sender = await atPort(a, from, "sz -b file.bin", 1_000_000);
    await until("some of it to have come", () => {
      try {
        return readFileSync(join(to, "file.bin")).length > 0;
      } catch {
        return false;
      }
    });
    sender.child.kill("SIGTERM");
    expect(await sender.status, sender.stderr).toBe(143);
    expect(await receiver.status, receiver.stderr).not.toBe(0);
  });
});

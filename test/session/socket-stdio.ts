/** A process whose stdout is a socket: writes until nothing is taken, for stdio.test.ts. A write that waits never ends. */
import { strictEqual } from "node:assert";
import { fstatSync } from "node:fs";
import { NOTHING } from "../../src/port/ends.js";
import { openInput, openOutput } from "../../src/session/stdio.js";
import { accessMode } from "../../src/tty/libc.js";

strictEqual(fstatSync(1).isSocket(), true, "stdout is a socket");
strictEqual(accessMode(1).nonBlocking, false, "it waits");
const [input, output] = [openInput(1), openOutput(1)];
strictEqual(input.read(new Uint8Array(10)), NOTHING);
const chunk = new Uint8Array(65_536).fill(0x78);
while (output.write(chunk, 0, chunk.length) !== NOTHING);
strictEqual(accessMode(1).nonBlocking, false, "it still waits");
process.exit(0);

/** A session on a port in memory: the test is the user, the screen and the device. */
import { type MemoryPort, memoryPort } from "../../src/port/memory-port.js";
import type { LineSettings, Port } from "../../src/port/port.js";
import { Session } from "../../src/session/session.js";
import type { SessionOptions } from "../../src/session/session-options.js";
import type { UserTerminal } from "../../src/session/terminal.js";
import { type HandMadeSink, type HandMadeSource, handMadeSink, handMadeSource } from "./hand-made.js";

export const ESCAPE = "\x1c";

export interface MemorySession {
  readonly session: Session;
  readonly port: Port;
  readonly memory: MemoryPort;
  readonly input: HandMadeSource;
  readonly output: HandMadeSink;
  /** What robin said, by its level. */
  readonly said: { readonly level: string; readonly text: string }[];
  /** The user types: one chunk. */
  type(text: string): void;
  /** The device says something, as far as the line takes it. */
  say(text: string): void;
  /** The device takes what it was sent. Returns all that it ever got. */
  hear(): string;
}

interface Options extends Partial<SessionOptions> {
  /** What the port does otherwise than one in memory. */
  readonly port?: Partial<Port>;
  /** What it is set to. */
  readonly settings?: LineSettings;
}

/** A terminal that is 24 by 80 and changes in nothing. */
export const TERMINAL: UserTerminal = {
  take: () => {},
  giveBack: () => {},
  windowSize: () => ({ rows: 24, columns: 80 }),
  newline: () => "\r\n",
};

export function memorySession({ port: differences, settings = {}, ...options }: Options = {}): MemorySession {
  const memory = memoryPort("mem", { settings });
  const port = Object.assign(memory.port, differences);
  const [input, output] = [handMadeSource(), handMadeSink()];
  const said: { level: string; text: string }[] = [];
  const session = new Session(port, {
    input,
    output,
    escapeKey: ESCAPE.charCodeAt(0),
    say: (level, text) => void said.push({ level, text }),
    ...options,
  });
  let heard = "";
  const chunk = new Uint8Array(4096);
  return {
    session,
    port,
    memory,
    input,
    output,
    said,
    type(text) {
      input.waiting.push(Buffer.from(text, "latin1"));
      while (input.waiting.length > 0 && input.ready());
    },
    say(text) {
      const bytes = Buffer.from(text, "latin1");
      memory.device.sink.write(bytes, 0, bytes.length);
    },
    hear() {
      for (let n = memory.device.source.read(chunk); n > 0; n = memory.device.source.read(chunk)) {
        heard += Buffer.from(chunk.subarray(0, n)).toString("latin1");
      }
      return heard;
    },
  };
}

/**
 * How what is received, and the echo of what is sent, look on the screen: a list of stages made of options that may change
 * while it runs. Knows their order; each stage is bytes/'s.
 *
 *     received --> marks --> imap --.
 *                                    >--> hex | printable --> timestamp --> colours --> screen
 *     echo ----------------> emap --'
 */
import { createHexView } from "../bytes/hex-view.js";
import { createMap } from "../bytes/map.js";
import type { MapRule } from "../bytes/map-rules.js";
import { type Color, createPaint } from "../bytes/paint.js";
import { createParmrk, type ParmrkOptions } from "../bytes/parmrk.js";
import { createPrintable } from "../bytes/show-controls.js";
import { chainStages, NO_BYTES, type Stage, type Way } from "../bytes/stage.js";
import type { TimeFormat } from "../bytes/time-format.js";
import { createTimestamp } from "../bytes/timestamp.js";
import type { Clock } from "./clock.js";

const LF = 0x0a;

/** What is absent is not done. */
export interface ViewOptions {
  /** Where the port marks breaks and errors, and the output shall show that: how. */
  readonly marks?: ParmrkOptions | undefined;
  readonly imap?: readonly MapRule[] | undefined;
  readonly emap?: readonly MapRule[] | undefined;
  readonly hex?: boolean;
  /** Whether the hex view says which way a row went. */
  readonly directions?: boolean;
  readonly printable?: boolean;
  readonly timestamp?: TimeFormat | undefined;
  readonly rxColor?: Color | undefined;
  readonly txColor?: Color | undefined;
  /** What ends a row of the hex view. */
  readonly newline?: string | undefined;
}

export class View {
  #options: ViewOptions;
  readonly #clock: Clock;
  /** Undefined where a byte goes as it came. */
  #rx: Stage | undefined;
  #tx: Stage | undefined;
  #both: Stage | undefined;

  constructor(options: ViewOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#build(true);
  }

  get options(): ViewOptions {
    return this.#options;
  }

  /** Whether received bytes are shown as they are. */
  get isPlain(): boolean {
    return this.#rx === undefined && this.#both === undefined;
  }

  /** Other views from now on. Returns what the ones before kept back. `atLineStart`: where the cursor stands. */
  change(options: ViewOptions, atUs: number, atLineStart: boolean): Uint8Array {
    const rest = this.flush(atUs);
    this.#options = { ...this.#options, ...options };
    this.#build(rest.length > 0 ? rest.at(-1) === LF : atLineStart);
    return rest;
  }

  push(chunk: Uint8Array, atUs: number, way: Way): Uint8Array {
    const own = way === "rx" ? this.#rx : this.#tx;
    const bytes = own === undefined ? chunk : own.push(chunk, atUs, way);
    return this.#both === undefined || bytes.length === 0 ? bytes : this.#both.push(bytes, atUs, way);
  }

  flush(atUs: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const [own, way] of [
      [this.#rx, "rx"],
      [this.#tx, "tx"],
    ] as const) {
      const rest = own?.flush(atUs) ?? NO_BYTES;
      if (rest.length > 0) parts.push(Uint8Array.from(this.#both?.push(rest, atUs, way) ?? rest));
    }
    parts.push(this.#both?.flush(atUs) ?? NO_BYTES);
    return Buffer.concat(parts);
  }

  deadlineUs(): number | undefined {
    return this.#both?.deadlineUs?.();
  }

  #build(atLineStart: boolean): void {
    const { marks, imap = [], emap = [], hex, printable, timestamp, rxColor, txColor } = this.#options;
    const { directions = false, newline = "\n" } = this.#options;
    this.#rx = chain([
      marks && !hex && createParmrk(plainMarks(marks, printable)),
      imap.length > 0 && createMap(imap),
    ]);
    this.#tx = chain([emap.length > 0 && createMap(emap)]);
    const wallUs = (atUs: number) => this.#clock.wallUs(atUs);
    const isPainted = rxColor !== undefined || txColor !== undefined;
    this.#both = chain([
      hex ? createHexView({ directions, newline }) : printable && createPrintable(),
      timestamp && createTimestamp({ format: timestamp, wallUs, atLineStart }),
      isPainted && createPaint({ rx: rxColor, tx: txColor }),
    ]);
  }
}

/** Marks as words alone where the view shows control sequences, robin's own too. The hex view shows the marks' bytes. */
function plainMarks(marks: ParmrkOptions, printable = false): ParmrkOptions {
  return printable ? { breaks: marks.breaks } : marks;
}

function chain(stages: readonly (Stage | false | undefined)[]): Stage | undefined {
  const there = stages.filter((stage) => typeof stage === "object");
  return there.length === 0 ? undefined : chainStages(there);
}

/**
 * What a port shows beside its bytes, as events of a session: settings, modem lines, errors and breaks that the driver counts,
 * the coming and going of the device. Knows what a port can be asked and when it is worth it; not who listens.
 *
 * Lines are waited for where the driver can wait, and looked at every LOOK_MS where not; a port without lines (a pty) costs
 * nothing. Counters are looked at after bytes have come and with a change of lines, so a silent port has no timer for them.
 */
import { type LineChange, LOOK_MS, type Look, watchLines } from "../port/lines/watch.js";
import type { ActualSettings, ModemLine, ModemLines, Port } from "../port/port.js";
import type { SessionEvent } from "./session-event.js";

/** From the first byte to the look at the counters. */
const COUNTERS_MS = 100;
const LINES: readonly ModemLine[] = ["dtr", "rts", "cts", "dsr", "dcd", "ri"];
/** Those that count a fault of the line; the others count bytes, and breaks. */
const ERRORS = ["frame", "parity", "overrun", "bufOverrun"] as const;
const BREAKS = "brk";

export interface PortObserver {
  /** Bytes have come: the counters are worth a look soon. Cheap. */
  seen(): void;
  /** Hears what is told by whoever changes lines: what is known already is not told again. */
  heard(event: SessionEvent): void;
  /** Tells settings and lines as they stand: somebody has begun to listen. */
  show(): void;
  /** A last look at the counters, and no more. */
  stop(): void;
}

type Tell = (event: SessionEvent) => void;

/** Tells by `tell` what `port` shows from now on, its settings and lines first, on a later turn. */
export function observePort(port: Port, tell: Tell): PortObserver {
  let isOpen = true;
  const guarded: Tell = (event) => {
    if (isOpen) tell(event);
  };
  const counters = observeCounters(port, guarded);
  const settings = observeSettings(port, guarded);
  const lines = observeLines(port, guarded, () => counters.look());
  const begin = async () => {
    await settings.show();
    if (isOpen && port.presence?.isThere !== false) await lines.begin();
  };
  port.presence?.onChange((device) => {
    if (!isOpen) return;
    if (device === undefined) {
      lines.end();
      guarded({ event: "lost", port: port.path });
      return;
    }
    counters.begin();
    guarded({ event: "back", port: port.path });
    void begin();
  });
  void begin();
  return {
    seen: () => counters.seen(),
    heard: (event) => {
      if (event.event === "lines") lines.heard(event.lines);
    },
    show: () => void settings.show().then(() => lines.show()),
    stop() {
      counters.end();
      isOpen = false;
      lines.end();
    },
  };
}

function observeSettings(port: Port, tell: Tell) {
  return {
    async show() {
      let settings: ActualSettings;
      try {
        settings = await port.settings();
      } catch {
        return; // it is away
      }
      const { refusals } = port;
      tell({ event: "settings", settings, ...(refusals.length > 0 ? { refused: refusals } : {}) });
    },
  };
}

function observeCounters(port: Port, tell: Tell) {
  let before = port.counters();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    clearTimeout(timer);
    timer = undefined;
    const now = port.counters();
    if (before === undefined || now === undefined) return; // it does not count, or is away
    const last = before;
    before = now;
    const risen = (name: string) => (now[name] ?? 0) - (last[name] ?? 0);
    const errors = ERRORS.filter((name) => risen(name) > 0).map((name) => [name, risen(name)] as const);
    if (errors.length > 0) tell({ event: "error", counters: Object.fromEntries(errors) });
    const breaks = risen(BREAKS);
    if (breaks > 0) tell({ event: "break", way: "rx", count: breaks });
  };
  return {
    look,
    /** Another device counts from elsewhere. */
    begin() {
      before = port.counters();
    },
    seen() {
      if (before !== undefined) timer ??= setTimeout(look, COUNTERS_MS);
    },
    end() {
      look();
      before = undefined;
    },
  };
}

function observeLines(port: Port, tell: Tell, onChange: () => void) {
  let told = "";
  let close = () => {};
  /** What an earlier beginning asked for is not its successor's. */
  let turn = 0;
  const give = (lines: ModemLines, changes: readonly LineChange[] = []) => {
    told = JSON.stringify(lines);
    const counted = changes.filter((one) => one.counted && isModemLine(one.line));
    const counts = counted.map(({ line, counted }) => [line, counted] as const);
    tell({ event: "lines", lines, ...(counts.length > 0 ? { changes: Object.fromEntries(counts) } : {}) });
  };
  const ask = async (mine: number): Promise<ModemLines | undefined> => {
    const lines = await port.modemLines().catch(() => undefined); // a pty, or one that is away
    return mine === turn ? lines && named(lines) : undefined;
  };
  const lookAgain = async (mine: number) => {
    const lines = await ask(mine);
    if (lines === undefined || JSON.stringify(lines) === told) return;
    give(lines);
    onChange();
  };

  /** Where the driver is there to be waited for. */
  const wait = (source: NonNullable<Port["lineSource"]>) => {
    let first: Look;
    try {
      first = source.look();
    } catch {
      return; // it has no lines, or is away
    }
    give(named(first.lines));
    const watch = watchLines(source, first, (changes, look) => {
      const counted = changes.some(({ line, counted }) => isModemLine(line) && counted);
      if (!counted && JSON.stringify(named(look.lines)) === told) return; // another's line, or told by a look
      give(named(look.lines), changes);
      onChange();
    });
    watch.lost.catch(() => {}); // who reads the port hears of it
    close = () => watch.close();
  };
  return {
    async begin() {
      close();
      const mine = ++turn;
      const source = port.lineSource;
      if (source) return wait(source);
      const lines = await ask(mine);
      if (lines === undefined) return;
      give(lines);
      const timer = setInterval(() => void lookAgain(mine), LOOK_MS);
      close = () => clearInterval(timer);
    },
    heard(lines: Partial<ModemLines>) {
      told = JSON.stringify(named(lines));
    },
    async show() {
      const lines = await ask(turn);
      if (lines) give(lines);
    },
    end() {
      turn++;
      close();
      close = () => {};
    },
  };
}

function isModemLine(line: string): line is ModemLine {
  return LINES.includes(line as ModemLine);
}

/** Those six, in one order, without what a driver may have beside them. */
function named(lines: Readonly<Partial<Record<ModemLine, boolean>>>): ModemLines {
  return Object.fromEntries(LINES.map((line) => [line, lines[line]])) as ModemLines;
}

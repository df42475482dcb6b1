/**
 * A modem: the AT commands of ITU-T V.250, and AT+CSQ, AT+CMGF and AT+CMGS of mobile ones (3GPP TS 27.007, 27.005).
 *
 *     robin emulate --link /tmp/modem examples/at-modem.ts
 *     robin /tmp/modem          and then AT, ATI, ATDT5551234, +++ (a second of silence before and after it), ATH
 *
 * Whom it calls sends back what it gets, and hangs up at ^D. Numbers that end in 0 are busy.
 */
import { type DeviceContext, device } from "robin-serial";

type Modem = DeviceContext<ReturnType<typeof powerUp>>;

type Result = "OK" | "CONNECT" | "CONNECT 9600" | "NO CARRIER" | "BUSY" | "ERROR";

/** How long it takes until the far end answers. */
const DIAL_MS = 1500;
/** Taken, and nothing done: they are in the first words of most programs to a modem. */
const IGNORED = ["V", "X", "Q", "L", "M", "&C", "&D", "&K", "+CMGF"];

const powerUp = () => ({
  call: "none" as "none" | "online" | "held",
  messages: 0,
  /** S0: rings before it answers; S3, S4, S5: CR, LF, backspace; S7: wait for a carrier, s; S12: guard time, 1/50 s. */
  registers: { 0: 0, 3: 13, 4: 10, 5: 8, 7: 50, 12: 50 } as Record<number, number>,
  /** The escape +++: how many came, when the last byte came, and what takes back the wait for silence. */
  pluses: 0,
  lastMs: 0,
  stopWaiting: () => {},
});

/** A command behind AT and its value: all up to a semicolon behind D and +, else all that is no letter. */
const COMMAND = /^ *(?:(\+[A-Z]+|D)([^;]*)|(&?[A-Z])([^A-Z&+;]*));?/i;

async function obey(d: Modem, line: string): Promise<Result> {
  let rest = line.trim();
  while (rest !== "") {
    const [all = "", long, longValue, short = "", shortValue = ""] = COMMAND.exec(rest) ?? [];
    if (all === "") return "ERROR";
    const result = await run(d, (long ?? short).toUpperCase(), (longValue ?? shortValue).trim());
    if (result !== "OK") return result;
    rest = rest.slice(all.length);
  }
  return "OK";
}

function run(d: Modem, name: string, value: string): Result | Promise<Result> {
  const { state } = d;
  if (name === "E") d.echo = value === "1";
  else if (name === "Z" || name === "&F") d.restart();
  else if (name === "I") print(d, "robin AT modem 1.0");
  else if (name === "H") state.call = "none";
  else if (name === "O") return state.call === "held" ? "CONNECT" : "NO CARRIER";
  else if (name === "D") return dial(d, value);
  else if (name === "S") return register(d, value);
  else if (name === "+CSQ") print(d, "+CSQ: 18,99");
  else if (name === "+CMGS") return sendMessage(d);
  else if (!IGNORED.includes(name)) return "ERROR";
  return "OK";
}

/** `7=30` sets a register, `7?` asks for it. */
function register(d: Modem, value: string): Result {
  const [, number, asked] = /^(\d+)(?:=(\d+)|\?)$/.exec(value) ?? [];
  if (number === undefined) return "ERROR";
  if (asked === undefined) print(d, String(d.state.registers[Number(number)] ?? 0).padStart(3, "0"));
  else d.state.registers[Number(number)] = Number(asked) % 256;
  return "OK";
}

/** Any key gives the call up, as V.250 has it. */
async function dial(d: Modem, number: string): Promise<Result> {
  const key = await d.waitFor(/./s, { timeoutMs: DIAL_MS }).catch(() => undefined);
  if (key) return "NO CARRIER";
  return number.endsWith("0") ? "BUSY" : "CONNECT 9600";
}

/** The text ends with ^Z, or is given up with Esc. */
async function sendMessage(d: Modem): Promise<Result> {
  d.print("\r\n> ");
  const [end] = await d.waitFor(/[\x1a\x1b]/);
  if (end === "\x1a") print(d, `+CMGS: ${++d.state.messages}`);
  return "OK";
}

function print(d: Modem, text: string): void {
  d.print(`\r\n${text}\r\n`);
}

function report(d: Modem, result: Result): void {
  if (result.startsWith("CONNECT")) Object.assign(d.state, { call: "online", pluses: 0, lastMs: d.uptimeMs });
  print(d, result);
}

export default device({
  name: "at-modem",
  state: powerUp,
  echo: true,
  newline: "\r", // what it sends back for the CR at the end of a command
  bps: 9600,
  on: [[/^ *AT(.*)$/i, async (d, [, line = ""]) => report(d, await obey(d, line))]],

  /** While a call is up, every byte goes to the far end, and silence, +++, silence leads back to commands. */
  byte(d, byte) {
    const { state } = d;
    if (state.call !== "online") return false;
    const char = String.fromCharCode(byte);
    const guardMs = state.registers[12]! * 20;
    const wasSilent = d.uptimeMs - state.lastMs >= guardMs;
    state.stopWaiting();
    state.lastMs = d.uptimeMs;
    if (wasSilent) state.pluses = 0;
    state.pluses = char === "+" && (wasSilent || state.pluses > 0) ? state.pluses + 1 : 0;
    if (state.pluses === 3) {
      state.stopWaiting = d.after(guardMs, () => {
        state.call = "held";
        report(d, "OK");
      });
    }
    d.print(Uint8Array.of(byte));
    if (char === "\x04") {
      state.call = "none";
      report(d, "NO CARRIER");
    }
    return true;
  },

  /** A program that closes the port lets DTR fall, and the modem hangs up (AT&D2). */
  closed(d) {
    d.state.stopWaiting();
    d.state.call = "none";
  },
});

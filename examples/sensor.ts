/**
 * A sensor board: a boot log, then readings of temperature and humidity ten times a second, in a format that is asked for by a line
 * of one letter: c CSV with a header, n name:value with units, j JSON, t Teleplot. x makes a spike, o takes the sensor away for a second.
 *
 *     robin emulate --link /tmp/sensor examples/sensor.ts
 *     robin emulate --link /tmp/sensor examples/sensor.ts -- --format j --hz 100
 *     robin plot /tmp/sensor
 */
import { parseArgs } from "node:util";
import { type DeviceContext, device } from "robin-serial";

const { values } = parseArgs({
  options: { format: { type: "string", default: "n" }, hz: { type: "string", default: "10" } },
});
const FORMATS = ["c", "n", "j", "t"] as const;
type Format = (typeof FORMATS)[number];

const format = FORMATS.find((one) => one === values.format);
if (!format) throw new Error(`--format ${values.format}: it is one of ${FORMATS.join(", ")}`);
const hz = Number(values.hz);
if (!(hz >= 0.1 && hz <= 1000)) throw new Error(`--hz ${values.hz}: it is a number from 0.1 to 1000`);

/** A warm day in a minute. */
const DAY_S = 60;
const SPIKE_C = 20;
const OFF_MS = 1000;

interface State {
  format: Format;
  /** Degrees to be added to the next reading. */
  spike: number;
  /** The sensor does not answer before this moment of the board's clock. */
  offUntilMs: number;
}
type Board = DeviceContext<State>;

function send(d: Board): void {
  const seconds = d.uptimeMs / 1000;
  const isOff = d.uptimeMs < d.state.offUntilMs;
  const wave = Math.sin((2 * Math.PI * seconds) / DAY_S);
  const celsius = 21 + 4 * wave + Math.sin(seconds * 3) / 4 + d.state.spike;
  const percent = 45 - 10 * wave + Math.cos(seconds * 5) / 2;
  d.state.spike = 0;
  const [t, h] = [celsius, percent].map((value) => (isOff ? "nan" : value.toFixed(2)));
  if (d.state.format === "c") d.println(`${t},${h}`);
  else if (d.state.format === "n") d.println(`temp: ${t} C, hum: ${h} %`);
  else if (d.state.format === "t") d.println(`>temp:${t}§°C\r\n>hum:${h}§%`);
  else d.println(JSON.stringify({ air: { temp: isOff ? null : Number(t), hum: isOff ? null : Number(h) } }));
}

function choose(d: Board, chosen: Format): void {
  d.state.format = chosen;
  if (chosen === "c") d.println("temp (C),hum (%)");
}

export default device({
  name: "sensor",
  bps: 115_200,
  state: (): State => ({ format, spike: 0, offUntilMs: 0 }),
  start: (d) => void d.every(1000 / hz, () => send(d)),
  // Many boards are reset by whoever opens their port.
  opened: (d) => {
    d.println("sensor 1.0, built Nov 21 2026");
    d.println("I (27) boot: chip revision: v3.0");
    d.println("Calibrating, 3 points done");
    choose(d, d.state.format);
  },
  on: [
    [/^[cnjt]$/, (d, [letter]) => choose(d, letter as Format)],
    [
      /^x$/,
      (d) => {
        d.state.spike = SPIKE_C;
      },
    ],
    [
      /^o$/,
      (d) => {
        d.state.offUntilMs = d.uptimeMs + OFF_MS;
      },
    ],
  ],
});

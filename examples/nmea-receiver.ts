/**
 * A satellite receiver on a round walk: NMEA 0183 sentences (GGA, RMC, GSV), once a second, and the commands of MediaTek's
 * receivers that set how often ($PMTK220) and ask who is there ($PMTK605).
 *
 *     robin emulate --link /tmp/gps examples/nmea-receiver.ts
 *     robin emulate --link /tmp/gps examples/nmea-receiver.ts -- --hz 5
 *     robin /tmp/gps            and then $PMTK220,200*2C
 */
import { parseArgs } from "node:util";
import { type DeviceContext, device } from "robin-serial";

const { hz } = parseArgs({ options: { hz: { type: "string", default: "1" } } }).values;
if (!/^([1-9]|10)$/.test(hz)) throw new Error(`--hz ${hz}: it is a whole number from 1 to 10`);

/** Latitude and longitude in degrees, in a park in Berlin. It walks from one to the next, and from the last to the first. */
const ROUTE = [
  [52.51454, 13.35012],
  [52.51631, 13.37238],
  [52.51152, 13.37104],
  [52.5098, 13.35887],
] as const;
const METRES_PER_DEGREE = 111_320;
const METRES_PER_SECOND = 1.4;
const KNOT = 0.514444; // metres a second
/** Number, elevation and azimuth in degrees, signal to noise in dB. */
const SATELLITES = ["02,62,118,44", "05,41,291,39", "12,28,064,35", "15,17,210,31", "25,73,003,47"];

/** A sentence's last field: the exclusive or of all between $ and *. */
function checksum(body: string): string {
  let sum = 0;
  for (const byte of Buffer.from(body)) sum ^= byte;
  return sum.toString(16).toUpperCase().padStart(2, "0");
}

const LEGS = ROUTE.map(([lat, lon], at) => {
  const [nextLat, nextLon] = ROUTE[(at + 1) % ROUTE.length]!;
  const [dLat, dLon] = [nextLat - lat, nextLon - lon];
  const north = dLat * METRES_PER_DEGREE;
  const east = dLon * METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const course = ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
  return { lat, lon, dLat, dLon, course, metres: Math.hypot(north, east) };
});

/** Where it is after so many metres, and which way it goes: degrees from north. */
function walk(metres: number) {
  let left = metres % LEGS.reduce((sum, leg) => sum + leg.metres, 0);
  let at = 0;
  while (left >= LEGS[at]!.metres && at < LEGS.length - 1) left -= LEGS[at++]!.metres;
  const leg = LEGS[at]!;
  const part = left / leg.metres;
  return { lat: leg.lat + part * leg.dLat, lon: leg.lon + part * leg.dLon, course: leg.course };
}

/** Degrees and minutes to four digits, as `5230.8724,N`. */
function angle(degrees: number, digits: number, signs: "NS" | "EW"): string {
  const total = Math.round(Math.abs(degrees) * 600_000);
  const minutes = ((total % 600_000) / 10_000).toFixed(4).padStart(7, "0");
  return `${String(Math.floor(total / 600_000)).padStart(digits, "0")}${minutes},${signs[degrees < 0 ? 1 : 0]}`;
}

/** The sentences of one fix, without $ and checksum. */
function fix(date: Date, metres: number): string[] {
  const { lat, lon, course } = walk(metres);
  const place = `${angle(lat, 2, "NS")},${angle(lon, 3, "EW")}`;
  const [day, clock] = date.toISOString().replace(/[-:]/g, "").split("T") as [string, string];
  const time = clock.slice(0, 9); // hhmmss.ss
  const ddmmyy = day.slice(6) + day.slice(4, 6) + day.slice(2, 4);
  const knots = (METRES_PER_SECOND / KNOT).toFixed(2);
  return [
    `GPGGA,${time},${place},1,${String(SATELLITES.length).padStart(2, "0")},0.9,34.2,M,44.7,M,,`,
    `GPRMC,${time},A,${place},${knots},${course.toFixed(1)},${ddmmyy},,,A`,
  ];
}

/** Satellites in view, four a sentence. */
function view(): string[] {
  const pages = Math.ceil(SATELLITES.length / 4);
  return Array.from({ length: pages }, (_, page) => {
    const some = SATELLITES.slice(page * 4, page * 4 + 4);
    return ["GPGSV", pages, page + 1, String(SATELLITES.length).padStart(2, "0"), ...some].join();
  });
}

type Receiver = DeviceContext<{ stop: () => void }>;

function send(d: Receiver, ...bodies: string[]): void {
  for (const body of bodies) d.println(`$${body}*${checksum(body)}`);
}

function report(d: Receiver, intervalMs: number): void {
  let fixes = 0;
  d.state.stop();
  d.state.stop = d.every(intervalMs, () => {
    send(d, ...fix(new Date(), (d.uptimeMs / 1000) * METRES_PER_SECOND));
    if (fixes++ % Math.ceil(1000 / intervalMs) === 0) send(d, ...view()); // once a second is enough
  });
}

/** Carries a command out, and says in $PMTK001 what became of it: 1 unknown, 2 failed, 3 done. */
function command(d: Receiver, type: string, value: string | undefined): void {
  if (type === "605") return send(d, "PMTK705,robin-nmea_1.0,0001,robin,");
  let ack = type === "220" || type === "000" ? 3 : 1;
  if (type === "220") {
    const intervalMs = Number(value);
    if (intervalMs >= 100 && intervalMs <= 10_000) report(d, intervalMs);
    else ack = 2;
  }
  send(d, `PMTK001,${type},${ack}`);
}

export default device({
  name: "nmea-receiver",
  bps: 38_400,
  state: (): Receiver["state"] => ({ stop: () => {} }),
  start: (d) => report(d, 1000 / Number(hz)),
  on: [
    [
      /^\$(PMTK(\d{3})(?:,([^*]*))?)\*([0-9A-F]{2})$/i,
      (d, [, body = "", type = "", value, sum = ""]) => {
        // What was garbled on the line is not answered: the sender asks again.
        if (sum.toUpperCase() === checksum(body)) command(d, type, value);
      },
    ],
  ],
});

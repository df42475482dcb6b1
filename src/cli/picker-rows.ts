/**
 * What is known of ports, profiles and earlier choices, as rows of the picker. Pure; knows how it is said.
 */
import { formatUsbName, isUsbDevice } from "../port/discovery/usb-name.js";
import type { Holder } from "../port/holders.js";
import { problemText } from "../profiles/problem.js";
import { type Profile, profileOf } from "../profiles/profiles.js";
import type { PickerRow } from "../tui/picker/row.js";
import { DEMO } from "../virtual/demo/demo.js";
import { choiceKey } from "./choices.js";
import { age } from "./commands/list-table.js";
import type { SeenPort } from "./picker-facts.js";

export interface RowFacts {
  readonly ports: readonly SeenPort[];
  readonly profiles: readonly Profile[];
  /** Whether a port has the profile that claims it. */
  readonly isMatching: boolean;
  /** Whether a profile's `port` is there; undefined where that cannot be told. */
  readonly isThere: (name: string) => boolean | undefined;
  /** What was chosen with a port the last time, in words, as far as it would hold now; by its key. */
  readonly last: (key: string) => string | undefined;
  /** Seconds since the epoch. */
  readonly nowS: number;
  /** Monotonic, ms. */
  readonly nowMs: number;
}

/** How long a port that has come is new, ms. */
const NEW_MS = 60_000;

/** Ports, then profiles, then `demo:`. */
export function pickerRows(facts: RowFacts): PickerRow[] {
  return [
    ...facts.ports.map((port) => portRow(port, facts)),
    ...facts.profiles.map((profile) => profileRow(profile, facts)),
    demoRow(facts),
  ];
}

function portRow(port: SeenPort, { profiles, isMatching, last, nowS, nowMs }: RowFacts): PickerRow {
  const { id, info, refusal, arrivedAtMs } = port;
  const { path, driver, vendorId, productId, addedAt, byId, byPath, location } = info;
  const usbId = vendorId === undefined ? undefined : `${vendorId}:${productId}`;
  const remembered = last(choiceKey(info));
  const profile = isMatching ? profileOf(info, profiles) : undefined;
  const notes = [
    ...(profile ? [`profile: @${profile.name}`] : []),
    ...(remembered === undefined ? [] : [`last: ${remembered}`]),
  ];
  return {
    id,
    kind: "port",
    name: path,
    driver,
    usbId,
    product: info.product ?? info.manufacturer,
    serial: info.serialNumber,
    age: addedAt === undefined ? undefined : age(nowS - addedAt),
    also: [byId, byPath, location, info.manufacturer, usbId && `usb:${usbId}`].filter(
      (text) => text !== undefined,
    ),
    trouble: troubleOf(port),
    hint: refusal?.hint,
    notes,
    link: byId ?? byPath,
    isNew: arrivedAtMs !== undefined && nowMs - arrivedAtMs < NEW_MS,
    isRemembered: remembered !== undefined,
  };
}

/** Each process once, with the most that is known of it. */
function troubleOf(port: SeenPort): string | undefined {
  const { holders, lockedBy, login, refusal, isOwnTerminal, isConsole } = port;
  if (isOwnTerminal) return "the terminal that robin runs on";
  const others = holders.filter(({ pid }) => pid !== login?.pid && pid !== lockedBy?.pid);
  const troubles = [
    refusal && "no permission",
    login && `a login has it: ${who(login)}`,
    lockedBy && lockedBy.pid !== login?.pid && `held by ${who(lockedBy)}, by its lock file`,
    others.length > 0 && `held by ${others.map(who).join(", ")}`,
    isConsole && "a console: the kernel writes its messages there",
  ];
  return troubles.filter(Boolean).join("; ") || undefined;
}

function who({ command, pid }: Holder): string {
  return `${command} (PID ${pid})`;
}

function profileRow(profile: Profile, { ports, isThere }: RowFacts): PickerRow {
  const { name, description, port, match, problems } = profile;
  const [problem] = problems;
  const matching = ports.filter(({ info }) => match.some((one) => isUsbDevice(one, info)));
  const where = port ?? matching.map(({ info }) => info.path).join(", ");
  const ids = port === undefined ? match.map(formatUsbName).join(", ") : "";
  const isAway = port === undefined ? match.length > 0 && matching.length === 0 : isThere(port) === false;
  const about = [description, where || ids].filter(Boolean).join("  ");
  return {
    id: `@${name}`,
    kind: "profile",
    name: `@${name}`,
    about,
    also: [ids, ...matching.map(({ info }) => info.product ?? "")],
    trouble: problem
      ? problemText(problem)
      : isAway
        ? `its port is not there: ${port ?? ids}`
        : troubleAt(matching),
  };
}

/** Of the port that it means; where it means several, opening it says so. */
function troubleAt(ports: readonly SeenPort[]): string | undefined {
  if (ports.length > 1) return `${ports.length} ports fit: ${ports.map(({ info }) => info.path).join(", ")}`;
  return ports[0] && troubleOf(ports[0]);
}

function demoRow({ last }: RowFacts): PickerRow {
  const remembered = last(DEMO);
  return {
    id: DEMO,
    kind: "demo",
    name: DEMO,
    about: "an emulated board, for when there is no hardware",
    notes: remembered === undefined ? [] : [`last: ${remembered}`],
    isRemembered: remembered !== undefined,
  };
}

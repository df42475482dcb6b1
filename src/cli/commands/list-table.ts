/**
 * Ports as a table, and their coming and going as lines. Pure; knows how they look, and that a device's own texts may
 * hold anything.
 */
import { shrink } from "../../bytes/column-widths.js";
import { printable } from "../../bytes/printable.js";
import type { PortInfo } from "../../port/discovery/discover.js";
import type { ListedPort } from "../../port/discovery/list-ports.js";
import type { PortChange } from "../../port/discovery/port-changes.js";

interface Column {
  readonly title: string;
  readonly of: (port: ListedPort, nowS: number) => string | undefined;
  /** How far it may be cut where the screen is too narrow. */
  readonly atLeast?: number;
}

const COLUMNS: readonly Column[] = [
  { title: "PORT", of: (port) => port.path },
  { title: "DRIVER", of: (port) => port.driver },
  { title: "USB ID", of: usbId },
  { title: "PRODUCT", of: productOf, atLeast: 12 },
  { title: "SERIAL", of: (port) => port.serialNumber, atLeast: 8 },
  { title: "AGE", of: ({ addedAt }, nowS) => (addedAt === undefined ? undefined : age(nowS - addedAt)) },
];

const GAP = "  ";

/**
 * The table; beneath each port its stable link and who holds it, which are never cut. A column that no port has a value
 * for is left out. `nowS`: seconds since the epoch; `columns`: the screen's width, undefined where nothing has to be cut.
 */
export function portTable(ports: readonly ListedPort[], nowS: number, columns: number | undefined): string {
  const filled = COLUMNS.map((column) => ({
    ...column,
    cells: ports.map((port) => printable(column.of(port, nowS) || "-")),
  })).filter(({ cells }) => cells.some((cell) => cell !== "-"));
  const widths = shrink(
    filled.map(({ title, cells, atLeast }) => {
      const width = Math.max(...[title, ...cells].map(widthOf));
      return { width, atLeast: Math.min(width, atLeast ?? width) };
    }),
    columns ?? Number.POSITIVE_INFINITY,
    GAP.length,
  );
  const row = (cells: readonly string[]) =>
    cells
      .map((cell, n) => fitted(cell, widths[n]!))
      .join(GAP)
      .trimEnd();
  const lines = [row(filled.map(({ title }) => title))];
  ports.forEach((port, n) => {
    lines.push(row(filled.map(({ cells }) => cells[n]!)));
    for (const text of [stablePlace(port), heldBy(port)]) {
      if (text !== undefined) lines.push(`${GAP}${printable(text)}`);
    }
  });
  return `${lines.join("\n")}\n`;
}

function fitted(text: string, width: number): string {
  const shown = widthOf(text) <= width ? text : `${[...text].slice(0, width - 1).join("")}…`;
  return shown + " ".repeat(width - widthOf(shown));
}

function widthOf(text: string): number {
  return [...text].length;
}

/** What stays when names change, and can be given as a port; without udev at least where it is plugged in. */
function stablePlace({ byId, byPath, bus, location, interfaceNumber }: PortInfo): string | undefined {
  if (byId ?? byPath) return byId ?? byPath;
  return bus === "usb" ? `USB ${location}, interface ${interfaceNumber ?? "?"}` : undefined;
}

function heldBy({ holders = [] }: PortInfo & Partial<Pick<ListedPort, "holders">>): string | undefined {
  if (holders.length === 0) return undefined;
  return `held by ${holders.map(({ pid, command }) => `${command} (PID ${pid})`).join(", ")}`;
}

function usbId({ vendorId, productId }: PortInfo): string | undefined {
  return vendorId === undefined ? undefined : `${vendorId}:${productId}`;
}

function productOf({ product, manufacturer }: PortInfo): string | undefined {
  return product ?? manufacturer;
}

const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
] as const;

/** Two digits at most, where there are not many days: `12 s`, `5 min`, `3 h`, `200 d`. */
export function age(seconds: number): string {
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${Math.max(0, Math.floor(seconds))} s`;
}

/** One line: local time, what happened, the port and what is known of it. */
export function changeLine({ event, at, port }: PortChange): string {
  const facts = [
    [port.driver, usbId(port)].filter(Boolean).join(" "),
    productOf(port),
    port.serialNumber && `serial ${port.serialNumber}`,
    heldBy(port),
    stablePlace(port),
  ].filter(Boolean) as string[];
  const what = facts.length > 0 ? `${port.path}: ${facts.join(", ")}` : port.path;
  return `${clockTime(at)} ${event.padEnd(7)} ${printable(what)}`;
}

function clockTime(atS: number): string {
  const date = new Date(atS * 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((n) => String(n).padStart(2, "0"))
    .join(":");
}

/**
 * `robin list`: which serial ports there are, and with --watch which come and go. Knows where words go; the facts come
 * from port/, their looks from list-table.ts.
 */
import { RobinError } from "../../errors.js";
import { listPorts } from "../../port/discovery/list-ports.js";
import { followPorts, type PortChange } from "../../port/discovery/port-changes.js";
import { whyNoLibc } from "../../tty/abi.js";
import { getWindowSize } from "../../tty/ioctl.js";
import { type Command, commandOptions, JSON_OPTION } from "../command.js";
import { isTerminal } from "../is-terminal.js";
import { onReaderGone } from "../reader-gone.js";
import { print, printJson } from "../result.js";
import type { Words } from "../words.js";
import { changeLine, portTable } from "./list-table.js";

export const list: Command = {
  usage: "robin list [options]",
  options: commandOptions([
    {
      name: "watch",
      alias: ["w"],
      group: "Options",
      does: "go on: a line for each port that comes or goes, as it happens",
    },
    JSON_OPTION,
  ]),
  details: [
    `A table: each port's device, driver, USB vendor and product id, product, serial number and age. Beneath each port stands
the link that stays when names change, which every command takes as a port, and the processes that hold it as far as
this user may see them. A column that no port has anything for is left out; a product or serial number that does not
fit the terminal is cut, in a pipe nothing is.`,
    `A UART that is not fitted is no port, nor is a console or a pty. The age is told where it is known for certain.`,
    `With --watch the ports that are there come first (present), then each arrival (added), when udev is done with it so that
its permissions and links are final, and each departure (removed). It ends when it is interrupted, and when nobody
reads its output any more.`,
    `With --json: an array of {path, driver, vendorId, productId, serialNumber, manufacturer, product, byId, byPath,
location, bus, interfaceNumber, portNumber, addedAt, holders: [{pid, command}]}; what is not known is left out. With --watch
too: a line {event, at, port} for each.`,
  ],
  examples: [
    ["robin list", "the ports that are there"],
    ["robin list --watch", "plug the adapter in and see its name"],
    ["robin list --json | jq -r '.[].path'", "their paths, for a script"],
  ],
  async run({ positional, values }, { words }) {
    if (positional.length > 0) {
      throw new RobinError("usage", `argument "${positional[0]}": robin list takes none`);
    }
    const json = values.get("json") === true;
    if (values.get("watch") === true) return follow(json, words);
    const ports = await listPorts();
    if (json) printJson(ports);
    else if (ports.length > 0) print(portTable(ports, Date.now() / 1000, screenColumns()));
    else words.notice("list ports: there is no serial port here\n  hint: robin doctor may say why");
    return 0;
  },
};

/** Until nobody reads on; a signal ends the process, which holds nothing that has to be given back. */
function follow(json: boolean, words: Words): Promise<number> {
  return new Promise((resolve) => {
    const end = () => {
      ports.close();
      reader.close();
      resolve(0);
    };
    let count = 0;
    let isRead = true;
    const tell = (change: PortChange) => {
      count++;
      isRead = isRead && (json ? printJson(change) : print(`${changeLine(change)}\n`));
      if (!isRead) setImmediate(end);
    };
    const ports = followPorts(tell);
    const reader = onReaderGone(1, end);
    if (count === 0 && isRead) words.notice("there is no serial port here; waiting for one to be plugged in");
  });
}

/** The width of the terminal on stdout; undefined where it is none, or one that does not know. */
function screenColumns(): number | undefined {
  if (!isTerminal(1)) return undefined;
  const columns = whyNoLibc() === undefined ? getWindowSize(1).columns : process.stdout.columns;
  return columns || undefined;
}

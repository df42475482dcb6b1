/**
 * What the serial core tells of its UARTs without an open: lines and counters, in /proc/tty/driver/serial and its like
 * (uart_line_info of drivers/tty/serial/serial_core.c). Root alone may read it.
 */
import type { LineCounters, ModemLines } from "../../tty/modem-lines.js";

/** `1: uart:16550A port:000002F8 irq:3 tx:5 rx:7 fe:2 RTS|CTS|DTR`. */
export function parseUartRow(
  text: string,
  line: number,
): { lines: ModemLines; counters: LineCounters } | undefined {
  const row = new RegExp(`^${line}: uart:(?!unknown).*$`, "m").exec(text)?.[0];
  if (row === undefined || !/ tx:\d/.test(row)) return undefined;
  const count = (name: string) => Number(new RegExp(` ${name}:(\\d+)`).exec(row)?.[1] ?? 0);
  const words = / ((?:RTS|CTS|DTR|DSR|CD|RI)(?:\|[A-Z]+)*)$/.exec(row)?.[1]?.split("|") ?? [];
  const on = (name: string) => words.includes(name);
  return {
    lines: { dtr: on("DTR"), rts: on("RTS"), cts: on("CTS"), dsr: on("DSR"), dcd: on("CD"), ri: on("RI") },
    counters: {
      tx: count("tx"),
      rx: count("rx"),
      frame: count("fe"),
      parity: count("pe"),
      brk: count("brk"),
      overrun: count("oe"),
      bufOverrun: count("bo"),
    },
  };
}

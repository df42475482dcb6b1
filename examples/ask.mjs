/**
 * Asks a device one thing and prints what it answers: opens the port, sends a line, and leaves after 300 ms of silence.
 *
 *     node examples/ask.mjs demo: help
 *     node examples/ask.mjs /dev/ttyUSB0 AT
 */
import { Readable } from "node:stream";
import { connect, openPort, RobinError } from "robin-serial";

const [name = "demo:", ...words] = process.argv.slice(2);

try {
  const port = await openPort(name, { onNote: (text) => console.error(text) });
  for (const { setting, asked, took } of port.refusals)
    console.error(`${setting}: asked ${asked}, took ${took}`);
  const session = connect(port, {
    input: Readable.from([Buffer.from(`${words.join(" ")}\r`)]),
    output: process.stdout,
    idleExitMs: 300,
  });
  const { reason, received } = await session.ended;
  await port.close(); // restores the settings and gives the locks back
  console.error(`\n${received} bytes, ended by ${reason}`);
} catch (error) {
  if (!(error instanceof RobinError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

/** A process whose readiness callback throws, for poller.test.ts. Says what became of it. */
import { watch } from "../../src/tty/poller.js";
import { openPty } from "../../src/tty/pty.js";

process.on("uncaughtException", (error) => {
  console.log(`uncaught: ${error.message}`);
  process.exit(7);
});
const { master } = openPty();
watch(master, "writable", () => {
  throw new Error("from the callback");
}).arm();

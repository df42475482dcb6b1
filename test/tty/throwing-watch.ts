/** A process whose readiness callback throws, for poller.test.ts: the way of waiting is its argument. Says what became of it. */
import { waitByPoller, waitByUvPoll, watch } from "../../src/tty/poller.js";
import { openPty } from "../../src/tty/pty.js";

process.on("uncaughtException", (error) => {
  console.log(`uncaught: ${error.message}`);
  process.exit(7);
});
const { master } = openPty();
const way = process.argv[2] === "waitByPoller" ? waitByPoller : waitByUvPoll;
watch(
  master,
  "writable",
  () => {
    throw new Error("from the callback");
  },
  way,
).arm();

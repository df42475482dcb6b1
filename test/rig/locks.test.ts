/** Two programs and one real port. */
import { spawnSync } from "node:child_process";
import { chmodSync, statSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RobinRun, runRobin } from "../support/robin.js";
import { connected } from "./support/port-user.js";
import { UARTS } from "./support/serial-end.js";

const [UART] = UARTS;
const AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

let mode: number;
let first: RobinRun;
beforeEach(async () => {
  mode = statSync(UART).mode & 0o777;
  chmodSync(UART, 0o666);
  first = runRobin(["-v", UART]);
  await connected(first);
});
afterEach(async () => {
  chmodSync(UART, mode);
  first.child.kill("SIGKILL");
  await first.status;
});

test("a second robin is told who holds the port, and an ordinary user's programs cannot open it at all", async () => {
  const second = runRobin([UART], { stdin: "ignore" });
  expect(await second.status).toBe(4);
  expect(second.stderr).toContain(`open ${UART}: held by robin (PID ${first.child.pid})`);

  const [command, ...args] = [...AS_NOBODY, "stty", "-F", UART];
  const stty = spawnSync(command!, args, { encoding: "utf8" });
  expect(stty.stderr).toContain("Device or resource busy");

  const users = runRobin([UART], { stdin: "ignore", wrap: AS_NOBODY });
  expect(await users.status).toBe(4);
  expect(users.stderr).toContain(`open ${UART}: held by robin (PID ${first.child.pid})`);

  first.child.stdin!.end();
  expect(await first.status).toBe(0);
  expect(spawnSync(command!, args).status).toBe(0);
});

test("a robin that was killed leaves nothing that keeps an ordinary user out", async () => {
  first.child.kill("SIGKILL");
  await first.status;
  const next = runRobin([UART], { stdin: "ignore", wrap: AS_NOBODY });
  expect(await next.status).toBe(0);
});

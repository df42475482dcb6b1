/**
 * The door of a running hub: whoever connects gets its status as one JSON line, and is let go. Knows a unix socket in the
 * hub's directory, open to its user alone; not what the status says.
 */
import { unlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { RobinError } from "../../errors.js";
import { close, O_CLOEXEC, O_RDONLY, open } from "../../tty/libc.js";
import { errno, isErrno } from "../../tty/sys-error.js";

// Loaded when a door is opened: no other command wants it.
const require = createRequire(import.meta.url);
const net = () => require("node:net") as typeof import("node:net");

/** Beside the links, and no port's name. */
export const SOCKET_NAME = ".hub";
/** Who has not taken the line after this time does not want it. */
const CLIENT_MS = 1000;
const MAX_CLIENTS = 16;
/** How long a hub may take to answer, and how much it may say. */
const ANSWER_MS = 5000;
const ANSWER_BYTES = 16 * 1024 * 1024;

/** A socket's path may have 107 bytes (unix(7), sun_path): by the directory's descriptor it never has more. */
const socketPath = (directory: number) => `/proc/self/fd/${directory}/${SOCKET_NAME}`;

/**
 * Opens the door in the directory at `path`, of which `directory` is a descriptor and which nobody else holds: what is there
 * was left by a hub that was killed. The result closes it. Throws RobinError: open-failed.
 */
export async function openDoor(path: string, directory: number, status: () => object): Promise<() => void> {
  const server = net().createServer((client) => {
    client.on("error", () => client.destroy());
    client.resume(); // what it says is not asked for
    client.end(`${JSON.stringify(status())}\n`);
    setTimeout(() => client.destroy(), CLIENT_MS).unref();
  });
  server.maxConnections = MAX_CLIENTS;
  const remove = () => {
    try {
      unlinkSync(join(path, SOCKET_NAME));
    } catch {
      // not there
    }
  };
  remove();
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const text = `open socket ${join(path, SOCKET_NAME)}: ${error.code}`;
      reject(new RobinError("open-failed", text, { cause: error }));
    };
    server.once("error", fail);
    // bind(2) makes the file, at once: nobody else is let in even for a moment.
    const mask = process.umask(0o177);
    try {
      server.listen(socketPath(directory), () => {
        server.off("error", fail);
        server.on("error", () => {}); // out of descriptors: who asks has to ask again
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
  return remove;
}

/** What the hub that runs in the directory at `path` answers. Throws RobinError: open-failed. */
export async function askHub(path: string): Promise<unknown> {
  const directory = openDirectory(path);
  try {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const client = net().connect(socketPath(directory));
      const fail = (reason: string, cause?: unknown) => {
        client.destroy();
        reject(new RobinError("open-failed", `ask the hub in ${path}: ${reason}`, { cause }));
      };
      const timer = setTimeout(() => fail(`no answer for ${ANSWER_MS / 1000} s`), ANSWER_MS);
      client.on("data", (chunk) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > ANSWER_BYTES) fail("its answer has no end");
      });
      client.on("end", () => resolve(Buffer.concat(chunks)));
      client.on("close", () => clearTimeout(timer));
      client.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ECONNREFUSED") reject(noHub(path, error));
        else fail(error.code === "EACCES" ? "it is another user's" : String(error.code), error);
      });
    });
    return parse(answer, path);
  } finally {
    close(directory);
  }
}

function openDirectory(path: string): number {
  try {
    return open(path, O_RDONLY | O_CLOEXEC);
  } catch (error) {
    if (isErrno(error, errno.ENOENT)) throw noHub(path, error);
    const reason = isErrno(error) ? error.message : String(error);
    throw new RobinError("open-failed", `ask the hub in ${path}: ${reason}`, { cause: error });
  }
}

function noHub(path: string, cause: unknown): RobinError {
  return new RobinError("open-failed", `ask the hub in ${path}: no hub runs there`, {
    hint: "--dir DIR names the directory of another one",
    cause,
  });
}

function parse(answer: Buffer, path: string): unknown {
  try {
    return JSON.parse(answer.toString());
  } catch (cause) {
    const reason = answer.length === 0 ? "it has no time for one more" : "its answer makes no sense";
    throw new RobinError("open-failed", `ask the hub in ${path}: ${reason}`, { cause });
  }
}

/**
 * A file's bytes as they were before it was compressed. Knows gzip and zstd by their first bytes (RFC 1952, RFC 8878); not
 * what the bytes mean. A compressed file that is cut off gives what can be read of it.
 */
import { close, open, read } from "node:fs";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { RobinError } from "../errors.js";
import { SysError } from "../tty/sys-error.js";

const CHUNK_BYTES = 256 * 1024;
/** An inherited descriptor that somebody made non-blocking tells nobody when it can be read. */
const RETRY_MS = 10;
const STDIN = 0;

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/** The bytes of `path`, `-` being stdin; a chunk is valid until the next one. Throws RobinError: open-failed, unsupported. */
export async function* readPlain(path: string): AsyncGenerator<Uint8Array> {
  const name = path === "-" ? "stdin" : path;
  const chunks = readChunks(path, name);
  try {
    // Long enough for the magic, also from a pipe that gives a byte at a time.
    let head: Uint8Array = Buffer.alloc(0);
    while (head.length < ZSTD.length) {
      const { value, done } = await chunks.next();
      if (done) break;
      head = Buffer.concat([head, value]);
    }
    const create = unpacker(head, name);
    if (create !== undefined) return yield* unpacked(head, chunks, create, name);
    if (head.length > 0) yield head;
    yield* chunks;
  } finally {
    // The file is to be closed, however far it was read. Not awaited: a read of a pipe may be under way for ever.
    void chunks.return(undefined);
  }
}

function unpacker(head: Uint8Array, name: string): (() => zlib.Gunzip) | undefined {
  if (begins(head, GZIP)) return () => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH });
  if (!begins(head, ZSTD)) return undefined;
  const { createZstdDecompress } = zlib as unknown as { createZstdDecompress?: () => zlib.Gunzip };
  if (createZstdDecompress !== undefined) return createZstdDecompress;
  throw new RobinError("unsupported", `read ${name}: Node ${process.version} cannot read zstd`, {
    hint: `zstd -dc ${name} | robin … -`,
  });
}

function begins(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

/** What Node's stream for zstd leaves is the next frame: it ends with the first one, unlike that for gzip. */
async function* unpacked(
  head: Uint8Array,
  chunks: AsyncGenerator<Uint8Array, undefined>,
  create: () => zlib.Gunzip,
  name: string,
): AsyncGenerator<Uint8Array> {
  let first: Uint8Array | undefined = head;
  while (first !== undefined) {
    const stream = create();
    let last: Uint8Array = first;
    let before = 0;
    const feed = async (): Promise<void> => {
      for (
        let chunk: Uint8Array | undefined = last;
        chunk !== undefined;
        chunk = (await chunks.next()).value
      ) {
        last = chunk;
        before = stream.bytesWritten;
        await new Promise((resolve) => stream.write(last, resolve));
        if (stream.destroyed) return;
      }
      stream.end();
    };
    feed().catch((error) => stream.destroy(error));
    try {
      for await (const chunk of stream) yield chunk as Uint8Array;
    } catch (error) {
      if (isCut(error)) return;
      if (error instanceof RobinError) throw error;
      const why = (error as Error).message;
      throw new RobinError("open-failed", `read ${name}: it is damaged: ${why}`, { cause: error });
    } finally {
      stream.destroy();
    }
    const rest: Uint8Array = last.subarray(stream.bytesWritten - before);
    first = begins(rest, ZSTD) ? rest : undefined;
  }
}

function isCut(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "Z_BUF_ERROR" || code === "ZSTD_error_srcSize_wrong";
}

async function* readChunks(path: string, name: string): AsyncGenerator<Uint8Array, undefined> {
  const failed = (what: string, error: unknown) => {
    const cause = new SysError(what, -((error as NodeJS.ErrnoException).errno ?? 0));
    return new RobinError("open-failed", `${what} ${name}: ${cause.message}`, { cause });
  };
  const fd =
    path === "-"
      ? STDIN
      : await promisify(open)(path, "r").catch((error: unknown) => {
          throw failed("open", error);
        });
  const buffer = Buffer.alloc(CHUNK_BYTES);
  try {
    for (;;) {
      const count = await readSome(fd, buffer).catch((error: unknown) => {
        throw failed("read", error);
      });
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } finally {
    if (fd !== STDIN) close(fd);
  }
}

async function readSome(fd: number, buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return (await promisify(read)(fd, buffer, 0, buffer.length, null)).bytesRead;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

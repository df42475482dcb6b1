/**
 * Starting a program by posix_spawnp(3), for there is no fork in JavaScript: as the leader of a session of its own on a
 * terminal, or as the leader of a process group of its own in this session. Knows the call and what a new program must not
 * inherit; not who waits for it (child-exit.ts).
 *
 * A session leader without a terminal that opens one without O_NOCTTY gets it as its controlling terminal (tty_ioctl(4),
 * credentials(7)), so that opening the slave as descriptor 0 is all that forkpty(3) does by TIOCSCTTY.
 */
import { createRequire } from "node:module";
import { RobinError } from "../errors.js";
import { whyNoLibc } from "./abi.js";
import { close, dup, O_RDWR } from "./libc.js";
import { SysError } from "./sys-error.js";

/** spawn.h, the same in glibc (2.26 and later) and musl. */
const POSIX_SPAWN_SETPGROUP = 0x02;
const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;

/** glibc's posix_spawnattr_t has 336 bytes, its file actions 80, sigset_t 128; musl's are not larger. */
const ROOM = 1024;

function load() {
  const why = whyNoLibc();
  if (why !== undefined) throw new RobinError("unsupported", `load libc: ${why}`);
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const lib = koffi.load(null);
  return {
    /** The environment as it is, also where it is not UTF-8. */
    environment: () => koffi.decode(lib.symbol("environ", "void *"), "void *") as unknown,
    spawnp: lib.func(
      "int posix_spawnp(void *pid, const char *file, void *actions, void *attributes, const char **argv, void *envp)",
    ),
    initActions: lib.func("int posix_spawn_file_actions_init(void *actions)"),
    addOpen: lib.func(
      "int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, unsigned int mode)",
    ),
    addDup2: lib.func("int posix_spawn_file_actions_adddup2(void *actions, int fd, int newfd)"),
    destroyActions: lib.func("int posix_spawn_file_actions_destroy(void *actions)"),
    initAttributes: lib.func("int posix_spawnattr_init(void *attributes)"),
    setFlags: lib.func("int posix_spawnattr_setflags(void *attributes, short flags)"),
    setDefault: lib.func("int posix_spawnattr_setsigdefault(void *attributes, const void *set)"),
    setGroup: lib.func("int posix_spawnattr_setpgroup(void *attributes, int group)"),
    setMask: lib.func("int posix_spawnattr_setsigmask(void *attributes, const void *set)"),
    destroyAttributes: lib.func("int posix_spawnattr_destroy(void *attributes)"),
  };
}

let loaded: ReturnType<typeof load> | undefined;

/** These functions return an errno value, and set no errno. */
function check(syscall: string, result: number): void {
  if (result !== 0) throw new SysError(syscall, result);
}

/** What becomes of the new program's descriptors, by `addOpen` and `addDup2`, and of its process group. */
type SetUp = (c: ReturnType<typeof load>, actions: Uint8Array, attributes: Uint8Array) => void;

/**
 * Starts `command`, found by PATH unless it has a slash, with descriptors 0, 1 and 2 on the tty at `path`, which becomes its
 * controlling terminal. No signal is blocked, caught or ignored there, whatever robin does with its own. Returns the process
 * ID. Throws SysError: ENOENT where there is no such program, EACCES and ENOEXEC where it cannot be run.
 */
export function spawnOnTerminal(command: string, args: readonly string[], path: string): number {
  return spawn(command, args, POSIX_SPAWN_SETSID, (c, actions) => {
    check("posix_spawn_file_actions_addopen", c.addOpen(actions, 0, path, O_RDWR, 0));
    for (const fd of [1, 2]) check("posix_spawn_file_actions_adddup2", c.addDup2(actions, 0, fd));
  });
}

interface GroupOptions {
  /** Descriptors of ours, 3 or more. */
  readonly stdin: number;
  readonly stdout: number;
  /** The process group that it joins; absent: one of its own, whose ID is its process ID. */
  readonly group?: number;
}

/**
 * The same with these descriptors as its stdin and stdout, our stderr and our controlling terminal, in another process group
 * than ours. That does not bring it to the foreground.
 */
export function spawnInGroup(
  command: string,
  args: readonly string[],
  { stdin, stdout, group = 0 }: GroupOptions,
): number {
  // Node has made its own close-on-exec, and only a copy from another number is not (glibc before 2.29).
  const stderr = dup(2);
  try {
    return spawn(command, args, POSIX_SPAWN_SETPGROUP, (c, actions, attributes) => {
      check("posix_spawnattr_setpgroup", c.setGroup(attributes, group));
      for (const [fd, of] of [stdin, stdout, stderr].entries())
        check("posix_spawn_file_actions_adddup2", c.addDup2(actions, of, fd));
    });
  } finally {
    close(stderr);
  }
}

/** `place`: the flag that says that it is to have another session or process group. */
function spawn(command: string, args: readonly string[], place: number, setUp: SetUp): number {
  loaded ??= load();
  const c = loaded;
  const [actions, attributes] = [new Uint8Array(ROOM), new Uint8Array(ROOM)];
  // Not by sigfillset(3): glibc's leaves out two signals of its own, which the new program would then ignore.
  const [every, none] = [new Uint8Array(ROOM).fill(0xff), new Uint8Array(ROOM)];
  const pid = new Int32Array(1);
  check("posix_spawn_file_actions_init", c.initActions(actions));
  try {
    check("posix_spawnattr_init", c.initAttributes(attributes));
    try {
      setUp(c, actions, attributes);
      check("posix_spawnattr_setsigdefault", c.setDefault(attributes, every));
      check("posix_spawnattr_setsigmask", c.setMask(attributes, none));
      const flags = place | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
      check("posix_spawnattr_setflags", c.setFlags(attributes, flags));
      const argv = [command, ...args, null];
      check("posix_spawnp", c.spawnp(pid, command, actions, attributes, argv, c.environment()));
    } finally {
      c.destroyAttributes(attributes);
    }
  } finally {
    c.destroyActions(actions);
  }
  return pid[0]!;
}

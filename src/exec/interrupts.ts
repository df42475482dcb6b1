/**
 * ^C typed at a job that has the terminal: the kernel tells the job and nobody else, so a process of ours is in its group that
 * is ended by it. Knows how that is seen; not what is done about it.
 */
import { constants } from "node:os";
import { onChildExit } from "../tty/child-exit.js";
import { close, openPipe } from "../tty/libc.js";
import { spawnInGroup } from "../tty/spawn.js";

/** Calls `interrupted` for each SIGINT that process group `group` gets, a child of ours that runs. The result ends that. */
export function watchInterrupts(group: number, interrupted: () => void): () => void {
  const pipe = openPipe();
  let isOver = false;
  const place = () => {
    let pid: number;
    try {
      // It reads what never comes, and ends with us, whatever ends us.
      pid = spawnInGroup("cat", [], { stdin: pipe.readable, stdout: pipe.readable, group });
    } catch {
      return; // the job has ended, or there is no cat: then ^C is between the job and its user
    }
    onChildExit(pid, (exit) => {
      if (isOver || !("signal" in exit) || exit.signal !== constants.signals.SIGINT) return;
      place();
      interrupted();
    });
  };
  place();
  return () => {
    if (isOver) return;
    isOver = true;
    close(pipe.writable);
    close(pipe.readable);
  };
}

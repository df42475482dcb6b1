/**
 * A device at the far end of a line: what it receives and prints goes through a source and a sink, its clock is the
 * process's. Knows no pty.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../../port/ends.js";
import type { DeviceDefinition } from "./device.js";
import { type PlayedDevice, type PlayOptions, playDevice } from "./play-device.js";

/** What the device sends in one go; a pty takes some 18 KiB before it is full. */
const ROOM = 4096;
/** Reads, and writes, in a row: at the other end may be somebody who is as fast as the device, and others want a turn. */
const TURN = 4;
/** What the device may hold before it listens no more: its input then waits in the line. */
const HOLDS = 16 * 1024;
/** setTimeout takes 2^31 - 1; more would be 1. */
const LONGEST_MS = 2 ** 31 - 1;

export interface RunOptions extends Pick<PlayOptions, "onError" | "onHangUp"> {
  /** Whether anybody has the port open at the start; `setHeard` says when that changes. Yes, if nothing is said. */
  readonly isHeard?: boolean;
  /** Bytes of printed text that found no room, since the last call: nobody reads. */
  readonly onDrop?: (bytes: number) => void;
}

export interface RunningDevice {
  /** Bytes that the line has brought it. */
  readonly received: number;
  /** Bytes that the line has taken. */
  readonly sent: number;
  /** Bytes that found no room because nobody read. */
  readonly dropped: number;
  /** A program has opened the port, or the last one has closed it: what is printed while nobody has it open is lost. */
  setHeard(isHeard: boolean): void;
  /** Power is off, for good. Closes source and sink; safe to call twice. */
  off(): void;
}

/** Switches a device on. It is off when its line is gone. Throws RobinError usage where `definition` is no device. */
export function runDevice<State>(
  definition: DeviceDefinition<State>,
  source: ByteSource,
  sink: ByteSink,
  { isHeard = true, onDrop = () => {}, ...options }: RunOptions = {},
): RunningDevice {
  const heard = new Uint8Array(ROOM);
  const waiting = new ByteQueue();
  let timer: NodeJS.Timeout | undefined;
  let isOn = true;
  let isDeaf = false;
  let received = 0;
  let sent = 0;
  let dropped = 0;
  let isWoken = false;

  const device: PlayedDevice = playDevice(definition, {
    ...options,
    clock: () => performance.now(),
    onWake: speakSoon,
  });

  function speakSoon(): void {
    if (isWoken) return;
    isWoken = true;
    setImmediate(() => {
      isWoken = false;
      speak();
    });
  }

  function hear(): void {
    for (let reads = 0; isOn && device.holds() < HOLDS; reads++) {
      if (reads === TURN) {
        source.arm();
        break;
      }
      const n = source.read(heard);
      if (n === GONE) return off();
      if (n === NOTHING) {
        source.arm();
        break;
      }
      received += n;
      device.push(heard, n);
    }
    isDeaf = device.holds() >= HOLDS;
    speak();
  }

  function speak(): void {
    if (!isOn) return;
    clearTimeout(timer);
    device.take(0); // its time goes on also where nobody takes what it prints
    for (let writes = 0; isOn; writes++) {
      if (writes === TURN) {
        speakSoon();
        break;
      }
      if (waiting.length === 0 && !takeSome()) break;
      const taken = sink.write(waiting.bytes, waiting.start, waiting.end);
      if (taken === GONE) return off();
      if (taken === NOTHING) {
        sink.arm();
        break;
      }
      sent += taken;
      waiting.take(taken);
    }
    tellDropped();
    const deadline = device.deadlineMs(isHeard && waiting.length === 0);
    if (!isOn || deadline === undefined) return;
    timer = setTimeout(speak, Math.min(Math.max(0, deadline - performance.now()), LONGEST_MS));
  }

  /** Has the device say something, if there is anybody to hear it. */
  function takeSome(): boolean {
    if (isHeard) {
      const said = device.take(ROOM);
      waiting.push(said, 0, said.length);
    } else {
      device.lose();
    }
    if (isDeaf && device.holds() < HOLDS) {
      isDeaf = false;
      source.arm();
    }
    return waiting.length > 0;
  }

  function tellDropped(): void {
    const bytes = device.dropped - dropped;
    dropped = device.dropped;
    if (bytes > 0) onDrop(bytes);
  }

  function off(): void {
    if (!isOn) return;
    isOn = false;
    clearTimeout(timer);
    source.close();
    sink.close();
  }

  source.onReady(hear);
  sink.onReady(speak);
  source.arm();
  speak();
  return {
    get received() {
      return received;
    },
    get sent() {
      return sent;
    },
    get dropped() {
      return device.dropped;
    },
    setHeard(now) {
      if (!now) waiting.clear();
      isHeard = now;
      if (now) device.opened();
      else device.closed();
      speak();
    },
    off,
  };
}

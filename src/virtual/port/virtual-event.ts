/**
 * What happens at virtual ports, as programs read it: one JSON object a line, each with `event`, `at` (seconds since the
 * epoch, to the microsecond) and, where it concerns one, `port`. Pure but for the clock.
 */

/** Keys are lowerCamelCase; more may come, none is renamed. */
export interface VirtualEvent {
  readonly event: string;
  readonly port?: string;
  readonly [key: string]: unknown;
}

export type TellEvent = (event: VirtualEvent) => void;

/** The first event of every command that makes ports. */
export function readyEvent(
  ports: readonly { readonly name: string; readonly path: string; readonly link: string | undefined }[],
): VirtualEvent {
  return { event: "ready", ports: ports.map(({ name, path, link }) => ({ name, path, link })) };
}

/** Seconds since the epoch, to the microsecond. */
export function nowS(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000) / 1e6;
}

/** `event` with its time, in the order in which it is printed. */
export function timed({ event, ...rest }: VirtualEvent, at = nowS()): VirtualEvent {
  return { event, at, ...rest };
}

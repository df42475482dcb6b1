/**
 * What the picker shows of one thing that can be connected to. Only shapes: cli makes rows of what discovery, the configuration
 * file and the memory of earlier choices say.
 */

export interface PickerRow {
  /** Stays with a port as long as it is there; one that comes back is another row. */
  readonly id: string;
  readonly kind: "port" | "profile" | "demo";
  /** What is connected to: a path, `@name`, `demo:`. */
  readonly name: string;
  /** A port's columns, as the device has them; absent where nothing is known. */
  readonly driver?: string | undefined;
  /** `0403:6001` */
  readonly usbId?: string | undefined;
  readonly product?: string | undefined;
  readonly serial?: string | undefined;
  readonly age?: string | undefined;
  /** In place of columns. */
  readonly about?: string | undefined;
  /** What else the filter finds it by. */
  readonly also?: readonly string[] | undefined;
  /** Why it can most likely not be opened, in a few words. */
  readonly trouble?: string | undefined;
  /** What can be done about it. */
  readonly hint?: string | undefined;
  /** What holds for it where nothing else is said: a profile that is for it, what was chosen with it the last time. */
  readonly notes?: readonly string[] | undefined;
  /** Its name that stays. */
  readonly link?: string | undefined;
  /** It has arrived while the picker was shown. */
  readonly isNew?: boolean | undefined;
  /** Whether something is remembered of it, which can be forgotten. */
  readonly isRemembered?: boolean | undefined;
}

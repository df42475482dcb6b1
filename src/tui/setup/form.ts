/**
 * What a form asks of whoever has the values: a running session, or a port that is not open yet. Only shapes.
 */
import type { SetupOption } from "./option.js";

export interface FieldValue {
  /** What holds; undefined where nobody has said anything and it is not known. */
  readonly text: string | undefined;
  /** What was asked for, where something else holds. */
  readonly asked?: string;
  /** What editing begins with, where it is not `text`: a file's pattern, not its name. */
  readonly draft?: string;
}

/** What became of a change; neither where it holds now. */
export interface Applied {
  /** What was wrong with what was said, or with the port. */
  readonly error?: string;
  /** What the driver did instead. */
  readonly refusal?: string;
}

export interface Form {
  readonly options: readonly SetupOption[];
  value(option: SetupOption): FieldValue;
  /** Never rejects. */
  apply(option: SetupOption, text: string): Promise<Applied>;
  /** Tells `onChange` when values have changed elsewhere; the result ends it. Absent: they do not. */
  watch?(onChange: () => void): () => void;
  /** Whether the device is there; absent where nobody knows. */
  readonly isThere?: boolean;
  /** The session's escape key, if there is a session and it has one. */
  readonly escapeKey?: number | undefined;
}

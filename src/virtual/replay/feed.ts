/**
 * A recording, read as fast as somebody wants more of it and no faster, so that memory stays the same for one of any length.
 * Knows when to read; not what for.
 */
import type { ReadRecord } from "../../recording/read-recording.js";
import { createMoments, type Moment } from "./moments.js";

export interface FeedReader {
  readonly wants: boolean;
  read(moment: Moment): void;
  readEnd(): void;
}

export interface FeedOptions {
  /** Opens the recording at its beginning. */
  readonly open: () => AsyncIterable<ReadRecord>;
  /** At its end it begins again, unless the device says nothing in it. */
  readonly isLoop?: boolean;
  /** More was read: nothing else is wanted now. */
  readonly onFed: () => void;
  /** It cannot be read any further. */
  readonly onError: (error: unknown) => void;
}

export class Feed {
  readonly #reader: FeedReader;
  readonly #options: FeedOptions;
  readonly #moments = createMoments();
  #records: AsyncIterator<ReadRecord>;
  #isRunning = false;
  #isOver = false;
  #hasBytes = false;

  constructor(reader: FeedReader, options: FeedOptions) {
    this.#reader = reader;
    this.#options = options;
    this.#records = options.open()[Symbol.asyncIterator]();
  }

  /** Reads on if somebody wants more. Never tells anything from inside this call. */
  pump(): void {
    if (this.#isRunning || this.#isOver || !this.#reader.wants) return;
    this.#isRunning = true;
    this.#run().then(
      () => this.#fed(),
      (error: unknown) => {
        if (!this.#isOver) this.#options.onError(error);
        this.close();
      },
    );
  }

  /** For good. Safe to call twice. */
  close(): void {
    this.#isOver = true;
    // It waits for a read that is under way; nobody waits for it.
    void this.#records.return?.()?.then(undefined, () => {});
  }

  async #run(): Promise<void> {
    while (!this.#isOver && this.#reader.wants) {
      const { value, done } = await this.#records.next();
      if (this.#isOver) return;
      if (done) this.#end();
      else this.#give(value);
    }
  }

  #give(record: ReadRecord): void {
    const moment = this.#moments(record);
    if (moment === undefined) return;
    this.#hasBytes ||= moment.kind === "rx" && moment.bytes.length > 0;
    this.#reader.read(moment);
  }

  #end(): void {
    if (this.#options.isLoop && this.#hasBytes) {
      this.#records = this.#options.open()[Symbol.asyncIterator]();
    } else {
      this.#isOver = true;
      this.#reader.readEnd();
    }
  }

  #fed(): void {
    this.#isRunning = false;
    this.#options.onFed();
  }
}

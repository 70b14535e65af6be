import { type Instant, SECOND } from "../engine/time.js";
import { parseInstant, parseRfc3339 } from "./wall-time.js";

/**
 * The times of one column: seconds from the start of the run, or dates in RFC 3339. The first time says which; a file
 * with both would mean two clocks.
 */
export class TimeColumn {
  private dated: boolean | null = null;

  /** @param epochSeconds the wall clock at t = 0; null = unknown */
  constructor(private readonly epochSeconds: number | null) {}

  /** Whether times are numbers; false as long as there is none. */
  get isSeconds(): boolean {
    return this.dated === false;
  }

  /** Whether times count from 1970, because nobody knows the epoch: the earliest is meant to be t = 0. */
  get countsFrom1970(): boolean {
    return this.dated === true && this.epochSeconds === null;
  }

  /** @returns microseconds, or in words why the text is no time of this column */
  read(text: string): Instant | string {
    const us = parseInstant(text);
    if (us === null || !Number.isSafeInteger(us))
      return `expected seconds or a time such as 2023-11-14T22:00:00Z, found ${JSON.stringify(text)}`;
    const isDate = parseRfc3339(text) !== null;
    if (this.dated !== null && isDate !== this.dated)
      return `expected ${this.dated ? "a date" : "seconds"} as in the lines before, found ${JSON.stringify(text)}`;
    const sinceStart = isDate ? us - (this.epochSeconds ?? 0) * SECOND : us;
    if (sinceStart < 0) return `${JSON.stringify(text)} lies before the start of the run`;
    this.dated = isDate;
    return sinceStart;
  }
}

import type { Instant } from "../engine/time.js";
import { cellsOf } from "./csv-text.js";
import { TimeColumn } from "./time-column.js";
import type { TraceProblems } from "./trace-problems.js";

const ZERO = 48;
const NINE = 57;
const POINT = 46;
const COMMA = 44;
const LINE_FEED = 10;
const RETURN = 13;

/** With six decimals of 10^9 seconds microseconds are exact. */
const MOST_DIGITS = 9;
const MOST_DECIMALS = 6;
const SCALE = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/**
 * Arrivals from a text that comes in pieces: one a line, in the first column, seconds or RFC 3339. A first line that is
 * neither is a header; empty lines are skipped.
 *
 * Plain numbers, which is what traces of a gigabyte consist of, are read digit by digit; anything else as in other files.
 */
export class TimestampReader {
  private readonly column: TimeColumn;
  /** A line whose end has not come yet. */
  private rest = "";
  private line = 1;
  private isFirst = true;
  private times = new Float64Array(0);
  private count = 0;

  /** @param epochSeconds the wall clock at t = 0; null = unknown */
  constructor(
    epochSeconds: number | null,
    private readonly problems: TraceProblems,
  ) {
    this.column = new TimeColumn(epochSeconds);
  }

  /** Whether times count from 1970: the earliest is meant to be t = 0. */
  get countsFrom1970(): boolean {
    return this.column.countsFrom1970;
  }

  /** Characters of the line that has not ended yet. */
  get unfinished(): number {
    return this.rest.length;
  }

  /** @returns the times of the lines that end in this piece, in their order; overwritten by the next call */
  take(piece: string): Float64Array {
    const text = this.rest === "" ? piece : this.rest + piece;
    // The shortest line is a digit and its end.
    const most = (text.length >> 1) + 1;
    if (this.times.length < most) this.times = new Float64Array(most);
    this.count = 0;
    let start = 0;
    while (start < text.length) {
      const plain = this.column.isSeconds ? this.takePlain(text, start) : 0;
      const next = plain > 0 ? plain : this.takeAny(text, start);
      if (next === 0) break;
      start = next;
    }
    this.rest = text.slice(start);
    return this.times.subarray(0, this.count);
  }

  /** The last line need not end. */
  end(): Float64Array {
    return this.take("\n");
  }

  /** A line of digits, perhaps with a point among them. @returns where the next one starts; 0 = it is something else */
  private takePlain(text: string, start: number): number {
    let at = start;
    let code = text.charCodeAt(at);
    let number = 0;
    while (code >= ZERO && code <= NINE) {
      number = number * 10 + (code - ZERO);
      code = text.charCodeAt(++at);
    }
    const digits = at - start;
    let decimals = 0;
    if (code === POINT) {
      const point = at;
      code = text.charCodeAt(++at);
      while (code >= ZERO && code <= NINE) {
        number = number * 10 + (code - ZERO);
        code = text.charCodeAt(++at);
      }
      decimals = at - point - 1;
      if (decimals === 0) return 0;
    }
    if (digits === 0 || digits > MOST_DIGITS || decimals > MOST_DECIMALS) return 0;
    if (code === COMMA) at = text.indexOf("\n", at);
    else if (code === RETURN && text.charCodeAt(at + 1) === LINE_FEED) at++;
    else if (code !== LINE_FEED) return 0;
    if (at < 0) return 0;
    this.times[this.count++] = number * SCALE[decimals];
    this.line++;
    return at + 1;
  }

  /** @returns where the next line starts; 0 = this one has not ended */
  private takeAny(text: string, start: number): number {
    const end = text.indexOf("\n", start);
    if (end < 0) return 0;
    const content = text.slice(start, end).trim();
    if (content !== "") this.takeCell(cellsOf(content.split(",", 1)[0])[0]);
    this.line++;
    return end + 1;
  }

  private takeCell(cell: string): void {
    const us: Instant | string = this.column.read(cell);
    if (typeof us === "number") this.times[this.count++] = us;
    else if (!this.isFirst) this.problems.add(this.line, us);
    this.isFirst = false;
  }
}

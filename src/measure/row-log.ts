import { type Instant, WIDE } from "../engine/time.js";
import { NumberLog } from "./number-log.js";

/** One row of a `RowLog`; `values` is reused from row to row. */
export interface LoggedRow {
  readonly stream: number;
  readonly t: number;
  readonly values: Float64Array;
}

/** Numbers of a row besides its values: stream, time, set of changed columns. */
const ROW_HEAD = 3;

/**
 * Rows of numbers in few bytes: each row says only what changed since the last row of its stream.
 *
 * A row of `timeline.csv` takes 3 bytes when nothing changes and about 40 under load, where columns of doubles would take
 * 180 and every doubling would hold them twice. Values come back bit by bit as they went in (NaN stands for "none").
 */
export class RowLog {
  private readonly log = new NumberLog();
  private readonly previous: Float64Array[] = [];
  private previousT: Instant = WIDE;
  private rowCount = 0;

  /** @param width numbers per row, at most 31: a set of columns is one whole number */
  constructor(private readonly width: number) {
    this.previousT = 0;
  }

  /** Rows so far. */
  get length(): number {
    return this.rowCount;
  }

  /** Whether a row would differ from the last of its stream; true when there is none. */
  differs(stream: number, values: Float64Array): boolean {
    const before = this.previous[stream];
    if (before === undefined) return true;
    for (let i = 0; i < this.width; i++) if (!Object.is(values[i], before[i])) return true;
    return false;
  }

  /**
   * @param stream a small index; rows of one stream resemble each other
   * @param t whole number, not below that of the row before
   */
  append(stream: number, t: number, values: Float64Array): void {
    const { log } = this;
    const before = (this.previous[stream] ??= new Float64Array(this.width));
    let changed = 0;
    for (let i = 0; i < this.width; i++) if (!Object.is(values[i], before[i])) changed |= 1 << i;
    log.reserve(ROW_HEAD + this.width);
    log.writeCount(stream);
    log.writeCount(t - this.previousT);
    log.writeCount(changed);
    for (let i = 0; i < this.width; i++) {
      if (!((changed >>> i) & 1)) continue;
      log.writeNumber(values[i]);
      before[i] = values[i];
    }
    this.previousT = t;
    this.rowCount++;
  }

  /** All rows in the order written. The values are reused: copy what is kept. */
  *rows(): IterableIterator<LoggedRow> {
    const reader = this.log.reader();
    const current: Float64Array[] = [];
    let t = 0;
    const { rowCount } = this;
    for (let row = 0; row < rowCount; row++) {
      const stream = reader.readCount();
      t += reader.readCount();
      const changed = reader.readCount();
      const values = (current[stream] ??= new Float64Array(this.width));
      for (let i = 0; i < this.width; i++) if ((changed >>> i) & 1) values[i] = reader.readNumber();
      yield { stream, t, values };
    }
  }
}

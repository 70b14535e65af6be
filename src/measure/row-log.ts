/** One row of a `RowLog`; `values` is reused from row to row. */
export interface LoggedRow {
  readonly stream: number;
  readonly t: number;
  readonly values: Float64Array;
}

const CHUNK_BYTES = 65_536;
const MAX_VARINT_BYTES = 9;
const RAW_BYTES = 1 + 8;

/** How a number is written: two low bits of the varint in front. */
const WHOLE = 0;
const NEGATIVE = 1;
const MILLIONTHS = 2;
const RAW = 3;
/** Four times a whole number below this is still exact. */
const LARGEST_SHORT = 2 ** 50;

/**
 * Rows of numbers in few bytes: each row says only what changed since the last row of its stream.
 *
 * A row of `timeline.csv` takes 3 bytes when nothing changes and about 40 under load, where columns of doubles would take
 * 180 and every doubling would hold them twice. Values come back bit by bit as they went in (NaN stands for "none").
 */
export class RowLog {
  private readonly chunks: Uint8Array[] = [];
  private readonly chunkRows: number[] = [];
  private chunk = new Uint8Array(0);
  private view = new DataView(this.chunk.buffer);
  private position = 0;
  private readonly previous: Float64Array[] = [];
  private previousT = 0;
  private rowCount = 0;

  /** @param width numbers per row, at most 26 (a varint of changed columns) */
  constructor(private readonly width: number) {}

  /** Rows so far. */
  get length(): number {
    return this.rowCount;
  }

  /** Whether a row would differ from the last of its stream; true when there is none. */
  differs(stream: number, values: Float64Array): boolean {
    const before = this.previous[stream];
    if (before === undefined) return true;
    for (let i = 0; i < this.width; i++) if (!isSame(values[i], before[i])) return true;
    return false;
  }

  /**
   * @param stream a small index; rows of one stream resemble each other
   * @param t whole number, not below that of the row before
   */
  append(stream: number, t: number, values: Float64Array): void {
    const room = 3 * MAX_VARINT_BYTES + this.width * RAW_BYTES;
    if (this.position + room > this.chunk.length) this.startChunk(room);
    const before = (this.previous[stream] ??= new Float64Array(this.width));
    let changed = 0;
    for (let i = 0; i < this.width; i++) if (!isSame(values[i], before[i])) changed += 2 ** i;
    this.writeVarint(stream);
    this.writeVarint(t - this.previousT);
    this.writeVarint(changed);
    for (let i = 0; i < this.width; i++) {
      if (isSame(values[i], before[i])) continue;
      this.writeNumber(values[i]);
      before[i] = values[i];
    }
    this.previousT = t;
    this.rowCount++;
    this.chunkRows[this.chunkRows.length - 1]++;
  }

  /** All rows in the order written. The row object and its values are reused: copy what is kept. */
  *rows(): IterableIterator<LoggedRow> {
    const current: Float64Array[] = [];
    let t = 0;
    for (let c = 0; c < this.chunks.length; c++) {
      const reader = new ChunkReader(this.chunks[c]);
      for (let row = 0; row < this.chunkRows[c]; row++) {
        const stream = reader.varint();
        t += reader.varint();
        const changed = reader.varint();
        const values = (current[stream] ??= new Float64Array(this.width));
        for (let i = 0; i < this.width; i++) if ((changed >>> i) & 1) values[i] = reader.number();
        yield { stream, t, values };
      }
    }
  }

  private startChunk(room: number): void {
    this.chunk = new Uint8Array(Math.max(CHUNK_BYTES, room));
    this.view = new DataView(this.chunk.buffer);
    this.position = 0;
    this.chunks.push(this.chunk);
    this.chunkRows.push(0);
  }

  private writeNumber(value: number): void {
    const size = Math.abs(value);
    if (size < LARGEST_SHORT && Math.floor(size) === size && !Object.is(value, -0)) {
      this.writeVarint(size * 4 + (value < 0 ? NEGATIVE : WHOLE));
      return;
    }
    // Window averages are rounded to six decimals by the autoscaler itself: they are whole millionths.
    const millionths = Math.round(value * 1e6);
    if (value > 0 && millionths < LARGEST_SHORT && millionths / 1e6 === value) {
      this.writeVarint(millionths * 4 + MILLIONTHS);
      return;
    }
    this.writeVarint(RAW);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  private writeVarint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.chunk[this.position++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.chunk[this.position++] = rest;
  }
}

class ChunkReader {
  private readonly view: DataView;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer);
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.bytes[this.position++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  number(): number {
    const tagged = this.varint();
    const kind = tagged % 4;
    const size = Math.floor(tagged / 4);
    if (kind === WHOLE) return size;
    if (kind === NEGATIVE) return -size;
    if (kind === MILLIONTHS) return size / 1e6;
    this.position += 8;
    return this.view.getFloat64(this.position - 8, true);
  }
}

function isSame(a: number, b: number): boolean {
  return Object.is(a, b);
}

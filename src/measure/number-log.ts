const CHUNK_BYTES = 65_536;
/** The most bytes one number takes: a tag and a double. */
const MOST_BYTES = 9;

/** How a number is written: two low bits of the varint in front. */
const WHOLE = 0;
const NEGATIVE = 1;
const MILLIONTHS = 2;
const RAW = 3;
/** Four times a whole number below this, 2^50, is still exact. */
const LARGEST_SHORT = 1_125_899_906_842_624;

/**
 * Numbers one after another in few bytes; small whole ones take one. They come back bit by bit as they went in.
 *
 * Memory comes in chunks, so that growing copies nothing.
 */
export class NumberLog {
  private readonly chunks: Uint8Array[] = [];
  /** Bytes used of each chunk but the last. */
  private readonly used: number[] = [];
  private chunk = new Uint8Array(0);
  private view = new DataView(this.chunk.buffer);
  private position = 0;

  /** Makes room; to be called before any number is written. */
  reserve(numbers: number): void {
    const bytes = numbers * MOST_BYTES;
    if (this.position + bytes <= this.chunk.length) return;
    if (this.chunks.length > 0) this.used.push(this.position);
    this.chunk = new Uint8Array(Math.max(CHUNK_BYTES, bytes));
    this.view = new DataView(this.chunk.buffer);
    this.position = 0;
    this.chunks.push(this.chunk);
  }

  /** Writes a whole number of 0 … 2^53. */
  writeCount(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.chunk[this.position++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.chunk[this.position++] = rest;
  }

  /** Writes any number, NaN and −0 included. */
  writeNumber(value: number): void {
    const size = Math.abs(value);
    if (size < LARGEST_SHORT && Math.floor(size) === size && !Object.is(value, -0)) {
      this.writeCount(size * 4 + (value < 0 ? NEGATIVE : WHOLE));
      return;
    }
    // Window averages are rounded to six decimals by the autoscaler itself: they are whole millionths.
    const millionths = Math.round(value * 1e6);
    if (value > 0 && millionths < LARGEST_SHORT && millionths / 1e6 === value) {
      this.writeCount(millionths * 4 + MILLIONTHS);
      return;
    }
    this.writeCount(RAW);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** A reader from the beginning. What is written while it reads, it may read too. */
  reader(): NumberReader {
    return new NumberReader(this.chunks, this.used);
  }
}

/** Reads a `NumberLog`; the calls must mirror those that wrote. How many there are is the writer's to know. */
export class NumberReader {
  private bytes: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private position = 0;
  private chunk = -1;

  constructor(
    private readonly chunks: readonly Uint8Array[],
    private readonly used: readonly number[],
  ) {}

  readCount(): number {
    if (this.position >= (this.used[this.chunk] ?? this.bytes.length)) this.nextChunk();
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.bytes[this.position++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  readNumber(): number {
    const tagged = this.readCount();
    const kind = tagged % 4;
    const size = Math.floor(tagged / 4);
    if (kind === WHOLE) return size;
    if (kind === NEGATIVE) return -size;
    if (kind === MILLIONTHS) return size / 1e6;
    this.position += 8;
    return this.view.getFloat64(this.position - 8, true);
  }

  private nextChunk(): void {
    this.bytes = this.chunks[++this.chunk];
    this.view = new DataView(this.bytes.buffer);
    this.position = 0;
  }
}

import tychei from "seedrandom/lib/tychei.js";

/** One stream of uniform numbers. */
export interface RandomStream {
  /** A uniform number in [0, 1) with 32 random bits. */
  uniform(): number;
  /** A uniform number in [0, 1) with 53 random bits, for where tails matter. */
  uniform53(): number;
}

/** Named independent streams grown from one seed; the same name always gives the same stream object. */
export interface RandomStreams {
  get(name: string): RandomStream;
  /** The stream of that name from its beginning, not kept: for names that are used once and are many. */
  once(name: string): RandomStream;
}

/**
 * Streams of the generator Tyche-i, one instance per name, seeded by (seed, name) alone: who asks for which stream
 * first, and how often others draw, changes nothing.
 *
 * @param seed the text of the seed, so that 42 and "42" are the same and 007 is another
 * @see Neves & Araujo 2011, "Fast and small nonlinear pseudorandom number generators for computer simulation"
 */
export function createStreams(seed: string): RandomStreams {
  const streams = new Map<string, RandomStream>();
  // The length keeps ("a", "b/c") and ("a/b", "c") apart.
  const once = (name: string): RandomStream => new TycheStream(`${seed.length}:${seed}/${name}`);
  return {
    once,
    get(name) {
      let stream = streams.get(name);
      if (stream === undefined) {
        stream = once(name);
        streams.set(name, stream);
      }
      return stream;
    },
  };
}

/** So many numbers are drawn one by one, and from then on so many at once. */
const FIRST_SINGLY = 16;
const AT_ONCE = 64;
const NONE = new Int32Array(0);
const SINGLE = new Int32Array(1);

/**
 * The package seeds it, when the first number is drawn, and the step is written out on four words: its own generator is
 * three closures, half a kilobyte each time, and a fleet has tens of thousands of streams, many of them never drawn from.
 *
 * A stream that is drawn from often works ahead: in a loop the four words stay in registers, 6 instead of 15 ns a number.
 */
class TycheStream implements RandomStream {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private singly = 0;
  private ahead = NONE;
  /** The next one in `ahead`. */
  private position = AT_ONCE;

  /** @param seed null = it has begun */
  constructor(private seed: string | null) {}

  uniform(): number {
    return (this.next() >>> 0) / 0x1_0000_0000;
  }

  uniform53(): number {
    const high = this.next() >>> 11;
    return (high * 0x1_0000_0000 + (this.next() >>> 0)) / 0x20_0000_0000_0000;
  }

  /** The next 32 bits. */
  private next(): number {
    return this.position < AT_ONCE ? this.ahead[this.position++] : this.nextOfNone();
  }

  private nextOfNone(): number {
    if (this.seed !== null) this.begin(this.seed);
    if (this.singly < FIRST_SINGLY) {
      this.singly++;
      this.step(SINGLE);
      return SINGLE[0];
    }
    if (this.ahead === NONE) this.ahead = new Int32Array(AT_ONCE);
    this.step(this.ahead);
    this.position = 1;
    return this.ahead[0];
  }

  /** One step for each number of `into`. */
  private step(into: Int32Array): void {
    let { a, b, c, d } = this;
    for (let i = 0; i < into.length; i++) {
      b = (b << 25) ^ (b >>> 7) ^ c;
      c = (c - d) | 0;
      d = (d << 24) ^ (d >>> 8) ^ a;
      a = (a - b) | 0;
      b = (b << 20) ^ (b >>> 12) ^ c;
      c = (c - d) | 0;
      d = (d << 16) ^ (c >>> 16) ^ a;
      a = (a - b) | 0;
      into[i] = a;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  private begin(seed: string): void {
    const { a, b, c, d } = tychei(seed, { state: true }).state();
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
    this.seed = null;
  }
}

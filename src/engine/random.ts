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

class TycheStream implements RandomStream {
  private readonly nextInt32: () => number;

  constructor(seed: string) {
    this.nextInt32 = tychei(seed).int32;
  }

  uniform(): number {
    return (this.nextInt32() >>> 0) / 0x1_0000_0000;
  }

  uniform53(): number {
    const high = this.nextInt32() >>> 11;
    return (high * 0x1_0000_0000 + (this.nextInt32() >>> 0)) / 0x20_0000_0000_0000;
  }
}

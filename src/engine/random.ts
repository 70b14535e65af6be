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
}

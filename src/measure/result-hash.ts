/** 2^32 as a literal: `**` is not the same in every engine. */
const WORD = 4_294_967_296;

/**
 * A hash of 64 bits over requests in the order of their ends; two runs with the same one had the same requests.
 *
 * Two lanes of 32 bits take each word in turn: exclusive or, multiply by an odd constant, rotate (the step of MurmurHash3
 * by Austin Appleby, with its constants; the lanes differ in constants and rotation). The words of a request are the low
 * halves of its arrival and its latency in µs, their upper halves together, and its revision's index with its status.
 * Only 32-bit integer arithmetic: the same everywhere. For telling runs apart, not against forgers.
 */
export class ResultHash {
  private laneA = 0x9747b28c | 0;
  private laneB = 0x3c6ef372;
  private count = 0;

  /**
   * @param arrivalUs whole µs below 2^53
   * @param revision index; −1 for none
   * @param status as in `EndedRequest`
   * @param latencyUs whole µs below 2^53
   */
  add(arrivalUs: number, revision: number, status: number, latencyUs: number): void {
    const arrival = arrivalUs | 0;
    const latency = latencyUs | 0;
    const upper = Math.imul((arrivalUs / WORD) | 0, 0x10001) ^ ((latencyUs / WORD) | 0);
    const where = Math.imul(revision, 2048) ^ status;
    let a = this.laneA;
    let b = this.laneB;
    a = Math.imul(a ^ arrival, 0xcc9e2d51);
    b = Math.imul(b ^ arrival, 0x85ebca6b);
    a = Math.imul(((a << 15) | (a >>> 17)) ^ latency, 0x1b873593);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ latency, 0xc2b2ae35);
    a = Math.imul(((a << 15) | (a >>> 17)) ^ upper, 0xcc9e2d51);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ upper, 0x85ebca6b);
    a = Math.imul(((a << 15) | (a >>> 17)) ^ where, 0x1b873593);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ where, 0xc2b2ae35);
    // Without an added constant a run of zeros would leave a lane at zero.
    this.laneA = (((a << 15) | (a >>> 17)) + 0x2545f491) | 0;
    this.laneB = (((b << 13) | (b >>> 19)) + 0x6c078965) | 0;
    this.count++;
  }

  /** 16 hexadecimal digits over all requests so far and their number. */
  digest(): string {
    const a = mix(this.laneA ^ this.count);
    const b = mix(this.laneB ^ Math.imul(a, 0x9e3779b1));
    return hex(mix(a ^ b)) + hex(b);
  }
}

/** Lets every bit of the word bear on every other (the finish of MurmurHash3). */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/** SHA-256 of bytes as 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return new Sha256().add(bytes).digest();
}

const BLOCK_BYTES = 64;

/**
 * SHA-256 of bytes that come piece by piece.
 *
 * Written out because a scenario is hashed the same in every browser, also on pages served without TLS, where
 * `crypto.subtle` does not exist; and because that one cannot take a large file in pieces.
 *
 * @see NIST FIPS 180-4, section 6.2
 */
export class Sha256 {
  private readonly hash = Int32Array.from(INITIAL);
  private readonly schedule = new Int32Array(BLOCK_BYTES);
  /** The start of a block that is not full yet. */
  private readonly rest = new Uint8Array(BLOCK_BYTES);
  private restLength = 0;
  private length = 0;

  add(bytes: Uint8Array): this {
    this.length += bytes.length;
    let offset = 0;
    if (this.restLength > 0) {
      offset = Math.min(BLOCK_BYTES - this.restLength, bytes.length);
      this.rest.set(bytes.subarray(0, offset), this.restLength);
      this.restLength += offset;
      if (this.restLength < BLOCK_BYTES) return this;
      this.addBlock(this.rest, 0);
    }
    for (; offset + BLOCK_BYTES <= bytes.length; offset += BLOCK_BYTES) this.addBlock(bytes, offset);
    this.rest.set(bytes.subarray(offset));
    this.restLength = bytes.length - offset;
    return this;
  }

  /** 64 hexadecimal digits; nothing may be added afterwards. */
  digest(): string {
    // A one bit, zeros, and the length in bits as a 64-bit number.
    const { length } = this;
    const padding = new Uint8Array(((119 - (length % BLOCK_BYTES)) % BLOCK_BYTES) + 9);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(length / 0x2000_0000));
    view.setUint32(padding.length - 4, (length * 8) >>> 0);
    this.add(padding);
    return Array.from(this.hash, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  private addBlock(bytes: Uint8Array, offset: number): void {
    const { schedule } = this;
    for (let t = 0; t < 16; t++) {
      const at = offset + 4 * t;
      schedule[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let t = 16; t < 64; t++) {
      const w15 = schedule[t - 15];
      const w2 = schedule[t - 2];
      const sigma0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
      const sigma1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
      schedule[t] = schedule[t - 16] + sigma0 + schedule[t - 7] + sigma1;
    }
    compress(this.hash, schedule);
  }
}

function compress(hash: Int32Array, schedule: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = hash;
  for (let t = 0; t < 64; t++) {
    const choice = (e & f) ^ (~e & g);
    const temp1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + CONSTANTS[t] + schedule[t]) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const temp2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0;
    // One by one, as an array for all eight would be made 64 times a block.
    h = g;
    g = f;
    f = e;
    e = (d + temp1) | 0;
    d = c;
    c = b;
    b = a;
    a = (temp1 + temp2) | 0;
  }
  hash[0] += a;
  hash[1] += b;
  hash[2] += c;
  hash[3] += d;
  hash[4] += e;
  hash[5] += f;
  hash[6] += g;
  hash[7] += h;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 64 primes; their roots give the constants of the standard. */
const PRIMES = ((): number[] => {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < 64; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
})();

/** The first 32 bits of the fractional part of a prime's root, by exact integer arithmetic. */
function rootBits(prime: number, degree: 2 | 3): number {
  // floor(root(prime) · 2^32) is the integer root of prime · 2^(32·degree), found bit by bit.
  const target = BigInt(prime) << BigInt(32 * degree);
  let root = 0n;
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
    const trial = root + bit;
    const power = degree === 2 ? trial * trial : trial * trial * trial;
    if (power <= target) root = trial;
  }
  return Number(root & 0xffff_ffffn);
}

const INITIAL = PRIMES.slice(0, 8).map((prime) => rootBits(prime, 2));
const CONSTANTS = Int32Array.from(PRIMES, (prime) => rootBits(prime, 3));

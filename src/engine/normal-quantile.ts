import { log } from "./numeric.js";

/**
 * Degree 7, rising powers, grouped by Estrin's scheme: half the latency of Horner's.
 *
 * The coefficients are arguments, and so constants of the compiled code: an array of them is looked into at every turn.
 */
function polynomial(
  x: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  c4: number,
  c5: number,
  c6: number,
  c7: number,
): number {
  const square = x * x;
  const lower = c0 + c1 * x + (c2 + c3 * x) * square;
  const upper = c4 + c5 * x + (c6 + c7 * x) * square;
  return lower + upper * (square * square);
}

function centre(x: number): number {
  return (
    polynomial(
      x,
      3.3871328727963665,
      133.14166789178438,
      1971.5909503065513,
      13731.69376550946,
      45921.95393154987,
      67265.7709270087,
      33430.57558358813,
      2509.0809287301227,
    ) /
    polynomial(
      x,
      1,
      42.31333070160091,
      687.1870074920579,
      5394.196021424751,
      21213.794301586597,
      39307.89580009271,
      28729.085735721943,
      5226.495278852854,
    )
  );
}

function nearTail(x: number): number {
  return (
    polynomial(
      x,
      1.4234371107496835,
      4.630337846156546,
      5.769497221460691,
      3.6478483247632045,
      1.2704582524523684,
      0.2417807251774506,
      0.022723844989269184,
      0.0007745450142783414,
    ) /
    polynomial(
      x,
      1,
      2.053191626637759,
      1.6763848301838038,
      0.6897673349851,
      0.14810397642748008,
      0.015198666563616457,
      0.0005475938084995345,
      1.0507500716444169e-9,
    )
  );
}

function farTail(x: number): number {
  return (
    polynomial(
      x,
      6.657904643501103,
      5.463784911164114,
      1.7848265399172913,
      0.29656057182850487,
      0.026532189526576124,
      0.0012426609473880784,
      2.7115555687434876e-5,
      2.0103343992922881e-7,
    ) /
    polynomial(
      x,
      1,
      0.599832206555888,
      0.1369298809227358,
      0.014875361290850615,
      0.0007868691311456133,
      1.8463183175100548e-5,
      1.421511758316446e-7,
      2.0442631033899397e-15,
    )
  );
}

/** The 95 % point of the standard normal distribution. */
export const Z95 = normalQuantile(0.95);

/**
 * The quantile function of the standard normal distribution, to about 1e-15 relative.
 *
 * @param p probability; −Infinity at 0, Infinity at 1
 * @see Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution" (PPND16)
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q > 0.425 || q < -0.425) return tailQuantile(p, q);
  return q * centre(0.180625 - q * q);
}

function tailQuantile(p: number, q: number): number {
  const outside = q < 0 ? p : 1 - p;
  if (outside <= 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const distance = Math.sqrt(-log(outside));
  const z = distance <= 5 ? nearTail(distance - 1.6) : farTail(distance - 5);
  return q < 0 ? -z : z;
}

import type { Parsed } from "./go-parse.js";

/**
 * Kubernetes quantities: `25m`, `1.5`, `2e3`, `128Mi`, `1Gi`.
 *
 * @see kubernetes/apimachinery pkg/api/resource/quantity.go, suffix.go
 */

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/** Suffix to its factor as a fraction: decimal ones are powers of 1000, binary ones of 1024. */
const FACTORS: Readonly<Record<string, readonly [numerator: bigint, denominator: bigint]>> = {
  "": [1n, 1n],
  n: [1n, 10n ** 9n],
  u: [1n, 10n ** 6n],
  m: [1n, 1_000n],
  k: [1_000n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [1n << 10n, 1n],
  Mi: [1n << 20n, 1n],
  Gi: [1n << 30n, 1n],
  Ti: [1n << 40n, 1n],
  Pi: [1n << 50n, 1n],
  Ei: [1n << 60n, 1n],
};

/** Kubernetes keeps nano precision; what is finer and not zero counts as one nano more. */
const NANO = 10n ** 9n;

/**
 * Reads a quantity in its base unit: vCPU for CPU, bytes for memory. Rounded up to a billionth, as Kubernetes keeps it.
 */
export function parseQuantity(text: string): Parsed<number> {
  const match = SHAPE.exec(text);
  if (!match || text === "") {
    return fail("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
  const [, sign, whole = "", decimals = "", suffix = ""] = match;
  const factor = factorOf(suffix);
  if (!factor) return fail("unable to parse quantity's suffix");
  // Digits may be missing altogether: Kubernetes reads `M` as 0.
  const numerator = BigInt(`0${whole}${decimals}`) * factor[0] * NANO;
  const denominator = 10n ** BigInt(decimals.length) * factor[1];
  const nanos = (numerator + denominator - 1n) / denominator;
  // Two exact parts: a sum of doubles is off by at most the last bit of the result.
  const value = Number(nanos / NANO) + Number(nanos % NANO) / Number(NANO);
  return { ok: true, value: sign === "-" && value !== 0 ? -value : value };
}

function factorOf(suffix: string): readonly [bigint, bigint] | undefined {
  if (Object.hasOwn(FACTORS, suffix)) return FACTORS[suffix];
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix);
  // Exponents beyond what any cluster has are cut, so that no text can ask for a number of a million digits.
  if (!exponent) return undefined;
  const power = BigInt(Math.min(Math.abs(Number(exponent[1])), 300));
  return exponent[1]!.startsWith("-") ? [1n, 10n ** power] : [10n ** power, 1n];
}

function fail(error: string): Parsed<never> {
  return { ok: false, error, outOfRange: false };
}

import { MILLISECOND, roundHalfAway } from "../engine/time.js";

const MILLIONTH = 1e6;

/** Beyond this a double has no room for six decimals. */
const TOO_LARGE_FOR_DECIMALS = Number.MAX_SAFE_INTEGER / MILLIONTH;

/** Rounds a figure to six decimals, halves away from zero: as precise as summary.json prints (contract details C). */
export function sixDecimals(value: number): number {
  if (!(Math.abs(value) < TOO_LARGE_FOR_DECIMALS)) return value;
  return roundHalfAway(value * MILLIONTH) / MILLIONTH + 0; // + 0 turns −0 into 0
}

/** The same of a figure that may be missing; NaN, as which typed arrays keep a missing figure, becomes null. */
export function sixDecimalsOrNull(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : sixDecimals(value);
}

/** Milliseconds of an average in µs, which is no whole number of them, with six decimals; null for null. */
export function averageMilliseconds(us: number | null): number | null {
  return us === null ? null : sixDecimals(us / MILLISECOND);
}

/** Milliseconds of a latency in µs, rounded to a whole microsecond; null for null and NaN. */
export function wholeMilliseconds(us: number | null): number | null {
  return us === null || Number.isNaN(us) ? null : roundHalfAway(us) / MILLISECOND;
}

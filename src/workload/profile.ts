import type { Duration } from "../engine/time.js";

/** Requests per second over time; times relative to the source's `from` (contract details A16). */
export type RateProfile =
  | { readonly kind: "constant"; readonly ratePerSecond: number }
  | { readonly kind: "ramp"; readonly from: number; readonly to: number; readonly overUs: Duration }
  | { readonly kind: "steps"; readonly steps: readonly (readonly [us: Duration, ratePerSecond: number])[] }
  | { readonly kind: "sine"; readonly mean: number; readonly amplitude: number; readonly periodUs: Duration };

import type { Measured } from "./measured.js";

/** A number that must come out, and how far off it may be. */
export interface Figure {
  readonly name: string;
  readonly unit: "" | "s" | "/s";
  /** The theory's or the measurement's number; null when there is only a band. */
  readonly expected: number | null;
  /** Of the mean over the seeds; each seed may be twice as far from its middle. */
  readonly band: readonly [low: number, high: number];
  /** How the tolerance is stated. */
  readonly allowed: string;
  /** The band must be missed: what is measured is known to be something else. */
  readonly isOutside?: boolean;
  of(run: Measured): number;
}

/** One scenario of the suite with what must come out of it. */
export interface Row {
  /** As in the list of cases: B1. */
  readonly id: string;
  readonly model: string;
  /** Below scenarios/. */
  readonly file: string;
  /** Takes long: left to `npm run validate:full`. */
  readonly isSlow?: boolean;
  /** Waiting times in seconds of which the share of longer ones is asked. */
  readonly waitLimits?: readonly number[];
  /** Besides these, every line of the scenario's `expect:` must hold with every seed. */
  readonly figures: readonly Figure[];
}

type Of = Figure["of"];

/** Within so many percent of the expected number. */
export function within(percent: number, name: string, unit: Figure["unit"], expected: number, of: Of): Figure {
  const half = (Math.abs(expected) * percent) / 100;
  return { name, unit, expected, band: [expected - half, expected + half], allowed: `±${percent} %`, of };
}

/** Within so much of the expected number. */
export function near(half: number, name: string, unit: Figure["unit"], expected: number, of: Of): Figure {
  return { name, unit, expected, band: [expected - half, expected + half], allowed: `±${half}`, of };
}

/** In a band around what was measured elsewhere. */
export function inBand(
  low: number,
  high: number,
  name: string,
  unit: Figure["unit"],
  expected: number | null,
  of: Of,
): Figure {
  return { name, unit, expected, band: [low, high], allowed: `${low} … ${high}`, of };
}

/** The number exactly, with every seed. */
export function exactly(name: string, unit: Figure["unit"], expected: number, of: Of): Figure {
  return { name, unit, expected, band: [expected, expected], allowed: "exact", of };
}

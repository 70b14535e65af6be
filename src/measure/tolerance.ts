import { MILLISECOND, parseDuration, SECOND } from "../engine/time.js";
import { type FigureUnit, findKeyFigure, KEY_FIGURES } from "./key-figures.js";

/** How far a figure may move: by a part of the first value, or by an amount in the figure's unit. */
export type Tolerance =
  | { readonly kind: "relative"; readonly fraction: number }
  | { readonly kind: "absolute"; readonly amount: number };

/** The tolerance of each figure; null = any value is fine. */
export type ToleranceOf = (figure: string) => Tolerance | null;

export type ParsedTolerances =
  | { readonly ok: true; readonly toleranceOf: ToleranceOf }
  /** `found` is set when a name is unknown, to look for a near one. */
  | { readonly ok: false; readonly error: string; readonly found?: string };

/**
 * Reads `5%` (all figures), `p95=5%,pod_seconds=2%,errors=0`, or both: an entry without a name is for all others
 * (contract details A11).
 */
export function parseTolerances(text: string): ParsedTolerances {
  const named = new Map<string, Tolerance>();
  let others: Tolerance | null = null;
  for (const entry of text.split(",").map((part) => part.trim())) {
    const equals = entry.indexOf("=");
    const name = equals < 0 ? null : entry.slice(0, equals).trim();
    const figure = name === null ? null : findKeyFigure(name);
    if (figure === undefined)
      return { ok: false, error: `unknown figure ${JSON.stringify(name)}`, found: String(name) };
    const written = entry.slice(equals + 1).trim();
    const tolerance = parseTolerance(written, figure?.unit ?? null);
    if (tolerance === null)
      return { ok: false, error: `expected a tolerance such as 5% or 0, found ${JSON.stringify(written)}` };
    if (figure === null) others = tolerance;
    else named.set(figure.name, tolerance);
  }
  return { ok: true, toleranceOf: (figure) => named.get(figure) ?? others };
}

/**
 * `5%`, a plain number in the figure's unit, or a duration for figures of time; null when it is none of these.
 *
 * @param unit null = of any figure: only a percentage or a plain number fits all
 */
export function parseTolerance(text: string, unit: FigureUnit | null): Tolerance | null {
  const number = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  if (number !== null) {
    const value = Number(number[1]);
    return number[2] === "%" ? { kind: "relative", fraction: value / 100 } : { kind: "absolute", amount: value };
  }
  if (unit !== "ms" && unit !== "s") return null;
  const duration = parseDuration(text);
  if (!duration.ok || duration.us < 0) return null;
  return { kind: "absolute", amount: duration.us / (unit === "ms" ? MILLISECOND : SECOND) };
}

/**
 * Whether a figure has stayed within its tolerance, in either direction. A figure that came or went has not.
 *
 * A billionth more is allowed: 1.05 × 100 is not exactly 105.
 */
export function isWithin(before: number | null, after: number | null, tolerance: Tolerance): boolean {
  if (before === null || after === null) return before === after;
  const allowed = tolerance.kind === "absolute" ? tolerance.amount : tolerance.fraction * Math.abs(before);
  return Math.abs(after - before) <= allowed * (1 + 1e-9);
}

/** Names to choose from when one is unknown. */
export const TOLERANCE_NAMES: readonly string[] = KEY_FIGURES.map(({ name }) => name);

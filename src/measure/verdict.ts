import type { Instant } from "../engine/time.js";
import type { Limit, Operator, Test } from "../scenario/expectation-ast.js";
import type { Dimension } from "../scenario/metrics.js";
import { shown } from "./judged-units.js";
import { type Assertion, compare, type Reading } from "./probes.js";

/** A test whose limits are numbers in base units. */
export type Resolved =
  | { readonly kind: "compare"; readonly op: Operator; readonly limit: number }
  | { readonly kind: "in"; readonly low: number; readonly high: number };

/** Puts numbers for the baseline; null when it has none. */
export function resolveTest(test: Test, baseline: number | null): Resolved | null {
  const resolve = (limit: Limit): number | null =>
    limit.kind === "number" ? limit.value : baseline === null ? null : baseline * limit.factor + limit.offset;
  if (test.kind === "compare") {
    const limit = resolve(test.limit);
    return limit === null ? null : { kind: "compare", op: test.op, limit };
  }
  const low = resolve(test.low);
  const high = resolve(test.high);
  return low === null || high === null ? null : { kind: "in", low, high };
}

export function usesBaseline(test: Test): boolean {
  const limits = test.kind === "compare" ? [test.limit] : [test.low, test.high];
  return limits.some(({ kind }) => kind === "baseline");
}

export function holds(test: Resolved, value: number): boolean {
  return test.kind === "compare" ? compare(value, test.op, test.limit) : value >= test.low && value <= test.high;
}

/** What must be true at every moment, and which extreme shows whether it was. */
export function assertionOf(test: Resolved): Assertion {
  const op = test.kind === "compare" ? test.op : null;
  const worst = op === "<" || op === "<=" ? "max" : op === ">" || op === ">=" ? "min" : null;
  return { holds: (value) => holds(test, value), worst };
}

/** The limit that matters to a value: of a range the end it is nearer to. */
export function limitFor(test: Resolved, value: number | null): number {
  if (test.kind === "compare") return test.limit;
  if (value === null) return test.high;
  return Math.abs(value - test.low) < Math.abs(value - test.high) ? test.low : test.high;
}

/** Distance to the limit as a part of it, negative when the test failed by it; null for a limit of 0 not met exactly. */
export function marginOf(test: Resolved, value: number): number | null {
  const limit = limitFor(test, value);
  const distance = Math.abs(value - limit);
  if (distance === 0) return 0;
  if (limit === 0) return null;
  const isExact = test.kind === "compare" && test.op === "==";
  const sign = isExact || !holds(test, value) ? -1 : 1;
  return (sign * distance) / Math.abs(limit);
}

/** The judgement of one piece of a window in one scope. */
export interface PieceVerdict {
  readonly pass: boolean;
  /** Base units; null = no data. */
  readonly value: number | null;
  readonly margin: number | null;
  readonly at: Instant | null;
  readonly actual: string;
}

/** @param start of the piece when there are several: when it broke, for values that are of no moment */
export function judgeReading(
  reading: Reading,
  test: Resolved,
  dimension: Dimension,
  start: Instant | null,
): PieceVerdict {
  const { value, missing, isNever } = reading;
  if (value === null) {
    const actual = isNever ? missing : `no data (${missing})`;
    return { pass: false, value: null, margin: null, at: null, actual };
  }
  const pass = reading.at === null && holds(test, value);
  return {
    pass,
    value,
    margin: marginOf(test, value),
    at: pass ? null : (reading.at ?? start),
    actual: shown(value, dimension, (rounded) => holds(test, rounded) === holds(test, value)),
  };
}

/** The worst of several verdicts: one that failed before one that passed, then the smallest margin, then the first. */
export function worstOf<Verdict extends PieceVerdict>(verdicts: readonly Verdict[]): Verdict | undefined {
  const rank = (verdict: Verdict): readonly number[] => [
    verdict.pass ? 1 : 0,
    verdict.value === null ? 0 : 1,
    // Failed by a limit of 0: the larger the value, the worse.
    verdict.margin ??
      (verdict.pass ? Number.POSITIVE_INFINITY : -Math.abs(verdict.value ?? 0) * Number.MAX_SAFE_INTEGER),
  ];
  return verdicts.reduce<Verdict | undefined>((worst, verdict) => {
    if (worst === undefined) return verdict;
    const [a, b] = [rank(verdict), rank(worst)];
    const difference = a.findIndex((value, index) => value !== b[index]);
    return difference >= 0 && a[difference] < b[difference] ? verdict : worst;
  }, undefined);
}

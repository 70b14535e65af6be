import { invariant } from "../engine/invariant.js";
import { parseExpectation } from "../scenario/expectation.js";
import type { Dimension } from "../scenario/metrics.js";
import type { Scenario } from "../scenario/scenario.js";
import { type BaselineFigures, baselineValue } from "./baseline.js";
import { isSkipped } from "./judge.js";
import { fromUnit, inUnit, shown } from "./judged-units.js";
import { medianOf, type Spread, spreadOf } from "./replication.js";
import { sixDecimalsOrNull } from "./rounding.js";
import type { Judged } from "./run-record.js";
import { holds, limitFor, marginOf, type Resolved, resolveTest, worstOf } from "./verdict.js";

type Over = Scenario["expectations"][number]["over"];

/** One replication's verdicts, in order of the expectations. */
export interface JudgedReplication {
  readonly seed: number | string;
  readonly expectations: readonly Judged[];
}

/**
 * The verdicts on several replications as one for each expectation, by its `over` (contract details B): it must hold in
 * every replication, or for the mean or the median of the values, or for the whole 95 % interval of the mean.
 *
 * @param overs in order of the expectations
 * @param replications at least one, all of the same scenario
 */
export function judgeReplications(
  replications: readonly JudgedReplication[],
  overs: readonly Over[],
  baseline: BaselineFigures | null,
): Judged[] {
  const [first, ...others] = replications;
  if (others.length === 0) return [...first.expectations];
  return first.expectations.map((_, index) => {
    const judged = replications.map(({ seed, expectations }) => ({ seed, verdict: expectations[index] }));
    const failedSeeds = judged.filter(({ verdict }) => !verdict.pass).map(({ seed }) => seed);
    return { ...combined(judged, overs[index] ?? "each", baseline), failedSeeds };
  });
}

interface Seeded {
  readonly seed: number | string;
  readonly verdict: Judged;
}

function combined(judged: readonly Seeded[], over: Over, baseline: BaselineFigures | null): Judged {
  const [{ verdict: first }] = judged;
  const parsed = parseExpectation(first.expect);
  invariant(parsed.ok, "an expectation was not checked at load", { text: first.expect });
  const { dimension } = parsed.expectation;
  const test = resolveTest(parsed.expectation.test, baseline && baselineValue(parsed.expectation, baseline));
  const values = judged.map(({ verdict }) => verdict.value).filter((value) => value !== null);
  const spread = values.length > 0 ? spreadOf(values.map((value) => fromUnit(value, dimension))) : null;
  // Without a baseline there is nothing to judge by; the mean is kept for who makes one of this.
  if (test === null) return { ...first, value: inUnit(spread?.mean ?? null, dimension) };
  if (judged.every(({ verdict }) => isSkipped(verdict))) return first;
  if (over === "each") return worst(judged, spread, dimension);
  if (spread === null || values.length < judged.length) {
    const missing = judged.length - values.length;
    return { ...first, pass: false, actual: `no data in ${missing} of ${judged.length} replications`, ...NO_NUMBERS };
  }
  const base = values.map((value) => fromUnit(value, dimension));
  const value = over === "median" ? medianOf(base) : spread.mean;
  const pass = over === "confident" ? isConfident(spread, test) : holds(test, value);
  return {
    ...first,
    pass,
    actual: `${actualOf(over, value, spread, test, dimension)} over ${judged.length} seeds`,
    value: inUnit(value, dimension),
    limit: inUnit(limitFor(test, value), dimension),
    margin: sixDecimalsOrNull(marginOf(test, value)),
    at: null,
  };
}

const NO_NUMBERS = { value: null, margin: null, at: null } as const;

/** The verdict of the replication in which it came out worst, and in how many it failed. */
function worst(judged: readonly Seeded[], spread: Spread | null, dimension: Dimension): Judged {
  const { seed, verdict } = worstOf(judged.map((item) => ({ ...item.verdict, ...item })))!;
  const failed = judged.filter((item) => !item.verdict.pass).length;
  const mean = spread === null ? [] : [`mean ${shown(spread.mean, dimension, () => true)}`];
  const count = failed === 0 ? `${judged.length} seeds` : `${failed} of ${judged.length} seeds failed`;
  return { ...verdict, actual: `${verdict.actual} with seed ${seed} (${[...mean, count].join(", ")})` };
}

/** Both ends of the interval, and so all of it, on the right side; a single value is its own interval. */
function isConfident({ mean, halfWidth }: Spread, test: Resolved): boolean {
  const half = halfWidth ?? 0;
  if (test.kind === "compare" && test.op === "!=") return Math.abs(test.limit - mean) > half;
  return holds(test, mean - half) && holds(test, mean + half);
}

function actualOf(over: Over, value: number, { halfWidth }: Spread, test: Resolved, dimension: Dimension): string {
  const show = (number: number) => shown(number, dimension, (rounded) => holds(test, rounded) === holds(test, number));
  if (over === "median") return `median ${show(value)}`;
  const around = halfWidth === null ? "" : ` ± ${shown(halfWidth, dimension, () => true)}`;
  return `mean ${show(value)}${around}`;
}

import { isSkipped } from "../measure/judge.js";
import { findKeyFigure } from "../measure/key-figures.js";
import type { Judged, Summary } from "../measure/run-record.js";
import { shownFigure } from "./compare-table.js";

/** A figure of a run against its baseline. */
export interface BaselineCheck {
  readonly name: string;
  readonly pass: boolean;
  readonly before: number | null;
  readonly after: number | null;
  readonly tolerance: string;
}

/** A problem for which a scenario does not load. */
export interface Refusal {
  /** `file:line:column: error: message` */
  readonly text: string;
  readonly file: string;
  /** From 1; 0 = the problem has no line. */
  readonly line: number;
  readonly column: number;
}

/** What `knsim test` found out about one scenario. */
export type TestOutcome = {
  /** Path of the scenario, as the user would open it. */
  readonly file: string;
} & (
  | {
      readonly kind: "judged";
      /** Of several replications: with `replications`. */
      readonly summary: Summary;
      readonly baseline: {
        readonly file: string;
        /** `new` and `updated`: it was written, so that nothing was held against it. */
        readonly state: "compared" | "new" | "updated";
        readonly checks: readonly BaselineCheck[];
      } | null;
    }
  /** Does not load. */
  | { readonly kind: "refused"; readonly errors: readonly Refusal[] }
  /** knsim itself failed. */
  | { readonly kind: "defect"; readonly message: string }
);

export type CaseStatus = "passed" | "failed" | "warned" | "skipped";

/** One thing a scenario was asked: an expectation, or a figure against its baseline. */
export interface TestCase {
  readonly title: string;
  readonly status: CaseStatus;
  readonly actual: string;
  /** What is to be said of the expectation itself; "" = nothing. */
  readonly note: string;
  /** When it first broke, seconds; null if that is no moment. */
  readonly at: number | null;
  /** How far beyond its limit, as a part of it: 0.12; null when it passed or cannot be told. */
  readonly excess: number | null;
  /** From 1; 0 = it stands in no file of the user's. */
  readonly line: number;
  readonly column: number;
}

/** All that was asked of a scenario, in order; empty when it was not judged or asked nothing. */
export function casesOf(outcome: TestOutcome): readonly TestCase[] {
  if (outcome.kind !== "judged") return [];
  return [
    ...outcome.summary.expectations.map(expectationCase),
    ...(outcome.baseline?.checks.map((check) => baselineCase(check)) ?? []),
  ];
}

export function hasPassed(outcome: TestOutcome): boolean {
  return outcome.kind === "judged" && casesOf(outcome).every(({ status }) => status !== "failed");
}

function expectationCase(judged: Judged): TestCase {
  const { expect, name, pass, level, actual, at, margin, line, column, note = "" } = judged;
  return {
    title: name === null ? expect : `${name}: ${expect}`,
    status: pass ? (isSkipped(judged) ? "skipped" : "passed") : level === "warn" ? "warned" : "failed",
    ...{ actual, note },
    at: pass ? null : at,
    excess: pass || margin === null || margin === 0 ? null : Math.abs(margin),
    line,
    column,
  };
}

function baselineCase({ name, pass, before, after, tolerance }: BaselineCheck): TestCase {
  const unit = findKeyFigure(name)?.unit ?? "";
  const value = (number: number | null): string => shownFigure(number, unit);
  return {
    title: `baseline ${name} ± ${tolerance}`,
    status: pass ? "passed" : "failed",
    note: "",
    actual: before === after ? value(after) : `${value(before)} → ${value(after)}`,
    at: null,
    excess: null,
    line: 0,
    column: 0,
  };
}

/** How many of the cases have each status. */
export function countCases(cases: readonly TestCase[]): Readonly<Record<CaseStatus, number>> {
  const counts = { passed: 0, failed: 0, warned: 0, skipped: 0 };
  for (const { status } of cases) counts[status]++;
  return counts;
}

import type { Aggregate, MetricUse, Value } from "./expectation-ast.js";
import type { Dimension, MetricKind } from "./metrics.js";

/** Aggregates that each kind of metric allows (contract details B2.1); a percentile counts as "p". */
const ALLOWED: Readonly<Record<MetricKind, readonly (Aggregate | "bare" | "p")[]>> = {
  distribution: ["p", "mean", "median", "min", "max", "stddev", "count"],
  counter: ["bare", "rate"],
  gauge: ["bare", "p", "mean", "min", "max", "first", "last"],
  total: ["bare"],
  ratio: ["bare"],
};

/** Why a value is no number, null when it is one. */
export function pairingProblem(value: Value): string | null {
  if (value.kind === "quotient") {
    const bad = [value.numerator, value.denominator].find(({ metric }) => !ALLOWED[metric.kind].includes("bare"));
    return bad ? advice(bad) : quotientProblem(value.numerator, value.denominator);
  }
  const { use } = value;
  if (value.kind === "elapsed") {
    return use.metric.kind === "gauge"
      ? null
      : `${value.what} needs a gauge, such as pods; "${use.written}" is ${noun(use)}`;
  }
  const form = value.kind === "bare" ? "bare" : value.kind === "percentile" ? "p" : value.aggregate;
  return ALLOWED[use.metric.kind].includes(form) ? null : advice(use);
}

function quotientProblem(numerator: MetricUse, denominator: MetricUse): string | null {
  const gauges = [numerator, denominator].filter(({ metric }) => metric.kind === "gauge").length;
  return gauges === 1
    ? `"${numerator.written}/${denominator.written}" mixes a gauge with a figure of a whole window`
    : null;
}

function noun({ metric }: MetricUse): string {
  return `a ${metric.kind}`;
}

function advice(use: MetricUse): string {
  const {
    written: name,
    metric: { kind },
  } = use;
  switch (kind) {
    case "distribution":
      return `"${name}" is a distribution: use p(95, ${name}), avg(${name}), med(${name}), min(${name}), max(${name}), stddev(${name}) or count(${name})`;
    case "counter":
      return `"${name}" is a counter: use ${name} or rate(${name})`;
    case "gauge":
      return `"${name}" is a gauge: use max(${name}), min(${name}), mean(${name}), or "at 9m"`;
    default:
      return `"${name}" is a ${kind}: use it as it is`;
  }
}

/** What a value measures. */
export function dimensionOf(value: Value): Dimension {
  switch (value.kind) {
    case "elapsed":
      return "time";
    case "quotient":
      return value.numerator.metric.dimension === value.denominator.metric.dimension ? "fraction" : "count";
    case "aggregate":
      if (value.aggregate === "count") return "count";
      return value.aggregate === "rate" ? "rate" : value.use.metric.dimension;
    default:
      return value.use.metric.dimension;
  }
}

/** The metrics of a value. */
export function usesOf(value: Value): readonly MetricUse[] {
  return value.kind === "quotient" ? [value.numerator, value.denominator] : [value.use];
}

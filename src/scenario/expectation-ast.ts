import type { Duration } from "../engine/time.js";
import type { Dimension, Metric } from "./metrics.js";

/** A line of `expect:` after parsing; numbers in base units (times in µs, fractions of 1). */
export interface Expectation extends Measurement {
  readonly test: Test;
  /** What the author should know though it is allowed, such as an exact comparison of latencies. */
  readonly notes: readonly string[];
}

/** What is measured, without a verdict. */
export interface Measurement {
  readonly text: string;
  readonly selector: Selector | null;
  readonly value: Value;
  /** What the value measures. */
  readonly dimension: Dimension;
  /** null = from the warm-up's end to the end of the run. */
  readonly window: Window | null;
}

export interface Selector {
  /** null = the service of that name, else the revision; of `*` the services. */
  readonly kind: "service" | "revision" | "source" | null;
  /** `*` = each object of the kind by itself; `ns/name` outside namespace default. */
  readonly name: string;
  /** Only requests that came in by this tag. */
  readonly tag: string | null;
  /** Where the name stands in the text. */
  readonly offset: number;
}

/** A metric with what stands in its parentheses: a range of statuses, or milliseconds in `from`. */
export interface MetricUse {
  readonly metric: Metric;
  /** Its name as the author wrote it, for messages. */
  readonly written: string;
  readonly argument: { readonly from: number; readonly to: number } | null;
}

export type Aggregate = "mean" | "median" | "min" | "max" | "stddev" | "first" | "last" | "count" | "rate";

export type Value =
  | { readonly kind: "bare"; readonly use: MetricUse }
  | { readonly kind: "quotient"; readonly numerator: MetricUse; readonly denominator: MetricUse }
  /** `q` from 0 to 1. */
  | { readonly kind: "percentile"; readonly use: MetricUse; readonly q: number }
  | { readonly kind: "aggregate"; readonly use: MetricUse; readonly aggregate: Aggregate }
  | {
      readonly kind: "elapsed";
      readonly what: "time_to" | "time_while";
      readonly use: MetricUse;
      readonly op: Operator;
      readonly limit: number;
    };

export type Operator = "<" | "<=" | ">" | ">=" | "==" | "!=";

export type Test =
  | { readonly kind: "compare"; readonly op: Operator; readonly limit: Limit }
  /** Both ends included. */
  | { readonly kind: "in"; readonly low: Limit; readonly high: Limit };

export type Limit =
  | { readonly kind: "number"; readonly value: number }
  /** The same value of the baseline, times `factor`, plus `offset`. */
  | { readonly kind: "baseline"; readonly factor: number; readonly offset: number };

export interface Window {
  /** `during`, `after` and `before` as a span; an absent end is that of the default window. `at` has equal ends. */
  readonly kind: "at" | "span";
  readonly from: WindowTime | null;
  readonly until: WindowTime | null;
  /** The window is cut into pieces of this length; null = one piece. */
  readonly everyUs: Duration | null;
}

export interface WindowTime {
  readonly anchor: Anchor;
  readonly offsetUs: Duration;
}

export type Anchor =
  | { readonly kind: "start" | "warmup" | "end" | "drained" }
  | { readonly kind: "first" | "last"; readonly of: "request" | "response" | { readonly event: string } };

import { nearestName } from "./nearest-name.js";

/**
 * How a metric becomes a number: a distribution needs an aggregate, a counter counts over a window, a gauge has a value
 * at every moment, a total is an integral over a window, a ratio a quotient of totals (contract details B2.1).
 */
export type MetricKind = "distribution" | "counter" | "gauge" | "total" | "ratio";

/** What a number measures, and so which units it may be compared in. Base units: µs for time, 0…1 for fractions. */
export type Dimension = "time" | "count" | "pods" | "fraction" | "rate" | "seconds" | "vcpu" | "gib" | "currency";

/** Whose figure it can be: see `SCOPE_HINT`. */
export type MetricScope = "request" | "inSystem" | "revision" | "share" | "call" | "run";

export interface Metric {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: MetricKind;
  readonly dimension: Dimension;
  readonly scope: MetricScope;
  /** What stands in the parentheses behind the name. */
  readonly argument: "none" | "status" | "milliseconds";
  /** False: the model announces nothing that it could be measured by. */
  readonly isMeasured: boolean;
}

type Row = readonly [names: string, kind: MetricKind, dimension: Dimension, scope: MetricScope];

/** Names separated by blanks; those after `=` are other names of the one before. */
const ROWS: readonly Row[] = [
  ["latency waiting activator_wait pod_wait service_time overhead", "distribution", "time", "request"],
  ["latency.cold latency.warm latency.all", "distribution", "time", "request"],
  ["cold_start cold_start.control cold_start.schedule cold_start.image_pull", "distribution", "time", "revision"],
  ["cold_start.container_start cold_start.boot cold_start.readiness", "distribution", "time", "revision"],
  ["offered=requests completed failed=errors in_flight_at_end", "counter", "count", "request"],
  ["timeouts rejected resets cold retries", "counter", "count", "request"],
  ["calls calls_failed", "counter", "count", "call"],
  ["cold_starts pods_started pods_deleted pods_killed pods_failed", "counter", "count", "revision"],
  ["decisions scale_ups scale_downs panics mode_changes revisions_created", "counter", "count", "revision"],
  ["commands_failed", "counter", "count", "run"],
  ["pods=pods_ready pods_total pods_starting pods_pending", "gauge", "pods", "revision"],
  ["pods_terminating pods_serving", "gauge", "pods", "revision"],
  ["desired requested replicas unschedulable", "gauge", "pods", "revision"],
  ["concurrency=in_flight", "gauge", "count", "inSystem"],
  ["queued queued_activator queued_pods executing", "gauge", "count", "revision"],
  ["panicking proxied ready active stable panic target ebc percent activators", "gauge", "count", "revision"],
  ["nodes", "gauge", "count", "run"],
  ["cpu_requested", "gauge", "vcpu", "revision"],
  ["memory_requested", "gauge", "gib", "revision"],
  ["pod_seconds cpu_seconds gib_seconds panic_seconds proxy_seconds", "total", "seconds", "revision"],
  ["unschedulable_seconds", "total", "seconds", "revision"],
  ["node_seconds", "total", "seconds", "run"],
  ["error_rate cold_rate", "ratio", "fraction", "request"],
  ["share", "ratio", "fraction", "share"],
  ["utilization", "ratio", "fraction", "revision"],
];

const UNMEASURED: readonly Row[] = [["cost", "total", "currency", "run"]];

const WITH_ARGUMENT: readonly Metric[] = [
  metric("latency.status", [], "distribution", "time", "request", { argument: "status" }),
  metric("status", [], "counter", "count", "request", { argument: "status" }),
  metric("apdex", [], "ratio", "fraction", "request", { argument: "milliseconds" }),
];

function metric(
  name: string,
  aliases: readonly string[],
  kind: MetricKind,
  dimension: Dimension,
  scope: MetricScope,
  more: Partial<Metric> = {},
): Metric {
  return { name, aliases, kind, dimension, scope, argument: "none", isMeasured: true, ...more };
}

function metricsOf([names, kind, dimension, scope]: Row, isMeasured: boolean): Metric[] {
  return names.split(" ").map((entry) => {
    const [name, ...aliases] = entry.split("=");
    return metric(name, aliases, kind, dimension, scope, { isMeasured });
  });
}

/** Every metric of an expectation (contract details B1). */
const METRICS: readonly Metric[] = [
  ...ROWS.flatMap((row) => metricsOf(row, true)),
  ...WITH_ARGUMENT,
  ...UNMEASURED.flatMap((row) => metricsOf(row, false)),
];

const BY_NAME: ReadonlyMap<string, Metric> = new Map(
  METRICS.flatMap((entry) => [entry.name, ...entry.aliases].map((name) => [name, entry] as const)),
);

/** The metric of that name or other name. */
export function findMetric(name: string): Metric | undefined {
  return BY_NAME.get(name);
}

/** Metrics of k6 that have another name here. */
export const K6_METRICS: Readonly<Record<string, string>> = {
  http_req_duration: "latency",
  http_req_waiting: "latency",
  http_req_failed: "error_rate",
  http_reqs: "requests",
};

/** The metric that was probably meant by an unknown name, null when none is near. */
export function suggestMetric(name: string): string | null {
  if (Object.hasOwn(K6_METRICS, name)) return K6_METRICS[name];
  // Other systems name counters `…_count` and `…_total`.
  const base = /^(.+?)_?(?:count|total|number)$/.exec(name)?.[1];
  const counter = base === undefined ? undefined : [`${base}s`, base].find((candidate) => BY_NAME.has(candidate));
  return counter ?? nearestName(name, BY_NAME.keys());
}

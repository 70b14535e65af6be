import { MILLISECOND } from "../engine/time.js";
import { parseExpectation } from "../scenario/expectation.js";
import type { Measurement, Value } from "../scenario/expectation-ast.js";
import { fromUnit } from "./judged-units.js";
import type { Judged, LatencyFigures, RevisionFigures, ScopeFigures } from "./run-record.js";

/** Figures of one scope that a baseline keeps. */
export type BaselineScope = Pick<ScopeFigures, "requests" | "latency" | "inFlight" | "pods" | "coldStart">;

/** What a baseline must know: a whole summary does. */
export interface BaselineFigures extends BaselineScope {
  readonly services: Readonly<Record<string, BaselineScope>>;
  readonly revisions: Readonly<Record<string, BaselineScope & Pick<RevisionFigures, "panicSeconds" | "proxySeconds">>>;
  readonly expectations: readonly Pick<Judged, "expect" | "value">[];
}

/**
 * The value that a measurement had in another run, from that run's summary: where the same was asked of it there, the
 * answer; else the summary's own figures, which know no windows.
 *
 * @returns base units; null when the summary does not say
 */
export function baselineValue(measurement: Measurement, summary: BaselineFigures): number | null {
  for (const { expect, value } of summary.expectations) {
    const parsed = value === null ? null : parseExpectation(expect);
    if (!parsed?.ok || value === null) continue;
    if (isSame(parsed.expectation, measurement)) return fromUnit(value, measurement.dimension);
  }
  if (measurement.window !== null) return null;
  const figures = scopeOf(measurement, summary);
  return figures === null ? null : figureIn(measurement.value, figures);
}

function isSame(left: Measurement, right: Measurement): boolean {
  return essence(left) === essence(right);
}

/** What is measured, without where and how it is written. */
function essence({ selector, value, window }: Measurement): string {
  const isSpelling = (key: string): boolean => key === "written" || key === "offset";
  return JSON.stringify([selector, value, window], (key, part: unknown) => (isSpelling(key) ? undefined : part));
}

type Figures = BaselineScope & Partial<Pick<RevisionFigures, "panicSeconds" | "proxySeconds">>;

function scopeOf({ selector }: Measurement, summary: BaselineFigures): Figures | null {
  if (selector === null) return summary;
  if (selector.tag !== null || selector.kind === "source") return null;
  const { name, kind } = selector;
  const service = kind !== "revision" && Object.hasOwn(summary.services, name) ? summary.services[name] : null;
  const revision = kind !== "service" && Object.hasOwn(summary.revisions, name) ? summary.revisions[name] : null;
  return service ?? revision;
}

const COUNTS: Readonly<Record<string, (figures: Figures) => number | null>> = {
  offered: ({ requests }) => requests.offered,
  completed: ({ requests }) => requests.completed,
  failed: ({ requests }) => requests.failed,
  in_flight_at_end: ({ requests }) => requests.inFlight,
  cold: ({ requests }) => requests.cold,
  cold_starts: ({ coldStart }) => coldStart.count,
  pods_started: ({ pods }) => pods.started,
  pod_seconds: ({ pods }) => pods.podSeconds,
  cpu_seconds: ({ pods }) => pods.cpuSeconds,
  gib_seconds: ({ pods }) => pods.gibSeconds,
  panic_seconds: ({ panicSeconds = null }) => panicSeconds,
  proxy_seconds: ({ proxySeconds = null }) => proxySeconds,
  error_rate: ({ requests: { completed, failed } }) => (completed + failed > 0 ? failed / (completed + failed) : null),
  cold_rate: ({ requests: { completed, failed, cold } }) =>
    completed + failed > 0 ? cold / (completed + failed) : null,
};

const QUANTILES: Readonly<Record<string, keyof LatencyFigures>> = {
  ...{
    "0": "min",
    "0.5": "p50",
    "0.75": "p75",
    "0.9": "p90",
    "0.95": "p95",
    "0.99": "p99",
    "0.999": "p999",
    "1": "max",
  },
};

function figureIn(value: Value, figures: Figures): number | null {
  if (value.kind === "elapsed" || value.kind === "quotient") return null;
  const { name } = value.use.metric;
  if (value.kind === "bare") return Object.hasOwn(COUNTS, name) ? COUNTS[name](figures) : null;
  if (name === "latency" || name === "cold_start") {
    const source: Readonly<Record<string, unknown>> = { ...(name === "latency" ? figures.latency : figures.coldStart) };
    if (value.kind === "aggregate" && value.aggregate === "count") {
      return name === "latency" ? figures.requests.completed : figures.coldStart.count;
    }
    const key =
      value.kind === "percentile" ? QUANTILES[String(value.q)] : value.aggregate === "median" ? "p50" : value.aggregate;
    const found = key === undefined ? null : source[key];
    return typeof found === "number" ? found * MILLISECOND : null;
  }
  if (value.kind === "percentile") return null;
  const { pods, inFlight } = figures;
  switch (`${value.aggregate} ${name}`) {
    case "mean pods":
      return pods.meanReady;
    case "max pods":
      return pods.maxReady;
    case "max pods_total":
      return pods.maxTotal;
    case "mean concurrency":
      return inFlight.mean;
    case "max concurrency":
      return inFlight.max;
    default:
      return null;
  }
}

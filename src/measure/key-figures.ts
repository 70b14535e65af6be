import type { RevisionFigures, ScopeFigures, ServiceFigures, Summary } from "./run-record.js";

/** The figures of a run, of one of its services or of one of its revisions. */
export type Figures = Summary | ServiceFigures | RevisionFigures;

export type FigureUnit = "ms" | "s" | "pods" | "%" | "";

/** A figure that runs are compared by. */
export interface KeyFigure {
  /** As in `--tolerance` and in a baseline; a metric of `expect` where there is one. */
  readonly name: string;
  /** Its place in summary.json; another accepted name. */
  readonly path: string;
  /** `%`: the value is a fraction of 1. */
  readonly unit: FigureUnit;
  /** null = there is none. */
  readonly of: (figures: Figures) => number | null;
}

type Scope = Pick<ScopeFigures, "requests" | "latency" | "inFlight" | "pods" | "coldStart">;

function figure(name: string, path: string, unit: FigureUnit): KeyFigure {
  const [group, key] = path.split(".") as [keyof Scope, string];
  const of = (figures: Figures): number | null => {
    const value = (figures[group] as unknown as Readonly<Record<string, unknown>>)[key];
    return typeof value === "number" ? value : null;
  };
  return { name, path, unit, of };
}

/** Seconds that only revisions know: of a run the sum of its revisions'. */
function revisionSeconds(name: string, key: "panicSeconds" | "proxySeconds"): KeyFigure {
  const of = (figures: Figures): number | null => {
    if (key in figures) return (figures as RevisionFigures)[key];
    if (!("revisions" in figures)) return null;
    return Object.values(figures.revisions).reduce((sum, revision) => sum + revision[key], 0);
  };
  return { name, path: `revisions.${key}`, unit: "s", of };
}

const ERROR_RATE: KeyFigure = {
  name: "error_rate",
  path: "requests.errorRate",
  unit: "%",
  of: ({ requests: { completed, failed } }) => (completed + failed > 0 ? failed / (completed + failed) : null),
};

/** In the order in which they are shown. */
export const KEY_FIGURES: readonly KeyFigure[] = [
  figure("offered", "requests.offered", ""),
  figure("completed", "requests.completed", ""),
  figure("errors", "requests.failed", ""),
  ERROR_RATE,
  figure("cold", "requests.cold", ""),
  figure("mean", "latency.mean", "ms"),
  figure("p50", "latency.p50", "ms"),
  figure("p75", "latency.p75", "ms"),
  figure("p90", "latency.p90", "ms"),
  figure("p95", "latency.p95", "ms"),
  figure("p99", "latency.p99", "ms"),
  figure("p999", "latency.p999", "ms"),
  figure("max", "latency.max", "ms"),
  figure("in_flight", "inFlight.mean", ""),
  figure("max_in_flight", "inFlight.max", ""),
  figure("pods", "pods.meanReady", "pods"),
  figure("max_pods", "pods.maxReady", "pods"),
  figure("max_pods_total", "pods.maxTotal", "pods"),
  figure("pods_started", "pods.started", "pods"),
  figure("pod_seconds", "pods.podSeconds", "s"),
  figure("ready_seconds", "pods.readySeconds", "s"),
  figure("cpu_seconds", "pods.cpuSeconds", "s"),
  figure("gib_seconds", "pods.gibSeconds", "s"),
  figure("cold_starts", "coldStart.count", ""),
  figure("cold_start_p50", "coldStart.p50", "ms"),
  figure("cold_start_p95", "coldStart.p95", "ms"),
  figure("cold_start_max", "coldStart.max", "ms"),
  revisionSeconds("panic_seconds", "panicSeconds"),
  revisionSeconds("proxy_seconds", "proxySeconds"),
];

/** Other words for them, as metrics of `expect` have them. */
const ALIASES: Readonly<Record<string, string>> = { failed: "errors", requests: "offered", avg: "mean", med: "p50" };

/** The figure of that name, other name or path. */
export function findKeyFigure(name: string): KeyFigure | undefined {
  const meant = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  return KEY_FIGURES.find((candidate) => candidate.name === meant || candidate.path === meant);
}

import type { DecisionReason } from "../model/observer.js";

/**
 * What a finished run left behind, in the shapes of the report's files (contract §3 and §4, contract details part C).
 * Times in seconds, latencies in milliseconds, both exact images of whole microseconds.
 */
export interface RunRecord {
  readonly summary: Summary;
  /** Rows by second, then revisions in order of creation. */
  timeline(): Iterable<TimelineRow>;
  decisions(): Iterable<DecisionRow>;
  events(): Iterable<EventRow>;
  /** Requests arriving in [0, D) by arrival; empty unless they were kept. */
  requests(): Iterable<RequestRow>;
}

/** Order statistics of latencies in ms; every figure null when there are none. */
export interface LatencyFigures {
  unit: "ms";
  mean: number | null;
  stddev: number | null;
  min: number | null;
  p50: number | null;
  p75: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
}

export interface RequestFigures {
  offered: number;
  completed: number;
  failed: number;
  inFlight: number;
  byStatus: Record<string, number>;
  cold: number;
  /** Attempts after the first; only when a source of the scope retries. */
  retries?: number;
}

export interface InFlightFigures {
  mean: number;
  max: number;
  requestSeconds: number;
}

export interface PodFigures {
  meanReady: number;
  maxReady: number;
  maxTotal: number;
  started: number;
  podSeconds: number;
  readySeconds: number;
  cpuSeconds: number;
  gibSeconds: number | null;
}

export interface StageFigures {
  mean: number | null;
  p50: number | null;
  p95: number | null;
}

export interface ColdStartFigures {
  count: number;
  unit: "ms";
  mean: number | null;
  min: number | null;
  p50: number | null;
  p95: number | null;
  max: number | null;
  /** Pods that never started. */
  failed: number;
  stages: Record<string, StageFigures>;
}

export interface ScopeFigures {
  requests: RequestFigures;
  latency: LatencyFigures;
  latencyFailed: LatencyFigures;
  inFlight: InFlightFigures;
  pods: PodFigures;
  coldStart: ColdStartFigures;
}

export interface ServiceFigures extends ScopeFigures {
  traceId?: string;
}

export interface RevisionFigures extends ScopeFigures {
  desiredMax: number | null;
  panicSeconds: number;
  proxySeconds: number;
}

export interface Judged {
  expect: string;
  name: string | null;
  pass: boolean;
  level: "error" | "warn";
  actual: string;
  value: number | null;
  unit: string;
  limit: number | null;
  margin: number | null;
  at: number | null;
  line: number;
  column: number;
  /** What its author should know though it is allowed: an exact comparison of a measured figure (contract details B2.8). */
  note?: string;
  /** Of several replications: the seeds with which it did not hold. */
  failedSeeds?: (number | string)[];
}

/** One figure over the replications that have it. */
export interface ReplicatedFigure {
  mean: number;
  /** Half of the 95 % interval of the mean, Student t; null with a single value. */
  halfWidth: number | null;
  min: number;
  max: number;
  /** Replications that have the figure; only when it is not all of them. */
  count?: number;
  /** Of each replication, so that another run of the same seeds can be paired with this one; null = it has none. */
  values: (number | null)[];
}

/** Several seeds of one scenario (contract details C1). */
export interface ReplicationFigures {
  count: number;
  seeds: (number | string)[];
  level: number;
  /** By place in the summary: `latency.p95`. Figures that no replication has are left out. */
  of: Record<string, ReplicatedFigure>;
}

export interface Warning {
  id: string;
  message: string;
  file: string;
  line: number;
  column: number;
}

/** summary.json, keys in the order of the contract. */
export interface Summary extends ScopeFigures {
  schemaVersion: 1;
  knsim: string;
  scenario: string;
  seed: number | string;
  scenarioHash: string;
  resultHash: string;
  from: number;
  to: number;
  drainedAt: number;
  calls?: {
    made: number;
    succeeded: number;
    failed: number;
    attempts: number;
    latency: LatencyFigures;
  };
  services: Record<string, ServiceFigures>;
  revisions: Record<string, RevisionFigures>;
  expectations: Judged[];
  warnings: Warning[];
  /** With several seeds; everything else is then of the first, but for the expectations. */
  replications?: ReplicationFigures;
  /** Facts announced: lines of events.jsonl + ended requests + decisions. */
  events: number;
}

/** One row of timeline.csv (contract details C3); null = empty cell. */
export interface TimelineRow {
  t: number;
  service: string;
  /** "" in the rows of requests that reached no revision. */
  revision: string;
  offered: number;
  completed: number;
  errors: number;
  concurrency: number;
  queuedActivator: number;
  queuedPods: number;
  desired: number | null;
  podsReady: number | null;
  podsStarting: number | null;
  podsTerminating: number | null;
  stable: number | null;
  panic: number | null;
  panicking: boolean | null;
  excessBurstCapacity: number | null;
  mode: "proxy" | "serve" | null;
  percent: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  requested: number | null;
}

/** One line of decisions.jsonl, keys in the order of the contract, then its extras. */
export interface DecisionRow {
  t: number;
  revision: string;
  ready: number;
  stable: number | null;
  panic: number | null;
  target: number;
  desired: number | null;
  ebc: number | null;
  panicking: boolean;
  valid: boolean;
  reason: DecisionReason;
  cause: "tick" | "poke";
  total: number;
  up: number | null;
  down: number | null;
  raw: { stable: number | null; panic: number | null };
  maxPanicPods: number;
  delayed: number | null;
}

/** One line of events.jsonl: names instead of indices, seconds and milliseconds instead of microseconds. */
export interface EventRow {
  t: number;
  kind: string;
  service?: string;
  revision?: string;
  pod?: string;
  node?: string;
  [field: string]: unknown;
}

/** One line of requests.csv (contract details C2). */
export interface RequestRow {
  id: string;
  arrivalUs: number;
  service: string;
  revision: string;
  pod: string;
  /** `200`, …, `timeout`, `reset`, or "" = in flight at the end. */
  status: string;
  latencyUs: number | null;
  activatorWaitUs: number | null;
  podWaitUs: number | null;
  serviceUs: number | null;
  cold: boolean;
  source: string;
  attempt: number;
  mode: "proxy" | "serve" | "";
  tag: string;
  node: string;
}

import { defaultClusterConfig } from "../../src/kube/config.js";
import type {
  ColdStartFigures,
  DecisionRow,
  EventRow,
  LatencyFigures,
  RequestRow,
  RevisionFigures,
  RunRecord,
  ScopeFigures,
  Summary,
  TimelineRow,
} from "../../src/measure/run-record.js";
import type { Scenario } from "../../src/scenario/scenario.js";
import { NO_LATENCY } from "../measure/no-latency.js";

/**
 * A run written by hand, as plausible as a picture needs: hello-00001 wakes from zero, panics in a burst at 60 s, shares
 * traffic with hello-00002 from 150 s on, hands over at 240 s, and both end at zero.
 */

const END = 360;
const STAGES = { control: 31, schedule: 22, imagePull: 0, containerStart: 1902, boot: 50, detect: 26 };

interface Life {
  readonly name: string;
  readonly from: number;
  rate(t: number): number;
  percent(t: number): number;
}

const LIVES: readonly Life[] = [
  {
    name: "hello-00001",
    from: 0,
    percent: (t) => (t < 150 ? 100 : t < 200 ? 90 : t < 240 ? 50 : 0),
    rate: (t) => (load(t) * LIVES[0].percent(t)) / 100,
  },
  {
    name: "hello-00002",
    from: 145,
    percent: (t) => 100 - LIVES[0].percent(t),
    rate: (t) => (load(t) * LIVES[1].percent(t)) / 100,
  },
];

/** Requests per second. */
function load(t: number): number {
  if (t < 2 || t >= 270) return 0;
  if (t < 60) return 40;
  return t < 120 ? 40 + Math.min(t - 60, 10) * 26 : 120;
}

/** A repeatable wobble in [0, 1). */
function wobble(t: number, salt: number): number {
  return ((t * 7919 + salt * 104_729) % 997) / 997;
}

interface Moment {
  ready: number;
  starting: number;
  terminating: number;
  desired: number | null;
  inFlight: number;
  stable: number;
  panic: number;
  panicking: boolean;
}

/** What a revision's gauges are at the end of each second. */
function live(life: Life): Moment[] {
  const moments: Moment[] = [];
  const inFlight: number[] = [];
  let ready = 0;
  let panicUntil = -1;
  const startingUntil: number[] = [];
  const terminatingUntil: number[] = [];
  for (let t = 0; t < END; t++) {
    inFlight.push(life.rate(t) * (ready === 0 ? 2.2 : 0.8 + 0.15 * wobble(t, 1)));
    const average = (seconds: number) =>
      inFlight.slice(Math.max(0, t + 1 - seconds)).reduce((sum, value) => sum + value, 0) / Math.min(seconds, t + 1);
    const stable = average(60);
    const panic = average(6);
    while (startingUntil.length > 0 && startingUntil[0] <= t) {
      startingUntil.shift();
      ready++;
    }
    while (terminatingUntil.length > 0 && terminatingUntil[0] <= t) terminatingUntil.shift();
    const wish = Math.ceil(stable / 70);
    const panicWish = Math.ceil(panic / 70);
    if (t > 3 && panicWish >= 2 * Math.max(1, ready)) panicUntil = t + 60;
    const panicking = t < panicUntil;
    const desired =
      t < 2 || t < life.from ? null : panicking ? Math.max(panicWish, ready + startingUntil.length) : wish;
    const have = ready + startingUntil.length;
    for (let i = have; i < (desired ?? 0); i++) startingUntil.push(t + 3);
    const surplus = t > 300 || panicking ? (stable === 0 ? ready : 0) : have - (desired ?? 0);
    for (let i = 0; i < surplus && ready > 0; i++) {
      ready--;
      terminatingUntil.push(t + 12);
    }
    moments.push({
      ready,
      starting: startingUntil.length,
      terminating: terminatingUntil.length,
      desired,
      inFlight: inFlight[t],
      stable,
      panic,
      panicking,
    });
  }
  return moments;
}

const MOMENTS = new Map(LIVES.map((life) => [life.name, live(life)]));

function* timeline(): IterableIterator<TimelineRow> {
  for (let t = 0; t < END; t++) {
    for (const life of LIVES) {
      if (t < life.from) continue;
      const moment = MOMENTS.get(life.name)![t];
      const offered = Math.round(life.rate(t));
      const failed = t >= 62 && t < 66 && life.name === "hello-00001" ? 3 + (t % 3) : 0;
      const isCold = moment.ready === 0 || (t >= 60 && t < 68);
      const completed = Math.max(0, offered - failed);
      const scale = isCold ? 9 : moment.inFlight > 70 * moment.ready ? 2 : 1;
      const hasAny = completed > 0 && moment.ready > 0;
      yield {
        t,
        service: "hello",
        revision: life.name,
        offered,
        completed,
        errors: failed,
        concurrency: moment.inFlight,
        queuedActivator: moment.ready === 0 ? moment.inFlight : 0,
        queuedPods: 0,
        desired: moment.desired,
        podsReady: moment.ready,
        podsStarting: moment.starting,
        podsTerminating: moment.terminating,
        stable: moment.desired === null ? null : Math.round(moment.stable * 1000) / 1000,
        panic: moment.desired === null ? null : Math.round(moment.panic * 1000) / 1000,
        panicking: moment.panicking,
        excessBurstCapacity: moment.desired === null ? null : Math.floor(moment.ready * 100 - moment.panic - 211),
        mode: moment.ready === 0 ? "proxy" : "serve",
        percent: life.percent(t),
        p50Ms: hasAny ? 80 * (scale > 2 ? 1.4 : 1) + 10 * wobble(t, 2) : null,
        p95Ms: hasAny ? 140 * scale + 40 * wobble(t, 3) : null,
        p99Ms: hasAny ? 210 * scale + 90 * wobble(t, 4) : null,
        requested: moment.desired,
      };
    }
  }
}

function* decisions(): IterableIterator<DecisionRow> {
  for (let t = 2; t < END; t += 2) {
    for (const { name, from } of LIVES) {
      const moment = MOMENTS.get(name)![t - 1];
      if (t < from || moment.desired === null) continue;
      yield {
        t,
        revision: name,
        ready: moment.ready,
        stable: moment.stable,
        panic: moment.panic,
        target: 70,
        desired: moment.desired,
        ebc: Math.floor(moment.ready * 100 - moment.panic - 211),
        panicking: moment.panicking,
        valid: true,
        reason: moment.panicking ? "panicWindow" : moment.desired === 0 ? "zero" : "stableWindow",
        cause: "tick",
        total: 100,
        up: 1000,
        down: 0,
        raw: { stable: Math.ceil(moment.stable / 70), panic: Math.ceil(moment.panic / 70) },
        maxPanicPods: moment.panicking ? moment.desired : 0,
        delayed: moment.desired,
      };
    }
  }
}

function* events(): IterableIterator<EventRow> {
  yield { t: 0, kind: "ServiceCreated", service: "hello", generation: 1 };
  const pods = new Map<string, number>();
  for (let t = 0; t < END; t++) {
    if (t === 145)
      yield {
        t: 145,
        kind: "CommandRun",
        command: "service update hello --image example/hello:v2",
        exit: 0,
        stderr: "",
      };
    if (t === 200)
      yield {
        t: 200,
        kind: "CommandRun",
        command: "service update hello --traffic hello-00001=50 --traffic hello-00002=50",
        exit: 0,
        stderr: "",
      };
    if (t === 240) yield { t: 240, kind: "Note", text: "<b>all traffic</b> to v2" };
    for (const { name, from } of LIVES) {
      if (t === from)
        yield { t, kind: "RevisionCreated", service: "hello", revision: name, generation: 1, cause: "template" };
      const before = t === 0 ? null : MOMENTS.get(name)![t - 1];
      const now = MOMENTS.get(name)![t];
      if (before === null || t < from) continue;
      const common = { service: "hello", revision: name };
      if (now.panicking !== before.panicking) {
        yield now.panicking
          ? { t, kind: "PanicEntered", ...common, panic: now.panic, ready: before.ready, threshold: 2 }
          : { t, kind: "PanicExited", ...common, panic: now.panic, ready: before.ready, threshold: 2 };
      }
      if (now.desired !== before.desired && now.desired !== null) {
        yield {
          t,
          kind: "ScaledTo",
          ...common,
          from: before.desired ?? 0,
          to: now.desired,
          desired: now.desired,
          reason: now.desired === 0 ? "idle" : "decider",
          ...(now.desired === 0 ? { path: "grace" } : {}),
        };
      }
      for (let i = 0; i < now.ready - before.ready; i++) {
        const ordinal = (pods.get(name) ?? 0) + 1;
        pods.set(name, ordinal);
        const stages = { ...STAGES, containerStart: STAGES.containerStart + 37 * ordinal };
        yield { t, kind: "PodServing", ...common, pod: `${name}-deployment-${ordinal}`, stages };
      }
    }
  }
}

function figures(scale: number): LatencyFigures {
  return {
    unit: "ms",
    mean: 102.125 * scale,
    stddev: 44.5,
    min: 61.5,
    p50: 84.25 * scale,
    p75: 99 * scale,
    p90: 140 * scale,
    p95: 212.4 * scale,
    p99: 1204.75 * scale,
    p999: 2203 * scale,
    max: 2412.308 * scale,
  };
}

function coldStarts(count: number): ColdStartFigures {
  const stage = (ms: number) => ({ mean: ms, p50: ms, p95: ms });
  return {
    count,
    unit: "ms",
    mean: 2111.5,
    min: 2037,
    p50: 2111,
    p95: 2259,
    max: 2259,
    failed: 0,
    stages: {
      control: stage(31),
      schedule: stage(22),
      imagePull: stage(0),
      containerStart: stage(2013),
      boot: stage(50),
      detect: stage(26),
      readiness: stage(450),
    },
  };
}

function scope(offered: number, failed: number, cold: number, scale: number, starts: number): ScopeFigures {
  const completed = offered - failed;
  return {
    requests: {
      offered,
      completed,
      failed,
      inFlight: 0,
      byStatus: failed === 0 ? { 200: completed } : { 200: completed, 503: failed },
      cold,
    },
    latency: figures(scale),
    latencyFailed: NO_LATENCY,
    inFlight: { mean: 83.25, max: 301, requestSeconds: 29_970 },
    pods: {
      meanReady: 2.345678,
      maxReady: 6,
      maxTotal: 9,
      started: starts,
      podSeconds: 900.5,
      readySeconds: 844.444,
      cpuSeconds: 22.5,
      gibSeconds: null,
    },
    coldStart: coldStarts(starts),
  };
}

const revision = (offered: number, failed: number, cold: number, panicSeconds: number): RevisionFigures => ({
  ...scope(offered, failed, cold, 1, 6),
  desiredMax: 6,
  panicSeconds,
  proxySeconds: 12.5,
});

export const SAMPLE_SUMMARY: Summary = {
  schemaVersion: 1,
  knsim: "0.1.0",
  scenario: "hello",
  seed: 42,
  scenarioHash: "0".repeat(64),
  resultHash: "f00d",
  from: 0,
  to: 330,
  drainedAt: 360,
  ...scope(36_860, 16, 312, 1, 12),
  services: { hello: scope(36_860, 16, 312, 1, 12) },
  revisions: { "hello-00001": revision(27_000, 16, 300, 63.2), "hello-00002": revision(9_860, 0, 12, 0) },
  expectations: [
    {
      expect: "p(95) < 300ms",
      name: null,
      pass: true,
      level: "error",
      actual: "212.4ms",
      value: 212.4,
      unit: "ms",
      limit: 300,
      margin: 0.292,
      at: null,
      line: 58,
      column: 5,
    },
    {
      expect: "errors == 0",
      name: "no <i>errors</i>",
      pass: false,
      level: "error",
      actual: "16",
      value: 16,
      unit: "",
      limit: 0,
      margin: -16,
      at: 62.25,
      line: 59,
      column: 5,
    },
  ],
  warnings: [
    {
      id: "W-app",
      message: 'image "example/hello" has no entry under apps; assuming serviceTime 100ms',
      file: "hello.yaml",
      line: 12,
      column: 18,
    },
  ],
  events: 36_860,
};

export const SAMPLE_REQUESTS: readonly RequestRow[] = [
  {
    id: "hello-1",
    arrivalUs: 2_000_001,
    service: "hello",
    revision: "hello-00001",
    pod: "hello-00001-deployment-1",
    status: "200",
    latencyUs: 2_231_500,
    activatorWaitUs: 2_130_000,
    podWaitUs: 0,
    serviceUs: 100_000,
    cold: true,
    source: "hello",
    attempt: 1,
    mode: "proxy",
    tag: "",
    node: "node-1",
  },
  {
    id: "hello-2",
    arrivalUs: 2_500_000,
    service: "hello",
    revision: "",
    pod: "",
    status: "",
    latencyUs: null,
    activatorWaitUs: null,
    podWaitUs: null,
    serviceUs: null,
    cold: false,
    source: "hello",
    attempt: 2,
    mode: "",
    tag: "canary",
    node: "",
  },
];

export const SAMPLE_RUN: RunRecord = {
  summary: SAMPLE_SUMMARY,
  timeline,
  decisions,
  events,
  requests: () => SAMPLE_REQUESTS,
};

const constant = (us: number) => ({ kind: "constant" as const, us });

/** Only what reports read of a scenario. */
export const SAMPLE_SCENARIO: Scenario = {
  name: "hello",
  description: "",
  seed: "42",
  durationUs: 330_000_000,
  warmupUs: 0,
  drain: true,
  cluster: {
    config: defaultClusterConfig(),
    activators: 1,
    phases: { kind: "random" },
    conditionTimes: "seconds",
    epochSeconds: 1_699_999_200,
    ideal: false,
    latencies: { reconcile: constant(0), endpoints: constant(0), ingress: constant(0) },
    nodes: [],
  },
  services: [],
  apps: [],
  overheads: { ingress: constant(0), activator: constant(0), queueProxy: constant(0) },
  sources: [],
  events: [],
  report: { timeline: "full", stepUs: 1_000_000, decisions: true, events: true },
  expectations: [],
  warnings: [],
  completed: { apiVersion: "knsim/v1", kind: "Scenario", name: "hello", duration: "5m30s" },
  configMaps: {},
  hash: "0".repeat(64),
};

import { describe, expect, it } from "vitest";
import { type Fact, type Observer, simulate } from "../../src/index.js";
import { loadScenarioText } from "../../src/scenario/load.js";
import type { Scenario } from "../../src/scenario/scenario.js";
import { judge } from "./vectors.js";

/** Times are seconds with up to six decimals: whole microseconds (golden/README.md, closed-loop). */
interface Case {
  readonly name: string;
  readonly settings: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly config: Readonly<Record<string, string>>;
    readonly progressDeadline: number;
    readonly containerConcurrency: number;
    readonly timeout: number;
    readonly reachability: string;
    readonly podStart: number;
    readonly podTermination: number;
    readonly conditionTimes: "seconds" | "exact";
    readonly phases: Readonly<Record<"activatorReport" | "scrape" | "decision" | "queueProxyLead", number>>;
  };
  readonly changes: readonly { readonly t: number; readonly reachability: string }[];
  readonly arrivals: readonly Segment[];
  readonly serviceTimes: readonly number[];
  readonly duration: number;
  readonly want: Outcome;
}

type Segment =
  | { readonly even: { readonly rate: number; readonly from: number; readonly until: number } }
  | { readonly every: { readonly gap: number; readonly from: number; readonly until: number } }
  | { readonly burst: { readonly t: number; readonly count: number } }
  | { readonly at: readonly number[] };

type Row = readonly (number | string | boolean | null)[];

interface Outcome {
  readonly decisions: readonly Row[];
  readonly scales: readonly Row[];
  readonly pods: readonly Row[];
  readonly mode: readonly Row[];
  readonly active: readonly Row[];
  readonly activators: readonly Row[];
  readonly requests: {
    readonly count: number;
    readonly byStatus: Readonly<Record<string, number>>;
    readonly inFlight: number;
    readonly latencyUs: { readonly first: readonly (number | null)[]; readonly sum: number; readonly max: number };
  };
}

const us = (seconds: number): number => Math.round(seconds * 1e6);
const duration = (seconds: number): string => `${us(seconds)}us`;

function arrivalTimes(segments: readonly Segment[]): number[] {
  const times: number[] = [];
  for (const segment of segments) {
    if ("even" in segment) {
      const { rate, from, until } = segment.even;
      for (let k = 0; ; k++) {
        const t = us(from) + Math.floor((k * 1_000_000) / rate);
        if (t >= us(until)) break;
        times.push(t);
      }
    } else if ("every" in segment) {
      const { gap, from, until } = segment.every;
      for (let t = us(from); t < us(until); t += us(gap)) times.push(t);
    } else if ("burst" in segment) {
      for (let i = 0; i < segment.burst.count; i++) times.push(us(segment.burst.t));
    } else {
      times.push(...segment.at.map(us));
    }
  }
  // Array.sort is stable: at equal times the earlier segment comes first.
  return times.sort((a, b) => a - b);
}

async function scenarioOf(item: Case): Promise<Scenario> {
  const { settings, serviceTimes, changes } = item;
  const { phases } = settings;
  const reachability = settings.reachability === "" ? "Unknown" : settings.reachability;
  const text = JSON.stringify({
    apiVersion: "knsim/v1",
    kind: "Scenario",
    name: "closed-loop",
    start: "new",
    drain: false,
    duration: duration(item.duration),
    overheads: "none",
    cluster: { latencies: "none" },
    knative: {
      "config-autoscaler": settings.config,
      "config-deployment": { "progress-deadline": `${settings.progressDeadline}s` },
      conditionTimes: settings.conditionTimes,
      phases: {
        activatorReport: duration(phases.activatorReport),
        scrape: duration(phases.scrape),
        decision: duration(phases.decision),
        queueProxyLead: duration(phases.queueProxyLead),
      },
    },
    services: [
      {
        name: "svc",
        image: "example/svc",
        containerConcurrency: settings.containerConcurrency,
        timeoutSeconds: settings.timeout,
        annotations: settings.annotations,
        app: {
          serviceTime: { sequence: serviceTimes.map(duration) },
          coldStart: {
            control: "0s",
            schedule: "0s",
            imagePull: "0s",
            containerStart: duration(settings.podStart),
            boot: "0s",
            readiness: "0s",
            termination: duration(settings.podTermination),
          },
        },
      },
    ],
    traffic: [{ to: "svc", at: ["0s"] }],
    events: [
      ...(reachability === "Reachable"
        ? []
        : [{ at: "0s", reachability: { revision: "svc-00001", is: reachability } }]),
      ...changes.map(({ t, reachability: is }) => ({ at: duration(t), reachability: { revision: "svc-00001", is } })),
    ],
  });
  const { scenario } = await loadScenarioText(text);
  const [source] = scenario.sources;
  const timesUs = arrivalTimes(item.arrivals);
  return { ...scenario, sources: [{ ...source, arrivals: { kind: "at", timesUs } }] };
}

/** A value over time as the vectors record it: the value at the end of each instant at which it differs from before. */
class Track {
  readonly rows: Row[] = [];
  private at = 0;

  constructor(private value: Row) {}

  set(t: number, value: Row): void {
    if (t !== this.at) this.flush();
    this.at = t;
    this.value = value;
  }

  flush(): void {
    const last = this.rows.at(-1)?.slice(1);
    if (JSON.stringify(last) !== JSON.stringify(this.value)) this.rows.push([this.at / 1e6, ...this.value]);
  }
}

/** Gathers from the model's facts what the vectors hold. */
class Gatherer implements Partial<Observer> {
  readonly decisions: Row[] = [];
  readonly scales = new Track([0]);
  readonly pods = new Track([0, 0]);
  readonly mode = new Track(["proxy"]);
  readonly active = new Track(["Unknown", ""]);
  readonly activators = new Track([2]);
  private ready = 0;
  private total = 0;
  private readonly isReady = new Set<number>();
  private readonly firstLatencies: (number | null)[] = [];
  private count = 0;
  private inFlight = 0;
  private sum = 0;
  private max = 0;
  private readonly byStatus: Record<string, number> = {};

  decided: Observer["decided"] = (d) => {
    this.decisions.push([
      d.t / 1e6,
      d.ready,
      d.stable,
      d.panic,
      d.desired,
      d.excessBurstCapacity,
      d.panicking,
      d.valid,
    ]);
  };

  happened = (fact: Fact): void => {
    if (fact.kind === "PodCreated") this.changePods(fact.t, 0, 1);
    else if (fact.kind === "PodReady") {
      this.isReady.add(fact.pod);
      this.changePods(fact.t, 1, 0);
    } else if (fact.kind === "PodTerminating") this.changePods(fact.t, this.isReady.has(fact.pod) ? -1 : 0, 0);
    else if (fact.kind === "PodDeleted") this.changePods(fact.t, 0, -1);
    else if (fact.kind === "ModeChanged") this.mode.set(fact.t, [fact.mode]);
    else if (fact.kind === "ConditionChanged" && fact.object === "PodAutoscaler")
      this.active.set(fact.t, [fact.status, fact.reason]);
  };

  revisionGauge: Observer["revisionGauge"] = (t, _revision, gauge, value) => {
    if (gauge === "replicas") this.scales.set(t, [value]);
    if (gauge === "activators") this.activators.set(t, [value]);
  };

  requestArrived: Observer["requestArrived"] = () => {
    if (this.count++ < 50) this.firstLatencies.push(null);
  };

  requestEnded: Observer["requestEnded"] = (t, ended) => {
    if (ended.status === 0) {
      this.inFlight++;
      return;
    }
    const latency = t - ended.arrivalUs;
    this.byStatus[ended.status] = (this.byStatus[ended.status] ?? 0) + 1;
    this.sum += latency;
    this.max = Math.max(this.max, latency);
    if (ended.request < 50) this.firstLatencies[ended.request] = latency;
  };

  outcome(): Outcome {
    for (const track of [this.scales, this.pods, this.mode, this.active, this.activators]) track.flush();
    return {
      decisions: this.decisions,
      scales: this.scales.rows,
      pods: this.pods.rows,
      mode: this.mode.rows,
      active: this.active.rows,
      activators: this.activators.rows,
      requests: {
        count: this.count,
        byStatus: this.byStatus,
        inFlight: this.inFlight,
        latencyUs: { first: this.firstLatencies, sum: this.sum, max: this.max },
      },
    };
  }

  private changePods(t: number, ready: number, total: number): void {
    this.ready += ready;
    this.total += total;
    this.pods.set(t, [this.ready, this.total]);
  }
}

/** Columns of a decision that may differ by rounding: the window averages. */
const AVERAGES = [2, 3];

function isSameRow(got: Row, want: Row, tolerant: readonly number[]): boolean {
  return (
    got.length === want.length &&
    got.every((value, column) => {
      const other = want[column];
      if (column === 0) return us(value as number) === us(other as number);
      if (typeof value === "number" && typeof other === "number" && tolerant.includes(column)) {
        return Math.abs(value - other) <= 2e-6;
      }
      return value === other;
    })
  );
}

function rowDifference(
  what: string,
  got: readonly Row[],
  want: readonly Row[],
  tolerant: readonly number[] = [],
): string[] {
  for (let i = 0; i < Math.max(got.length, want.length); i++) {
    if (i < got.length && i < want.length && isSameRow(got[i], want[i], tolerant)) continue;
    return [`${what}[${i}]: got ${JSON.stringify(got[i])}, want ${JSON.stringify(want[i])}`];
  }
  return [];
}

async function differences(item: Case): Promise<string[]> {
  const gatherer = new Gatherer();
  await simulate(await scenarioOf(item), { observer: gatherer });
  const got = gatherer.outcome();
  const { want, name } = item;
  const found = [
    ...rowDifference("decisions", got.decisions, want.decisions, AVERAGES),
    ...rowDifference("scales", got.scales, want.scales),
    ...rowDifference("pods", got.pods, want.pods),
    ...rowDifference("mode", got.mode, want.mode),
    ...rowDifference("active", got.active, want.active),
    ...rowDifference("activators", got.activators, want.activators),
  ];
  if (JSON.stringify(got.requests) !== JSON.stringify(want.requests)) {
    found.push(`requests: got ${JSON.stringify(got.requests)}, want ${JSON.stringify(want.requests)}`);
  }
  return found.map((text) => `${name}: ${text}`);
}

describe("closed-loop", () => {
  it("runs every recorded revision from creation to the end exactly as Knative's own code did", async () => {
    const pending: Promise<string[]>[] = [];
    const { cases } = judge<Case>("closed-loop", (item) => {
      pending.push(differences(item));
      return [];
    });
    const mismatches = (await Promise.all(pending)).flat();
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

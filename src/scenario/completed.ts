import { isMap } from "yaml";
import { formatDuration } from "../engine/time.js";
import type { AppPlan, ClusterPlan, ColdStartPlan, FaultPlan } from "../kube/cluster-plan.js";
import { appForImage } from "../kube/image-apps.js";
import type { RateProfile } from "../workload/profile.js";
import type { SourcePlan } from "../workload/source.js";
import { DEFAULT_APP } from "./apps.js";
import type { ConfigMaps } from "./config-maps.js";
import type { Place } from "./diagnostics.js";
import { writtenDistribution } from "./distribution-text.js";
import type { Scenario } from "./scenario.js";
import type { LoadedService } from "./services.js";
import type { SourceEntry } from "./sources.js";
import { toPlain, type YamlDocument } from "./yaml-document.js";

/** What the completed scenario is made of besides the plan. */
export interface Completion {
  readonly document: YamlDocument;
  readonly start: string;
  readonly configMaps: ConfigMaps;
  readonly version: string | null;
  readonly services: readonly LoadedService[];
  readonly sources: readonly SourceEntry[];
}

/**
 * The whole scenario as plain JSON: every default filled in, keys in the schema's order, durations in Go's syntax.
 *
 * Services that a trace makes are counted, not listed. Files are named relative to the scenario's folder, so that the
 * result does not depend on where a command was run.
 */
export function completedScenario(scenario: Omit<Scenario, "completed" | "hash">, from: Completion): unknown {
  const { cluster } = scenario;
  const relative = relativeTo(from.document.file);
  return {
    apiVersion: "knsim/v1",
    kind: "Scenario",
    name: scenario.name,
    description: scenario.description,
    start: from.start,
    seed: seedValue(scenario.seed),
    epoch: cluster.epochSeconds,
    duration: formatDuration(scenario.durationUs),
    warmup: formatDuration(scenario.warmupUs),
    drain: scenario.drain,
    knative: {
      ...from.configMaps.completed(),
      activators: cluster.activators,
      phases: writtenPhases(cluster.phases),
      conditionTimes: cluster.conditionTimes,
      version: from.version,
    },
    cluster: {
      nodes: cluster.nodes.map(({ name, cpu, memoryBytes }) => ({ name, cpu, memory: memoryBytes })),
      latencies: cluster.ideal ? "none" : each(cluster.latencies),
    },
    services: from.services
      .filter(({ plan }) => plan.traceId === null)
      .map(({ plan, place, objects }) => ({
        name: plan.object.meta.name,
        namespace: plan.object.meta.namespace,
        origin: originOf(place, relative),
        start: plan.start,
        app: writtenApp(plan.app ?? appForImage(scenario.apps, plan.object.template.image) ?? DEFAULT_APP),
        objects,
      })),
    apps: Object.fromEntries(scenario.apps.map((app) => [app.image ?? "", writtenApp(app)])),
    overheads: each(scenario.overheads),
    traffic: trafficOf(scenario, from),
    events: eventsOf(from.document),
    expect: scenario.expectations.map(({ text, name, level, over }) => ({ expect: text, name, level, over })),
    report: {
      timeline: scenario.report.timeline,
      step: formatDuration(scenario.report.stepUs),
      decisions: scenario.report.decisions ? "all" : "none",
      events: scenario.report.events ? "all" : "none",
    },
  };
}

/** A number iff the text is the way that number is written (contract details A10). */
function seedValue(seed: string): string | number {
  const number = Number(seed);
  return Number.isSafeInteger(number) && String(number) === seed ? number : seed;
}

function originOf({ file, line }: Place, relative: (file: string) => string): unknown {
  return { file: relative(file), line };
}

function relativeTo(scenario: string): (file: string) => string {
  const folder = scenario.slice(0, scenario.lastIndexOf("/") + 1);
  return (file) => (folder !== "" && file.startsWith(folder) ? file.slice(folder.length) : file);
}

function each(distributions: ClusterPlan["latencies"] | Scenario["overheads"]): unknown {
  return Object.fromEntries(Object.entries(distributions).map(([key, spec]) => [key, writtenDistribution(spec)]));
}

function writtenPhases(phases: ClusterPlan["phases"]): unknown {
  if (phases.kind === "random") return "random";
  const text = (us: number | null) => (us === null ? null : formatDuration(us));
  return {
    activatorReport: text(phases.activatorReportUs),
    scrape: text(phases.scrapeUs),
    decision: text(phases.decisionUs),
    queueProxyLead: text(phases.queueProxyLeadUs),
  };
}

function writtenApp({ serviceTime, cpu, response, queueDepth, coldStart, fault }: AppPlan): unknown {
  const stages = Object.entries(coldStart) as [keyof ColdStartPlan, ColdStartPlan[keyof ColdStartPlan]][];
  return {
    serviceTime: writtenDistribution(serviceTime),
    cpu,
    response,
    queueDepth,
    coldStart: Object.fromEntries(stages.map(([stage, spec]) => [stage, spec && writtenDistribution(spec)])),
    fault: fault === null ? "none" : writtenFault(fault),
  };
}

function writtenFault({ kind, fromUs, untilUs, message, exitCode }: FaultPlan): unknown {
  const until = untilUs === null ? {} : { until: formatDuration(untilUs) };
  return { kind, from: formatDuration(fromUs), ...until, ...(message === null ? {} : { message }), exitCode };
}

function trafficOf(scenario: Pick<Scenario, "sources" | "durationUs">, { sources, document }: Completion): unknown {
  let next = 0;
  return sources.map(({ path, written, trace }) => {
    const own = scenario.sources.slice(next, next + (trace?.kind === "functions" ? trace.functions.length : 1));
    next += own.length;
    const [first] = own;
    return {
      to: trace?.kind === "functions" ? null : first?.to,
      tag: first?.tag ?? null,
      name: trace?.kind === "functions" ? (written.name ?? null) : first?.name,
      from: formatDuration(written.from ?? 0),
      until: formatDuration(Math.min(written.until ?? scenario.durationUs, scenario.durationUs)),
      ...(written.trace === undefined
        ? writtenArrivals(first)
        : writtenTrace(written.trace.placement, toPlain(document, document.find([...path, "trace"])), trace)),
      timeout: first?.timeoutUs ? formatDuration(first.timeoutUs) : null,
      retries: writtenRetries(first?.retries ?? null),
      serviceTime: written.serviceTime ? writtenDistribution(written.serviceTime) : null,
    };
  });
}

/** A trace as written: its file's contents are part of the hash, not of this. */
function writtenTrace(placement: string | undefined, written: unknown, trace: SourceEntry["trace"]): object {
  const plain = typeof written === "object" && written !== null ? written : {};
  return trace?.kind === "functions"
    ? { trace: { ...plain, placement }, services: trace.functions.length }
    : { trace: plain };
}

function writtenArrivals(source: SourcePlan | undefined): object {
  const arrivals = source?.arrivals;
  if (arrivals?.kind === "at") return { at: Array.from(arrivals.timesUs, formatDuration) };
  if (arrivals?.kind === "clients") {
    const [[firstUs, count]] = arrivals.clients;
    const isConstant = arrivals.clients.length === 1 && firstUs === 0;
    return {
      clients: isConstant ? count : { steps: arrivals.clients.map(([us, value]) => [formatDuration(us), value]) },
      think: writtenDistribution(arrivals.think),
      startJitter: arrivals.startJitter && writtenDistribution(arrivals.startJitter),
      requests: arrivals.requests,
    };
  }
  return arrivals?.kind === "rate" ? { rate: writtenProfile(arrivals.profile), process: arrivals.process } : {};
}

function writtenProfile(profile: RateProfile): unknown {
  switch (profile.kind) {
    case "constant":
      return profile.ratePerSecond;
    case "ramp":
      return { ramp: { from: profile.from, to: profile.to, over: formatDuration(profile.overUs) } };
    case "steps":
      return { steps: profile.steps.map(([us, rate]) => [formatDuration(us), rate]) };
    case "sine":
      return { sine: { mean: profile.mean, amplitude: profile.amplitude, period: formatDuration(profile.periodUs) } };
  }
}

function writtenRetries(retries: SourcePlan["retries"]): unknown {
  if (retries === null) return null;
  const { backoff, max, statuses } = retries;
  const wait =
    "kind" in backoff
      ? writtenDistribution(backoff)
      : {
          initial: formatDuration(backoff.initialUs),
          factor: backoff.factor,
          max: Number.isFinite(backoff.maxUs) ? formatDuration(backoff.maxUs) : null,
          jitter: backoff.jitter,
        };
  return {
    max,
    backoff: wait,
    statuses: statuses.map(([low, high]) => {
      if (low < 0) return low === -1 ? "timeout" : "reset";
      return low === high ? low : `${low / 100}xx`;
    }),
  };
}

/** Events as they were written; what they leave out keeps what was there before, so there is nothing to fill in. */
function eventsOf(document: YamlDocument): unknown {
  const events = document.find(["events"]);
  if (events === null || isMap(events)) return [];
  return toPlain(document, events) ?? [];
}

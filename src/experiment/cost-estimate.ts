import { createSampler, type DistributionSpec } from "../engine/distribution.js";
import { type Duration, formatDuration, HOUR, MINUTE, SECOND } from "../engine/time.js";
import type { ServicePlan } from "../kube/cluster-plan.js";
import { appForImage } from "../kube/image-apps.js";
import { resolveScalingSettings, type ScalingSettings } from "../model/autoscaler/scaling-settings.js";
import { DEFAULT_APP } from "../scenario/apps.js";
import type { Scenario } from "../scenario/scenario.js";
import { cumulativeRate } from "../workload/cumulative-rate.js";
import type { SourcePlan } from "../workload/source.js";

/** What a run is likely to take, before it is begun: right to a small factor, which is enough to tell absurd ones. */
export interface CostEstimate {
  readonly requests: number;
  /** Scrapes, decisions and reports. */
  readonly ticks: number;
  /** Of computing, on one core of a machine of today. */
  readonly cpuUs: Duration;
  readonly memoryBytes: number;
  /** Size of the report's data files. */
  readonly reportBytes: number;
}

/** Beyond one of these a run is refused unless it is forced. */
const LARGEST_COST = { cpuUs: HOUR, memoryBytes: 8e9, reportBytes: 2e10 } as const;

/** Measured on 1e6 and 1e7 requests of one service, on one core of 2024; ticks of revisions that mostly sleep. */
const CPU_US = { request: 0.8, tick: 0.1 } as const;
const MEMORY_BYTES = { inFlight: 300, pod: 3000, keptRequest: 60, decision: 12, timelineRow: 30 } as const;
const LINE_BYTES = { request: 130, decision: 350, timelineRow: 120 } as const;

/** `auto` turns a longer timeline into one without repetitions. */
const MOST_ROWS_OF_AUTO = 2_000_000;
const DECISION_PERIOD_US = 2 * SECOND;
/** A closed loop without any time between two requests is held to this (contract details A15). */
const SHORTEST_CYCLE_US = 1000;

/**
 * Estimates a run from its scenario alone: arrivals as planned, closed loops as fast as their clients and, where there is
 * a limit, their pods; retries and what events change are left out.
 *
 * @param options.keepsRequests whether every request is kept for requests.csv
 */
export function estimateCost(scenario: Scenario, options: { readonly keepsRequests: boolean }): CostEstimate {
  const { durationUs, services, sources, report } = scenario;
  const serviceByKey = new Map(services.map((service) => [service.key, service]));
  const loads = sources.map((source) => loadOf(source, serviceByKey.get(source.to), scenario));
  const requests = sum(loads.map((load) => load.requests));
  const fewestPods = sum(services.map((service) => fewestPodsOf(service, scenario)));
  const pods = fewestPods + sum(loads.map((load) => load.pods));
  const decisions = services.length * (durationUs / DECISION_PERIOD_US);
  const ticks = decisions + (services.length + pods) * (durationUs / SECOND);
  const rows = rowsOf(report.timeline, services.length * (durationUs / Math.max(SECOND, report.stepUs)));
  const kept = options.keepsRequests ? requests : 0;
  const keptDecisions = report.decisions ? decisions : 0;
  return {
    requests,
    ticks,
    cpuUs: requests * CPU_US.request + ticks * CPU_US.tick,
    memoryBytes:
      sum(loads.map(({ inFlight }) => inFlight)) * MEMORY_BYTES.inFlight +
      pods * MEMORY_BYTES.pod +
      kept * MEMORY_BYTES.keptRequest +
      keptDecisions * MEMORY_BYTES.decision +
      rows * MEMORY_BYTES.timelineRow,
    reportBytes: kept * LINE_BYTES.request + keptDecisions * LINE_BYTES.decision + rows * LINE_BYTES.timelineRow,
  };
}

/** Why a run is not begun unless it is forced, in words; null when it costs no more than it may. */
export function excessiveCost(estimate: CostEstimate): string | null {
  const { requests, ticks, cpuUs, memoryBytes, reportBytes } = estimate;
  const parts = [
    `about ${rounded(requests)} requests and ${rounded(ticks)} periodic steps`,
    ...(cpuUs > LARGEST_COST.cpuUs ? [`${roundedTime(cpuUs)} of computing`] : []),
    ...(memoryBytes > LARGEST_COST.memoryBytes ? [`${rounded(memoryBytes / 1e9)} GB of memory`] : []),
    ...(reportBytes > LARGEST_COST.reportBytes ? [`a report of ${rounded(reportBytes / 1e9)} GB`] : []),
  ];
  return parts.length === 1 ? null : `this run would take ${parts.join(", ")}`;
}

interface Load {
  readonly requests: number;
  /** At once, at the worst. */
  readonly inFlight: number;
  /** That the autoscaler gives them, if it may. */
  readonly pods: number;
}

function loadOf(source: SourcePlan, service: ServicePlan | undefined, scenario: Scenario): Load {
  const { arrivals } = source;
  const activeUs = Math.max(0, Math.min(source.untilUs, scenario.durationUs) - source.fromUs);
  const target = service === undefined ? UNKNOWN_TARGET : targetOf(source, service, scenario);
  if (arrivals.kind === "clients") return closedLoopLoad(arrivals, activeUs, target);
  let requests = 0;
  if (arrivals.kind === "at") requests = arrivals.timesUs.length;
  else if (arrivals.kind === "stream") requests = arrivals.count;
  else if (arrivals.kind === "counts") for (const count of arrivals.countsPerMinute) requests += count;
  else requests = cumulativeRate(arrivals.profile).countUntil(activeUs);
  const ratePerUs = activeUs > 0 ? requests / activeUs : 0;
  const isOverloaded = ratePerUs > target.capacityPerUs;
  const staysUs = Math.min(activeUs, isOverloaded ? target.longestStayUs : target.serviceUs);
  const inFlight = Math.min(requests, ratePerUs * staysUs);
  return { requests, inFlight, pods: target.podsFor(inFlight) };
}

function closedLoopLoad(
  { clients, think, requests }: Extract<SourcePlan["arrivals"], { kind: "clients" }>,
  activeUs: Duration,
  { serviceUs, capacityPerUs, podsFor }: Target,
): Load {
  const cycleUs = Math.max(SHORTEST_CYCLE_US, typicalUs(think) + serviceUs);
  let sent = 0;
  let most = 0;
  clients.forEach(([from, count], index) => {
    const until = Math.min(activeUs, clients[index + 1]?.[0] ?? activeUs);
    sent += Math.max(0, until - from) * Math.min(count / cycleUs, capacityPerUs);
    most = Math.max(most, count);
  });
  return { requests: Math.min(requests ?? sent, Math.max(sent, most)), inFlight: most, pods: podsFor(most) };
}

/** What answers a source's requests, as far as the scenario says it. */
interface Target {
  readonly serviceUs: Duration;
  /** Requests per µs that all pods there may be can answer; Infinity without a limit. */
  readonly capacityPerUs: number;
  /** When Knative, or the client, ends a request that waits. */
  readonly longestStayUs: Duration;
  podsFor(inFlight: number): number;
}

/** A service that some event will create: nobody knows yet what it can do. */
const UNKNOWN_TARGET: Target = {
  serviceUs: typicalUs(DEFAULT_APP.serviceTime),
  capacityPerUs: Number.POSITIVE_INFINITY,
  longestStayUs: 0,
  podsFor: () => 1,
};

function targetOf({ serviceTime, timeoutUs }: SourcePlan, service: ServicePlan, scenario: Scenario): Target {
  const { image, containerConcurrency, timeoutUs: limitUs } = service.object.template;
  const app = service.app ?? appForImage(scenario.apps, image) ?? DEFAULT_APP;
  const serviceUs = typicalUs(serviceTime ?? app.serviceTime);
  const { maxScale, metric, target } = settingsOf(service, scenario);
  const mostPods = maxScale > 0 ? maxScale : Number.POSITIVE_INFINITY;
  const slots = containerConcurrency > 0 ? mostPods * containerConcurrency : Number.POSITIVE_INFINITY;
  return {
    serviceUs,
    capacityPerUs: serviceUs > 0 ? slots / serviceUs : Number.POSITIVE_INFINITY,
    longestStayUs: Math.min(limitUs, timeoutUs ?? Number.POSITIVE_INFINITY),
    podsFor: (inFlight) => Math.min(mostPods, metric === "concurrency" ? inFlight / target : 0),
  };
}

function fewestPodsOf(service: ServicePlan, scenario: Scenario): number {
  const { minScale, initialScale } = settingsOf(service, scenario);
  return Math.max(minScale, initialScale);
}

function settingsOf({ object }: ServicePlan, { cluster }: Scenario): ScalingSettings {
  const { annotations, containerConcurrency } = object.template;
  return resolveScalingSettings(annotations, cluster.config.autoscaler, containerConcurrency, 0);
}

/** The median, which every distribution has; a mean may be infinite. */
function typicalUs(spec: DistributionSpec): Duration {
  return createSampler(spec).sample(0.5, 0);
}

function rowsOf(timeline: Scenario["report"]["timeline"], allRows: number): number {
  if (timeline === "none" || timeline === "sparse") return 0;
  return timeline === "auto" ? Math.min(allRows, MOST_ROWS_OF_AUTO) : allRows;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Two significant digits, with a word for the thousands: `6.1 billion`. */
function rounded(value: number): string {
  const units = ["", " thousand", " million", " billion", " trillion"];
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${rest < 10 ? Math.round(rest * 10) / 10 : Math.round(rest)}${units[unit]}`;
}

function roundedTime(us: Duration): string {
  const days = us / (24 * HOUR);
  return days >= 2 ? `${rounded(days)} days` : formatDuration(Math.round(us / MINUTE) * MINUTE);
}

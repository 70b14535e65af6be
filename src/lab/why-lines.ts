import { formatDuration, type Instant, SECOND, toSeconds } from "../engine/time.js";
import type { OpenSimulation } from "../experiment/open-simulation.js";
import { objectKey } from "../kube/manifest.js";
import type { DecisionRow } from "../measure/run-record.js";
import { scaleBounds } from "../model/autoscaler/scale-bounds.js";
import { scaleToZero } from "../model/autoscaler/scale-to-zero.js";
import { resolveScalingSettings, type ScalingSettings } from "../model/autoscaler/scaling-settings.js";
import { type Condition, findCondition } from "../model/conditions.js";
import type {
  ClusterObjects,
  PodAutoscalerStatus,
  RevisionStatus,
  ServerlessServiceStatus,
} from "../model/object-status.js";
import type { DecisionFact } from "../model/observer.js";
import { clock, counted, plain } from "../report/number-words.js";
import { decisionReason, type ScalingTerms } from "../report/words.js";

/** How long an activation may take beyond the progress deadline. */
const ACTIVATION_BUFFER_US = 30 * SECOND;

/**
 * Why a revision has the pods it has: the last decision with its numbers, what the bounds make of it, panic, the path of
 * requests, and what scale to zero waits for and until when. One sentence a line.
 *
 * @param decision the revision's latest valid one; null = none yet
 * @param overThresholdUs when the load was last high enough for panic; null = unknown
 */
export function whyLines(
  revision: RevisionStatus,
  decision: DecisionFact | null,
  overThresholdUs: Instant | null,
  simulation: Pick<OpenSimulation, "config" | "objects">,
): readonly string[] {
  const objects = simulation.objects();
  const { autoscaler, deployment } = simulation.config;
  const { annotations, containerConcurrency } = revision;
  const settings = resolveScalingSettings(annotations, autoscaler, containerConcurrency, deployment.progressDeadlineUs);
  const isOwn = (object: { readonly revision: string; readonly namespace: string }) =>
    object.revision === revision.name && object.namespace === revision.namespace;
  const scaler = objects.podAutoscalers().find(isOwn);
  const routing = objects.serverlessServices().find(isOwn);
  const lines = [podsLine(revision, objects)];
  lines.push(...failureLines(revision));
  lines.push(...decisionLines(decision, settings, objects.nowUs));
  if (scaler === undefined || routing === undefined) return lines;
  lines.push(...boundLines(decision, settings, scaler));
  if (decision?.panicking) lines.push(panicLine(decision, overThresholdUs, settings));
  lines.push(...pathLines(decision, settings, routing));
  lines.push(...activityLines(decision, settings, scaler, routing, objects));
  return lines;
}

function podsLine(revision: RevisionStatus, objects: ClusterObjects): string {
  const pods = objects.pods().filter((pod) => pod.revision === revision.name && pod.namespace === revision.namespace);
  const terminating = pods.filter(({ status }) => status === "Terminating").length;
  const ready = pods.filter(
    ({ status, readyContainers, containers }) => status !== "Terminating" && readyContainers === containers,
  ).length;
  const starting = pods.length - terminating - ready;
  const others = [
    ...(starting > 0 ? [`${starting} starting`] : []),
    ...(terminating > 0 ? [`${terminating} terminating`] : []),
  ];
  const rest = others.length === 0 ? "" : `, ${others.join(", ")}`;
  return `${revision.name} has ${counted(ready, "ready pod")}${rest}.`;
}

/** What keeps a revision from being ready, in the words of its condition. */
function failureLines({ conditions }: RevisionStatus): string[] {
  const ready = findCondition(conditions, "Ready");
  if (ready?.status !== "False") return [];
  return [`It failed ${clock(toSeconds(ready.lastTransitionUs))} after the start: ${ready.reason}: ${ready.message}`];
}

function decisionLines(decision: DecisionFact | null, settings: ScalingSettings, nowUs: Instant): string[] {
  if (decision === null) return ["The autoscaler has not decided anything yet: no sample has reached its windows."];
  const wish = decision.desired === null ? "nothing" : counted(decision.desired, "pod");
  const reason = decisionReason(decisionRow(decision), termsOf(settings));
  const age = nowUs - decision.t;
  const since = age > 4 * SECOND ? ` Since then (${clock(toSeconds(age))}) there was no load to decide about.` : "";
  return [`At ${clock(toSeconds(decision.t))} the autoscaler wanted ${wish}: ${reason}.${since}`];
}

function boundLines(decision: DecisionFact | null, settings: ScalingSettings, scaler: PodAutoscalerStatus): string[] {
  const desired = decision?.desired;
  if (desired === null || desired === undefined) return [];
  const { min, max } = scaleBounds(settings, scaler.reachability);
  if (desired < min) return [`min-scale ${min} lifts that to ${min}.`];
  if (max > 0 && desired > max) return [`max-scale ${max} cuts that to ${max}.`];
  if (scaler.reachability === "Unreachable" && settings.minScale > 0) {
    return [`min-scale ${settings.minScale} does not count: no traffic can reach this revision any more.`];
  }
  return [];
}

function panicLine(
  { maxPanicPods }: DecisionFact,
  overThresholdUs: Instant | null,
  { panicThreshold, stableWindowUs }: ScalingSettings,
): string {
  const percent = plain(panicThreshold * 100, 0);
  const end =
    overThresholdUs === null ? "" : `, after ${clock(toSeconds(overThresholdUs + stableWindowUs))} at the earliest`;
  return (
    `It is in panic: the count does not fall below ${counted(maxPanicPods, "pod")} until the panic window has stayed ` +
    `under ${percent} % of what the ready pods should carry for ${formatDuration(stableWindowUs)}${end}.`
  );
}

/** Whether requests go through the activator, with the sum that decides it. */
function pathLines(
  decision: DecisionFact | null,
  settings: ScalingSettings,
  { mode, conditions }: ServerlessServiceStatus,
): string[] {
  const isProxy = mode === "Proxy" || findCondition(conditions, "ActivatorEndpointsPopulated")?.status === "True";
  const where = isProxy ? "Requests go through the activator" : "Requests go straight to the pods";
  const why = burstCapacity(decision, settings);
  return [why === null ? `${where}.` : `${where}: ${why}.`];
}

function burstCapacity(decision: DecisionFact | null, { targetBurstCapacity }: ScalingSettings): string | null {
  if (targetBurstCapacity === -1) return "target-burst-capacity -1 keeps it in the path";
  if (targetBurstCapacity === 0) {
    return decision === null
      ? "until there is a decision; with target-burst-capacity 0 it is in the path only while no pod is wanted or ready"
      : "with target-burst-capacity 0 it is in the path only while no pod is wanted or ready";
  }
  if (decision === null || decision.excessBurstCapacity === null || decision.reason === "zero") return null;
  const { excessBurstCapacity, ready, total, panic } = decision;
  const load = `${ready} ready × ${plain(total)} − ${plain(targetBurstCapacity)} (target-burst-capacity) − ${plain(panic ?? 0)} in flight`;
  const side = excessBurstCapacity < 0 ? "below" : "not below";
  return `excess burst capacity is ${load} → ${plain(excessBurstCapacity)}, ${side} 0`;
}

/** What becomes of a revision that nobody wants, or that is being woken. */
function activityLines(
  decision: DecisionFact | null,
  settings: ScalingSettings,
  scaler: PodAutoscalerStatus,
  routing: ServerlessServiceStatus,
  objects: ClusterObjects,
): string[] {
  const active = findCondition(scaler.conditions, "Active");
  if (active === null) return [];
  const since = clock(toSeconds(active.lastTransitionUs));
  if (active.status === "Unknown") {
    const until = clock(toSeconds(active.lastTransitionUs + settings.progressDeadlineUs + ACTIVATION_BUFFER_US));
    return [
      `It is being activated since ${since}: requests are held until a pod is ready. If nobody wants it any more it may take until ${until}.`,
    ];
  }
  const replicas = objects.deployments().find(({ revision, namespace }) => {
    return revision === scaler.revision && namespace === scaler.namespace;
  })?.replicas;
  if (active.status === "False" && (replicas ?? 0) === 0) {
    return [
      `It is at zero since about ${since} (${active.reason}): the next request waits in the activator for a pod.`,
    ];
  }
  const wantsNone = (decision?.desired ?? scaler.desiredScale ?? 0) === 0;
  if (active.status === "True" && !wantsNone) return [];
  return waitingLines(settings, scaler, routing, active, objects.nowUs);
}

function waitingLines(
  settings: ScalingSettings,
  scaler: PodAutoscalerStatus,
  routing: ServerlessServiceStatus,
  active: Condition,
  nowUs: Instant,
): string[] {
  const proxied = findCondition(routing.conditions, "ActivatorEndpointsPopulated");
  const step = scaleToZero(settings, {
    nowUs,
    reachability: scaler.reachability,
    active: { status: active.status, sinceUs: active.lastTransitionUs },
    mode: routing.mode === "Serve" ? "serve" : "proxy",
    proxySinceUs: proxied?.status === "True" ? proxied.lastTransitionUs : null,
    probe: "success",
  });
  const until = step.requeueAfterUs === null ? null : clock(toSeconds(nowUs + step.requeueAfterUs));
  const since = clock(toSeconds(active.lastTransitionUs));
  switch (step.rule) {
    case "scaleToZeroDisabled":
      return ["Nobody wants it, but scale to zero is disabled: one pod stays."];
    case "parkedAtOne":
      return [
        `Nobody wants it, but it must have been active for a whole stable window (${formatDuration(settings.stableWindowUs)}, since ${since}): one pod stays until ${until}.`,
      ];
    case "idle":
      return [`It is inactive since ${since} and the activator is in the path: its last pods go now.`];
    case "waiting":
      if (active.status === "True") return ["Nobody wants it: it turns inactive now, and then its pods may go."];
      return [
        `It is inactive since ${since}; its last pods stay until ${until ?? "the activator is in the path"}, ` +
          "when the pod retention period is over and the activator has been in the path for the grace period.",
      ];
    default:
      return ["It did not become ready in time: its pods go."];
  }
}

function termsOf({ metric, stableWindowUs, panicWindowUs }: ScalingSettings): ScalingTerms {
  return {
    metric: metric === "concurrency" || metric === "rps" ? metric : null,
    stableWindowSeconds: toSeconds(stableWindowUs),
    panicWindowSeconds: toSeconds(panicWindowUs),
  };
}

/** A decision as a line of decisions.jsonl has it; nobody asks for the name here. */
function decisionRow(fact: DecisionFact): DecisionRow {
  const { t, excessBurstCapacity, rawStable, rawPanic, ...same } = fact;
  return {
    ...same,
    t: toSeconds(t),
    revision: "",
    ebc: excessBurstCapacity,
    raw: { stable: rawStable, panic: rawPanic },
  };
}

/** The key by which decisions are kept. */
export function decisionKey(revision: RevisionStatus): string {
  return objectKey(revision);
}

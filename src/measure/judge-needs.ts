import type { Observer } from "../model/observer.js";
import type { Measurement, MetricUse } from "../scenario/expectation-ast.js";
import { usesOf } from "../scenario/metric-pairing.js";

/** A call of the observer that verdicts may need; single decisions are never omitted where they do. */
export type Call = Exclude<keyof Observer, "decisionsOmitted">;

/** Without names nothing can be told apart. */
const NAMES: readonly Call[] = ["serviceAdded", "revisionAdded", "sourceAdded"];
const PODS: readonly Call[] = ["podAdded", "happened"];
const MEMBERS: readonly Call[] = ["revisionRemoved", "happened"];

const OF_METRIC: Readonly<Record<string, readonly Call[]>> = {
  concurrency: ["requestArrived", "requestEnded"],
  queued: ["activatorQueueChanged", "podQueueChanged"],
  queued_activator: ["activatorQueueChanged"],
  queued_pods: ["podQueueChanged"],
  executing: ["executingChanged"],
  utilization: [...PODS, "executingChanged"],
  share: ["requestEnded"],
  pods_started: ["podAdded"],
  active: [...MEMBERS, "podAdded"],
  decisions: ["decided"],
  scale_ups: ["revisionGauge"],
  scale_downs: ["revisionGauge"],
  desired: [...MEMBERS, "decided"],
  stable: [...MEMBERS, "decided"],
  panic: [...MEMBERS, "decided"],
  target: [...MEMBERS, "decided"],
  ebc: [...MEMBERS, "decided"],
  requested: [...MEMBERS, "revisionGauge"],
  replicas: [...MEMBERS, "revisionGauge"],
  percent: [...MEMBERS, "revisionGauge"],
  activators: [...MEMBERS, "revisionGauge"],
};

function callsOf({ metric: { name, scope } }: MetricUse): readonly Call[] {
  if (Object.hasOwn(OF_METRIC, name)) return OF_METRIC[name];
  if (scope === "request") return ["requestEnded"];
  if (scope === "call") return ["callEnded"];
  return /^(pods|cold_start|pod_|cpu_|memory_|gib_|unschedulable)/.test(name) ? PODS : MEMBERS;
}

/** The calls of an observer that measurements need; none for no measurements. */
export function observerCalls(measurements: readonly Measurement[]): ReadonlySet<Call> {
  const calls = new Set<Call>(measurements.length > 0 ? NAMES : []);
  for (const { selector, value, window } of measurements) {
    // Which tags there are is told by what the gateway serves.
    if (selector !== null && selector.tag !== null) calls.add("happened").add("requestEnded");
    for (const call of usesOf(value).flatMap(callsOf)) calls.add(call);
    for (const time of [window?.from, window?.until]) {
      if (time?.anchor.kind !== "first" && time?.anchor.kind !== "last") continue;
      calls.add(typeof time.anchor.of === "string" ? "requestEnded" : "happened");
    }
  }
  return calls;
}

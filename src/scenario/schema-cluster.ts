import * as z from "zod";
import { CONFIG_MAP_KEYS } from "./config-map-keys.js";
import { distribution } from "./distribution-schema.js";
import { optional, required, withDefault } from "./fields.js";
import { duration, number, oneOfWords, quantity, text } from "./scalars.js";

/** Knative's settings, the cluster's nodes and latencies, and the hops of a request. */

/** Data of a ConfigMap; the known keys are for editors only, as Knative ignores those it does not know. */
function configMapData(known: Readonly<Record<string, string | null>> = {}) {
  const properties = Object.entries(known).map(([key, byDefault]) => [
    key,
    { type: ["string", "number", "boolean"], ...(byDefault === null ? {} : { default: byDefault }) },
  ]);
  return z.record(z.string(), text).meta({ properties: Object.fromEntries(properties) });
}

/** Data of the ConfigMaps of knative-serving by the maps' names. */
export const configMapsShape = {
  "config-autoscaler": optional(configMapData(CONFIG_MAP_KEYS["config-autoscaler"]), "Data of config-autoscaler."),
  "config-network": optional(configMapData(CONFIG_MAP_KEYS["config-network"]), "Data of config-network."),
  "config-defaults": optional(configMapData(CONFIG_MAP_KEYS["config-defaults"]), "Data of config-defaults."),
  "config-deployment": optional(configMapData(CONFIG_MAP_KEYS["config-deployment"]), "Data of config-deployment."),
  "config-gc": optional(configMapData(CONFIG_MAP_KEYS["config-gc"]), "Data of config-gc."),
  "config-features": optional(configMapData(), "Data of config-features; accepted, not modelled."),
};

const phases = z.union([
  oneOfWords(["random", "zero"]),
  z.strictObject({
    activatorReport: optional(duration, "Time of the activators' first report."),
    scrape: optional(duration, "Time of the first scrape."),
    decision: optional(duration, "Time of the first decision."),
    queueProxyLead: optional(duration, "How long before its pod's readiness a queue-proxy starts."),
  }),
]);

export const knativeSchema = z.strictObject({
  ...configMapsShape,
  activators: withDefault(
    number("a number of activators", { integer: true, min: 1, max: 1000 }),
    1,
    "Activators that exist; the stock install has 1.",
  ),
  phases: withDefault(
    phases,
    "random",
    "Of the periodic loops: random (from the seed), zero (every tick on the whole second), or the time of each loop's first tick.",
  ),
  conditionTimes: withDefault(
    oneOfWords(["seconds", "exact"]),
    "seconds",
    "Whether the times in conditions are cut to whole seconds, as in a real cluster.",
  ),
  version: optional(text, "Of Knative; informational."),
});

const node = z.strictObject({
  name: optional(text, "Default: node-1, node-2, …; with a count above 1 a number is appended."),
  count: withDefault(number("a number of nodes", { integer: true, min: 1, max: 10_000 }), 1, "Nodes of this size."),
  cpu: required(quantity("4 or 500m"), "vCPU."),
  memory: required(quantity("16Gi"), "Bytes, with Kubernetes' suffixes."),
});

const latencies = z.union([
  oneOfWords(["none"]),
  z.strictObject({
    reconcile: optional(distribution, "From a change to the reconciler's reaction; default 5ms."),
    endpoints: optional(distribution, "From a pod's readiness to all who watch endpoints; default 100ms."),
    ingress: optional(
      distribution,
      "From a change of a Route until the gateway serves it; default {lognormal: {median: 400ms, p95: 1s}}.",
    ),
    probe: optional(oneOfWords(["modelled"]), "The activator's probes follow their own rules."),
  }),
]);

export const clusterSchema = z.strictObject({
  nodes: optional(z.array(node), "Without nodes pods never lack room."),
  latencies: withDefault(latencies, {}, "How changes propagate; none: the ideal cluster, in which nothing takes time."),
});

export const overheadsSchema = z.union([
  oneOfWords(["none"]),
  z.strictObject({
    ingress: withDefault(distribution, "0ms", "Before the ingress acts."),
    activator: withDefault(distribution, { lognormal: { mean: "1ms", p95: "3ms" } }, "Before the activator acts."),
    queueProxy: withDefault(distribution, { lognormal: { mean: "0.5ms", p95: "2ms" } }, "Before the queue-proxy acts."),
  }),
]);

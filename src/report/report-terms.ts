import { parseDuration, SECOND } from "../engine/time.js";
import { type ScalingTerms, UNKNOWN_TERMS } from "./words.js";

/** What in a scenario gives a revision windows or a metric of its own: annotations, and flags of kn. */
const OWN_WINDOWS = /autoscaling\.knative\.dev\/(?:window|panic-window-percentage)|--scale-window/;
const OWN_METRIC = /autoscaling\.knative\.dev\/metric|--scale-metric/;
const CHANGED_CONFIG = /"set-config"/;

/**
 * The windows and the metric of a finished run's revisions, from its scenario.json, as far as they are the same for all:
 * a sentence had better be general than wrong.
 *
 * @param scenarioJson the parsed file; anything else gives no terms
 */
export function reportTerms(scenarioJson: unknown): ScalingTerms {
  const scenario = member(scenarioJson, "scenario");
  const config = member(member(scenario, "knative"), "config-autoscaler");
  const text = JSON.stringify(scenario) ?? "";
  if (config === undefined || CHANGED_CONFIG.test(text)) return UNKNOWN_TERMS;
  const metric = OWN_METRIC.test(text) ? null : "concurrency";
  const window = member(config, "stable-window");
  const percent = Number(member(config, "panic-window-percentage"));
  const parsed = typeof window === "string" ? parseDuration(window) : null;
  if (!parsed?.ok || !(percent > 0) || OWN_WINDOWS.test(text)) return { ...UNKNOWN_TERMS, metric };
  return {
    metric,
    stableWindowSeconds: parsed.us / SECOND,
    panicWindowSeconds: Math.round((parsed.us * percent) / 100) / SECOND,
  };
}

/** The min-scale that each service's manifest asks for, or config-autoscaler for all, from a scenario.json. */
export function reportMinScales(scenarioJson: unknown): (service: string) => number {
  const scenario = member(scenarioJson, "scenario");
  const general = member(member(member(scenario, "knative"), "config-autoscaler"), "min-scale");
  const services = member(scenario, "services");
  const own = (Array.isArray(services) ? services : []).map((service: unknown) => {
    const [namespace, name] = [member(service, "namespace"), member(service, "name")];
    const written = /"autoscaling\.knative\.dev\/min-?[sS]cale":"(\d+)"/.exec(JSON.stringify(service))?.[1];
    return [namespace === "default" ? String(name) : `${namespace}/${name}`, written] as const;
  });
  const byService = new Map(own);
  return (service) => Number(byService.get(service) ?? general) || 0;
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

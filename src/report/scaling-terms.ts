import { SECOND, toSeconds } from "../engine/time.js";
import type { Scenario } from "../scenario/scenario.js";
import { type ScalingTerms, UNKNOWN_TERMS } from "./words.js";

const PREFIX = "autoscaling.knative.dev/";
const OWN_WINDOWS = [`${PREFIX}window`, `${PREFIX}panic-window-percentage`];
const METRIC = `${PREFIX}metric`;

/** What on a line of kn gives a revision windows or a metric of its own. */
const KN_CHANGES = [...OWN_WINDOWS, METRIC, "--scale-window", "--scale-metric"];

/**
 * The windows and the metric of a run's revisions, as far as the scenario settles them for all: a revision may bring its
 * own and config-autoscaler may change, and a sentence had better be general than wrong.
 */
export function scalingTerms(scenario: Scenario): ScalingTerms {
  const templates = scenario.services.map(({ object }) => object.template.annotations);
  for (const { action } of scenario.events) {
    if (action.kind === "set-config") return UNKNOWN_TERMS;
    if (action.kind === "kn" && KN_CHANGES.some((name) => action.line.includes(name))) return UNKNOWN_TERMS;
    if (action.kind === "apply") templates.push(...action.services.map(({ object }) => object.template.annotations));
  }
  const metrics = new Set(templates.map((annotations) => annotations[METRIC] ?? "concurrency"));
  const [metric] = metrics.size === 0 ? ["concurrency"] : metrics.size === 1 ? metrics : [null];
  const known: Pick<ScalingTerms, "metric"> = { metric: metric === "concurrency" || metric === "rps" ? metric : null };
  if (templates.some((annotations) => OWN_WINDOWS.some((name) => name in annotations))) {
    return { ...UNKNOWN_TERMS, ...known };
  }
  const { stableWindowUs, panicWindowPercentage } = scenario.cluster.config.autoscaler;
  return {
    ...known,
    stableWindowSeconds: toSeconds(stableWindowUs),
    panicWindowSeconds: Math.round((stableWindowUs * panicWindowPercentage) / 100) / SECOND,
  };
}

import { describe, expect, it } from "vitest";
import { InvariantError, ScenarioError, simulate } from "../../src/index.js";
import { CONFIG_MAP_KEYS } from "../../src/scenario/config-map-keys.js";

/** Knative takes some numbers that are none: whatever it lets pass must not break a run. */

const VALUES = ["NaN", "+Inf", "-Inf", "1e308", "1e-308", "0x1p-2", "-0", "2147483647", "1s", "true", "0"];
const ANNOTATIONS = [
  ...["target", "target-utilization-percentage", "target-burst-capacity", "min-scale", "max-scale", "initial-scale"],
  ...["activation-scale", "window", "panic-window-percentage", "panic-threshold-percentage", "scale-down-delay"],
  ...["scale-to-zero-pod-retention-period", "metric-aggregation-algorithm", "metric", "class"],
];

const scenario = (annotations: Record<string, string>, maps: Record<string, Record<string, string>>, ideal: boolean) =>
  JSON.stringify({
    apiVersion: "knsim/v1",
    kind: "Scenario",
    duration: "70s",
    knative: maps,
    ...(ideal ? { cluster: { latencies: "none" } } : {}),
    services: [{ name: "hello", image: "example/hello", annotations, app: { serviceTime: "100ms" } }],
    traffic: [{ to: "hello", rate: 20, until: "20s" }],
  });

/** Whether it ran; it may be refused, and nothing else. */
async function runs(text: string): Promise<boolean> {
  try {
    const { summary } = await simulate(text);
    expect(summary.requests.offered).toBeGreaterThan(0);
    return true;
  } catch (error) {
    if (error instanceof InvariantError) throw new Error(`${error.message} ${JSON.stringify(error.details)}\n${text}`);
    if (!(error instanceof ScenarioError)) throw error;
    return false;
  }
}

/** Millions of pods are for the estimate of the cost to refuse. */
const isTooMany = (key: string, value: string) =>
  value === "2147483647" && /^(min|initial|activation)-scale$/.test(key);

describe("an extreme setting", () => {
  it.each(ANNOTATIONS)("as the annotation %s is refused or runs", { timeout: 60_000 }, async (key) => {
    for (const value of VALUES.filter((candidate) => !isTooMany(key, candidate)))
      for (const ideal of [false, true]) await runs(scenario({ [`autoscaling.knative.dev/${key}`]: value }, {}, ideal));
  });

  it.each(Object.keys(CONFIG_MAP_KEYS["config-autoscaler"]))(
    "as %s of config-autoscaler is refused or runs",
    { timeout: 60_000 },
    async (key) => {
      for (const value of VALUES.filter((candidate) => !isTooMany(key, candidate)))
        for (const ideal of [false, true]) await runs(scenario({}, { "config-autoscaler": { [key]: value } }, ideal));
    },
  );

  it("that Knative lets pass is not refused", async () => {
    expect(await runs(scenario({ "autoscaling.knative.dev/target": "NaN" }, {}, true))).toBe(true);
    expect(await runs(scenario({ "autoscaling.knative.dev/panic-window-percentage": "NaN" }, {}, false))).toBe(true);
  });
});

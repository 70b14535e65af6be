import { describe, expect, it } from "vitest";
import { scalingTerms } from "../../src/report/scaling-terms.js";
import type { ClusterEvent, EventPlan, Scenario, ServicePlan } from "../../src/scenario/scenario.js";
import { SAMPLE_SCENARIO } from "./sample-run.js";

const withAnnotations = (...annotations: Record<string, string>[]): Scenario => ({
  ...SAMPLE_SCENARIO,
  // Of a service only the template's annotations are read.
  services: annotations.map((one) => ({ object: { template: { annotations: one } } }) as unknown as ServicePlan),
});

const withEvent = (action: unknown): Scenario => ({
  ...SAMPLE_SCENARIO,
  events: [{ action: action as ClusterEvent } as EventPlan],
});

describe("what sentences may say about the windows", () => {
  it("is Knative's default: concurrency over 60 s and a tenth of it", () => {
    expect(scalingTerms(SAMPLE_SCENARIO)).toEqual({
      metric: "concurrency",
      stableWindowSeconds: 60,
      panicWindowSeconds: 6,
    });
  });

  it("is nothing about the windows once a revision has its own", () => {
    const terms = scalingTerms(withAnnotations({}, { "autoscaling.knative.dev/window": "30s" }));
    expect(terms).toEqual({ metric: "concurrency", stableWindowSeconds: null, panicWindowSeconds: null });
  });

  it("is requests per second when all services scale on them, unknown when only some do", () => {
    const rps = { "autoscaling.knative.dev/metric": "rps" };
    expect(scalingTerms(withAnnotations(rps, rps)).metric).toBe("rps");
    expect(scalingTerms(withAnnotations(rps, {})).metric).toBeNull();
  });

  it("is nothing at all when the scenario changes them on the way", () => {
    expect(scalingTerms(withEvent({ kind: "set-config" })).stableWindowSeconds).toBeNull();
    expect(scalingTerms(withEvent({ kind: "kn", line: "service update hello --scale-window 10s" })).metric).toBeNull();
    expect(scalingTerms(withEvent({ kind: "kn", line: "service update hello --env A=b" })).metric).toBe("concurrency");
  });
});

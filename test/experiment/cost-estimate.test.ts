import { describe, expect, it } from "vitest";
import { estimateCost, excessiveCost } from "../../src/experiment/cost-estimate.js";
import { loadScenario } from "../../src/index.js";

/** One service of 100 ms under these sources, for `duration`. */
async function estimated(traffic: string, { duration = "100s", service = "", more = "", keepsRequests = false } = {}) {
  const text = `apiVersion: knsim/v1
kind: Scenario
duration: ${duration}
services:
  - {name: hello, image: example/hello, app: {serviceTime: 100ms}${service}}
traffic: ${traffic}
${more}
`;
  const { scenario } = await loadScenario("a.yaml", () => text);
  return estimateCost(scenario, { keepsRequests });
}

const annotated = (annotations: Record<string, string>) =>
  `, annotations: {${Object.entries(annotations).map(([key, value]) => `autoscaling.knative.dev/${key}: "${value}"`)}}`;

describe("the cost of a run", () => {
  it.each([
    ["a constant rate", "[{to: hello, rate: 20}]", 2000],
    ["a rate for a while", "[{to: hello, rate: 20, from: 10s, until: 60s}]", 1000],
    ["a ramp", "[{to: hello, rate: {ramp: {from: 0, to: 20}}}]", 1000],
    ["a list of times", "[{to: hello, at: [1s, 2s, 3s]}]", 3],
    ["clients that think", "[{to: hello, clients: 10, think: 900ms}]", 1000], // 10 × 100 s ÷ (0.9 + 0.1) s
    ["clients for so many requests", "[{to: hello, clients: 10, requests: 50}]", 50],
    ["nobody", "[]", 0],
    ["several sources", "[{to: hello, rate: 20}, {to: hello, rate: 1}]", 2100],
  ])("knows the requests of %s", async (_, traffic, requests) => {
    expect((await estimated(traffic)).requests).toBeCloseTo(requests, 6);
  });

  it("lets pods that are limited in number slow clients down", async () => {
    const service = `, containerConcurrency: 1${annotated({ "max-scale": "2" })}`;
    const { requests } = await estimated("[{to: hello, clients: 1000}]", { service });
    expect(requests).toBeCloseTo(2000, 6); // 2 pods × 1 request × 100 s ÷ 0.1 s
  });

  it("counts who waits for pods that never suffice until Knative gives up", async () => {
    const service = `, containerConcurrency: 1${annotated({ "max-scale": "1" })}`;
    const calm = await estimated("[{to: hello, rate: 9}]", { service });
    const flooded = await estimated("[{to: hello, rate: 100000}]", { service });
    expect(flooded.memoryBytes).toBeGreaterThan(100_000 * 100 * 300); // all of them are still there after 100 s
    expect(calm.memoryBytes).toBeLessThan(1e6);
  });

  it("is no reason to refuse ordinary, long and large runs", async () => {
    const day = await estimated("[{to: hello, rate: 100}]", { duration: "24h", keepsRequests: true });
    const large = await estimated("[{to: hello, rate: 10000}]", { duration: "10000s" });
    const year = await estimated("[{to: hello, rate: 1}]", { duration: "8760h" });
    expect([day, large, year].map(excessiveCost)).toEqual([null, null, null]);
  });

  it.each([
    [
      "a million requests per second for a year",
      "[{to: hello, rate: 1000000}]",
      { duration: "8760h" },
      /days of computing/,
    ],
    [
      "a million clients for a month",
      "[{to: hello, clients: 1000000}]",
      { duration: "720h" },
      /trillion requests.* days of/,
    ],
    ["ten years of decisions", "[]", { duration: "87600h" }, /a report of 5\d GB/],
    [
      "every row of ten years",
      "[]",
      { duration: "87600h", more: "report: {timeline: full, decisions: none}" },
      /GB of memory/,
    ],
    [
      "a billion pods",
      "[]",
      { service: annotated({ "min-scale": "1000000000" }) },
      /trillion bytes|thousand GB of memory/,
    ],
    [
      "a flood",
      "[{to: hello, rate: 1000000}]",
      { duration: "1h", service: `, containerConcurrency: 1${annotated({ "max-scale": "1" })}` },
      /GB of memory/,
    ],
    [
      "every one of a billion requests",
      "[{to: hello, rate: 10000}]",
      { duration: "100000s", keepsRequests: true },
      /a report of 1\d\d GB/,
    ],
  ])("is a reason to refuse %s", async (_, traffic, options, says) => {
    expect(excessiveCost(await estimated(traffic, options))).toMatch(says);
  });
});

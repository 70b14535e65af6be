import { describe, expect, it } from "vitest";
import { createSimulation, simulate } from "../../src/experiment/simulate.js";
import { ScenarioError } from "../../src/scenario/diagnostics.js";
import { type LoadOptions, loadScenarioText } from "../../src/scenario/load.js";
import type { ReadFile } from "../../src/scenario/source-text.js";

/** 10,000 per second for 93 s, and in their midst more at one instant than are read ahead. */
const LINES = ((): readonly string[] => {
  const spread = Array.from({ length: 930_000 }, (_, k) => (k / 10_000).toFixed(4));
  const burst = new Array<string>(75_000).fill(spread[465_000]);
  return [...spread.slice(0, 465_000), ...burst, ...spread.slice(465_000)];
})();
const SORTED = LINES.join("\n");

const TEXT = `apiVersion: knsim/v1
kind: Scenario
services:
  - name: hello
    image: example/hello
    annotations: {autoscaling.knative.dev/min-scale: "2", autoscaling.knative.dev/max-scale: "3"}
    app: {serviceTime: {exponential: {mean: 2ms}}}
traffic:
  - {to: hello, trace: {file: t.csv, format: timestamps}}
`;

async function scenarioOf(trace: string, options: LoadOptions = {}) {
  return (await loadScenarioText(TEXT, { ...options, read: () => trace })).scenario;
}

async function resultsOf(scenario: Awaited<ReturnType<typeof scenarioOf>>) {
  const { scenarioHash, ...rest } = (await simulate(scenario)).summary;
  return rest;
}

describe("a trace of more than a million arrivals", () => {
  it("has the same results whether it is read while time passes, held, or out of order", async () => {
    const streamed = await scenarioOf(SORTED);
    const held = await scenarioOf(SORTED, { holdTraces: true });
    const unsorted = await scenarioOf([...LINES].reverse().join("\n"));
    expect([streamed, held, unsorted].map(({ sources }) => sources[0].arrivals.kind)).toEqual(["stream", "at", "at"]);
    expect(streamed.hash).toBe(held.hash);
    const results = await resultsOf(streamed);
    // 930,000 spread and a burst of 75,000.
    expect(results.requests.offered).toBe(1_005_000);
    expect(await resultsOf(held)).toEqual(results);
    expect(await resultsOf(unsorted)).toEqual(results);
  }, 60_000);

  it("can be taken step by step when it is held, and says so when it is not", async () => {
    const streamed = await scenarioOf(SORTED);
    expect(() => createSimulation(streamed)).toThrow(
      '"t.csv" has 1005000 arrivals, which are not in memory; load the scenario with holdTraces: true',
    );
    const simulation = createSimulation(await scenarioOf(SORTED, { holdTraces: true }));
    simulation.runUntil(1);
    expect(simulation.now).toBe(1);
  });

  it("must stay as it is while it is replayed", async () => {
    let readings = 0;
    const read: ReadFile = () => (readings++ === 0 ? SORTED : "5\n1\n");
    const { scenario } = await loadScenarioText(TEXT, { read });
    const failure = await simulate(scenario).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ScenarioError);
    expect((failure as ScenarioError).message).toBe('scenario.yaml:9:31: error: "t.csv" changed while it was read');
  });
});

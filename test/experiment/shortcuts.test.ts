import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { Run } from "../../src/experiment/run.js";
import { loadScenario } from "../../src/index.js";
import { loadScenarioText } from "../../src/scenario/load.js";
import type { Scenario } from "../../src/scenario/scenario.js";
import { readFile, scenarioFiles } from "../laws/scenario-files.js";

/** Everything a run without a log of decisions leaves behind. */
function outcome(scenario: Scenario, shortcuts: boolean, timeline = scenario.report.timeline): unknown {
  const quiet = { ...scenario, expectations: [], report: { ...scenario.report, decisions: false, timeline } };
  const record = new Run(quiet, { keepRequests: true, observers: [], shortcuts }).finish();
  return {
    summary: record.summary,
    timeline: [...record.timeline()],
    events: [...record.events()],
    requests: [...record.requests()],
  };
}

describe("revisions that sleep while nothing happens", () => {
  it.each(scenarioFiles.map((path) => [basename(path), path]))("change nothing in %s", async (_, path) => {
    const { scenario } = await loadScenario(path, readFile);
    expect(outcome(scenario, true)).toEqual(outcome(scenario, false));
    // Without rows, decisions that repeat one another are passed over as well.
    expect(outcome(scenario, true, "none")).toEqual(outcome(scenario, false, "none"));
  });

  it("wake for requests, updates, settings, restarts and deletion at the right tick", async () => {
    const { scenario } = await loadScenarioText(`
      apiVersion: knsim/v1
      kind: Scenario
      name: sleepers
      duration: 30m
      services:
        - {name: a, image: x/a, start: zero}
        - {name: b, image: x/a, start: zero, annotations: {autoscaling.knative.dev/scale-down-delay: 30s}}
        - {name: c, image: x/a, start: zero, annotations: {autoscaling.knative.dev/target-burst-capacity: "-1"}}
        - {name: d, image: x/a, start: new}
      apps: {x/a: {serviceTime: 100ms}}
      traffic:
        - {to: a, at: [7m, 17m, 1031s]}
        - {to: b, rate: 0.003}
        - {to: c, rate: 0.003}
        - {to: d, rate: 0.002}
      events:
        - {at: 5m, kn: "service update a --env A=1"}
        - {at: 9m, set-config: {config-autoscaler: {stable-window: 30s}}}
        - {at: 12m, restart: autoscaler}
        - {at: 20m, kn: "service delete d"}
        - {at: 22m, reachability: {revision: a-00001, is: Reachable}}
    `);
    const awake = outcome(scenario, false) as { summary: { events: number; requests: { completed: number } } };
    expect(awake.summary.requests.completed).toBeGreaterThan(3);
    expect(outcome(scenario, true)).toEqual(awake);
    expect(outcome(scenario, true, "none")).toEqual(outcome(scenario, false, "none"));
  });

  it("pass over most decisions of an idle hour", async () => {
    const { scenario } = await loadScenarioText(`
      {apiVersion: knsim/v1, kind: Scenario, name: idle, duration: 1h, services: [{name: a, image: x/a, start: zero}],
       apps: {x/a: {serviceTime: 100ms}}, traffic: [{to: a, at: [30m]}], report: {timeline: none, decisions: none, events: none}}
    `);
    let decided = 0;
    let omitted = 0;
    const awake = new Run(scenario, { keepRequests: false, observers: [{ decided: () => void decided++ }] });
    const total = awake.finish().summary.events;
    const asleep = new Run(scenario, {
      keepRequests: false,
      observers: [{ decisionsOmitted: (_t, _revision, { count }) => void (omitted += count) }],
    });
    expect(asleep.finish().summary.events).toBe(total);
    // 3600 s hold 1,800 ticks. One in which it falls asleep at first; from the request to an empty panic window pass
    // about 2 s of cold start, 2 s of reports and 6 s; then one that finds the stable window empty of load, one without data.
    expect(decided).toBeGreaterThanOrEqual(1_799);
    expect(decided - omitted).toBeGreaterThan(4);
    expect(decided - omitted).toBeLessThan(12);
  });

  it("knows the largest wish of a window that begins while decisions repeat one another", async () => {
    const { scenario } = await loadScenarioText(`
      {apiVersion: knsim/v1, kind: Scenario, name: idle, warmup: 100s, duration: 200s, services: [{name: a, image: x/a}],
       apps: {x/a: {serviceTime: 100ms}}, traffic: [{to: a, at: [60s]}], report: {timeline: none, decisions: none, events: none}}
    `);
    // From 60 s to about 120 s the stable window holds the request: one pod is wished for, also after 100 s.
    const { summary } = new Run(scenario, { keepRequests: false, observers: [] }).finish();
    expect(summary.revisions["a-00001"].desiredMax).toBe(1);
  });

  it("sleep while they keep an idle pod", async () => {
    const { scenario } = await loadScenarioText(`
      {apiVersion: knsim/v1, kind: Scenario, name: kept, duration: 1h,
       services: [{name: a, image: x/a, annotations: {autoscaling.knative.dev/min-scale: "1"}}],
       apps: {x/a: {serviceTime: 100ms}}, traffic: [{to: a, at: [30m]}]}
    `);
    let omitted = 0;
    const observer = {
      decisionsOmitted: (_t: number, _revision: number, { count }: { count: number }) => void (omitted += count),
    };
    const report = { ...scenario.report, timeline: "none", decisions: false } as const;
    new Run({ ...scenario, report }, { keepRequests: false, observers: [observer] }).finish();
    expect(omitted).toBeGreaterThan(1_780);
    expect(outcome(scenario, true, "none")).toEqual(outcome(scenario, false, "none"));
  });
});

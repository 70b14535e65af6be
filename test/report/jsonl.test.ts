import { describe, expect, it } from "vitest";
import type { DecisionRow } from "../../src/measure/run-record.js";
import { decisionLine, eventLine } from "../../src/report/jsonl.js";
import { scenarioJson, summaryJson } from "../../src/report/summary-json.js";
import { SAMPLE_SCENARIO, SAMPLE_SUMMARY } from "./sample-run.js";

const DECISION: DecisionRow = {
  delayed: 4,
  maxPanicPods: 4,
  raw: { stable: 1, panic: 4 },
  down: 0,
  up: 1000,
  total: 100,
  cause: "tick",
  reason: "panicWindow",
  valid: true,
  panicking: true,
  ebc: -348,
  desired: 4,
  target: 70,
  panic: 237,
  stable: 31.05,
  ready: 1,
  revision: "hello-00001",
  t: 62.745018,
};

describe("decisions.jsonl", () => {
  it("keeps the contract's order of keys whatever the order of the object", () => {
    expect(decisionLine(DECISION)).toBe(
      '{"t":62.745018,"revision":"hello-00001","ready":1,"stable":31.05,"panic":237,"target":70,"desired":4,"ebc":-348,' +
        '"panicking":true,"valid":true,"reason":"panicWindow","cause":"tick","total":100,"up":1000,"down":0,' +
        '"raw":{"stable":1,"panic":4},"maxPanicPods":4,"delayed":4}\n',
    );
  });

  it("writes null for what an invalid decision does not know", () => {
    const line = decisionLine({ ...DECISION, valid: false, reason: "noData", stable: null, desired: null });
    expect(JSON.parse(line)).toMatchObject({ valid: false, stable: null, desired: null });
  });
});

describe("events.jsonl", () => {
  it("writes one compact object per line and leaves out what does not apply", () => {
    const line = eventLine({ t: 1.5, kind: "PodReady", service: "hello", node: undefined, readiness: 450.25 });
    expect(line).toBe('{"t":1.5,"kind":"PodReady","service":"hello","readiness":450.25}\n');
  });
});

describe("summary.json", () => {
  it("begins with the keys of the contract, in their order", () => {
    expect(
      Object.keys(JSON.parse(summaryJson(SAMPLE_SUMMARY)))
        .slice(0, 9)
        .join(),
    ).toBe("schemaVersion,knsim,scenario,seed,scenarioHash,resultHash,from,to,drainedAt");
  });

  it("never says NaN", () => {
    const summary = { ...SAMPLE_SUMMARY, inFlight: { mean: Number.NaN, max: 0, requestSeconds: 0 } };
    expect(JSON.parse(summaryJson(summary)).inFlight.mean).toBeNull();
  });
});

describe("scenario.json", () => {
  it("holds the command that reproduces the run beside the completed scenario", () => {
    expect(JSON.parse(scenarioJson(SAMPLE_SCENARIO, "knsim run hello.yaml"))).toMatchObject({
      name: "hello",
      seed: "42",
      command: "knsim run hello.yaml",
      scenario: { kind: "Scenario", duration: "5m30s" },
    });
  });
});

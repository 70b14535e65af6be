import { describe, expect, it } from "vitest";
import type { DecisionRow, EventRow } from "../../src/measure/run-record.js";
import { clock } from "../../src/report/number-words.js";
import { decisionInWords, type ScalingTerms, story } from "../../src/report/words.js";

const TERMS: ScalingTerms = { metric: "concurrency", stableWindowSeconds: 60, panicWindowSeconds: 6 };

const DECISION: DecisionRow = {
  t: 62,
  revision: "hello-00001",
  ready: 1,
  stable: 31.05,
  panic: 237,
  target: 70,
  desired: 4,
  ebc: -348,
  panicking: true,
  valid: true,
  reason: "panicWindow",
  cause: "tick",
  total: 100,
  up: 1000,
  down: 0,
  raw: { stable: 1, panic: 4 },
  maxPanicPods: 4,
  delayed: 4,
};

const SCALED: EventRow = {
  t: 62,
  kind: "ScaledTo",
  service: "hello",
  revision: "hello-00001",
  from: 1,
  to: 4,
  desired: 4,
  reason: "decider",
};

function tell(events: EventRow[], decisions: DecisionRow[] = [DECISION], terms: ScalingTerms = TERMS): string[] {
  return [...story(events, decisions, { termsOf: () => terms })].map(({ t, text }) => `at ${clock(t)} ${text}`);
}

describe("the story of a run", () => {
  it("says how many requests on how many pods made a burst scale up", () => {
    expect(tell([SCALED])).toEqual([
      "at 1m02s hello-00001 went from 1 to 4 pods: 237 requests in flight over the last 6 s on 1 ready pod, target 70 each → panic",
    ]);
  });

  it("says what keeps a revision or a service from being ready, and nothing of other conditions", () => {
    const condition = { t: 3, kind: "ConditionChanged", service: "hello", type: "Ready", status: "False" };
    const boom = { reason: "ExitCode3", message: "Container failed with: boom" };
    expect(
      tell([
        { ...condition, object: "Revision", revision: "hello-00002", ...boom },
        { ...condition, object: "Configuration", ...boom },
        { ...condition, object: "Service", reason: "RevisionFailed", message: "It failed." },
        { ...condition, object: "Service", status: "Unknown", reason: "OutOfDate", message: "" },
      ]),
    ).toEqual([
      "at 3s hello-00002 is not ready: ExitCode3: Container failed with: boom",
      "at 3s service hello is not ready: RevisionFailed: It failed.",
    ]);
  });

  it("says that a restarted autoscaler begins in panic, not that a new revision begins", () => {
    const created = { t: 185, kind: "DeciderCreated", service: "hello", revision: "hello-00001" };
    expect(
      tell([
        { ...created, panicking: true },
        { ...created, panicking: false },
      ]),
    ).toEqual([
      "at 3m05s hello-00001 is decided about anew, in panic: nothing is known of its load, and more than one pod is ready",
    ]);
  });

  it("names an activator by its name, and the autoscaler as what it is", () => {
    const down = (name: string) => ({ t: 5, kind: "ComponentDown", component: name });
    expect(tell([down("autoscaler"), down("activator-1")])).toEqual([
      "at 5s the autoscaler went down",
      "at 5s activator-1 went down",
    ]);
  });

  it("uses the decision before a scale change, not a later or an invalid one", () => {
    const invalid: DecisionRow = { ...DECISION, t: 61, valid: false, reason: "noData", stable: null, desired: null };
    const later: DecisionRow = { ...DECISION, t: 64, panic: 999 };
    const earlier: DecisionRow = { ...DECISION, t: 60, reason: "stableWindow", stable: 140.5, desired: 3 };
    expect(tell([SCALED], [earlier, invalid, later])).toEqual([
      "at 1m02s hello-00001 went from 1 to 4 pods: 140.5 requests in flight on average over the last 60 s, target 70 each",
    ]);
  });

  it("stays general where windows and metric are a revision's own", () => {
    const unknown: ScalingTerms = { metric: null, stableWindowSeconds: null, panicWindowSeconds: null };
    expect(tell([SCALED], [DECISION], unknown)[0]).toContain("a load of 237 over the panic window on 1 ready pod");
  });

  it("names the bound that overrules the decider", () => {
    const bounded = { ...SCALED, to: 3, reason: "maxScale" };
    expect(tell([bounded])[0]).toBe(
      "at 1m02s hello-00001 went from 1 to 3 pods: max-scale allows no more than 3 (the decider wants 4)",
    );
  });

  it("tells the end of an idle revision with the path it took to zero", () => {
    const idle = { ...SCALED, t: 330.25, from: 1, to: 0, desired: 0, reason: "idle", path: "grace" };
    expect(tell([idle])[0]).toBe(
      "at 5m30.3s hello-00001 went from 1 to 0 pods: idle over the last 60 s, and the scale-to-zero grace period has passed",
    );
  });

  it("reads out the split of a programmed route", () => {
    const event: EventRow = {
      t: 3,
      kind: "RouteProgrammed",
      service: "hello",
      targets: [
        ["hello-00001", 90, ""],
        ["hello-00002", 10, "canary"],
      ],
    };
    expect(tell([event])[0]).toBe(
      "at 3s the ingress now sends traffic of hello to hello-00001 90 %, hello-00002 10 % (tag canary)",
    );
  });

  it("tells of nodes that join, are drained and go", () => {
    const events: EventRow[] = [
      { t: 60, kind: "NodeRequested", node: "spare" },
      { t: 60, kind: "NodeReady", node: "spare" },
      { t: 90, kind: "Note", text: "node node-1 is drained" },
      { t: 120, kind: "NodeRemoved", node: "node-1" },
    ];
    expect(tell(events)).toEqual([
      "at 1m00s node spare joined",
      "at 1m30s node node-1 is drained",
      "at 2m00s node node-1 was removed",
    ]);
  });

  it("passes over the daily life of pods and keeps to one revision when asked", () => {
    const other = { ...SCALED, revision: "hello-00002" };
    const ready: EventRow = { t: 61, kind: "PodReady", service: "hello", revision: "hello-00001", pod: "p" };
    const told = [...story([ready, SCALED, other], [], { revision: "hello-00002" })];
    expect(told.map(({ revision }) => revision)).toEqual(["hello-00002"]);
  });
});

describe("a decision in words", () => {
  it("says that there is no data", () => {
    expect(decisionInWords({ ...DECISION, valid: false, reason: "noData", desired: null, panicking: false })).toBe(
      "hello-00001 no wish: no sample has reached its windows",
    );
  });

  it("says where max-scale-up-rate stops", () => {
    const capped: DecisionRow = { ...DECISION, reason: "maxScaleUpRate", up: 2, desired: 2, panicking: false };
    expect(decisionInWords(capped, TERMS)).toBe(
      "hello-00001 wants 2 pods: 237 requests in flight over the last 6 s on 1 ready pod, target 70 each would take more, but max-scale-up-rate stops at 2 from 1 ready",
    );
  });
});

import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { reportSchemas } from "./generate.js";
import { type JsonSchema, problemsOf } from "./json-schema.js";

/** The schemas of what is written are those that are published, and hold the closed lists of the contract. */

const schemas = reportSchemas();
const kinds = new Map(
  (schemas["events.schema.json"].anyOf ?? []).flatMap((fact) =>
    (fact.properties?.kind.enum ?? []).map((kind) => [String(kind), fact] as const),
  ),
);

describe("the schemas of a report", () => {
  it.each(Object.entries(schemas))("are published as they are: %s", async (name, schema) => {
    const published = fileURLToPath(new URL(`../../schema/${name}`, import.meta.url));
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(published);
  });

  it("have the summary's keys in the order of the contract", () => {
    expect(Object.keys(schemas["summary.schema.json"].properties ?? {})).toEqual(expect.arrayContaining(SUMMARY));
    expect(Object.keys(schemas["decisions.schema.json"].properties ?? {}).slice(0, 11)).toEqual(DECISION);
    expect(Object.keys(schemas["timeline.schema.json"].properties ?? {})).toEqual(TIMELINE);
    expect(Object.keys(schemas["requests.schema.json"].properties ?? {}).slice(0, 11)).toEqual(REQUESTS);
  });

  it("know the reasons of a decision and of a scaling that the contract knows, and no other", () => {
    expect(enumOf(schemas["decisions.schema.json"].properties?.reason)).toEqual([...DECISION_REASONS].sort());
    expect(enumOf(kinds.get("ScaledTo")?.properties?.reason)).toEqual([...SCALING_REASONS].sort());
  });

  it("know the kinds of events that the contract knows, and no other", () => {
    expect(Object.keys(EVENTS).filter((kind) => !kinds.has(kind))).toEqual([]);
    expect([...kinds.keys()].filter((kind) => !(kind in EVENTS))).toEqual([]);
  });

  it.each(Object.entries(EVENTS))("give %s the contract's fields", (kind, fields) => {
    const { properties = {}, required = [] } = kinds.get(kind) ?? {};
    for (const field of fields) {
      expect(Object.keys(properties)).toContain(field.replace("?", ""));
      if (!field.endsWith("?")) expect(required).toContain(field);
    }
    const known = ["t", "kind", "service", ...fields.map((field) => field.replace("?", ""))];
    expect(Object.keys(properties).filter((key) => !known.includes(key))).toEqual([]);
  });

  it("refuse what is none", () => {
    const events = schemas["events.schema.json"];
    const note = { t: 1, kind: "Note", text: "hello" };
    expect(problemsOf(events, note)).toEqual([]);
    expect(problemsOf(events, { ...note, text: 3 })).toEqual(["$.text: number, expected string"]);
    expect(problemsOf(events, { ...note, kind: "Nothing" })).not.toEqual([]);
    expect(problemsOf(events, { ...note, extra: 1 })).toEqual(["$.extra is unknown"]);
    expect(problemsOf(events, { t: 1, kind: "Note" })).toEqual(["$.text is missing"]);
  });
});

function enumOf(schema: JsonSchema | undefined): string[] {
  return [...(schema?.enum ?? [])].map(String);
}

// Contract §3, §4 and details part C.
const SUMMARY = (
  "schemaVersion,knsim,scenario,seed,scenarioHash,resultHash,from,to,drainedAt,requests,latency,inFlight,pods,coldStart," +
  "services,revisions,expectations,warnings,events"
).split(",");
const DECISION = "t,revision,ready,stable,panic,target,desired,ebc,panicking,valid,reason".split(",");
const TIMELINE =
  "t,service,revision,offered,completed,errors,concurrency,queued_activator,queued_pods,desired,pods_ready,pods_starting,pods_terminating,stable,panic,panicking,ebc,mode,percent,p50_ms,p95_ms,p99_ms,requested".split(
    ",",
  );
const REQUESTS =
  "id,arrival,service,revision,pod,status,latency_ms,activator_wait_ms,pod_wait_ms,service_ms,cold".split(",");

// Contract details part D.
const DECISION_REASONS = [
  ...["notCollecting", "noData", "podCountError", "scaleDownDelay", "panicHold", "activationScale", "maxScaleUpRate"],
  ...["maxScaleDownRate", "panicWindow", "stableWindow", "zero"],
];
const SCALING_REASONS = [
  ...[
    "decider",
    "minScale",
    "maxScale",
    "initialScale",
    "scaleToZeroDisabled",
    "parkedAtOne",
    "idle",
    "activationTimeout",
  ],
  "user",
];
const generation = ["generation"];
const born = ["revision", "generation", "cause"];
const rollout = ["percents", "next"];
const decider = ["revision", "panicking"];
const panic = ["revision", "panic", "ready", "threshold"];
const pod = ["revision", "pod", "node?"];
const podEnds = [...pod, "cause", "inFlight"];
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  ServiceCreated: generation,
  ServiceUpdated: generation,
  ServiceDeleted: generation,
  RevisionCreated: born,
  RevisionDeleted: born,
  RouteProgrammed: ["targets"],
  TrafficChanged: ["from", "to", "cause"],
  RolloutStarted: rollout,
  RolloutStep: rollout,
  RolloutFinished: rollout,
  ConditionChanged: ["object", "revision?", "type", "status", "reason", "message"],
  RoutingStateChanged: ["revision", "state"],
  DeciderCreated: decider,
  DeciderDeleted: decider,
  PanicEntered: panic,
  PanicExtended: panic,
  PanicExited: panic,
  ScaledTo: ["revision", "from", "to", "desired", "reason", "path?"],
  ModeChanged: ["revision", "mode", "wanted", "cause", "activators"],
  PodCreated: pod,
  PodScheduled: pod,
  PodUnschedulable: pod,
  ImagePulled: pod,
  PodStarted: pod,
  PodServing: [...pod, "stages"],
  PodReady: [...pod, "readiness"],
  PodNotReady: pod,
  PodTerminating: podEnds,
  PodDrained: podEnds,
  PodKilled: podEnds,
  PodFailed: podEnds,
  PodDeleted: podEnds,
  NodeRequested: ["node"],
  NodeReady: ["node"],
  NodeRemoved: ["node"],
  ComponentDown: ["component"],
  ComponentUp: ["component"],
  ConfigChanged: ["map", "keys"],
  CommandRun: ["command", "exit", "stderr"],
  CommandFailed: ["command", "exit", "stderr"],
  ClientGaveUp: ["id", "revision?", "status", "text"],
  RequestFailed: ["id", "revision?", "status", "text"],
  Note: ["text"],
};

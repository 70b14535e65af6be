import * as z from "zod";
import { parseInstant } from "../workload/wall-time.js";
import { Complaint, describe, leaf, optional, required, verbatim, withDefault } from "./fields.js";
import { toJsonSchema } from "./json-schema.js";
import { boolean, duration, oneOfWords, positiveDuration, text } from "./scalars.js";
import { appSchema } from "./schema-app.js";
import { clusterSchema, knativeSchema, overheadsSchema } from "./schema-cluster.js";
import { eventSchema } from "./schema-event.js";
import { serviceSchema, startState } from "./schema-service.js";
import { sourceSchema } from "./schema-traffic.js";

/** Every key of a scenario, once: type, default, unit, description (contract §2). */

/** The run of a decade has a hundred million decisions; whatever is longer was a slip of the keyboard. */
const LONGEST_RUN = "87600h";

const NAME = /^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$/;

const scenarioName = leaf<string>(
  { type: ["string", "number"], pattern: NAME.source, maxLength: 80 },
  (value): string | Complaint => {
    if (typeof value === "string" && NAME.test(value) && value.length <= 80) return value;
    const rule = "at most 80 characters of a-z, 0-9, -, _ and ., beginning and ending with a letter or digit";
    return new Complaint(`expected ${rule}, found ${describe(value)}`, { id: "E-range" });
  },
).register(verbatim, { verbatim: true });

/** Seconds since 1970 of a whole hour. */
const epoch = leaf<number>({ type: ["string", "integer"] }, (value): number | Complaint => {
  const us = typeof value === "string" ? parseInstant(value) : null;
  if (us === null)
    return new Complaint(
      `expected seconds since 1970 or a time such as 2023-11-14T22:00:00Z, found ${describe(value)}`,
    );
  if (us < 0 || us % 3_600_000_000 !== 0)
    return new Complaint(`must be a whole hour, found ${describe(value)}`, { id: "E-range" });
  return us / 1_000_000;
}).register(verbatim, { verbatim: true });

const report = z.strictObject({
  timeline: withDefault(
    oneOfWords(["auto", "full", "sparse", "none"]),
    "auto",
    "Rows of timeline.csv: all, without repetitions, none; auto is full up to 2 million rows, then sparse.",
  ),
  step: withDefault(wholeSeconds(), "1s", "What a row covers; whole seconds."),
  decisions: withDefault(oneOfWords(["all", "none"]), "all", "Whether decisions.jsonl is written."),
  events: withDefault(oneOfWords(["all", "none"]), "all", "Whether events.jsonl is written."),
});

function wholeSeconds() {
  return positiveDuration(LONGEST_RUN).refine((us) => us % 1_000_000 === 0, {
    message: "must be whole seconds",
    params: { id: "E-range" },
  });
}

/** A line of `expect`; its grammar is read elsewhere, because errors in it have places of their own. */
const expectation = leaf<unknown>({ anyOf: [{ type: "string" }, { type: "object" }] }, (value) => value);

export const scenarioSchema = z.strictObject({
  apiVersion: required(oneOfWords(["knsim/v1"]), "Of this format."),
  kind: required(oneOfWords(["Scenario"]), "Of this document."),
  name: optional(scenarioName, "Names the report folder; default: the file's base name."),
  description: withDefault(text, "", "Free text."),
  start: withDefault(
    startState,
    "ready",
    "State of the services at t = 0: ready (as if just become Ready), zero (idle for long), new (just applied).",
  ),
  seed: withDefault(text, 1, "Of everything random, as written: 007 is not 7."),
  epoch: withDefault(epoch, 1_699_999_200, "The wall clock at t = 0; a whole hour."),
  duration: optional(
    positiveDuration(LONGEST_RUN),
    "Of virtual time; may be left out when every source is a trace or a list of times.",
  ),
  warmup: withDefault(duration, "0s", "Requests arriving before this count for nothing."),
  drain: withDefault(boolean, true, "After the end run on until no request is in flight, at most 1h."),
  knative: withDefault(knativeSchema, {}, "Keys and values as in the ConfigMaps of knative-serving."),
  cluster: withDefault(clusterSchema, {}, "Nodes and latencies."),
  manifests: optional(
    z.array(text),
    "Files or patterns: Services, Configurations with Routes, ConfigMaps, as they are.",
  ),
  services: optional(z.array(serviceSchema), "What runs."),
  apps: optional(z.record(z.string(), appSchema), "What container images do, by image name."),
  overheads: withDefault(overheadsSchema, {}, "Latency of each hop; none: 0, and the propagation latencies too."),
  traffic: optional(z.array(sourceSchema), "Who sends requests; all sources add up."),
  events: optional(z.array(eventSchema), "Things done to the cluster during the run."),
  expect: optional(z.array(expectation), "What must hold, judged after the run."),
  report: withDefault(report, {}, "How much the report holds."),
});

export type WrittenScenario = z.output<typeof scenarioSchema>;

/** JSON Schema (draft-07) of a scenario, for editors; generated from the schema that checks scenarios. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "knsim scenario",
    ...toJsonSchema(scenarioSchema),
  };
}

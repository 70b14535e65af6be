import * as z from "zod";
import type { DistributionSpec } from "../engine/distribution.js";
import type { Duration } from "../engine/time.js";
import { DISTRIBUTION_KINDS, distribution, distributionShape, toDistribution } from "./distribution-schema.js";
import { Complaint, choice, converted, describe, leaf, optional, required, verbatim, withDefault } from "./fields.js";
import { duration, number, oneOfWords, positiveDuration, text } from "./scalars.js";
import { templateSchema } from "./schema-service.js";

/** Who sends requests, and when. */

/** One request per microsecond, the resolution of virtual time. */
const LARGEST_RATE = 1_000_000;
const MOST_CLIENTS = 1_000_000;

const rate = number("a rate in requests per second", { min: 0, max: LARGEST_RATE });
const clientCount = number("a number of clients", { integer: true, min: 0, max: MOST_CLIENTS });

/** A profile as written; a ramp without `over` lasts until its source ends. */
export type WrittenProfile =
  | { readonly kind: "ramp"; readonly from: number; readonly to: number; readonly overUs: Duration | null }
  | { readonly kind: "steps"; readonly steps: readonly (readonly [us: Duration, ratePerSecond: number])[] }
  | { readonly kind: "sine"; readonly mean: number; readonly amplitude: number; readonly periodUs: Duration };

const profileMapping = choice("a rate profile", ["ramp", "steps", "sine"], {
  ramp: optional(
    z.strictObject({
      from: required(rate, "Rate at the start."),
      to: required(rate, "Rate at the end."),
      over: optional(positiveDuration(), "How long it climbs, then holds; default: as long as the source is active."),
    }),
    "From one rate to another.",
  ),
  steps: optional(z.array(z.tuple([duration, rate])), "[time, rate] each until the next; 0 before the first."),
  sine: optional(
    z.strictObject({
      mean: required(rate, "Rate around which it swings, where it starts, rising."),
      amplitude: required(rate, "How far it swings."),
      period: required(positiveDuration(), "Time of one swing."),
    }),
    "A sine wave; below 0 counts as 0.",
  ),
});

const profile = converted(profileMapping, ({ ramp, steps, sine }): WrittenProfile | Complaint => {
  if (ramp) return { kind: "ramp", from: ramp.from, to: ramp.to, overUs: ramp.over ?? null };
  if (sine) return { kind: "sine", mean: sine.mean, amplitude: sine.amplitude, periodUs: sine.period };
  return rising(steps ?? []) ?? { kind: "steps", steps: steps ?? [] };
});

const clientSteps = converted(
  z.strictObject({
    steps: required(z.array(z.tuple([duration, clientCount])), "[time, clients] each until the next."),
  }),
  ({ steps }): { readonly kind: "steps"; readonly steps: typeof steps } | Complaint =>
    rising(steps) ?? { kind: "steps", steps },
);

/** Why a list of steps is none: empty, or not in the order of time. */
function rising(steps: readonly (readonly [us: number, value: number])[]): Complaint | null {
  if (steps.length === 0) return new Complaint("needs at least one step", { id: "E-range", path: ["steps"] });
  const wrong = steps.findIndex(([us], index) => index > 0 && us <= steps[index - 1][0]);
  if (wrong < 0) return null;
  return new Complaint("steps must be in the order of time", { id: "E-range", path: ["steps", wrong, 0] });
}

const target = z.union([
  text,
  z.strictObject({
    service: required(text, "Its name, or namespace/name."),
    tag: optional(text, "Of a traffic target; its requests go to that revision."),
  }),
]);

const status = leaf<readonly [low: number, high: number]>({ type: ["string", "integer"] }, (value) => {
  const written = String(value);
  if (written === "timeout") return [-1, -1];
  if (written === "reset") return [-2, -2];
  if (/^[1-5]xx$/.test(written)) return [Number(written[0]) * 100, Number(written[0]) * 100 + 99];
  if (/^[1-5]\d\d$/.test(written)) return [Number(written), Number(written)];
  return new Complaint(`expected a status such as 503, 5xx, timeout or reset, found ${describe(value)}`);
}).register(verbatim, { verbatim: true });

/** Waits that grow from try to try, or a distribution. */
export type WrittenBackoff =
  | DistributionSpec
  | {
      readonly kind: "growing";
      readonly initialUs: number;
      readonly factor: number;
      readonly maxUs: number | null;
      readonly jitter: number;
    };

const constantBackoff = distribution.options[0];
const backoff = z.union([
  constantBackoff,
  converted(
    choice("a backoff", [...DISTRIBUTION_KINDS, "initial"], {
      ...distributionShape,
      initial: optional(duration, "Wait before the first retry."),
      factor: optional(
        number("a factor", { min: 1, max: 1000 }),
        "Each wait is so many times the one before; default 2.",
      ),
      jitter: optional(number("a jitter", { min: 0, max: 1 }), "Random part of each wait, ±; default 0."),
    }),
    ({ initial, factor, jitter, ...rest }): WrittenBackoff | Complaint => {
      if (initial === undefined) return toDistribution(rest);
      return {
        kind: "growing",
        initialUs: initial,
        factor: factor ?? 2,
        maxUs: rest.max ?? null,
        jitter: jitter ?? 0,
      };
    },
  ),
]);

const retries = z.strictObject({
  max: required(number("a number of retries", { integer: true, min: 0, max: 1000 }), "Tries after the first."),
  backoff: withDefault(backoff, "100ms", "Wait before a retry: a distribution, or {initial, factor, max, jitter}."),
  statuses: withDefault(z.array(status), [502, 503, 504], "What is tried again: statuses, 5xx, timeout, reset."),
});

const trace = z.strictObject({
  file: required(text, "CSV, relative to this file; may be compressed with gzip."),
  format: required(
    oneOfWords(["azure-2019", "azure-2021", "timestamps", "rates"]),
    "azure-2019: invocations per minute, one function a row; azure-2021: one invocation a row; timestamps: one arrival a line; rates: time,rps.",
  ),
  durations: optional(text, "azure-2019: the functions' durations."),
  memory: optional(text, "azure-2019: the functions' memory, which becomes their memory request."),
  limit: optional(number("a number of rows", { integer: true, min: 1 }), "The first so many functions."),
  top: optional(number("a number of rows", { integer: true, min: 1 }), "The so many functions with most invocations."),
  placement: withDefault(
    oneOfWords(["uniform", "even"]),
    "uniform",
    "Where in its minute an invocation lies: uniform is Poisson given the count.",
  ),
  traceFrom: optional(
    number("a minute", { integer: true, min: 0 }),
    "Column header that becomes t = 0; default: the first.",
  ),
  serviceTime: withDefault(
    oneOfWords(["average", "percentiles"]),
    "average",
    "From the durations: the average, or a distribution through minimum, percentiles and maximum.",
  ),
  template: optional(templateSchema, "A service without a name, of which each function's is a copy."),
});

/** One source of requests. */
export const sourceSchema = choice("a source", ["rate", "clients", "at", "trace"], {
  to: optional(target, "A service, or {service, tag}; unset only for a trace that makes its own services."),
  name: optional(text, "Default: from the target."),
  from: withDefault(duration, "0s", "Active from here on."),
  until: optional(positiveDuration(), "No new request from here on; default: the end."),
  rate: optional(z.union([rate, profile]), "Requests per second: a number, or {ramp}, {steps}, {sine}."),
  process: optional(oneOfWords(["poisson", "even"]), "How the requests of a rate arrive; default poisson."),
  clients: optional(z.union([clientCount, clientSteps]), "So many clients, each sends after its last answer."),
  think: optional(distribution, "How long a client waits before it sends again; default 0s."),
  startJitter: optional(distribution, "How much later than it joins each client sends first; default 0s."),
  requests: optional(
    number("a number of requests", { integer: true, min: 1 }),
    "All clients together stop after so many.",
  ),
  at: optional(z.array(duration), "Exact arrival times."),
  trace: optional(trace, "Recorded arrivals or rates."),
  timeout: optional(positiveDuration(), "The client gives up after this; default: never."),
  retries: optional(retries, "Tries again after a failure."),
  serviceTime: optional(distribution, "How long these requests run; wins over the image's."),
  tagHeader: optional(text, "Value of the header Knative-Serving-Tag; goes to that tag's revision."),
});

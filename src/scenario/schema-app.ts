import * as z from "zod";
import type { FaultPlan } from "../kube/cluster-plan.js";
import { distribution } from "./distribution-schema.js";
import { Complaint, converted, optional, required, withDefault } from "./fields.js";
import { change, whole } from "./key-table.js";
import { duration, number, oneOfWords, text } from "./scalars.js";

/** What container images do (contract §2 `apps`; defaults: contract details A2, A26). */

const lognormal = (median: string, p95: string) => ({ lognormal: { median, p95 } });

const coldStart = {
  control: [distribution, lognormal("30ms", "60ms"), "From the decision to the pod object."],
  schedule: [distribution, lognormal("20ms", "35ms"), "From the pod object to its node."],
  imagePull: [distribution, "0s", "Once per node and image."],
  containerStart: [distribution, lognormal("1.9s", "2.3s"), "From the node to the start of the process."],
  boot: [distribution, "50ms", "From the start of the process until its port listens."],
  readiness: [
    distribution,
    lognormal("450ms", "800ms"),
    "From the listening port until Kubernetes says Ready; the probe's own grid comes on top.",
  ],
  termination: [
    distribution,
    undefined,
    "From the deletion mark until the pod is gone, or until what is in flight there is done; unset: the modelled drain.",
  ],
} as const;

const app = {
  serviceTime: [distribution, "100ms", "How long a request runs."],
  cpu: [
    number("a share of CPU", { min: 0, max: 1 }),
    0,
    "Share of the service time that needs a CPU; above 0 the requests in one pod share it (processor sharing).",
  ],
  response: [text, undefined, "Body of an answer in the lab; variables are the revision's env."],
  queueDepth: [
    number("a number of requests", { integer: true, min: 0, max: 1_000_000_000 }),
    undefined,
    "Requests that may wait in one pod; unset: 10 × containerConcurrency.",
  ],
} as const;

/** What is wrong with an image, and for how long. */
const fault = z.union([
  converted(
    z.strictObject({
      kind: required(
        oneOfWords(["imageMissing", "imagePull", "crash", "neverReady"]),
        "imageMissing: the registry does not know the image. imagePull: nodes cannot pull it. crash: its process ends " +
          "as soon as it has started. neverReady: its readiness probe fails.",
      ),
      from: withDefault(duration, "0s", "From then on; pods that are ready by then stay so."),
      until: optional(duration, "Until then; unset: for good. What fails is tried again with growing pauses."),
      message: optional(text, "What the registry, the kubelet or the process says; unset: a usual text."),
      exitCode: withDefault(
        number("an exit code", { integer: true, min: 0, max: 255 }),
        1,
        "Of a process that crashes.",
      ),
    }),
    ({ kind, from, until, message, exitCode }): FaultPlan | Complaint =>
      until !== undefined && until <= from
        ? new Complaint("until must be later than from", { id: "E-range", path: ["until"] })
        : { kind, fromUs: from, untilUs: until ?? null, message: message ?? null, exitCode },
  ),
  oneOfWords(["none"]),
]);

/** An entry of `apps` or a service's own `app`. */
export const appSchema = whole({
  ...app,
  coldStart: [whole(coldStart), {}, "The stages of a cold start."],
  fault: [fault, "none", "What is wrong with it."],
});

/** `set-app`: what is left out stays as it is. */
export const appChangeSchema = z.strictObject({
  image: required(text, "The image that behaves differently from now on, as written under apps."),
  ...change(app).shape,
  coldStart: optional(change(coldStart), "The stages of a cold start."),
  fault: optional(fault, "What is wrong with it from now on; its times count from the start of the run."),
});

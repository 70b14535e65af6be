import * as z from "zod";
import { distribution } from "./distribution-schema.js";
import { number, optional, required, text } from "./fields.js";
import { change, whole } from "./key-table.js";

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
  termination: [distribution, undefined, "From the deletion mark until the pod is gone; unset: the modelled drain."],
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

/** An entry of `apps` or a service's own `app`. */
export const appSchema = whole({ ...app, coldStart: [whole(coldStart), {}, "The stages of a cold start."] });

/** `set-app`: what is left out stays as it is. */
export const appChangeSchema = z.strictObject({
  image: required(text, "The image that behaves differently from now on, as written under apps."),
  ...change(app).shape,
  coldStart: optional(change(coldStart), "The stages of a cold start."),
});

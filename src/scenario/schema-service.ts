import * as z from "zod";
import { leaf, optional } from "./fields.js";
import { oneOfWords, removableText, text } from "./scalars.js";
import { appSchema } from "./schema-app.js";

/** A service: a manifest, its short form, or both. */

export const startState = oneOfWords(["ready", "zero", "new"]);

/** A field that Knative's own validation judges; null removes what the manifest says. */
const field = (...types: readonly string[]) => leaf<unknown>({ type: [...types, "null"] }, (value) => value);

const texts = z.record(z.string(), removableText);

/** What the short form says of a revision; also the `template` of a trace's services. */
const templateShape = {
  image: optional(text, "Of the container that serves requests."),
  env: optional(texts, "Environment by name; null removes."),
  containerConcurrency: optional(field("integer"), "Requests in one pod at once; 0 = unlimited."),
  timeoutSeconds: optional(field("number"), "Knative's limit of a request."),
  responseStartTimeoutSeconds: optional(field("integer"), "Knative's limit until the first byte."),
  idleTimeoutSeconds: optional(field("integer"), "Knative's limit without a byte."),
  annotations: optional(texts, "Of the revision template; null removes."),
  labels: optional(texts, "Of the revision template; null removes."),
  resources: optional(field("object"), "Requests and limits of the container."),
  ports: optional(field("array"), "Of the container."),
  readinessProbe: optional(field("object"), "Of the container."),
  app: optional(appSchema, "What this service's image does; wins over apps."),
};

export const templateSchema = z.strictObject(templateShape);

export const serviceSchema = z.strictObject({
  manifest: optional(text, "A file with a Service, relative to this one; the keys beside it override its fields."),
  name: optional(text, "Of the Service."),
  namespace: optional(text, "Default: default."),
  start: optional(startState, "State at t = 0; default: the scenario's."),
  ...templateShape,
  revisionName: optional(text, "Chosen name of the revision; default: numbered."),
  serviceAnnotations: optional(texts, "Of the Service itself; null removes."),
  traffic: optional(field("array"), "Knative's split over revisions, as in a manifest's spec.traffic."),
});

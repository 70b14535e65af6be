import * as z from "zod";
import { Complaint, choice, describe, leaf, optional, required } from "./fields.js";
import { duration, number, oneOfWords, positiveDuration, text } from "./scalars.js";
import { appChangeSchema } from "./schema-app.js";
import { configMapsShape } from "./schema-cluster.js";

/** Things done to the cluster during the run (contract details A25). */

const podCount = leaf<number | "all">({ anyOf: [{ type: "integer", minimum: 1 }, { enum: ["all"] }] }, (value) =>
  value === "all" || (Number.isSafeInteger(value) && (value as number) >= 1)
    ? (value as number | "all")
    : new Complaint(`expected a number of pods of at least 1, or all, found ${describe(value)}`),
);

const killPod = choice("kill-pod", ["service", "revision"], {
  service: optional(text, "Pods of this service."),
  revision: optional(text, "Pods of this revision."),
  count: optional(podCount, "How many, or all; default 1."),
  pick: optional(oneOfWords(["first", "random"]), "first: the oldest; default first."),
});

const restart = z.union([
  oneOfWords(["autoscaler", "activator"]),
  choice("restart", ["autoscaler", "activator"], {
    autoscaler: optional(number("a number of autoscalers", { integer: true, min: 1, max: 1 }), "Always 1."),
    activator: optional(number("an activator's number", { integer: true, min: 1, max: 1000 }), "Which one, from 1."),
    for: optional(duration, "How long it is away; default: autoscaler 5s, activator a graceful restart."),
    "lost-lease": optional(positiveDuration(), "A crash: nobody leads until the lease has run out."),
  }),
]);

const node = choice("node", ["add", "drain", "remove"], {
  add: optional(
    text,
    "A node joins, or a drained one takes pods again. Its size: of cluster.nodes, by name, else the first.",
  ),
  drain: optional(text, "Its pods are deleted and drain; it takes no new ones, and stays."),
  remove: optional(text, "The machine is gone at once: its pods are killed."),
});

/** One entry of `events`. */
export const eventSchema = choice(
  "an event",
  ["kn", "apply", "kill-pod", "restart", "set-config", "set-app", "reachability", "delete", "kubectl", "node", "note"],
  {
    at: required(duration, "When."),
    kn: optional(text, "A line of kn, without the word kn."),
    apply: optional(text, "A file of manifests, relative to this one."),
    "kill-pod": optional(killPod, "SIGKILL of pods."),
    restart: optional(restart, "Of the autoscaler or an activator."),
    "set-config": optional(z.strictObject(configMapsShape), "Changes keys of ConfigMaps."),
    "set-app": optional(appChangeSchema, "Changes what an image does; what is left out stays."),
    reachability: optional(
      z.strictObject({
        revision: required(text, "Its name."),
        is: required(oneOfWords(["Reachable", "Unreachable", "Unknown"]), "What the autoscaler is told."),
      }),
      "Overrides what the route says of a revision; for experiments.",
    ),
    delete: optional(
      z.strictObject({
        kind: required(oneOfWords(["Service", "Revision"]), "Of the object."),
        name: required(text, "Of the object."),
      }),
      "Deletes an object.",
    ),
    kubectl: optional(text, "A line of kubectl; today: delete ksvc NAME… and delete revision NAME…"),
    node: optional(node, "Changes the nodes of cluster.nodes."),
    note: optional(text, "A line in the charts."),
    expectError: optional(text, "The command is expected to fail with this text in its message."),
  },
);

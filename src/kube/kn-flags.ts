/** A verb of kn that changes something. */
export type KnVerb = "service create" | "service update" | "service apply" | "service delete" | "revision delete";

/**
 * How a flag takes its value: `text` the last one given, `once` refuses a second, `texts` gathers, `list` gathers what
 * commas separate, `int` a whole number, `bool` none.
 */
export type KnFlagValue = "text" | "once" | "texts" | "list" | "int" | "bool";

export interface KnFlag {
  readonly name: string;
  readonly shorthand?: string;
  /** Spellings of earlier versions that still work. */
  readonly oldNames?: readonly string[];
  readonly value: KnFlagValue;
  /** `--no-<name>` is its opposite. */
  readonly negatable?: boolean;
  /** Given, it makes kn stamp the template, so that a new revision comes even if nothing differs. */
  readonly makesRevision: boolean;
  readonly verbs: readonly KnVerb[];
}

const EDITS: readonly KnVerb[] = ["service create", "service update", "service apply"];
const MANIFESTS: readonly KnVerb[] = ["service create", "service apply"];
const ALL: readonly KnVerb[] = [...EDITS, "service delete", "revision delete"];

const revisionFlag = (name: string, value: KnFlagValue, more: Partial<KnFlag> = {}): KnFlag => ({
  name,
  value,
  makesRevision: true,
  verbs: EDITS,
  ...more,
});

const plainFlag = (name: string, value: KnFlagValue, verbs: readonly KnVerb[], more: Partial<KnFlag> = {}): KnFlag => ({
  name,
  value,
  makesRevision: false,
  verbs,
  ...more,
});

/** Flags that shape a container in ways the simulation does not see; they make a revision all the same. */
const UNSEEN = [
  ...["cmd", "arg", "mount", "volume", "env-from", "env-value-from"].map((name) => revisionFlag(name, "texts")),
  ...["env-file", "containers", "service-account", "pull-secret", "security-context", "profile"].map((name) =>
    revisionFlag(name, "text"),
  ),
  ...["probe-liveness", "probe-liveness-opts", "probe-readiness", "probe-readiness-opts"].map((name) =>
    revisionFlag(name, "text"),
  ),
  revisionFlag("user", "int"),
  plainFlag("pull-policy", "text", EDITS),
];

/**
 * Every flag of the verbs that change services and revisions.
 *
 * @see knative/client pkg/commands/service/configuration_edit_flags.go, pkg/flags/podspec.go, pkg/commands/wait_flags.go
 */
const KN_FLAGS: readonly KnFlag[] = [
  revisionFlag("image", "once"),
  revisionFlag("env", "texts", { shorthand: "e" }),
  revisionFlag("port", "text", { shorthand: "p" }),
  revisionFlag("request", "list"),
  revisionFlag("limit", "list"),
  revisionFlag("scale", "text"),
  revisionFlag("scale-min", "int", { oldNames: ["min-scale"] }),
  revisionFlag("scale-max", "int", { oldNames: ["max-scale"] }),
  revisionFlag("scale-init", "int"),
  revisionFlag("scale-activation", "int"),
  revisionFlag("scale-target", "int", { oldNames: ["concurrency-target"] }),
  revisionFlag("scale-metric", "text"),
  revisionFlag("scale-utilization", "int", { oldNames: ["concurrency-utilization"] }),
  revisionFlag("scale-window", "text", { oldNames: ["autoscale-window"] }),
  revisionFlag("concurrency-limit", "int"),
  revisionFlag("timeout", "int"),
  revisionFlag("revision-name", "text"),
  revisionFlag("annotation", "texts", { shorthand: "a" }),
  revisionFlag("annotation-service", "texts"),
  revisionFlag("annotation-revision", "texts"),
  revisionFlag("label", "texts", { shorthand: "l" }),
  revisionFlag("label-service", "texts"),
  revisionFlag("label-revision", "texts"),
  ...UNSEEN,
  plainFlag("cluster-local", "bool", EDITS, { negatable: true }),
  plainFlag("lock-to-digest", "bool", EDITS, { negatable: true }),
  plainFlag("force", "bool", MANIFESTS),
  revisionFlag("filename", "text", { shorthand: "f", verbs: MANIFESTS }),
  plainFlag("traffic", "list", ["service update"]),
  plainFlag("tag", "list", ["service create", "service update"]),
  plainFlag("untag", "list", ["service update"]),
  plainFlag("namespace", "text", ALL, { shorthand: "n" }),
  plainFlag("wait", "bool", ALL, { negatable: true }),
  plainFlag("async", "bool", ALL),
  plainFlag("wait-timeout", "int", ALL),
  plainFlag("wait-window", "int", EDITS),
  plainFlag("prune", "text", ["revision delete"]),
  plainFlag("prune-all", "bool", ["revision delete"]),
];

/** The spellings of a verb's flags, without dashes, and the flag each stands for. */
export function flagsOf(verb: KnVerb): ReadonlyMap<string, { readonly flag: KnFlag; readonly negated: boolean }> {
  const spellings = new Map<string, { readonly flag: KnFlag; readonly negated: boolean }>();
  for (const flag of KN_FLAGS) {
    if (!flag.verbs.includes(verb)) continue;
    for (const name of [flag.name, ...(flag.oldNames ?? [])]) spellings.set(name, { flag, negated: false });
    if (flag.negatable) spellings.set(`no-${flag.name}`, { flag, negated: true });
  }
  return spellings;
}

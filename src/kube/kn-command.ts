import { type KnArguments, readArguments } from "./kn-arguments.js";
import { FlagValueError, serviceEdit, waiting } from "./kn-edit.js";
import type { KnVerb } from "./kn-flags.js";
import { nearestName } from "./nearest-name.js";
import { splitShellWords } from "./shell-words.js";

/** A line of `kn` as a typed edit of a service (knative/kn-cli.md §7–9); scenario events and the lab share it. */
export type KnCommand =
  | {
      readonly kind: "service";
      readonly verb: "create" | "update" | "apply";
      /** "" when only the file of `-f` names it. */
      readonly service: string;
      /** `-n`; null = the default of whoever runs it. */
      readonly namespace: string | null;
      readonly edit: ServiceEdit;
    }
  | {
      readonly kind: "service-delete";
      readonly services: readonly string[];
      readonly namespace: string | null;
      readonly wait: KnWait;
    }
  | {
      readonly kind: "revision-delete";
      readonly revisions: readonly string[];
      readonly namespace: string | null;
      /** `--prune SERVICE`: its revisions without a route; null = not given. */
      readonly prune: string | null;
      readonly pruneAll: boolean;
      readonly wait: KnWait;
    };

/** How long kn waits for its work to show, and how long it bears Ready=False (knative/kn-cli.md §6). */
export interface KnWait {
  /** `--no-wait` and its old spelling `--async` do not; deletes do not by default. */
  readonly wait: boolean;
  readonly timeoutSeconds: number;
  readonly windowSeconds: number;
}

/** What flags of `kn service create|update|apply` change; absent = untouched, null = removed. */
export interface ServiceEdit {
  readonly image?: string;
  /** Environment by name; null removes. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Annotations of the revision template, full keys; null removes. */
  readonly annotations: Readonly<Record<string, string | null>>;
  /** Annotations of the Service itself. */
  readonly serviceAnnotations: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string | null>>;
  readonly serviceLabels: Readonly<Record<string, string | null>>;
  readonly concurrencyLimit?: number;
  readonly timeoutSeconds?: number;
  /** As written: may hold `{{.Service}}`, `{{.Generation}}`, `{{.Random N}}`. */
  readonly revisionName?: string;
  /** Container port; the name is "" when none was given. */
  readonly port?: { readonly name: string; readonly number: number };
  /** vCPU / bytes. */
  readonly cpuRequest?: number | null;
  readonly cpuLimit?: number | null;
  readonly memoryRequestBytes?: number | null;
  readonly memoryLimitBytes?: number | null;
  /** Values of `--traffic` as written, in order of the line: they are checked when the edit meets its service. */
  readonly traffic: readonly string[];
  /** Values of `--tag` as written. */
  readonly tags: readonly string[];
  readonly untag: readonly string[];
  /** True when a flag other than traffic, tag, untag, wait was given: kn then stamps the template, so a new revision comes. */
  readonly touchesTemplate: boolean;
  /** `--lock-to-digest`: true or false as given, null = not given. */
  readonly lockToDigest: boolean | null;
  /** `create --force`: an existing service is replaced. */
  readonly force: boolean;
  /** `-f FILE` of create and apply: the manifest to start from; null = none. */
  readonly file: string | null;
  readonly wait: KnWait;
}

export type ParsedKnCommand =
  | { readonly ok: true; readonly command: KnCommand }
  | {
      readonly ok: false;
      /** kn's own text, without `Error: `. */
      readonly error: string;
      /** Where in the line, from 0, in UTF-16 units. */
      readonly offset: number;
      /** The accepted spelling nearest to what was written; null when none is near. */
      readonly suggestion: string | null;
    };

/** Sub-commands of kn's groups; those that only look are somebody else's. */
export const KN_SUB_COMMANDS = {
  service: ["apply", "create", "delete", "describe", "export", "import", "list", "update", "wait"],
  revision: ["delete", "describe", "list"],
} as const;

/** Its groups of sub-commands by every name they answer to. */
export const KN_GROUPS: Readonly<Record<string, keyof typeof KN_SUB_COMMANDS>> = {
  service: "service",
  services: "service",
  ksvc: "service",
  revision: "revision",
  revisions: "revision",
  rev: "revision",
};

/** The sub-commands that change something. */
export const KN_EDITS: readonly string[] = [
  "service create",
  "service update",
  "service apply",
  "service delete",
  "revision delete",
] satisfies KnVerb[];

/**
 * Reads a line of `kn service create|update|apply|delete` or `kn revision delete`, with or without the leading `kn`.
 *
 * What depends on the service that is edited (traffic, tags, ranges) is not judged here but by `editService`.
 */
export function parseKnCommand(line: string): ParsedKnCommand {
  const split = splitShellWords(line);
  if (!split.ok) return refused(split.error, split.offset);
  const words = split.words[0]?.text === "kn" ? split.words.slice(1) : split.words;
  const [groupWord, verbWord, ...rest] = words;
  if (!groupWord) return refused("no command", line.length);
  const group = Object.hasOwn(KN_GROUPS, groupWord.text) ? KN_GROUPS[groupWord.text] : undefined;
  if (group === undefined) {
    const nearest = nearestName(groupWord.text, Object.keys(KN_GROUPS));
    return refused(`unknown command '${groupWord.text}' for 'kn'`, groupWord.offset, nearest);
  }
  const known: readonly string[] = KN_SUB_COMMANDS[group];
  if (!verbWord || !known.includes(verbWord.text)) {
    const error = `unknown sub-command '${verbWord?.text ?? ""}' for 'kn ${group}'. Available sub-commands: ${known.join(", ")}`;
    return refused(error, verbWord?.offset ?? line.length, nearestName(verbWord?.text ?? "", known));
  }
  const verb = `${group} ${verbWord.text}`;
  if (!isEditingVerb(verb)) return refused(`'kn ${verb}' changes nothing`, verbWord.offset);
  const given = readArguments(verb, rest);
  if ("error" in given) return refused(given.error, given.offset, given.suggestion);
  try {
    return commandOf(verb, given, line.length);
  } catch (error) {
    if (error instanceof FlagValueError) return refused(error.message, error.offset);
    throw error;
  }
}

function isEditingVerb(verb: string): verb is KnVerb {
  return KN_EDITS.includes(verb);
}

function refused(error: string, offset: number, suggestion: string | null = null): ParsedKnCommand {
  return { ok: false, error, offset, suggestion };
}

function commandOf(verb: KnVerb, given: KnArguments, end: number): ParsedKnCommand {
  const names = given.names.map(({ text }) => text);
  const namespace = given.text("namespace") ?? null;
  switch (verb) {
    case "service delete":
      if (names.length === 0) return refused("'service delete' requires the service name(s)", end);
      return {
        ok: true,
        command: { kind: "service-delete", services: names, namespace, wait: waiting(given, false) },
      };
    case "revision delete": {
      const prune = given.text("prune") ?? null;
      const pruneAll = given.bool("prune-all") ?? false;
      if (names.length === 0 && prune === null && !pruneAll) {
        return refused("'kn revision delete' requires one or more revision name", end);
      }
      const wait = waiting(given, false);
      return { ok: true, command: { kind: "revision-delete", revisions: names, namespace, prune, pruneAll, wait } };
    }
    default:
      return editCommand(verb, given, end);
  }
}

function editCommand(verb: KnVerb, given: KnArguments, end: number): ParsedKnCommand {
  const isUpdate = verb === "service update";
  if (isUpdate && !given.hasFlags) return refused("flag(s) not set\nUsage: update NAME", end);
  const nameComesFromFile = given.names.length === 0 && given.has("filename");
  if (given.names.length !== 1 && !nameComesFromFile) {
    const offset = given.names[1]?.offset ?? end;
    return refused(`'${verb}' requires the service name given as single argument`, offset);
  }
  if (!isUpdate && !given.has("image") && !given.has("filename")) {
    return refused(`'${verb}' requires the image name to run provided with the --image option`, end);
  }
  return {
    ok: true,
    command: {
      kind: "service",
      verb: isUpdate ? "update" : verb === "service create" ? "create" : "apply",
      service: given.names[0]?.text ?? "",
      namespace: given.text("namespace") ?? null,
      edit: serviceEdit(given),
    },
  };
}

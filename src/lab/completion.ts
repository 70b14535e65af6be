import { KN_EDITS } from "../kube/kn-command.js";
import { flagsOf, type KnVerb } from "../kube/kn-flags.js";
import type { ClusterObjects } from "../model/object-status.js";
import { KUBECTL_KINDS } from "./kubectl-format.js";

const KN: Readonly<Record<string, readonly string[]>> = {
  service: ["apply", "create", "delete", "describe", "list", "update", "wait"],
  revision: ["delete", "describe", "list"],
  route: ["describe", "list"],
};
const READ_FLAGS = ["--namespace", "--output", "--all-namespaces", "--no-headers", "--verbose"];
const KUBECTL = ["apply", "delete", "get"];

/**
 * What the last word of a line may become: commands, sub-commands, flags, kinds, and names of what exists.
 *
 * @returns whole words, sorted; empty when nothing fits
 */
export function completions(line: string, commands: readonly string[], objects: ClusterObjects): readonly string[] {
  const words = line.trimStart().split(/\s+/);
  const last = words[words.length - 1];
  return candidates(words.slice(0, -1), commands, objects, last)
    .filter((word) => word.startsWith(last))
    .sort();
}

function candidates(
  before: readonly string[],
  commands: readonly string[],
  objects: ClusterObjects,
  last: string,
): readonly string[] {
  const [command, first, second] = before;
  if (command === undefined) return commands;
  switch (command) {
    case "kn":
      if (first === undefined) return Object.keys(KN);
      if (second === undefined) return KN[first] ?? [];
      return knWords(first, second, before, objects, last);
    case "kubectl":
      if (first === undefined) return KUBECTL;
      if (second === undefined) return first === "apply" ? ["-f"] : KUBECTL_KINDS.map(({ names }) => shortest(names));
      return [...namesOfKind(second, objects), "-w", "-A"];
    case "curl":
    case "hey":
      return objects.services().map(({ url }) => url);
    case "why":
      return [...objects.services(), ...objects.revisions()].map(({ name }) => name);
    case "help":
      return commands;
    default:
      return [];
  }
}

function knWords(
  group: string,
  verb: string,
  before: readonly string[],
  objects: ClusterObjects,
  last: string,
): readonly string[] {
  const revisions = objects.revisions().map(({ name }) => name);
  const isShare = before[before.length - 1] === "--traffic" || before[before.length - 1] === "--tag";
  if (isShare) return ["@latest=", ...revisions.map((name) => `${name}=`)];
  if (last.startsWith("-")) {
    const key = `${group} ${verb}`;
    return KN_EDITS.includes(key) ? [...flagsOf(key as KnVerb).keys()].map((name) => `--${name}`) : READ_FLAGS;
  }
  if (verb === "create") return [];
  return group === "revision" ? revisions : objects.services().map(({ name }) => name);
}

function namesOfKind(kind: string, objects: ClusterObjects): readonly string[] {
  const known = KUBECTL_KINDS.find(({ names }) => names.includes(kind));
  return known === undefined ? [] : known.rows(objects).map(({ name }) => name);
}

/** The name that people type. */
function shortest(names: readonly string[]): string {
  const usual = ["pods", "ksvc", "rev", "route", "configuration", "kpa", "sks", "deploy"];
  return names.find((name) => usual.includes(name)) ?? names[0];
}

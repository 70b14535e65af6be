import type { Fact } from "../model/observer.js";

/** Counters of facts: which facts count. */
const COUNTED: Readonly<Record<string, (fact: Fact) => boolean>> = {
  pods_deleted: ({ kind }) => kind === "PodDeleted",
  pods_killed: ({ kind }) => kind === "PodKilled",
  pods_failed: ({ kind }) => kind === "PodFailed",
  // A revision that begins its life in panic has entered it.
  panics: (fact) => fact.kind === "PanicEntered" || (fact.kind === "DeciderCreated" && fact.panicking),
  mode_changes: ({ kind }) => kind === "ModeChanged",
  revisions_created: ({ kind }) => kind === "RevisionCreated",
  commands_failed: ({ kind }) => kind === "CommandFailed",
};

/** Undefined for metrics that do not count facts. */
export function factTest(name: string): ((fact: Fact) => boolean) | undefined {
  return Object.hasOwn(COUNTED, name) ? COUNTED[name] : undefined;
}

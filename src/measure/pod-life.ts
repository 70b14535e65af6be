import { InvariantError } from "../engine/invariant.js";
import type { Fact } from "../model/observer.js";

/** What has happened to a pod; several at once. */
const Did = {
  exist: 1,
  schedule: 2,
  start: 4,
  ready: 8,
  /** Marked for deletion, killed or failed for good. */
  terminate: 16,
  drain: 32,
  kill: 64,
  delete: 128,
  fail: 256,
} as const;

const OVER = Did.kill | Did.delete;

type PodFactKind = Extract<Fact, { pod: number }>["kind"];

interface Rule {
  /** One of these must have happened; 0 = nothing need have. */
  readonly after: number;
  /** None of these may have happened. */
  readonly before: number;
  /** What has happened from now on, and what no longer holds. */
  readonly sets: number;
  readonly clears: number;
}

/** What may happen to a pod when (knative/data-plane.md §3.5, §3.6, §5.5). */
const RULES: Readonly<Record<PodFactKind, Rule>> = {
  PodCreated: { after: 0, before: Did.exist, sets: Did.exist, clears: 0 },
  PodScheduled: { after: Did.exist, before: Did.schedule | Did.terminate | OVER, sets: Did.schedule, clears: 0 },
  PodUnschedulable: { after: Did.exist, before: Did.schedule | Did.terminate | OVER, sets: 0, clears: 0 },
  ImagePulled: { after: Did.schedule, before: Did.start | Did.terminate | OVER, sets: 0, clears: 0 },
  PodStarted: { after: Did.schedule, before: Did.ready | Did.terminate | OVER, sets: Did.start, clears: Did.fail },
  PodServing: { after: Did.start, before: Did.terminate | OVER, sets: 0, clears: 0 },
  // Pods that are there from the beginning are ready as soon as they exist.
  PodReady: { after: Did.exist, before: Did.ready | Did.terminate | OVER, sets: Did.ready, clears: 0 },
  PodNotReady: { after: Did.ready, before: OVER, sets: 0, clears: Did.ready },
  PodTerminating: { after: Did.exist, before: Did.terminate | OVER, sets: Did.terminate, clears: Did.ready },
  PodDrained: { after: Did.terminate, before: Did.drain | OVER, sets: Did.drain, clears: 0 },
  PodKilled: { after: Did.exist, before: OVER, sets: Did.kill, clears: Did.ready },
  PodFailed: { after: Did.exist, before: OVER, sets: Did.fail, clears: Did.ready },
  PodDeleted: { after: Did.terminate | Did.kill | Did.fail, before: Did.delete, sets: Did.delete, clears: Did.ready },
};

/** Holds every pod to the order in which things can happen to it, and keeps no other account. */
export class PodLife {
  private did = new Uint16Array(64);

  /** @throws InvariantError when that cannot happen to the pod now */
  happened(fact: Extract<Fact, { pod: number }>): void {
    const { kind, pod, t } = fact;
    if (pod >= this.did.length) this.grow(pod);
    const did = this.did[pod];
    const { after, before, sets, clears } = RULES[kind];
    if ((after !== 0 && (did & after) === 0) || (did & before) !== 0)
      throw new InvariantError(`${kind} cannot happen to this pod now`, { t, pod, so_far: namesOf(did) });
    this.did[pod] = (did | sets) & ~clears;
  }

  private grow(pod: number): void {
    const grown = new Uint16Array(Math.max(pod + 1, this.did.length * 2));
    grown.set(this.did);
    this.did = grown;
  }
}

function namesOf(did: number): string {
  const names = Object.entries(Did).flatMap(([name, bit]) => ((did & bit) !== 0 ? [name] : []));
  return names.join(" ") || "nothing";
}

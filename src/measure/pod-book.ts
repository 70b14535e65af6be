import { invariant } from "../engine/invariant.js";
import type { Instant } from "../engine/time.js";
import type { Fact } from "../model/observer.js";
import type { Presence } from "./presence.js";
import type { RevisionScope } from "./scope.js";
import type { StepFunction } from "./time-average.js";
import { Column } from "./timeline-series.js";

/** What is true of a pod; several at once. */
const Is = {
  scheduled: 1,
  ready: 2,
  /** Marked for deletion, killed or failed: it will not be ready again. */
  ending: 4,
  deleted: 8,
  /** Created in [W, D), as cold starts are counted. */
  cohort: 16,
  /** It serves, has served, or was deleted before it did: its cold start is over. */
  started: 32,
} as const;

/** The revision a pod belongs to, and the function that counts its revision's scheduled pods. */
export interface PodOwner {
  readonly scope: RevisionScope;
  readonly scheduled: StepFunction;
}

const FIRST_CAPACITY = 64;

/** Follows every pod through its life and keeps gauges, pod seconds and cold starts. */
export class PodBook {
  private states = new Uint8Array(FIRST_CAPACITY);
  private createdAt = new Float64Array(FIRST_CAPACITY);
  private readonly owners: PodOwner[] = [];

  /** @param total counts the pods of the whole run */
  constructor(private readonly total: Presence) {}

  /** @param counts whether it was created in [W, D) and not there from the beginning */
  add(pod: number, owner: PodOwner, t: Instant, counts: boolean): void {
    if (pod >= this.states.length) this.grow(pod);
    this.owners[pod] = owner;
    this.createdAt[pod] = t;
    if (counts) {
      this.states[pod] |= Is.cohort;
      owner.scope.cohort.podsStarted++;
      owner.scope.cohort.coldStarts.podCreated();
    }
    const { scope } = owner;
    for (const presence of [scope.presence, scope.service.presence, this.total]) {
      presence.pods.change(t, 1);
    }
    scope.series.now[Column.podsStarting]++;
  }

  /** What a fact says of its pod; facts that change nothing here are passed over. */
  happened(fact: Fact): void {
    switch (fact.kind) {
      case "PodScheduled":
        this.schedule(fact.t, fact.pod);
        break;
      case "PodServing":
        this.serves(fact);
        break;
      case "PodReady":
        this.becomesReady(fact);
        break;
      case "PodNotReady":
        this.unready(fact.t, fact.pod, Column.podsStarting);
        break;
      case "PodTerminating":
      case "PodKilled":
      case "PodFailed":
        this.end(fact.t, fact.pod, fact.cause === "crash");
        break;
      case "PodDeleted":
        this.end(fact.t, fact.pod, fact.cause === "crash");
        this.remove(fact.t, fact.pod);
        break;
    }
  }

  private schedule(t: Instant, pod: number): void {
    if (this.is(pod, Is.scheduled)) return;
    this.states[pod] |= Is.scheduled;
    this.owners[pod].scheduled.change(t, 1);
  }

  private serves({ t, pod, stages }: Extract<Fact, { kind: "PodServing" }>): void {
    if (!this.endStart(pod)) return;
    this.owners[pod].scope.cohort.coldStarts.podServes(t - this.createdAt[pod], stages);
  }

  private becomesReady({ t, pod, readiness }: Extract<Fact, { kind: "PodReady" }>): void {
    if (this.is(pod, Is.ready)) return;
    invariant(!this.is(pod, Is.ending), "a pod became ready after its end", { pod, t });
    this.schedule(t, pod); // pods that are there from the beginning are announced as ready at once
    this.states[pod] |= Is.ready;
    this.changeReady(t, pod, 1);
    this.move(pod, Column.podsStarting, Column.podsReady);
    if (this.is(pod, Is.cohort)) this.owners[pod].scope.cohort.coldStarts.podReady(readiness);
  }

  private unready(t: Instant, pod: number, to: number): void {
    if (!this.is(pod, Is.ready)) return;
    this.states[pod] &= ~Is.ready;
    this.changeReady(t, pod, -1);
    this.move(pod, Column.podsReady, to);
  }

  /** @param crashed of itself: a pod that crashed before it served has failed to start */
  private end(t: Instant, pod: number, crashed: boolean): void {
    if (this.is(pod, Is.ending)) return;
    this.states[pod] |= Is.ending;
    if (this.is(pod, Is.ready)) this.unready(t, pod, Column.podsTerminating);
    else this.move(pod, Column.podsStarting, Column.podsTerminating);
    if (!crashed && this.endStart(pod)) this.owners[pod].scope.cohort.coldStarts.podWithdrawn();
  }

  private remove(t: Instant, pod: number): void {
    invariant(!this.is(pod, Is.deleted), "a pod was deleted twice", { pod, t });
    this.states[pod] |= Is.deleted;
    const { scope, scheduled } = this.owners[pod];
    for (const presence of [scope.presence, scope.service.presence, this.total]) {
      presence.pods.change(t, -1);
    }
    if (this.is(pod, Is.scheduled)) scheduled.change(t, -1);
    scope.series.now[Column.podsTerminating]--;
  }

  /** Marks the end of a pod's start; true when that is news and the pod is of the cohort. */
  private endStart(pod: number): boolean {
    if (this.is(pod, Is.started)) return false;
    this.states[pod] |= Is.started;
    return this.is(pod, Is.cohort);
  }

  private changeReady(t: Instant, pod: number, by: number): void {
    const { scope } = this.owners[pod];
    for (const presence of [scope.presence, scope.service.presence, this.total]) {
      presence.podsReady.change(t, by);
    }
  }

  private move(pod: number, from: number, to: number): void {
    const { now } = this.owners[pod].scope.series;
    now[from]--;
    now[to]++;
  }

  private is(pod: number, what: number): boolean {
    return (this.states[pod] & what) !== 0;
  }

  private grow(pod: number): void {
    const capacity = Math.max(pod + 1, this.states.length * 2);
    const states = new Uint8Array(capacity);
    states.set(this.states);
    this.states = states;
    const createdAt = new Float64Array(capacity);
    createdAt.set(this.createdAt);
    this.createdAt = createdAt;
  }
}

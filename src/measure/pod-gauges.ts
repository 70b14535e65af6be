import type { Instant } from "../engine/time.js";
import type { Fact, Observer } from "../model/observer.js";
import { GaugeTrack } from "./gauge-track.js";
import type { JudgedScope } from "./judged-scope.js";

/** What is true of a pod; several at once. */
const Is = {
  exists: 1,
  scheduled: 2,
  unschedulable: 4,
  serving: 8,
  ready: 16,
  /** Marked for deletion, killed or failed: it will not serve again. */
  ending: 32,
} as const;

interface RevisionInfo {
  readonly service: number;
  readonly cpuRequest: number;
  readonly gibRequest: number | null;
  readonly containerConcurrency: number;
}

/** What one pod adds to a gauge. */
type Contribution = (state: number, revision: RevisionInfo) => number;

const has = (state: number, what: number): boolean => (state & what) !== 0;
const live = (state: number): boolean => has(state, Is.exists) && !has(state, Is.ending);
const isReady = (state: number): boolean => live(state) && has(state, Is.ready);
const holdsNode = (state: number): boolean => has(state, Is.exists) && has(state, Is.scheduled);

const CONTRIBUTIONS: Readonly<Record<string, Contribution>> = {
  pods: (state) => +isReady(state),
  pods_total: (state) => +has(state, Is.exists),
  pods_starting: (state) => +(live(state) && !has(state, Is.ready)),
  pods_pending: (state) => +(live(state) && !has(state, Is.scheduled)),
  pods_terminating: (state) => +(has(state, Is.exists) && has(state, Is.ending)),
  pods_serving: (state) => +(live(state) && has(state, Is.serving)),
  unschedulable: (state) => +(live(state) && has(state, Is.unschedulable) && !has(state, Is.scheduled)),
  cpu_requested: (state, { cpuRequest }) => (holdsNode(state) ? cpuRequest : 0),
  memory_requested: (state, { gibRequest }) => (holdsNode(state) ? (gibRequest ?? 0) : 0),
  /** Requests that ready pods may execute at once; pods without a limit have no such number. */
  slots: (state, { containerConcurrency }) => (isReady(state) ? containerConcurrency : 0),
};

const TRANSITIONS: Readonly<Record<string, (state: number) => number>> = {
  PodScheduled: (state) => state | Is.scheduled,
  PodUnschedulable: (state) => state | Is.unschedulable,
  PodServing: (state) => state | Is.serving,
  // Pods that are there from the beginning are announced as ready at once.
  PodReady: (state) => state | Is.ready | Is.serving | Is.scheduled,
  PodNotReady: (state) => state & ~Is.ready,
  PodTerminating: (state) => state | Is.ending,
  PodKilled: (state) => state | Is.ending,
  PodFailed: (state) => state | Is.ending,
  PodDeleted: () => 0,
};

interface Counted {
  readonly scope: JudgedScope;
  readonly track: GaugeTrack;
  readonly contribution: Contribution;
}

/** Gauges that are sums over pods. */
export class PodGauges {
  private readonly revisions: RevisionInfo[] = [];
  private readonly states: number[] = [];
  private readonly revisionOfPod: number[] = [];
  private readonly counted: Counted[] = [];

  /** The track of a gauge, null when it is none of pods. */
  track(name: string, scope: JudgedScope): GaugeTrack | null {
    if (!Object.hasOwn(CONTRIBUTIONS, name)) return null;
    const track = new GaugeTrack(0);
    this.counted.push({ scope, track, contribution: CONTRIBUTIONS[name] });
    return track;
  }

  revisionAdded(index: number, revision: Parameters<Observer["revisionAdded"]>[1]): void {
    this.revisions[index] = revision;
  }

  podAdded(index: number, pod: { readonly revision: number; readonly createdAt: Instant }): void {
    this.revisionOfPod[index] = pod.revision;
    this.states[index] = 0;
    this.move(pod.createdAt, index, Is.exists);
  }

  happened(fact: Fact): void {
    if (!("pod" in fact) || !Object.hasOwn(TRANSITIONS, fact.kind)) return;
    const before = this.states[fact.pod];
    if (before !== 0) this.move(fact.t, fact.pod, TRANSITIONS[fact.kind](before));
  }

  private move(t: Instant, pod: number, state: number): void {
    const before = this.states[pod];
    const revision = this.revisionOfPod[pod];
    const info = this.revisions[revision];
    this.states[pod] = state;
    for (const { scope, track, contribution } of this.counted) {
      const by = contribution(state, info) - contribution(before, info);
      if (by !== 0 && scope.hasRevision(revision, info.service)) track.change(t, by);
    }
  }
}

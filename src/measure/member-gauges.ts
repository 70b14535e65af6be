import type { Instant } from "../engine/time.js";
import type { DecisionFact, Fact, RevisionGauge } from "../model/observer.js";
import { type Combination, type GaugeTrack, MemberTrack } from "./gauge-track.js";
import type { JudgedScope, ScopeBook } from "./judged-scope.js";

/** How the gauges that each revision has combine, and what they are before anything is known. */
const COMBINATIONS: Readonly<Record<string, readonly [combination: Combination, empty: number]>> = {
  desired: ["sum", Number.NaN],
  requested: ["sum", Number.NaN],
  replicas: ["sum", 0],
  stable: ["sum", Number.NaN],
  panic: ["sum", Number.NaN],
  target: ["max", Number.NaN],
  ebc: ["min", Number.NaN],
  percent: ["sum", 0],
  activators: ["max", Number.NaN],
  panicking: ["any", 0],
  proxied: ["any", 0],
  active: ["any", 0],
  ready: ["all", 0],
  /** The same as numbers of revisions, for totals over time. */
  revisions_panicking: ["sum", 0],
  revisions_proxied: ["sum", 0],
};

interface Member {
  readonly name: string;
  readonly scope: JudgedScope;
  readonly track: MemberTrack;
}

/** Gauges that every revision has: decisions, bounds, modes, conditions. */
export class MemberGauges {
  private readonly members: Member[] = [];

  constructor(private readonly book: ScopeBook) {}

  /** The track of a gauge, null when it is none of these. */
  track(name: string, scope: JudgedScope): GaugeTrack | null {
    if (!Object.hasOwn(COMBINATIONS, name)) return null;
    const track = new MemberTrack(...COMBINATIONS[name]);
    this.members.push({ name, scope, track });
    return track;
  }

  /** A revision is behind the activators until a ModeChanged says otherwise. */
  revisionAdded(revision: number, { createdAt }: { readonly createdAt: Instant }): void {
    this.set(createdAt, revision, "proxied", 1);
    this.set(createdAt, revision, "revisions_proxied", 1);
  }

  /** A pod that is there from the beginning means a revision that is active from the beginning: no fact says so. */
  podIsInitial(t: Instant, revision: number): void {
    this.set(t, revision, "active", 1);
  }

  revisionRemoved(t: Instant, revision: number): void {
    for (const { scope, track } of this.members) {
      if (this.isMeant(scope, revision)) track.setMember(t, revision, Number.NaN);
    }
  }

  decided({ t, revision, valid, desired, stable, panic, target, excessBurstCapacity }: DecisionFact): void {
    if (!valid) return;
    this.set(t, revision, "desired", desired);
    this.set(t, revision, "stable", stable);
    this.set(t, revision, "panic", panic);
    this.set(t, revision, "target", target);
    this.set(t, revision, "ebc", excessBurstCapacity);
  }

  revisionGauge(t: Instant, revision: number, gauge: RevisionGauge, value: number): void {
    // −1: nothing was asked for yet.
    this.set(t, revision, gauge, value < 0 ? null : value);
  }

  happened(fact: Fact): void {
    switch (fact.kind) {
      case "DeciderCreated":
        this.setPanicking(fact.t, fact.revision, fact.panicking);
        break;
      case "PanicEntered":
        this.setPanicking(fact.t, fact.revision, true);
        break;
      case "PanicExited":
      case "DeciderDeleted":
        this.setPanicking(fact.t, fact.revision, false);
        break;
      case "ModeChanged":
        this.set(fact.t, fact.revision, "proxied", +(fact.mode === "proxy"));
        this.set(fact.t, fact.revision, "revisions_proxied", +(fact.mode === "proxy"));
        this.set(fact.t, fact.revision, "activators", fact.activators);
        break;
      case "ConditionChanged":
        this.condition(fact);
        break;
      case "ServiceDeleted":
        for (const { name, scope, track } of this.members) {
          if (name === "ready" && scope.hasService(fact.service))
            track.setMember(fact.t, -1 - fact.service, Number.NaN);
        }
        break;
    }
  }

  /** Ready is asked of a service where services are meant, and of a revision where one is named. */
  private condition({ t, object, type, status, service, revision }: Extract<Fact, { kind: "ConditionChanged" }>): void {
    const value = +(status === "True");
    // The revision mirrors its pod autoscaler; whichever is announced, the last word counts.
    const isOfRevision = object === "Revision" || object === "PodAutoscaler";
    if (isOfRevision && revision !== undefined && type === "Active") this.set(t, revision, "active", value);
    if (type !== "Ready") return;
    for (const { name, scope, track } of this.members) {
      if (name !== "ready") continue;
      if (object === "Service" && scope.hasService(service)) track.setMember(t, -1 - service, value);
      if (object === "Revision" && revision !== undefined && scope.revisions.has(revision)) {
        track.setMember(t, revision, value);
      }
    }
  }

  private setPanicking(t: Instant, revision: number, isPanicking: boolean): void {
    this.set(t, revision, "panicking", +isPanicking);
    this.set(t, revision, "revisions_panicking", +isPanicking);
  }

  private set(t: Instant, revision: number, name: string, value: number | null): void {
    for (const member of this.members) {
      if (member.name === name && this.isMeant(member.scope, revision)) {
        member.track.setMember(t, revision, value ?? Number.NaN);
      }
    }
  }

  private isMeant(scope: JudgedScope, revision: number): boolean {
    return scope.hasRevision(revision, this.book.serviceOfRevision[revision]);
  }
}

import type { Instant } from "../engine/time.js";
import type { EndedRequest, Fact, Observer } from "../model/observer.js";
import { Status } from "../model/observer.js";
import type { Anchor } from "../scenario/expectation-ast.js";
import { factTest } from "./fact-counters.js";
import { GaugeTrack } from "./gauge-track.js";
import { type JudgedScope, ScopeBook } from "./judged-scope.js";
import { MemberGauges } from "./member-gauges.js";
import { PodGauges } from "./pod-gauges.js";
import { RequestGauges } from "./request-gauges.js";

type Late = Extract<Anchor, { readonly kind: "first" | "last" }>;

/** When something happened first and last in a scope. */
interface Moment {
  readonly scope: JudgedScope;
  first: Instant | null;
  last: Instant | null;
}

/** Told of what expectations count. Each listener hears of its own scope only. */
interface Listeners {
  readonly ended: { readonly scope: JudgedScope; readonly hear: (t: Instant, ended: EndedRequest) => void }[];
  readonly facts: { readonly scope: JudgedScope; readonly hear: (fact: Fact) => void }[];
  readonly calls: { readonly scope: JudgedScope; readonly hear: (firstSentAt: Instant, succeeded: boolean) => void }[];
  readonly pods: { readonly scope: JudgedScope; readonly hear: (createdAt: Instant) => void }[];
  readonly decisions: { readonly scope: JudgedScope; readonly hear: (t: Instant) => void }[];
  readonly scalings: { readonly scope: JudgedScope; readonly hear: (t: Instant, by: number) => void }[];
}

/** Hands the facts of a run to whoever judges them: counters and samples as listeners, gauges as tracks. */
export class JudgedFacts implements Observer {
  readonly book = new ScopeBook();
  private readonly pods = new PodGauges();
  private readonly members = new MemberGauges(this.book);
  private readonly requests = new RequestGauges(this.book);
  private readonly tracks = new Map<JudgedScope, Map<string, GaugeTrack>>();
  private readonly moments = new Map<string, Moment[]>();
  private readonly listeners: Listeners = { ended: [], facts: [], calls: [], pods: [], decisions: [], scalings: [] };
  private readonly createdAt: Instant[] = [];
  private readonly isInitial: boolean[] = [];
  private readonly requested: number[] = [];
  private readonly withMemory = new Set<number>();

  private readonly nodes: GaugeTrack;

  /** @param nodes of the cluster at the beginning */
  constructor(nodes: number) {
    this.nodes = new GaugeTrack(nodes);
  }

  /** The track of a gauge in a scope; the same for all that ask. */
  track(name: string, scope: JudgedScope): GaugeTrack {
    const ofScope = this.tracks.get(scope) ?? new Map<string, GaugeTrack>();
    this.tracks.set(scope, ofScope);
    let track = ofScope.get(name);
    if (!track) {
      track = name === "nodes" ? this.nodes : this.memberTrack(name, scope);
      ofScope.set(name, track);
    }
    return track;
  }

  private memberTrack(name: string, scope: JudgedScope): GaugeTrack {
    return this.pods.track(name, scope) ?? this.members.track(name, scope) ?? this.requests.track(name, scope)!;
  }

  onEnded(scope: JudgedScope, hear: (t: Instant, ended: EndedRequest) => void): void {
    this.listeners.ended.push({ scope, hear });
  }

  /** Facts of one counter of `factTest`. */
  onCounted(name: string, scope: JudgedScope, hear: (t: Instant) => void): void {
    const counts = factTest(name)!;
    this.onFact(scope, (fact) => {
      if (counts(fact)) hear(fact.t);
    });
  }

  onFact(scope: JudgedScope, hear: (fact: Fact) => void): void {
    this.listeners.facts.push({ scope, hear });
  }

  onCall(scope: JudgedScope, hear: (firstSentAt: Instant, succeeded: boolean) => void): void {
    this.listeners.calls.push({ scope, hear });
  }

  /** Pods that are created, the initial ones excepted. */
  onPodCreated(scope: JudgedScope, hear: (createdAt: Instant) => void): void {
    this.listeners.pods.push({ scope, hear });
  }

  onDecision(scope: JudgedScope, hear: (t: Instant) => void): void {
    this.listeners.decisions.push({ scope, hear });
  }

  /** Changes of the scale that is asked for, by how much. */
  onScaling(scope: JudgedScope, hear: (t: Instant, by: number) => void): void {
    this.listeners.scalings.push({ scope, hear });
  }

  /** When a pod was created; null for those that were there from the beginning. */
  createdAtOf(pod: number): Instant | null {
    return this.isInitial[pod] ? null : this.createdAt[pod];
  }

  /** Whether a revision of the scope asks for memory at all. */
  asksForMemory(scope: JudgedScope): boolean {
    return [...this.withMemory].some((revision) => scope.hasRevision(revision, this.book.serviceOfRevision[revision]));
  }

  /** Keeps the moments that windows of this scope are tied to. */
  watch({ of }: Late, scope: JudgedScope): void {
    const what = typeof of === "string" ? of : of.event;
    const watched = this.moments.get(what) ?? [];
    this.moments.set(what, watched);
    if (!watched.some((moment) => moment.scope === scope)) watched.push({ scope, first: null, last: null });
  }

  momentOf({ kind, of }: Late, scope: JudgedScope): Instant | null {
    const watched = this.moments.get(typeof of === "string" ? of : of.event) ?? [];
    return watched.find((moment) => moment.scope === scope)?.[kind] ?? null;
  }

  serviceAdded(index: number, service: { readonly name: string; readonly traceId: string | null }): void {
    this.book.serviceAdded(index, service);
  }

  revisionAdded(index: number, revision: Parameters<Observer["revisionAdded"]>[1]): void {
    this.book.revisionAdded(index, revision);
    this.pods.revisionAdded(index, revision);
    this.requests.revisionAdded(index, revision);
    this.members.revisionAdded(index, revision);
    if (revision.gibRequest !== null) this.withMemory.add(index);
  }

  revisionRemoved(t: Instant, index: number): void {
    this.members.revisionRemoved(t, index);
  }

  sourceAdded(index: number, source: { readonly name: string; readonly service: number }): void {
    this.book.sourceAdded(index, source);
  }

  podAdded(index: number, pod: Parameters<Observer["podAdded"]>[1]): void {
    const { revision, createdAt, initial } = pod;
    this.createdAt[index] = createdAt;
    this.isInitial[index] = initial;
    this.pods.podAdded(index, pod);
    if (initial) {
      this.members.podIsInitial(createdAt, revision);
      return;
    }
    for (const { scope, hear } of this.listeners.pods) if (this.has(scope, revision)) hear(createdAt);
  }

  requestArrived(
    t: Instant,
    _request: number,
    source: number,
    _number: number,
    service: number,
    revision: number,
  ): void {
    this.requests.requestArrived(t, source, service, revision);
  }

  activatorQueueChanged(t: Instant, revision: number, change: number): void {
    this.requests.moved("activator", t, revision, change);
  }

  podQueueChanged(t: Instant, revision: number, change: number): void {
    this.requests.moved("pod", t, revision, change);
  }

  executingChanged(t: Instant, revision: number, change: number): void {
    this.requests.moved("executing", t, revision, change);
  }

  requestEnded(t: Instant, ended: EndedRequest): void {
    this.requests.requestEnded(t, ended);
    const { service, revision, source, tag, status, arrivalUs } = ended;
    if (tag !== "") this.book.tagSeen(service, tag);
    for (const { scope, hear } of this.listeners.ended) {
      if (scope.hasRequest(service, revision, source, tag)) hear(t, ended);
    }
    if (this.moments.size === 0) return;
    this.saw("request", arrivalUs, (scope) => scope.hasRequest(service, revision, source, tag));
    // A client that gave up and an aborted connection saw no response.
    if (status > Status.inFlight) this.saw("response", t, (scope) => scope.hasRequest(service, revision, source, tag));
  }

  callEnded(_t: Instant, call: Parameters<Observer["callEnded"]>[1]): void {
    const service = this.book.serviceOfSource[call.source];
    for (const { scope, hear } of this.listeners.calls) {
      if (scope.hasRequest(service, -1, call.source, "")) hear(call.firstSentAt, call.succeeded);
    }
  }

  decided(decision: Parameters<Observer["decided"]>[0]): void {
    this.members.decided(decision);
    for (const { scope, hear } of this.listeners.decisions) if (this.has(scope, decision.revision)) hear(decision.t);
  }

  happened(fact: Fact): void {
    if (fact.kind === "RouteProgrammed") for (const [, , tag] of fact.targets) this.book.tagSeen(fact.service, tag);
    if (fact.kind === "NodeReady") this.nodes.change(fact.t, 1);
    if (fact.kind === "NodeRemoved") this.nodes.change(fact.t, -1);
    this.pods.happened(fact);
    this.members.happened(fact);
    const { serviceOfRevision } = this.book;
    for (const { scope, hear } of this.listeners.facts) if (scope.hasFact(fact, serviceOfRevision)) hear(fact);
    if (this.moments.size > 0) this.saw(fact.kind, fact.t, (scope) => scope.hasFact(fact, serviceOfRevision));
  }

  revisionGauge(...[t, revision, gauge, value]: Parameters<Observer["revisionGauge"]>): void {
    this.members.revisionGauge(t, revision, gauge, value);
    if (gauge !== "requested") return;
    // −1: nothing was asked for yet, so that the first scale is no change of one.
    const before = this.requested[revision] ?? -1;
    this.requested[revision] = value;
    if (before < 0 || value < 0) return;
    for (const { scope, hear } of this.listeners.scalings) if (this.has(scope, revision)) hear(t, value - before);
  }

  private saw(what: string, t: Instant, isMeant: (scope: JudgedScope) => boolean): void {
    for (const moment of this.moments.get(what) ?? []) {
      if (!isMeant(moment.scope)) continue;
      moment.first = Math.min(moment.first ?? t, t);
      moment.last = Math.max(moment.last ?? t, t);
    }
  }

  private has(scope: JudgedScope, revision: number): boolean {
    return scope.hasRevision(revision, this.book.serviceOfRevision[revision]);
  }
}

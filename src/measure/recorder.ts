import { InvariantError, invariant } from "../engine/invariant.js";
import { type Duration, type Instant, NEVER, WIDE } from "../engine/time.js";
import {
  type DecisionFact,
  type EndedRequest,
  type Fact,
  type Observer,
  type OmittedDecisions,
  type RevisionGauge,
  Status,
} from "../model/observer.js";
import { CallTally } from "./call-tally.js";
import { DecisionLog } from "./decision-log.js";
import { EventLog } from "./event-log.js";
import type { NameTables } from "./names.js";
import { PodBook, type PodOwner } from "./pod-book.js";
import { PodLife } from "./pod-life.js";
import { Presence } from "./presence.js";
import { RequestLog } from "./request-log.js";
import { RequestTally } from "./request-tally.js";
import type { RunRecord, TimelineRow, Warning } from "./run-record.js";
import { Leaf, RevisionScope, ServiceScope } from "./scope.js";
import { type RunHead, summarize } from "./summary.js";
import { type StepFunction, StepFunctions } from "./time-average.js";
import { Timeline, type TimelineMode } from "./timeline.js";
import { type RowContext, timelineRow } from "./timeline-row.js";
import { Column, type TimelineSeries } from "./timeline-series.js";

export type { RunHead } from "./summary.js";
export type { TimelineMode } from "./timeline.js";

/** What is measured and what is kept of it. */
export interface RecorderOptions {
  /** Beginning and end of what counts, W and D of contract details A7. D may be NEVER: a cluster without a planned end. */
  readonly warmupUs: Instant;
  readonly durationUs: Instant;
  readonly timeline: TimelineMode;
  /** Length of a row of the timeline: whole seconds. */
  readonly stepUs: Duration;
  readonly keepRequests: boolean;
  readonly keepDecisions: boolean;
  readonly keepEvents: boolean;
  /** Also the kinds of events that contract details D reserves for `--verbose-events`; default false. */
  readonly verboseEvents?: boolean;
  /** Whether what happens to pods is held to the order of a pod's life; default false. */
  readonly checksPodLives?: boolean;
}

/** Counts of the whole run up to now, warm-up included. */
export interface CountsSoFar {
  readonly offered: number;
  readonly completed: number;
  readonly failed: number;
  /** In the system now. */
  readonly inFlight: number;
  /** Lines of events.jsonl + ended requests + decisions (contract details A34). */
  readonly events: number;
}

/**
 * Turns the facts a model announces into the figures, the timeline and the logs of a report.
 *
 * Facts come in order of time; whoever runs the model calls `passBoundary` for every boundary before the first event at
 * that instant. Objects are announced before they are used. An object of a name that was there before goes on with what is
 * recorded under it (contract details A23).
 */
export class Recorder implements Observer {
  private readonly functions = new StepFunctions();
  readonly timeline: Timeline;
  readonly total: Presence;
  private readonly tally: RequestTally;
  private readonly pods: PodBook;
  private readonly calls = new CallTally();
  private readonly decisionLog: DecisionLog | null;
  private readonly eventLog: EventLog | null;
  private readonly requestLog: RequestLog | null;
  private readonly podLife: PodLife | null;

  /** By index; several indices of one name share a scope. */
  private readonly serviceScopes: ServiceScope[] = [];
  private readonly revisionScopes: RevisionScope[] = [];
  /** Each once, in order of creation. */
  private readonly services: ServiceScope[] = [];
  private readonly revisions: RevisionScope[] = [];
  private readonly serviceByName = new Map<string, ServiceScope>();
  private readonly revisionByName = new Map<string, RevisionScope>();
  /** By the index of the revision. */
  private readonly podOwners: PodOwner[] = [];
  private readonly sourceRetries: boolean[] = [];
  /** Indices of services with a source that retries; a source may be announced before its service. */
  private readonly retriedServices = new Set<number>();
  private readonly names = {
    services: [] as string[],
    revisions: [] as string[],
    sources: [] as string[],
    pods: [] as string[],
    nodes: [] as string[],
  } satisfies NameTables;
  private readonly keepsPodNames: boolean;

  readonly warmupUs: Instant = WIDE;
  private readonly durationUs: Instant = WIDE;
  private nextWindowEnd: Instant = WIDE;
  private isWindowOpen = false;
  private boundary: Instant = WIDE;
  /** Steps never: the queues of requests without a revision. */
  private readonly nothing: StepFunction;

  private offered = 0;
  private completed = 0;
  private failed = 0;
  private givenUp = 0;
  private announced = 0;

  constructor(private readonly options: RecorderOptions) {
    const { warmupUs, durationUs, timeline, stepUs, keepRequests, keepDecisions, keepEvents } = options;
    invariant(warmupUs >= 0 && warmupUs <= durationUs, "the warm-up ends after the run", { warmupUs, durationUs });
    this.warmupUs = warmupUs;
    this.durationUs = durationUs;
    this.timeline = new Timeline(timeline, stepUs);
    this.total = new Presence(this.functions);
    this.tally = new RequestTally(this, timeline !== "none");
    this.nothing = this.functions.create();
    this.pods = new PodBook(this.total);
    this.decisionLog = keepDecisions ? new DecisionLog() : null;
    this.eventLog = keepEvents ? new EventLog() : null;
    this.requestLog = keepRequests ? new RequestLog() : null;
    this.podLife = options.checksPodLives ? new PodLife() : null;
    this.keepsPodNames = keepEvents || keepRequests;
    this.nextWindowEnd = warmupUs;
    if (warmupUs === 0) this.moveWindow();
    this.boundary = Math.min(this.timeline.nextBoundary, this.nextWindowEnd);
  }

  /**
   * When `passBoundary` is to be called next: before any event at this instant or later is executed. Borders of timeline
   * rows, W and D; NEVER when there are no more.
   */
  get nextBoundary(): Instant {
    return this.boundary;
  }

  passBoundary(): void {
    this.tally.settle();
    const t = this.boundary;
    if (t === this.timeline.nextBoundary) this.timeline.passBoundary();
    if (t === this.nextWindowEnd) this.moveWindow();
    this.boundary = Math.min(this.timeline.nextBoundary, this.nextWindowEnd);
  }

  get soFar(): CountsSoFar {
    const { offered, completed, failed, givenUp } = this;
    const inFlight = offered - completed - failed - givenUp;
    return { offered, completed, failed, inFlight, events: this.announced + completed + failed };
  }

  /**
   * What was recorded up to `endUs`, which is E when the run is over: all boundaries up to it must have been passed.
   * Nothing recorded is changed, so a run that is looked at on its way can go on; its record's rows must be read before.
   *
   * @throws InvariantError when requests were lost or counted twice
   */
  finish(endUs: Instant, head: RunHead): RunRecord {
    const warnings = this.timeline.becameSparse ? [...head.warnings, SPARSE_WARNING] : head.warnings;
    for (const index of this.retriedServices) {
      const scope = this.serviceScopes[index];
      if (scope !== undefined) scope.hasRetries = true;
    }
    this.tally.settle();
    this.checkQueues();
    const { functions, warmupUs, durationUs, total, services, revisions, names } = this;
    const summary = summarize(
      {
        functions,
        warmupUs,
        durationUs,
        endUs,
        total,
        services,
        revisions,
        calls: this.retriedServices.size > 0 ? this.calls : null,
        resultHash: this.tally.hash.digest(),
        events: this.soFar.events,
      },
      { ...head, warnings },
    );
    return {
      summary,
      timeline: () => this.timelineRows(endUs),
      decisions: () => this.decisionLog?.rows((revision) => names.revisions[revision]) ?? [],
      events: () => this.eventLog?.rows(names) ?? [],
      requests: () => this.requestLog?.rows(names) ?? [],
    };
  }

  serviceAdded(index: number, service: { readonly name: string; readonly traceId: string | null }): void {
    const { name, traceId } = service;
    let scope = this.serviceByName.get(name);
    if (scope === undefined) {
      scope = new ServiceScope(this.functions, name, this.services.length);
      this.services.push(scope);
      this.serviceByName.set(name, scope);
    }
    scope.traceId ??= traceId;
    this.serviceScopes[index] = scope;
    this.names.services[index] = name;
  }

  revisionAdded(index: number, revision: Parameters<Observer["revisionAdded"]>[1]): void {
    const { name, createdAt, cpuRequest, gibRequest } = revision;
    let scope = this.revisionByName.get(name);
    if (scope === undefined) {
      const service = this.serviceScopes[revision.service];
      const number = this.revisions.length;
      scope = new RevisionScope(this.functions, service, name, (integrals) =>
        this.timeline.add(number, true, integrals),
      );
      this.revisions.push(scope);
      service.revisions.push(scope);
      this.revisionByName.set(name, scope);
    }
    const use = { scheduled: this.functions.create(), cpuRequest, gibRequest };
    for (const presence of [scope.presence, scope.service.presence, this.total]) presence.resources.push(use);
    this.podOwners[index] = { scope, scheduled: use.scheduled };
    this.revisionScopes[index] = scope;
    this.names.revisions[index] = name;
    this.timeline.begin(scope.series);
    scope.begin(createdAt);
  }

  revisionRemoved(t: Instant, index: number): void {
    const scope = this.awake(index);
    scope.end(t);
    this.timeline.end(scope.series, t);
  }

  podAdded(index: number, pod: Parameters<Observer["podAdded"]>[1]): void {
    const { name, revision, createdAt, initial } = pod;
    this.awake(revision);
    this.pods.add(index, this.podOwners[revision], createdAt, !initial && this.isMeasured(createdAt));
    if (!this.keepsPodNames) return;
    this.names.pods[index] = name;
    this.names.nodes[index] = "";
  }

  sourceAdded(
    index: number,
    source: { readonly name: string; readonly service: number; readonly hasRetries: boolean },
  ): void {
    this.names.sources[index] = source.name;
    this.sourceRetries[index] = source.hasRetries;
    if (source.hasRetries) this.retriedServices.add(source.service);
  }

  requestArrived(
    t: Instant,
    _request: number,
    _source: number,
    _number: number,
    service: number,
    revision: number,
  ): void {
    if (t >= this.durationUs) refuseArrival(t);
    this.tally.arrived(t, revision, service);
    this.offered++;
  }

  activatorQueueChanged(t: Instant, revision: number, change: number): void {
    const scope = this.revisionScopes[revision];
    if (scope.series.isAsleep) this.timeline.wake(scope.series);
    scope.activatorQueue.change(t, change);
  }

  podQueueChanged(t: Instant, revision: number, change: number): void {
    const scope = this.revisionScopes[revision];
    if (scope.series.isAsleep) this.timeline.wake(scope.series);
    scope.podQueue.change(t, change);
  }

  requestEnded(t: Instant, ended: EndedRequest): void {
    this.tally.ended(t, ended);
    if (ended.completed) this.completed++;
    else if (ended.status === Status.inFlight) this.givenUp++;
    else this.failed++;
    const isFirstTry = ended.attempt === 1 && this.sourceRetries[ended.source];
    if (isFirstTry && ended.arrivalUs >= this.warmupUs) this.calls.begun();
    if (this.requestLog !== null) this.requestLog.add(t, ended);
  }

  callEnded(t: Instant, call: Parameters<Observer["callEnded"]>[1]): void {
    if (this.isMeasured(call.firstSentAt)) this.calls.ended(t - call.firstSentAt, call.attempts, call.succeeded);
  }

  decided(decision: DecisionFact): void {
    const { t, desired, panicking } = decision;
    this.announced++;
    this.decisionLog?.add(decision);
    if (this.revisionScopes[decision.revision].isPanicking !== panicking) {
      this.awake(decision.revision).setPanicking(t, panicking);
    }
    if (!decision.valid) return;
    this.setGauge(decision.revision, Column.desired, desired);
    this.setGauge(decision.revision, Column.stable, decision.stable);
    this.setGauge(decision.revision, Column.panic, decision.panic);
    this.setGauge(decision.revision, Column.excessBurstCapacity, decision.excessBurstCapacity);
    if (desired !== null && this.isMeasured(t)) this.revisionScopes[decision.revision].decidedFor(desired);
  }

  decisionsOmitted(_t: Instant, revision: number, { count, firstAt, periodUs, desired }: OmittedDecisions): void {
    this.announced += count;
    if (desired === null) return;
    const early = Math.max(0, Math.ceil((this.warmupUs - firstAt) / periodUs));
    if (early < count && this.isMeasured(firstAt + early * periodUs)) this.revisionScopes[revision].decidedFor(desired);
  }

  happened(fact: Fact): void {
    if (fact.kind === "PanicExtended" && !this.options.verboseEvents) return;
    this.announced++;
    this.eventLog?.add(fact);
    switch (fact.kind) {
      case "DeciderCreated":
        this.awake(fact.revision).setPanicking(fact.t, fact.panicking);
        break;
      case "PanicEntered":
        this.awake(fact.revision).setPanicking(fact.t, true);
        break;
      case "PanicExited":
      case "DeciderDeleted":
        this.awake(fact.revision).setPanicking(fact.t, false);
        break;
      case "ModeChanged":
        this.awake(fact.revision).setProxied(fact.t, fact.mode === "proxy");
        break;
    }
    if (!("pod" in fact)) return;
    this.podLife?.happened(fact);
    this.awake(fact.revision);
    this.pods.happened(fact);
    if (this.keepsPodNames && fact.node !== undefined) this.names.nodes[fact.pod] = fact.node;
  }

  revisionGauge(_t: Instant, revision: number, gauge: RevisionGauge, value: number): void {
    if (gauge === "percent") this.setGauge(revision, Column.percent, value);
    // −1: the pod autoscaler has not asked for anything yet.
    if (gauge === "requested") this.setGauge(revision, Column.requested, value < 0 ? null : value);
  }

  /** Whoever waits is in the system, and in one queue only; requests given up at the end are told of as they stood. */
  private checkQueues(): void {
    if (this.givenUp > 0) return;
    for (const { name, presence, activatorQueue, podQueue } of this.revisions) {
      const inSystem = presence.inSystem.value;
      const [activator, pods] = [activatorQueue.value, podQueue.value];
      const details = { revision: name, inSystem, activator, pods };
      invariant(activator + pods <= inSystem, "more requests wait than there are", details);
    }
  }

  /** W, then D: the window of the time figures opens and closes. */
  private moveWindow(): void {
    if (this.isWindowOpen) this.functions.closeWindow(this.nextWindowEnd);
    else this.functions.openWindow(this.nextWindowEnd);
    this.nextWindowEnd = this.isWindowOpen ? NEVER : this.durationUs;
    this.isWindowOpen = !this.isWindowOpen;
  }

  private isMeasured(t: Instant): boolean {
    return t >= this.warmupUs && t < this.durationUs;
  }

  /** The scope of a revision of which something is about to change. */
  private awake(revision: number): RevisionScope {
    const scope = this.revisionScopes[revision];
    if (scope.series.isAsleep) this.timeline.wake(scope.series);
    return scope;
  }

  /** A value that stays what it was wakes no sleeping revision. */
  private setGauge(revision: number, column: number, value: number | null): void {
    const { now } = this.revisionScopes[revision].series;
    const gauge = value ?? Number.NaN;
    if (Object.is(now[column], gauge)) return;
    this.awake(revision);
    now[column] = gauge;
  }

  leafOf(revision: number, service: number): Leaf {
    return revision >= 0 ? this.revisionScopes[revision] : this.leafWithoutRevision(service);
  }

  private leafWithoutRevision(service: number): Leaf {
    const scope = this.serviceScopes[service];
    const addSeries = (integrals: TimelineSeries["integrals"]): TimelineSeries =>
      this.timeline.add(scope.number, false, integrals);
    return (scope.withoutRevision ??= new Leaf(this.functions, scope, this.nothing, this.nothing, addSeries));
  }

  private *timelineRows(endUs: Instant): IterableIterator<TimelineRow> {
    const { stepUs } = this.options;
    const contexts = new Map<TimelineSeries, RowContext>();
    for (const { name, series, service } of this.revisions)
      contexts.set(series, { stepUs, endUs, service: service.name, revision: name });
    for (const { name, withoutRevision } of this.services) {
      if (withoutRevision !== null)
        contexts.set(withoutRevision.series, { stepUs, endUs, service: name, revision: "" });
    }
    for (const row of this.timeline.rows(endUs)) yield timelineRow(row, contexts.get(row.series)!);
  }
}

const SPARSE_WARNING: Warning = {
  id: "W-timeline",
  message:
    "timeline.csv would have more than 2 million rows: seconds in which nothing changes are left out (report.timeline: sparse)",
  file: "",
  line: 0,
  column: 0,
};

function refuseArrival(t: Instant): never {
  throw new InvariantError("a request arrived after the end of the run", { t });
}

import { createSampler } from "../engine/distribution.js";
import { createStreams } from "../engine/random.js";
import { HOUR, type Instant, NEVER } from "../engine/time.js";
import type { ClusterConfig } from "../kube/config.js";
import type { BaselineFigures } from "../measure/baseline.js";
import { createJudge, type Judge } from "../measure/judge.js";
import { Recorder, type RunHead } from "../measure/recorder.js";
import type { RunRecord, Warning } from "../measure/run-record.js";
import { Cluster } from "../model/cluster.js";
import { ClusterChanges } from "../model/cluster-changes.js";
import { objectsOf } from "../model/cluster-objects.js";
import type { ClusterObjects } from "../model/object-status.js";
import type { Fact, Observer } from "../model/observer.js";
import type { Omissible } from "../model/revision-sleep.js";
import { DEFAULT_APP } from "../scenario/apps.js";
import type { Diagnostic } from "../scenario/diagnostics.js";
import type { EventPlan, Scenario } from "../scenario/scenario.js";
import type { ArrivalProcess } from "../workload/arrivals.js";
import type { SourcePlan } from "../workload/source.js";
import { hopLatencies, Traffic } from "../workload/traffic.js";
import { inRun } from "./broken-law.js";
import { type ClusterView, viewOf } from "./cluster-view.js";
import { fanOut } from "./fan-out.js";
import { FailedRequests } from "./verbose-events.js";
import { VERSION } from "./version.js";

/** The drain ends after this long even if requests are still in flight. */
const LONGEST_DRAIN_US = HOUR;

/** One of the scenario's events. */
export type ScenarioEvent = EventPlan["action"];

export interface RunOptions {
  /** Whether every request is kept for `requests()`. */
  readonly keepRequests: boolean;
  /** Whether events.jsonl has the kinds that contract details D reserves for `--verbose-events`; default false. */
  readonly verboseEvents?: boolean;
  /** Told of everything besides the recorder. */
  readonly observers: readonly Partial<Observer>[];
  /** False: nothing is passed over, for tests that compare. Default true. */
  readonly shortcuts?: boolean;
  /** Whether `step` will be used; default false. */
  readonly catchFacts?: boolean;
  /** What expectations against a baseline are judged by. */
  readonly baseline?: BaselineFigures | null;
  /** Whether such an expectation fails without a baseline; default false: it is skipped with a note. */
  readonly requireBaseline?: boolean;
}

/**
 * One scenario with one seed on its way from 0 to the end of its drain.
 *
 * The composition root: builds the cluster, those who send to it and those who measure, and lets virtual time pass.
 */
export class Run {
  private readonly cluster: Cluster;
  private readonly traffic: Traffic;
  private readonly changes: ClusterChanges;
  private readonly recorder: Recorder;
  private readonly judge: Judge | null;
  private readonly observer: Observer;
  private sourceCount = 0;
  private readonly warnings: Warning[] = [];
  private isDraining = false;
  private record: RunRecord | null = null;
  /** Announced and not shown by `step` yet: one event may cause several. */
  private readonly facts: Fact[] = [];

  constructor(
    private readonly scenario: Scenario,
    options: RunOptions,
  ) {
    const { durationUs, warmupUs, report, expectations } = scenario;
    this.recorder = new Recorder({
      warmupUs,
      durationUs,
      timeline: report.timeline,
      stepUs: report.stepUs,
      keepRequests: options.keepRequests,
      keepDecisions: report.decisions,
      keepEvents: report.events,
      verboseEvents: options.verboseEvents,
      checksPodLives: true,
    });
    const { baseline, requireBaseline } = options;
    // Without `cluster` there is one node without limits (contract details A26).
    const nodes = Math.max(1, scenario.cluster.nodes.length);
    const judged = { warmupUs, durationUs, nodes, baseline, requireBaseline };
    this.judge = expectations.length > 0 ? createJudge(expectations, judged) : null;
    const others = [...(this.judge === null ? [] : [this.judge.observer]), ...options.observers];
    if (options.catchFacts) others.push({ happened: (fact) => void this.facts.push(fact) });
    if (options.verboseEvents) others.push(new FailedRequests((fact) => this.observer.happened(fact)));
    const observer = fanOut(this.recorder, others);
    this.observer = observer;
    const streams = createStreams(scenario.seed);
    this.cluster = new Cluster(scenario.cluster, {
      streams,
      observer,
      clients: {
        nextRequest: (source) => this.traffic.nextRequest(source),
        requestEnded: (answer) => this.traffic.requestEnded(answer),
      },
      apps: scenario.apps,
      defaultApp: DEFAULT_APP,
      omissible: this.omissible(options.shortcuts !== false && others.every(({ decided }) => !decided)),
      changeDue: (index) => this.eventDue(scenario.events[index]),
    });
    const { cluster } = this;
    this.changes = new ClusterChanges(cluster);
    inRun(scenario, () => {
      for (const service of scenario.services) cluster.addService(service);
    });
    this.traffic = new Traffic(
      {
        simulation: cluster.simulation,
        newRequest: () => cluster.newRequest(),
        serviceIndex: (key) => cluster.serviceFor(key).index,
        tagIndex: (tag) => (tag === null ? 0 : cluster.tagIndex(tag)),
        callEnded: (call) => observer.callEnded(cluster.simulation.now, call),
      },
      streams,
      hopLatencies(scenario.overheads),
    );
    for (const source of scenario.sources) this.addSource(source);
    scenario.events.forEach(({ atUs }, index) => {
      cluster.scheduleChange(atUs, index);
    });
  }

  get now(): Instant {
    return this.cluster.simulation.now;
  }

  /** Requests that have arrived so far. */
  get requestCount(): number {
    return this.recorder.soFar.offered;
  }

  /** Whether nothing more can happen: the duration has passed and the drain is over. */
  get isOver(): boolean {
    return this.record !== null;
  }

  state(): ClusterView {
    return viewOf(this.cluster);
  }

  objects(): ClusterObjects {
    return objectsOf(this.cluster);
  }

  /** The cluster's settings as they are now. */
  get config(): ClusterConfig {
    return this.cluster.config;
  }

  /**
   * One more source of requests, from now on.
   *
   * @param process says when it sends, in place of the plan's arrivals
   * @returns its index, by which observers know it
   */
  addSource(source: SourcePlan, process: ArrivalProcess | null = null): number {
    const { cluster, observer } = this;
    const { name, to, retries, timeoutUs, serviceTime } = source;
    const index = this.sourceCount++;
    observer.sourceAdded(index, { name, service: cluster.serviceFor(to).index, hasRetries: retries !== null });
    const wantsAnswers = retries !== null || process !== null || source.arrivals.kind === "clients";
    cluster.addSource({ timeoutUs, serviceTime: serviceTime && createSampler(serviceTime), wantsAnswers });
    this.traffic.add(source, process);
    return index;
  }

  /** The process of a source that was added has another time to send at. */
  replanSource(index: number): void {
    this.traffic.plan(index);
  }

  /**
   * Takes the next event that is due by `until`, before the end of the run's duration; without one time passes up to
   * `until`.
   *
   * @returns whether there was one
   */
  stepEvent(until: Instant): boolean {
    const next = this.cluster.simulation.nextTime;
    if (next === NEVER && until === NEVER) return false;
    if (next > until) {
      this.advanceTo(until);
      return false;
    }
    inRun(this.scenario, () => this.takeOneEvent(next));
    this.facts.length = 0;
    return true;
  }

  /** What was measured up to now; the run goes on. */
  recordSoFar(): RunRecord {
    return this.record ?? this.recorder.finish(this.now, this.head(this.now));
  }

  /** Lets time pass up to `until` (events at that instant included), or to the end of the run if that comes first. */
  advanceTo(until: Instant): void {
    inRun(this.scenario, () => this.passTime(until));
    this.facts.length = 0;
  }

  /** @param isUnasked whether nobody but the report might want single decisions */
  private omissible(isUnasked: boolean): Omissible {
    const { decisions, timeline } = this.scenario.report;
    if (!isUnasked || decisions) return "none";
    // A timeline shows the averages that decisions saw.
    return timeline === "none" ? "repeated" : "withoutData";
  }

  private passTime(until: Instant): void {
    const { durationUs } = this.scenario;
    while (!this.isOver && this.takeEvents(Math.min(until, durationUs), until < durationUs)) {
      // Each turn ends at a border of the recorder.
    }
    if (until < durationUs || this.isOver) return;
    this.startDrain();
    while (!this.isOver && this.takeDrainEvent(until)) {
      // One event a turn: the drain may be over after any.
    }
  }

  /** Up to which instant arrivals are known: `advanceTo` must not be asked for more without `readAhead`. */
  get knownUntil(): Instant {
    return this.traffic.knownUntil;
  }

  /** Reads on in traces that are too long to be held. @returns null when there is nothing to read */
  readAhead(): Promise<void> | null {
    return this.traffic.readAhead();
  }

  /** Lets go of the traces' files, however the run ended. */
  stopReading(): Promise<void> {
    return this.traffic.stopReading();
  }

  /** Lets time pass until the next fact is announced, unless one is left of before. @returns undefined when the run is over */
  step(): Fact | undefined {
    return inRun(this.scenario, () => this.nextFact());
  }

  private nextFact(): Fact | undefined {
    while (this.facts.length === 0 && !this.isOver) {
      const next = this.cluster.simulation.nextTime;
      if (!this.isDraining && next >= this.scenario.durationUs) this.startDrain();
      else if (this.isDraining) this.takeDrainEvent(NEVER);
      else this.takeOneEvent(next);
    }
    return this.facts.shift();
  }

  /** Does something to the cluster now. @returns why it was refused, or null */
  apply(event: ScenarioEvent): string | null {
    return inRun(this.scenario, () => {
      const error = this.changes.apply(event);
      this.cluster.settle();
      return error;
    });
  }

  /** Runs to the end and returns what was measured. */
  finish(): RunRecord {
    this.advanceTo(NEVER);
    return this.record!;
  }

  /** @returns false when all events up to `limit` have happened */
  private takeEvents(limit: Instant, isInclusive: boolean): boolean {
    const { simulation } = this.cluster;
    const border = this.recorder.nextBoundary;
    if (border > limit) {
      simulation.runUntil(limit, isInclusive);
      return false;
    }
    simulation.runUntil(border, false);
    this.recorder.passBoundary();
    return true;
  }

  private takeOneEvent(at: Instant): void {
    while (this.recorder.nextBoundary <= at) this.recorder.passBoundary();
    this.cluster.simulation.step(at, true);
  }

  /** The duration is over: nobody sends any more, and what is in flight is waited for. */
  private startDrain(): void {
    if (this.isDraining) return;
    const { durationUs, drain } = this.scenario;
    while (this.takeEvents(durationUs, false)) {
      // Up to the end of the duration.
    }
    this.isDraining = true;
    this.traffic.close();
    if (!drain || this.cluster.requests.size === 0) this.end(durationUs);
  }

  /** @returns false when the next event of the drain comes after `until` */
  private takeDrainEvent(until: Instant): boolean {
    const { simulation, requests } = this.cluster;
    const limit = this.scenario.durationUs + LONGEST_DRAIN_US;
    const next = simulation.nextTime;
    if (Math.min(next, limit) > until) {
      simulation.runUntil(until, true);
      return false;
    }
    if (next > limit) {
      while (this.recorder.nextBoundary <= limit) this.recorder.passBoundary();
      simulation.runUntil(limit, true);
      this.end(limit);
      return false;
    }
    this.takeOneEvent(next);
    if (requests.size === 0) this.end(next);
    return true;
  }

  private end(at: Instant): void {
    this.cluster.end(at);
    this.record = this.recorder.finish(at, this.head(at));
  }

  private head(at: Instant): RunHead {
    const { name, seed, hash, warnings } = this.scenario;
    return {
      knsim: VERSION,
      scenario: name,
      seed,
      scenarioHash: hash,
      expectations: this.judge?.judge(at) ?? [],
      warnings: [...warnings.map(warningOf), ...this.warnings],
    };
  }

  /** A refusal is an answer that a scenario may expect; any other is worth a warning. */
  private eventDue({ action, position, expectError }: EventPlan): void {
    const error = this.changes.apply(action);
    if (error === null ? expectError === null : expectError !== null && error.includes(expectError)) return;
    const what = action.kind === "kn" ? action.line : action.kind;
    const message =
      error === null
        ? `${what}: was done, expected it to be refused with ${JSON.stringify(expectError)}`
        : `${what}: ${error}`;
    this.warnings.push({ id: "W-event", message, ...position });
  }
}

function warningOf({ id, message, file, line, column }: Diagnostic): Warning {
  return { id, message, file, line, column };
}

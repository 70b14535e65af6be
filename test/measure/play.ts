import { SECOND } from "../../src/engine/time.js";
import { Recorder, type RecorderOptions } from "../../src/measure/recorder.js";
import type { RunRecord, TimelineRow } from "../../src/measure/run-record.js";
import type { DecisionFact, EndedRequest, Fact } from "../../src/model/observer.js";

const DEFAULTS: RecorderOptions = {
  warmupUs: 0,
  durationUs: 100 * SECOND,
  timeline: "full",
  stepUs: SECOND,
  keepRequests: true,
  keepDecisions: true,
  keepEvents: true,
};

/** A fact without its `t`; distributes over the kinds. */
export type Untimed<F = Fact> = F extends Fact ? Omit<F, "t"> : never;

/** Plays facts by hand to a recorder, times in seconds, and passes boundaries as a run does. */
export class Play {
  readonly recorder: Recorder;
  private requests = 0;
  private readonly numbers: number[] = [];
  private readonly open = new Map<number, EndedRequest>();
  private pods = 0;

  constructor(options: Partial<RecorderOptions> = {}) {
    this.recorder = new Recorder({ ...DEFAULTS, ...options });
  }

  /** Goes to an instant, in seconds. */
  at(seconds: number): number {
    const t = Math.round(seconds * SECOND);
    while (this.recorder.nextBoundary <= t) this.recorder.passBoundary();
    return t;
  }

  service(index: number, name: string, traceId: string | null = null): this {
    this.recorder.serviceAdded(index, { name, traceId });
    return this;
  }

  revision(
    index: number,
    name: string,
    service: number,
    { at = 0, cpuRequest = 0.025, gibRequest = null as number | null } = {},
  ): this {
    const createdAt = this.at(at);
    this.recorder.revisionAdded(index, { name, service, createdAt, cpuRequest, gibRequest, containerConcurrency: 0 });
    return this;
  }

  source(index: number, name: string, service: number, hasRetries = false): this {
    this.recorder.sourceAdded(index, { name, service, hasRetries });
    return this;
  }

  /** Service `hello` with revision `hello-00001` (both 0) and source `web`. */
  hello(): this {
    return this.service(0, "hello").revision(0, "hello-00001", 0).source(0, "web", 0);
  }

  /** @returns the request's number in the run */
  arrive(seconds: number, request: Partial<EndedRequest> = {}): number {
    const t = this.at(seconds);
    const { source = 0, service = 0, revision = 0 } = request;
    const number = (this.numbers[source] = (this.numbers[source] ?? 0) + 1);
    const id = this.requests++;
    this.open.set(id, {
      request: id,
      source,
      number,
      attempt: 1,
      service,
      revision,
      pod: revision < 0 ? -1 : 0,
      arrivalUs: t,
      status: 200,
      completed: true,
      activatorWaitUs: -1,
      podWaitUs: 0,
      serviceUs: 0,
      cold: false,
      path: revision < 0 ? 0 : 2,
      tag: "",
      text: "",
      ...request,
    });
    this.recorder.requestArrived(t, id, source, number, service, revision);
    return id;
  }

  end(seconds: number, id: number, how: Partial<EndedRequest> = {}): this {
    const t = this.at(seconds);
    const ended = { ...this.open.get(id)!, ...how };
    if (ended.status >= 400 || ended.status <= 0) ended.completed = false;
    this.open.delete(id);
    this.recorder.requestEnded(t, ended);
    return this;
  }

  /** A request from arrival to end. Those that overlap in time must be played with `arrive` and `end`. */
  request(from: number, to: number, how: Partial<EndedRequest> = {}): this {
    return this.end(to, this.arrive(from, how), how);
  }

  /** @returns the pod's index */
  pod(seconds: number, { revision = 0, initial = false } = {}): number {
    const createdAt = this.at(seconds);
    const pod = this.pods++;
    this.recorder.podAdded(pod, { name: `pod-${pod}`, revision, createdAt, initial });
    return pod;
  }

  fact(seconds: number, fact: Untimed): this {
    this.recorder.happened({ t: this.at(seconds), ...fact } as Fact);
    return this;
  }

  decide(seconds: number, decision: Partial<DecisionFact> = {}): this {
    this.recorder.decided({
      t: this.at(seconds),
      revision: 0,
      cause: "tick",
      valid: true,
      reason: "stableWindow",
      ready: 1,
      stable: 1,
      panic: 1,
      target: 70,
      total: 100,
      desired: 1,
      excessBurstCapacity: -111,
      delayed: 1,
      up: 1000,
      down: 0,
      rawStable: 1,
      rawPanic: 1,
      panicking: false,
      maxPanicPods: 0,
      ...decision,
    });
    return this;
  }

  finish(seconds: number): RunRecord {
    return this.recorder.finish(this.at(seconds), {
      knsim: "0.1.0",
      scenario: "play",
      seed: "1",
      scenarioHash: "abc",
      expectations: [],
      warnings: [],
    });
  }

  rows(seconds: number): TimelineRow[] {
    return [...this.finish(seconds).timeline()];
  }
}

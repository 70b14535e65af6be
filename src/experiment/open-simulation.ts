import type { DistributionSpec } from "../engine/distribution.js";
import { type Duration, type Instant, NEVER } from "../engine/time.js";
import type { ClusterConfig } from "../kube/config.js";
import type { ClusterObjects } from "../model/object-status.js";
import type { EndedRequest, Observer } from "../model/observer.js";
import { type ReportFile, reportFiles } from "../report/files.js";
import type { Scenario } from "../scenario/scenario.js";
import type { ArrivalProcess } from "../workload/arrivals.js";
import { HandSentRequests } from "../workload/hand-sent.js";
import type { SourcePlan } from "../workload/source.js";
import { requireHeldTraces } from "./held-traces.js";
import { Run, type ScenarioEvent } from "./run.js";

/** Where requests go, and how patient and how heavy they are. */
export interface Destination {
  /** Key of the service, which may not exist. */
  readonly service: string;
  /** null = the main host. */
  readonly tag: string | null;
  /** The client gives up after this; null = never. */
  readonly timeoutUs: Duration | null;
  /** Wins over the image's; null = the image decides. */
  readonly serviceTime: DistributionSpec | null;
}

/** How a request ended. */
export interface Answer {
  /** HTTP status, −1: the client gave up. */
  readonly status: number;
  /** Of the platform's own reply; "" when the application answered. */
  readonly text: string;
  /** Name of the revision that it was sent to; null = none was chosen. */
  readonly revision: string | null;
  readonly latencyUs: Duration;
}

/** A request on its way; `answer` is null until it has one. */
export interface Call {
  answer: Answer | null;
}

/** What a source is told of each of its requests, in order of their ends. */
export type AnswerListener = (answer: Answer) => void;

interface HandSource {
  readonly index: number;
  readonly process: HandSentRequests;
  readonly pending: Call[];
}

/**
 * A cluster without a planned end, for somebody who sits in front of it: time passes only when asked to, requests are sent
 * by hand, and what was measured so far can be looked at whenever one likes.
 *
 * The scenario gives the start, its traffic and its events; its duration, warm-up and expectations count for nothing.
 */
export class OpenSimulation {
  private readonly run: Run;
  private readonly scenario: Scenario;
  private readonly listeners = new Map<number, AnswerListener>();
  private readonly handSources = new Map<string, HandSource>();
  private readonly revisionNames: string[] = [];
  private readonly sourceNames = new Map<string, number>();

  /** @throws RangeError when a trace is not in memory: load the scenario with `holdTraces` */
  constructor(scenario: Scenario, observer: Partial<Observer> = {}) {
    requireHeldTraces(scenario);
    const { report } = scenario;
    this.scenario = {
      ...scenario,
      durationUs: NEVER,
      warmupUs: 0,
      drain: false,
      expectations: [],
      report: { ...report, timeline: report.timeline === "auto" ? "sparse" : report.timeline },
    };
    const own: Partial<Observer> = {
      revisionAdded: (index, { name }) => void (this.revisionNames[index] = name),
      requestEnded: (t, ended) => this.requestEnded(t, ended),
    };
    this.run = new Run(this.scenario, { keepRequests: false, observers: [own, observer] });
  }

  get nowUs(): Instant {
    return this.run.now;
  }

  /** Seconds since 1970 at the start. */
  get epochSeconds(): number {
    return this.scenario.cluster.epochSeconds;
  }

  get seed(): string {
    return this.scenario.seed;
  }

  get config(): ClusterConfig {
    return this.run.config;
  }

  objects(): ClusterObjects {
    return this.run.objects();
  }

  /** Lets time pass up to `until`, what happens at that instant included. */
  passTime(until: Instant): void {
    this.run.advanceTo(until);
  }

  /** Lets time pass up to the next event, or to `until` when none comes before. @returns whether there was one */
  passEvent(until: Instant): boolean {
    return this.run.stepEvent(until);
  }

  /** Lets time pass until the condition holds, or to `until`. It is asked after every event. @returns whether it holds */
  passTimeUntil(isFulfilled: () => boolean, until: Instant): boolean {
    while (!isFulfilled()) if (!this.passEvent(until)) return isFulfilled();
    return true;
  }

  /** Does something to the cluster now. @returns why it was refused, or null */
  apply(event: ScenarioEvent): string | null {
    return this.run.apply(event);
  }

  /** Sends one request now; it is answered while time passes. */
  send(to: Destination): Call {
    const source = this.handSource(to);
    const call: Call = { answer: null };
    source.pending.push(call);
    source.process.sendAt(this.nowUs);
    this.run.replanSource(source.index);
    // The request is sent before anything else happens.
    while (source.process.nextAt !== NEVER) this.run.stepEvent(this.nowUs);
    return call;
  }

  /**
   * Somebody sends requests from now on.
   *
   * @param process says when; it is told of every answer as well
   * @returns makes it send nothing more
   */
  addSource(name: string, to: Destination, process: ArrivalProcess, listener: AnswerListener): () => void {
    const index = this.run.addSource(this.sourcePlan(name, to), process);
    this.listeners.set(index, listener);
    return () => {
      process.close();
      this.run.replanSource(index);
    };
  }

  /** The files of a report about the time up to now. */
  files(options: { readonly charts: boolean; readonly command: string }): AsyncIterable<ReportFile> {
    const scenario = { ...this.scenario, durationUs: this.nowUs };
    return reportFiles(this.run.recordSoFar(), scenario, { ...options, requests: false });
  }

  private handSource(to: Destination): HandSource {
    const key = JSON.stringify(to);
    let source = this.handSources.get(key);
    if (source === undefined) {
      const process = new HandSentRequests();
      const pending: Call[] = [];
      const index = this.run.addSource(this.sourcePlan("curl", to), process);
      source = { index, process, pending };
      this.handSources.set(key, source);
      // Of one client's requests the first is not always answered first, but the lab sends one at a time.
      this.listeners.set(index, (answer) => {
        const call = pending.shift();
        if (call !== undefined) call.answer = answer;
      });
    }
    return source;
  }

  /** Streams of random numbers belong to the name: those of other destinations draw nothing from it. */
  private sourcePlan(tool: string, to: Destination): SourcePlan {
    const name = `${tool}/${to.service}${to.tag === null ? "" : `#${to.tag}`}`;
    const number = (this.sourceNames.get(name) ?? 0) + 1;
    this.sourceNames.set(name, number);
    return {
      name: number === 1 ? name : `${name}/${number}`,
      to: to.service,
      tag: to.tag,
      fromUs: this.nowUs,
      untilUs: NEVER,
      arrivals: { kind: "at", timesUs: [] },
      timeoutUs: to.timeoutUs,
      retries: null,
      serviceTime: to.serviceTime,
    };
  }

  private requestEnded(t: Instant, ended: EndedRequest): void {
    const listener = this.listeners.get(ended.source);
    if (listener === undefined) return;
    const { status, text, revision, arrivalUs } = ended;
    const name = revision < 0 ? null : this.revisionNames[revision];
    listener({ status, text, revision: name, latencyUs: t - arrivalUs });
  }
}

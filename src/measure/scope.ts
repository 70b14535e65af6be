import type { Instant } from "../engine/time.js";
import { Cohort } from "./cohort.js";
import { Presence } from "./presence.js";
import type { StepFunction, StepFunctions } from "./time-average.js";
import { Column, type TimelineSeries } from "./timeline-series.js";

/** Where requests are counted: a revision, or the requests to one service that reach none. */
export class Leaf {
  readonly cohort = new Cohort();
  readonly presence: Presence;
  readonly series: TimelineSeries;

  constructor(
    functions: StepFunctions,
    readonly service: ServiceScope,
    /** In the order of the timeline's columns; functions that never step for requests without revision. */
    readonly activatorQueue: StepFunction,
    readonly podQueue: StepFunction,
    addSeries: (integrals: TimelineSeries["integrals"]) => TimelineSeries,
  ) {
    this.presence = new Presence(functions);
    this.series = addSeries([this.presence.inSystem, activatorQueue, podQueue]);
  }
}

/** All there is to say of one service name; an object of the same name created later goes on with it (contract details A23). */
export class ServiceScope {
  readonly presence: Presence;
  readonly revisions: RevisionScope[] = [];
  withoutRevision: Leaf | null = null;
  traceId: string | null = null;
  /** Whether a source of it retries. */
  hasRetries = false;

  constructor(
    functions: StepFunctions,
    readonly name: string,
    /** In order of creation. */
    readonly number: number,
  ) {
    this.presence = new Presence(functions);
  }

  get leaves(): readonly Leaf[] {
    return this.withoutRevision === null ? this.revisions : [...this.revisions, this.withoutRevision];
  }
}

/** All there is to say of one revision name. */
export class RevisionScope extends Leaf {
  /** 0 or 1: its decider panics; it is served by way of the activator. */
  readonly panicking: StepFunction;
  readonly proxied: StepFunction;
  /** Largest `desired` of the valid decisions in [W, D). */
  desiredMax: number | null = null;

  constructor(
    functions: StepFunctions,
    service: ServiceScope,
    readonly name: string,
    addSeries: (integrals: TimelineSeries["integrals"]) => TimelineSeries,
  ) {
    super(functions, service, functions.create(), functions.create(), addSeries);
    this.panicking = functions.create();
    this.proxied = functions.create();
  }

  /** A revision begins in proxy mode, with no share of the traffic and nothing decided. */
  begin(t: Instant): void {
    const { now } = this.series;
    for (const column of [Column.desired, Column.stable, Column.panic, Column.excessBurstCapacity, Column.requested]) {
      now[column] = Number.NaN;
    }
    now[Column.panicking] = Number.NaN;
    now[Column.percent] = 0;
    this.setProxied(t, true);
  }

  /** A valid decision in [W, D) was for so many pods. */
  decidedFor(desired: number): void {
    if (this.desiredMax === null || desired > this.desiredMax) this.desiredMax = desired;
  }

  /** Where its requests go from now on, as the ingress has it. */
  setProxied(t: Instant, proxied: boolean): void {
    this.series.now[Column.mode] = proxied ? 0 : 1;
    this.switchTo(this.proxied, t, proxied);
  }

  /** Null before there is a decider. */
  get isPanicking(): boolean | null {
    const state = this.series.now[Column.panicking];
    return Number.isNaN(state) ? null : state === 1;
  }

  setPanicking(t: Instant, panicking: boolean): void {
    this.series.now[Column.panicking] = panicking ? 1 : 0;
    this.switchTo(this.panicking, t, panicking);
  }

  /** The revision is gone: neither mode nor panic go on. */
  end(t: Instant): void {
    this.switchTo(this.proxied, t, false);
    this.switchTo(this.panicking, t, false);
  }

  private switchTo(step: StepFunction, t: Instant, on: boolean): void {
    const by = (on ? 1 : 0) - step.value;
    if (by !== 0) step.change(t, by);
  }
}

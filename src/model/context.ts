import type { Sampler } from "../engine/distribution.js";
import type { RandomStream, RandomStreams } from "../engine/random.js";
import type { Simulation } from "../engine/simulation.js";
import type { Duration, Instant } from "../engine/time.js";
import type { ClusterPlan } from "../kube/cluster-plan.js";
import type { Observer } from "./observer.js";

/** What every part of the running cluster shares. */
export interface ModelContext {
  readonly simulation: Simulation;
  readonly streams: RandomStreams;
  readonly observer: Observer;
  readonly plan: ClusterPlan;
  /** Of the plan's latencies, ready to be drawn from. */
  readonly latencies: { readonly [Kind in keyof ClusterPlan["latencies"]]: Sampler };
}

/** Draws one kind of latency for one object, from a stream of its own. */
export class LatencySource {
  private draws = 0;
  private stream: RandomStream | null = null;

  /** The stream is called `<purpose>/<name>`. */
  constructor(
    private readonly sampler: Sampler,
    private readonly streams: RandomStreams,
    private readonly purpose: string,
    private readonly name: string,
  ) {}

  /** The next latency in µs; nothing is drawn when it is constant. */
  next(): Duration {
    return this.sampler.sample(this.sampler.varies ? this.uniform() : 0, this.draws++);
  }

  private uniform(): number {
    this.stream ??= this.streams.get(`${this.purpose}/${this.name}`);
    return this.stream.uniform();
  }
}

/** Draws one kind of latency for many objects, each from a stream of its own, so that none disturbs another. */
export class LatencySources {
  private readonly sources = new Map<string, LatencySource>();

  constructor(
    private readonly sampler: Sampler,
    private readonly streams: RandomStreams,
    private readonly purpose: string,
  ) {}

  /** The next latency of that object in µs. */
  next(name: string): Duration {
    let source = this.sources.get(name);
    if (source === undefined) {
      source = new LatencySource(this.sampler, this.streams, this.purpose, name);
      this.sources.set(name, source);
    }
    return source.next();
  }
}

/** Unix time is whole hours at t = 0, so whole seconds of virtual time are whole seconds of the clock on the wall. */
export function wholeSecond(t: Instant): Instant {
  return Math.floor(t / 1_000_000) * 1_000_000;
}

import { createSampler, type DistributionSpec, type Sampler } from "../engine/distribution.js";
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
}

/** Draws one kind of latency for one object, from a stream of its own. */
export class LatencySource {
  private readonly sampler: Sampler;
  private draws = 0;
  private stream: RandomStream | null = null;

  constructor(
    spec: DistributionSpec,
    private readonly streams: RandomStreams,
    private readonly streamName: string,
  ) {
    this.sampler = createSampler(spec);
  }

  /** The next latency in µs; nothing is drawn when it is constant. */
  next(): Duration {
    return this.sampler.sample(this.sampler.isConstant ? 0 : this.uniform(), this.draws++);
  }

  private uniform(): number {
    this.stream ??= this.streams.get(this.streamName);
    return this.stream.uniform();
  }
}

/** Draws one kind of latency for many objects, each from a stream of its own, so that none disturbs another. */
export class LatencySources {
  private readonly sources = new Map<string, LatencySource>();

  constructor(
    private readonly spec: DistributionSpec,
    private readonly streams: RandomStreams,
    private readonly purpose: string,
  ) {}

  /** The next latency of that object in µs. */
  next(name: string): Duration {
    let source = this.sources.get(name);
    if (source === undefined) {
      source = new LatencySource(this.spec, this.streams, `${this.purpose}/${name}`);
      this.sources.set(name, source);
    }
    return source.next();
  }
}

/** Unix time is whole hours at t = 0, so whole seconds of virtual time are whole seconds of the clock on the wall. */
export function wholeSecond(t: Instant): Instant {
  return Math.floor(t / 1_000_000) * 1_000_000;
}

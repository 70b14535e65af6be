import { createSampler, type Sampler } from "../engine/distribution.js";
import type { RandomStream, RandomStreams } from "../engine/random.js";
import type { Simulation } from "../engine/simulation.js";
import { type Instant, NEVER } from "../engine/time.js";
import type { ClientAnswer, Clients } from "../model/clients.js";
import type { Request } from "../model/request.js";
import { type ArrivalProcess, createArrivals } from "./arrivals.js";
import { PendingRetries } from "./retries.js";
import type { SourcePlan } from "./source.js";
import { StreamedArrivals } from "./streamed-arrivals.js";

/** Latencies of the hops that every request passes. */
export interface HopLatencies {
  readonly ingress: Sampler;
  readonly activator: Sampler;
  readonly queueProxy: Sampler;
}

/** What sources send to, and who is told of calls that are over. */
export interface TrafficHost {
  readonly simulation: Simulation;
  /** A request to fill in. */
  newRequest(): Request;
  /** Index of the service of that key, and of a tag (0 = the main host). */
  serviceIndex(key: string): number;
  tagIndex(tag: string | null): number;
  callEnded(call: { source: number; firstSentAt: Instant; attempts: number; succeeded: boolean }): void;
}

/** One source of requests at work. */
interface Source {
  readonly plan: SourcePlan;
  readonly service: number;
  readonly tag: number;
  readonly process: ArrivalProcess;
  readonly retries: PendingRetries | null;
  readonly route: RandomStream;
  readonly work: RandomStream;
  readonly overhead: RandomStream;
  /** Requests sent, retries included, and first tries alone. */
  sent: number;
  calls: number;
}

/**
 * Everyone who sends requests: draws what belongs to a request, sends it when it is due, tries again where a source says so.
 *
 * A request's draws come from its source's own streams and are made for each first try alike, whatever becomes of it, so
 * that the same request asks for the same under two policies (contract details A9).
 */
export class Traffic implements Clients {
  private readonly sources: Source[] = [];
  /** Sources whose arrivals are read while time passes. */
  private readonly streamed: { readonly index: number; readonly process: StreamedArrivals }[] = [];
  private isClosed = false;

  constructor(
    private readonly host: TrafficHost,
    private readonly streams: RandomStreams,
    private readonly hops: HopLatencies,
  ) {}

  /**
   * The next source, in order.
   *
   * @param process says when it sends, in place of the plan's arrivals
   */
  add(plan: SourcePlan, process: ArrivalProcess | null = null): void {
    const { host, streams } = this;
    const stream = (purpose: string) => streams.get(`${purpose}/${plan.name}`);
    const index = this.sources.length;
    this.sources.push({
      plan,
      service: host.serviceIndex(plan.to),
      tag: host.tagIndex(plan.tag),
      process: process ?? createArrivals(plan.arrivals, plan, { arrivals: stream("arrivals"), think: stream("think") }),
      retries: plan.retries === null ? null : new PendingRetries(plan.retries, stream("retry")),
      route: stream("route"),
      work: stream("work"),
      overhead: stream("overhead"),
      sent: 0,
      calls: 0,
    });
    const added = this.sources[index].process;
    if (added instanceof StreamedArrivals) this.streamed.push({ index, process: added });
    this.plan(index);
  }

  /** Up to which instant, itself included, all arrivals of traces are known: time must not pass it before `readAhead`. */
  get knownUntil(): Instant {
    let known = NEVER;
    for (const { process } of this.streamed) known = Math.min(known, process.knownUntil);
    return known;
  }

  /** Reads on in traces that are read while time passes. @returns null when there is nothing to read */
  readAhead(): Promise<void> | null {
    const { now } = this.host.simulation;
    return this.streamed.some(({ process }) => process.needsReading(now)) ? this.readStreams(now) : null;
  }

  /** Lets go of the traces' files. */
  async stopReading(): Promise<void> {
    for (const { process } of this.streamed) await process.stop();
  }

  private async readStreams(now: Instant): Promise<void> {
    for (const { index, process } of this.streamed) {
      await process.readAhead(now);
      this.plan(index);
    }
  }

  /** Nothing new starts from now on: the run drains. Calls that wait for another try are over. */
  close(): void {
    this.isClosed = true;
    for (let index = 0; index < this.sources.length; index++) {
      const { process, retries } = this.sources[index];
      process.close();
      for (const call of retries?.giveUp() ?? []) this.endCall(index, call.firstSentAt, call.attempt, false);
      this.plan(index);
    }
  }

  nextRequest(index: number): Request {
    const source = this.sources[index];
    const { process, retries } = source;
    const request = this.host.newRequest();
    // A retry comes before a new request of the same instant: its client has waited longer.
    if (retries !== null && retries.nextAt <= process.nextAt) this.drawRetry(request, retries);
    else this.drawFirst(request, source);
    request.source = index;
    request.number = ++source.sent;
    request.service = source.service;
    request.tagIndex = source.tag;
    this.plan(index);
    return request;
  }

  requestEnded(answer: ClientAnswer): void {
    const { source: index, client, firstSentAt, attempt, status } = answer;
    const source = this.sources[index];
    const now = this.host.simulation.now;
    if (source.retries !== null) {
      if (!this.isClosed && source.retries.offer(answer, now)) {
        this.plan(index);
        return;
      }
      this.endCall(index, firstSentAt, attempt, status === 200);
    }
    if (client < 0) return;
    source.process.requestEnded(client, firstSentAt, now);
    this.plan(index);
  }

  private drawFirst(request: Request, source: Source): void {
    const { hops } = this;
    const { overhead } = source;
    request.firstSentAt = this.host.simulation.now;
    request.client = source.process.take();
    request.attempt = 1;
    request.route = source.route.uniform();
    request.work = source.work.uniform();
    request.workIndex = source.calls++;
    request.ingressUs = draw(hops.ingress, overhead, request.workIndex);
    request.activatorUs = draw(hops.activator, overhead, request.workIndex);
    request.queueProxyUs = draw(hops.queueProxy, overhead, request.workIndex);
  }

  private drawRetry(request: Request, retries: PendingRetries): void {
    const { hops } = this;
    const call = retries.take();
    request.firstSentAt = call.firstSentAt;
    request.client = call.client;
    request.attempt = call.attempt;
    request.work = call.work;
    request.workIndex = call.workIndex;
    // From the retries' own stream, so that first tries keep their draws.
    const { stream } = retries;
    request.route = stream.uniform();
    request.ingressUs = draw(hops.ingress, stream, request.workIndex);
    request.activatorUs = draw(hops.activator, stream, request.workIndex);
    request.queueProxyUs = draw(hops.queueProxy, stream, request.workIndex);
  }

  /** Tells the engine when the source's next request is due. */
  plan(index: number): void {
    const { process, retries } = this.sources[index];
    const retryAt = retries === null ? NEVER : retries.nextAt;
    this.host.simulation.arrivals.set(index, Math.min(process.nextAt, retryAt));
  }

  private endCall(source: number, firstSentAt: Instant, attempts: number, succeeded: boolean): void {
    this.host.callEnded({ source, firstSentAt, attempts, succeeded });
  }
}

function draw(sampler: Sampler, stream: RandomStream, index: number): number {
  return sampler.sample(sampler.varies ? stream.uniform() : 0, index);
}

/** The overheads of a scenario, ready to be drawn from. */
export function hopLatencies(
  overheads: {
    readonly [Hop in keyof HopLatencies]: Parameters<typeof createSampler>[0];
  },
): HopLatencies {
  return {
    ingress: createSampler(overheads.ingress),
    activator: createSampler(overheads.activator),
    queueProxy: createSampler(overheads.queueProxy),
  };
}

import { Calendar } from "../engine/calendar.js";
import { createSampler, type Sampler } from "../engine/distribution.js";
import type { RandomStream } from "../engine/random.js";
import { type Duration, type Instant, MILLISECOND, NEVER } from "../engine/time.js";
import type { ActiveWindow, ArrivalProcess } from "./arrivals.js";
import type { ArrivalPlan } from "./source.js";

/** An answer in no time at all must not let a client ask again at the same instant, for ever. */
const LEAST_THINK_AFTER_INSTANT_ANSWER_US = MILLISECOND;

/**
 * Clients that send, wait for the answer, think, and send again (contract details A15).
 *
 * Clients are numbered from 0; when their count falls those with the highest numbers go, each after the request it is
 * waiting for, and when it grows again they come back at once. The think time belongs to the request it follows: it is
 * drawn when that is sent, so that the order in which answers come does not change anybody's.
 */
export class ClosedLoopArrivals implements ArrivalProcess {
  /** Clients that will send, by time, then number. Those who wait for an answer, or have left for good, are not in it. */
  private readonly sending = new Calendar();
  private readonly thinkTimes: Sampler;
  /** Per client: how long it will think after the request it is waiting for. */
  private readonly thinkUs: Float64Array;
  private readonly steps: ClientCount;
  private readonly untilUs: Instant;
  private readonly think: RandomStream;
  private remaining: number;
  private sent = 0;

  constructor(
    plan: Extract<ArrivalPlan, { kind: "clients" }>,
    window: ActiveWindow,
    streams: { readonly arrivals: RandomStream; readonly think: RandomStream },
  ) {
    this.think = streams.think;
    this.thinkTimes = createSampler(plan.think);
    this.steps = new ClientCount(plan.clients, window.fromUs);
    this.thinkUs = new Float64Array(this.steps.most);
    this.untilUs = window.untilUs;
    this.remaining = plan.requests ?? Number.POSITIVE_INFINITY;
    const jitter = plan.startJitter === null ? null : createSampler(plan.startJitter);
    for (let client = 0; client < this.steps.most; client++) {
      const uniform = jitter?.varies ? streams.arrivals.uniform() : 0;
      this.sendAt(client, this.steps.firstAt(client, jitter === null ? 0 : jitter.sample(uniform, client)));
    }
  }

  get nextAt(): Instant {
    return this.remaining > 0 ? this.sending.nextTime : NEVER;
  }

  take(): number {
    const client = this.sending.entityOf(this.sending.pop());
    const uniform = this.thinkTimes.varies ? this.think.uniform() : 0;
    this.thinkUs[client] = this.thinkTimes.sample(uniform, this.sent++);
    this.remaining--;
    return client;
  }

  requestEnded(client: number, sentAt: Instant, now: Instant): void {
    const think = this.thinkUs[client];
    const pause = now > sentAt ? think : Math.max(think, LEAST_THINK_AFTER_INSTANT_ANSWER_US);
    this.sendAt(client, this.steps.whenPresent(client, now, now + pause));
  }

  close(): void {
    this.remaining = 0;
  }

  private sendAt(client: number, at: Instant): void {
    if (at < this.untilUs) this.sending.schedule(at, 0, 0, client, 0);
  }
}

/** How many clients there are over time: a step function, 0 before the first step. */
class ClientCount {
  /** The most there ever are. */
  readonly most: number;
  private readonly at: Float64Array;
  private readonly count: Float64Array;
  /** The step that holds at the time last asked about; time does not go back. */
  private current = 0;

  constructor(steps: readonly (readonly [us: Duration, count: number])[], fromUs: Instant) {
    this.at = Float64Array.from(steps, ([us]) => fromUs + us);
    this.count = Float64Array.from(steps, ([, count]) => count);
    this.most = this.count.reduce((most, count) => Math.max(most, count), 0);
  }

  /**
   * When the client sends first: so much later than it joins, or when it joins again if it has left by then.
   *
   * @param client below `most`
   */
  firstAt(client: number, laterUs: Duration): Instant {
    const joined = this.count.findIndex((count) => client < count);
    return this.presentAt(client, joined, this.at[joined] + laterUs);
  }

  /**
   * When a client sends that means to do so at `wish`: then, if it is present from `now` until it; otherwise when it
   * next joins, NEVER if it does not. A client that leaves at the very moment it would send does not send.
   */
  whenPresent(client: number, now: Instant, wish: Instant): Instant {
    while (this.current + 1 < this.at.length && this.at[this.current + 1] <= now) this.current++;
    return this.presentAt(client, this.current, wish);
  }

  /** The same from the step that holds when it makes up its mind. */
  private presentAt(client: number, from: number, wish: Instant): Instant {
    for (let step = from; step < this.at.length; step++) {
      if (step > from && this.at[step] > wish) break;
      if (client >= this.count[step]) return this.joinsAfter(client, step);
    }
    return wish;
  }

  private joinsAfter(client: number, step: number): Instant {
    for (let later = step + 1; later < this.at.length; later++) if (client < this.count[later]) return this.at[later];
    return NEVER;
  }
}

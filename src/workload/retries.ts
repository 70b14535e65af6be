import { Calendar } from "../engine/calendar.js";
import { createSampler, type Sampler } from "../engine/distribution.js";
import type { RandomStream } from "../engine/random.js";
import { type Duration, type Instant, MILLISECOND } from "../engine/time.js";
import type { ClientAnswer } from "../model/clients.js";
import type { RetryPlan } from "./source.js";

/** A call between two tries. */
interface WaitingCall {
  readonly client: number;
  readonly firstSentAt: Instant;
  /** Number of the next try, or, given up, of tries made. */
  readonly attempt: number;
  readonly work: number;
  readonly workIndex: number;
}

/** A retry that follows at once would never let virtual time go on. */
const LEAST_BACKOFF_AFTER_INSTANT_FAILURE_US = MILLISECOND;

/** Calls of one source that wait to be tried again (contract details A24). */
export class PendingRetries {
  private readonly queue = new Calendar();
  private readonly calls: (WaitingCall | undefined)[] = [];
  private readonly freeCalls: number[] = [];
  private readonly backoff: Sampler | null;

  constructor(
    private readonly plan: RetryPlan,
    /** Draws back-offs and what else a retry needs. */
    readonly stream: RandomStream,
  ) {
    this.backoff = "kind" in plan.backoff ? createSampler(plan.backoff) : null;
  }

  /** When the next retry is sent; NEVER when none waits. */
  get nextAt(): Instant {
    return this.queue.nextTime;
  }

  /** A try has ended. @returns whether another follows */
  offer(answer: ClientAnswer, now: Instant): boolean {
    const { attempt, status } = answer;
    if (attempt > this.plan.max || !this.plan.statuses.some(([low, high]) => status >= low && status <= high))
      return false;
    const pause = this.pauseAfter(attempt);
    const isInstant = pause === 0 && now === answer.firstSentAt;
    const { client, firstSentAt, work, workIndex } = answer;
    const index = this.freeCalls.pop() ?? this.calls.length;
    this.calls[index] = { client, firstSentAt, attempt: attempt + 1, work, workIndex };
    this.queue.schedule(now + (isInstant ? LEAST_BACKOFF_AFTER_INSTANT_FAILURE_US : pause), 0, 0, 0, index);
    return true;
  }

  /** The call whose turn it is. */
  take(): WaitingCall {
    const index = this.queue.payloadOf(this.queue.pop());
    const call = this.calls[index]!;
    this.calls[index] = undefined;
    this.freeCalls.push(index);
    return call;
  }

  /** All calls that wait, in the order of their next tries; none waits any more. */
  giveUp(): readonly WaitingCall[] {
    const given: WaitingCall[] = [];
    while (!this.queue.isEmpty) {
      const call = this.take();
      given.push({ ...call, attempt: call.attempt - 1 });
    }
    return given;
  }

  /** @param attempt that failed, from 1 */
  private pauseAfter(attempt: number): Duration {
    const { backoff } = this.plan;
    if (this.backoff !== null) {
      return this.backoff.sample(this.backoff.varies ? this.stream.uniform() : 0, attempt - 1);
    }
    if ("kind" in backoff) return 0;
    const { initialUs, factor, maxUs, jitter } = backoff;
    let pause = initialUs;
    for (let i = 1; i < attempt && pause < maxUs; i++) pause *= factor;
    const spread = jitter > 0 ? 1 + jitter * (2 * this.stream.uniform() - 1) : 1;
    return Math.round(Math.min(pause, maxUs) * spread);
  }
}

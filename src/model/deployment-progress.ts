import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import type { Duration, Instant } from "../engine/time.js";

/** Schedules the look at the deadline, and calls it off. */
export interface ProgressTimer {
  schedule(at: Instant): EventHandle;
  cancel(event: EventHandle): void;
}

/**
 * Whether a Deployment's first rollout makes progress: its replicas become ready one by one, each within the deadline.
 *
 * Once all were ready, or none is wanted, the rollout is complete; what happens to pods later is no rollout.
 *
 * @see kubernetes pkg/controller/deployment/progress.go
 */
export class DeploymentProgress {
  private isComplete = false;
  private timedOut = false;
  private lastProgressAt: Instant = 0;
  private event: EventHandle = NO_EVENT;

  constructor(private readonly timer: ProgressTimer) {}

  /** Condition Progressing is False, reason ProgressDeadlineExceeded. */
  get hasTimedOut(): boolean {
    return this.timedOut;
  }

  /** The Deployment exists from now on. */
  start(now: Instant, deadline: Duration): void {
    this.lastProgressAt = now;
    this.event = this.timer.schedule(now + deadline);
  }

  /** One more replica became ready. */
  advanced(now: Instant, deadline: Duration): void {
    if (this.isComplete) return;
    this.lastProgressAt = now;
    this.timedOut = false;
    if (this.event === NO_EVENT) this.event = this.timer.schedule(now + deadline);
  }

  /** All replicas are ready, or none is wanted any more. */
  completed(): void {
    this.isComplete = true;
    this.timedOut = false;
    if (this.event !== NO_EVENT) this.timer.cancel(this.event);
    this.event = NO_EVENT;
  }

  /** The look that was scheduled. @returns whether the deadline has passed */
  due(now: Instant, deadline: Duration): boolean {
    this.event = NO_EVENT;
    if (now - this.lastProgressAt < deadline) {
      this.event = this.timer.schedule(this.lastProgressAt + deadline);
      return false;
    }
    this.timedOut = true;
    return true;
  }
}

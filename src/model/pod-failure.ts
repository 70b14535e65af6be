import { type Duration, type Instant, NEVER, SECOND } from "../engine/time.js";

/** Pauses of a kubelet between tries: twice as long each time. */
const FIRST_PAUSE_US = 10 * SECOND;
const LONGEST_PAUSE_US = 300 * SECOND;

/** Why a pod has not come up. Only pods that something happened to have one. */
export class PodFailure {
  /** The scheduler's text; null = it has a node. */
  unschedulable: string | null = null;
  /** How the user container last ended. */
  terminated: { readonly exitCode: number; readonly message: string } | null = null;
  /** Why the user container does not run; null = it does, or is about to. */
  waiting: { readonly reason: "ImagePullBackOff" | "CrashLoopBackOff"; readonly message: string } | null = null;
  /** When it last failed. */
  failedAt: Instant = NEVER;
  restarts = 0;
  lastRestartAt: Instant = NEVER;
  private nextPauseUs = FIRST_PAUSE_US;

  /** It failed again. @returns the pause before the next try */
  failed(now: Instant): Duration {
    this.failedAt = now;
    const pause = this.nextPauseUs;
    this.nextPauseUs = Math.min(pause * 2, LONGEST_PAUSE_US);
    return pause;
  }
}

import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import { type Instant, NEVER } from "../engine/time.js";
import { type Decision, saysTheSame, type ValidDecision } from "./autoscaler/decider.js";
import type { MetricWindows } from "./autoscaler/revision-metrics.js";
import type { ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import type { OmittedDecisions } from "./observer.js";
import type { Pod } from "./pod.js";
import type { Revision } from "./revision.js";
import type { RevisionScaler } from "./revision-scaler.js";
import { DECISION_PERIOD_US, type Tickers } from "./tickers.js";

/**
 * Which decisions may be passed over: none, because somebody asks for each; those without data, which say nothing; or
 * also those that repeat the one before, because nobody asks for the averages they saw either.
 */
export type Omissible = "none" | "withoutData" | "repeated";

/** What the sleep of a revision needs of the cluster around it. */
export interface SleepHost {
  readonly context: ModelContext;
  readonly tickers: Tickers;
  readonly omissible: Omissible;
}

/** It sleeps no longer than for so many decisions while there is load in its windows. */
const FARTHEST_LOOK = 64;

/**
 * The sleep of a revision to which nothing happens: its decisions and scrapes and the reports of its pods are passed over
 * while it is known what each would find, and made up for when it wakes.
 *
 * It falls asleep at a decision and wakes in time for the next one that says something else. Whoever changes what
 * decisions look at (load, ready pods, reachability, settings) wakes it before.
 */
export class RevisionSleep {
  /** The decision at which it fell asleep; −1 while it is awake. */
  private sleptAt: Instant = -1;
  private desired: number | null = null;
  /** Ready pods, whose reports are passed over. */
  private pods: readonly Pod[] = [];
  private alarm: EventHandle = NO_EVENT;

  constructor(
    private readonly host: SleepHost,
    private readonly revision: Revision,
    private readonly scaler: RevisionScaler,
  ) {}

  /** After a decision of the 2 s tick: falls asleep if the next ones will say the same. */
  rest(decision: Decision): void {
    const { omissible, context, tickers } = this.host;
    if (omissible === "none") return;
    if (decision.reason !== "noData" && (omissible === "withoutData" || !this.scaler.isCalm)) return;
    if (!this.isQuiet()) return;
    const { simulation } = context;
    const { index, deployment } = this.revision;
    const until = this.repeatedUntil(decision);
    if (until <= simulation.now + DECISION_PERIOD_US) return;
    this.sleptAt = simulation.now;
    this.desired = decision.desired;
    this.pods = deployment.readyPods.slice();
    tickers.sleepRevision(index);
    for (const pod of this.pods)
      if (tickers.queueProxyReports.has(pod.index)) tickers.queueProxyReports.sleep(pod.index);
    if (until < NEVER) this.alarm = simulation.schedule(until, Rank.propagation, Kind.alarm, index, 0);
  }

  /** The next decision will say something else. */
  alarmDue(): void {
    this.alarm = NO_EVENT;
    this.wake();
  }

  /** Something is about to change, or has just changed at this very instant. */
  wake(): void {
    if (this.sleptAt < 0) return;
    const { context, tickers } = this.host;
    const { simulation } = context;
    if (this.alarm !== NO_EVENT) simulation.cancel(this.alarm);
    this.alarm = NO_EVENT;
    for (const { index, queueProxy } of this.pods) {
      if (!tickers.queueProxyReports.has(index)) continue;
      const last = tickers.wakeReports(index);
      if (last > this.sleptAt && last >= tickers.queueProxyReports.firstTurn(index)) queueProxy.report(last);
    }
    const lastScrape = tickers.wakeScrapes(this.revision.index);
    if (this.pods.length > 0) {
      const firstScrape = tickers.firstScrapeAfter(this.revision.index, this.sleptAt);
      this.scaler.foundZeros(firstScrape, lastScrape);
    }
    const count = (tickers.wakeDecisions(this.revision.index) - this.sleptAt) / DECISION_PERIOD_US - 1;
    this.announce(count);
    this.sleptAt = -1;
    this.pods = [];
  }

  /** The run ends at `at`. */
  end(at: Instant): void {
    if (this.sleptAt >= 0) this.announce(Math.ceil((at - this.sleptAt) / DECISION_PERIOD_US) - 1);
  }

  /** Whether no request is under way that decisions know of or will know of by scrapes. */
  private isQuiet(): boolean {
    const { deployment, paths, routing } = this.revision;
    const { readyPods } = deployment;
    for (let i = 0; i < paths.length; i++) if (paths[i].stats.present) return false;
    // Requests that come by way of an activator wake the revision, others do not.
    if (readyPods.length > 0 && routing.gateway.mode !== "proxy") return false;
    for (let i = 0; i < readyPods.length; i++) if (!readyPods[i].queueProxy.isIdle) return false;
    return true;
  }

  /** The first decision that may say something else although nothing happens; NEVER when none will. */
  private repeatedUntil(decision: Decision): Instant {
    const { scaler, revision } = this;
    const { now } = this.host.context.simulation;
    const { windows, isScraped } = scaler;
    const hasReadyPods = revision.deployment.readyPods.length > 0;
    // Without a ready pod no scrape brings data.
    if (decision.reason === "noData") return hasReadyPods ? now : NEVER;
    if (windows === null || !decision.valid) return now;
    const { stable, panic } = windows;
    if (stable.holdsNoLoad(now) && panic.holdsNoLoad(now)) {
      if (hasReadyPods || !isScraped) return NEVER;
      return now + Math.ceil((stable.emptyFrom - now) / DECISION_PERIOD_US) * DECISION_PERIOD_US;
    }
    // Where nothing is recorded an average is over fewer and fewer seconds, and may rise.
    return hasReadyPods && isScraped ? this.sameUntil(decision, windows) : now;
  }

  /**
   * The first decision that says something else while scrapes find zeros. From the next one on both averages only fall: it
   * may itself see a higher one than this decision, whose second may have had a report that it has not.
   */
  private sameUntil(decision: ValidDecision, { stable, panic }: MetricWindows): Instant {
    const { host, revision } = this;
    const { now } = host.context.simulation;
    const isSame = (turns: number): boolean => {
      const at = now + turns * DECISION_PERIOD_US;
      const zerosUntil = host.tickers.lastScrapeBy(revision.index, at);
      const averages = {
        stable: stable.averageAfterZeros(at, zerosUntil),
        panic: panic.averageAfterZeros(at, zerosUntil),
      };
      return saysTheSame(revision.settings, decision, averages);
    };
    if (!isSame(1)) return now;
    let same = 1;
    let other = FARTHEST_LOOK;
    while (other - same > 1) {
      const middle = (same + other) >> 1;
      if (isSame(middle)) same = middle;
      else other = middle;
    }
    return now + other * DECISION_PERIOD_US;
  }

  private announce(count: number): void {
    if (count <= 0) return;
    const { simulation, observer } = this.host.context;
    const omitted: OmittedDecisions = {
      count,
      firstAt: this.sleptAt + DECISION_PERIOD_US,
      periodUs: DECISION_PERIOD_US,
      desired: this.desired,
    };
    observer.decisionsOmitted?.(simulation.now, this.revision.index, omitted);
  }
}

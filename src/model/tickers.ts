import type { PeriodicRing } from "../engine/periodic.js";
import { type Instant, SECOND } from "../engine/time.js";
import { LatencySources, type ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";

export const DECISION_PERIOD_US = 2 * SECOND;
export const SCRAPE_PERIOD_US = SECOND;
const REPORT_PERIOD_US = SECOND;

/**
 * The periodic loops of all components, each at its own phase (contract details A29).
 *
 * @see knative/autoscaler.md §1 for the periods and what starts each loop
 */
export class Tickers {
  /** Queue-proxies, by pod. */
  readonly queueProxyReports: PeriodicRing;
  private readonly scrapes: PeriodicRing;
  private readonly decisions: PeriodicRing;
  private readonly metricLatency: LatencySources;

  constructor(
    private readonly context: ModelContext,
    activators: number,
  ) {
    const { simulation, latencies, streams } = context;
    this.queueProxyReports = simulation.addRing(Rank.queueProxyReport, Kind.queueProxyReport, REPORT_PERIOD_US);
    const activatorReports = simulation.addRing(Rank.activatorReport, Kind.activatorReport, REPORT_PERIOD_US);
    this.scrapes = simulation.addRing(Rank.scrape, Kind.scrape, SCRAPE_PERIOD_US);
    this.decisions = simulation.addRing(Rank.decision, Kind.decision, DECISION_PERIOD_US);
    this.metricLatency = new LatencySources(latencies.reconcile, streams, "latency/metric");
    for (let index = 0; index < activators; index++) activatorReports.add(index, this.activatorPhase(index), 0);
  }

  /** The loops of a revision that exists from now on: drawn or given at t = 0, a period after its creation later. */
  addRevision(index: number, name: string): void {
    const { simulation, streams, plan } = this.context;
    if (simulation.now > 0) {
      this.restartRevision(index, name);
      return;
    }
    const { phases } = plan;
    const stream = streams.once(`phase/${name}`);
    const drawnScrape = SCRAPE_PERIOD_US - Math.floor(stream.uniform() * SCRAPE_PERIOD_US);
    const drawnDecision = DECISION_PERIOD_US - Math.floor(stream.uniform() * DECISION_PERIOD_US);
    const isGiven = phases.kind === "explicit";
    this.scrapes.add(index, (isGiven ? phases.scrapeUs : null) ?? drawnScrape, 0);
    this.decisions.add(index, (isGiven ? phases.decisionUs : null) ?? drawnDecision, 0);
  }

  /** The autoscaler has just begun to look after the revision. */
  restartRevision(index: number, name: string): void {
    const { now } = this.context.simulation;
    this.removeRevision(index);
    this.scrapes.add(index, now + this.metricLatency.next(name) + SCRAPE_PERIOD_US, now);
    this.decisions.add(index, now + DECISION_PERIOD_US, now);
  }

  /** The revision's loops are passed over from now on. */
  sleepRevision(index: number): void {
    this.scrapes.sleep(index);
    this.decisions.sleep(index);
  }

  /** The revision's decisions go on as if they had never slept. @returns when the next one is due */
  wakeDecisions(index: number): Instant {
    return this.wake(this.decisions, index);
  }

  /** The revision's scrapes go on as if they had never slept. @returns when the last one passed over was due */
  wakeScrapes(index: number): Instant {
    return this.wake(this.scrapes, index) - SCRAPE_PERIOD_US;
  }

  /** The reports of a pod go on as if they had never slept. @returns when the last one passed over was due */
  wakeReports(pod: number): Instant {
    return this.wake(this.queueProxyReports, pod) - REPORT_PERIOD_US;
  }

  /** The last scrape of the revision up to `at`, asleep or not. */
  lastScrapeBy(index: number, at: Instant): Instant {
    return this.scrapes.turnBy(index, at);
  }

  /** The first scrape of the revision after `at`, asleep or not. */
  firstScrapeAfter(index: number, at: Instant): Instant {
    return Math.max(this.scrapes.firstTurn(index), this.scrapes.turnBy(index, at) + SCRAPE_PERIOD_US);
  }

  removeRevision(index: number): void {
    this.scrapes.remove(index);
    this.decisions.remove(index);
  }

  private wake(ring: PeriodicRing, member: number): Instant {
    const { simulation } = this.context;
    return ring.wake(member, simulation.now, simulation.hasPassed(ring.rank));
  }

  private activatorPhase(index: number): Instant {
    const { streams, plan } = this.context;
    const drawn = Math.floor(streams.get(`phase/activator-${index}`).uniform() * REPORT_PERIOD_US);
    return plan.phases.kind === "explicit" ? (plan.phases.activatorReportUs ?? drawn) : drawn;
  }
}

import type { Instant } from "../engine/time.js";
import { createDeciderState, type DeciderState, type Decision, decide, isCalm } from "./autoscaler/decider.js";
import { createDeciderStatus, type DeciderStatus, isPoked, updateDeciderStatus } from "./autoscaler/decider-status.js";
import { type MetricWindows, RevisionMetrics } from "./autoscaler/revision-metrics.js";
import { type ModelContext, wholeSecond } from "./context.js";
import { PodScraper } from "./pod-scraper.js";
import type { Revision } from "./revision.js";

/** The autoscaler process that the scalers of all revisions live in: what it remembers is lost when it restarts. */
export interface AutoscalerProcess {
  isUp: boolean;
}

/**
 * The autoscaler's memory of one revision, and its decisions: gathers the load, decides every two seconds and on a poke.
 *
 * The rules are the pure functions of autoscaler/; here is when they run.
 */
export class RevisionScaler {
  private metrics: RevisionMetrics | null = null;
  private decider: { readonly state: DeciderState; readonly status: DeciderStatus } | null = null;
  private readonly scraper: PodScraper;

  constructor(
    private readonly context: ModelContext,
    private readonly process: AutoscalerProcess,
    private readonly revision: Revision,
    /** Told when the desired scale changed or the excess burst capacity its sign. */
    private readonly onChange: () => void,
  ) {
    this.scraper = new PodScraper(context.streams, revision.name);
  }

  /** Whether there is anything in memory. */
  get exists(): boolean {
    return this.decider !== null;
  }

  /** The latest valid decision's; −1 = none yet. */
  get desiredScale(): number {
    return this.decider?.status.desiredScale ?? -1;
  }

  get excessBurstCapacity(): number {
    return this.decider?.status.excessBurstCapacity ?? 0;
  }

  get isPanicking(): boolean {
    return this.decider !== null && this.decider.state.panicTimeUs !== null;
  }

  /** @param ready pods; with more than one the decider starts out panicking */
  create(ready: number): void {
    const { settings } = this.revision;
    const { scaleDownDelayUs, metric } = settings;
    this.metrics = new RevisionMetrics(settings, metric);
    this.decider = {
      state: createDeciderState({ nowUs: this.context.simulation.now, ready, scaleDownDelayUs }),
      status: createDeciderStatus(settings),
    };
    this.announce("DeciderCreated");
  }

  /** As after a decision for zero pods long ago. */
  assumeIdle(): void {
    if (this.decider !== null) this.decider.status.desiredScale = 0;
  }

  forget(): void {
    if (this.decider !== null) this.announce("DeciderDeleted");
    this.metrics = null;
    this.decider = null;
  }

  /** An activator's message: average concurrency and number of requests of about one second. */
  receive(concurrency: number, requestCount: number): void {
    if (!this.process.isUp) return;
    // Whoever receives it first stamps it with the whole second.
    this.metrics?.record(wholeSecond(this.context.simulation.now), concurrency, requestCount);
    if (this.decider !== null && isPoked(this.decider.status, concurrency)) this.decide("poke");
  }

  /** The 1 s scrape. */
  scrape(): void {
    const { revision, metrics } = this;
    if (!this.process.isUp || metrics === null || !this.isScraped) return;
    const { now } = this.context.simulation;
    const { deployment, settings } = revision;
    const stat = this.scraper.scrape(deployment.readyPods, now, settings.stableWindowUs);
    if (stat === null) return;
    metrics.record(now, stat.concurrency - stat.proxiedConcurrency, stat.requests - stat.proxiedRequests);
  }

  /** The 2 s tick. @returns null when there is no decider to run */
  tick(): Decision | null {
    return this.process.isUp && this.decider !== null ? this.decide("tick") : null;
  }

  /** Whether the next decisions depend on the averages alone, as long as ready pods stay as they are. */
  get isCalm(): boolean {
    return this.decider !== null && isCalm(this.decider.state);
  }

  /** The windows of the scaling metric; null = there is nothing in memory. */
  get windows(): MetricWindows | null {
    return this.metrics?.windowsOf(this.revision.settings.metric) ?? null;
  }

  /** What scrapes from `from` to `until` would have done that were passed over because no pod had load to tell of. */
  foundZeros(from: Instant, until: Instant): void {
    if (this.isScraped && from <= until) this.metrics?.recordZeros(from, until);
  }

  /** The revision's settings changed: windows are resized; a changed scale-down delay has no effect. */
  settingsChanged(): void {
    this.metrics?.resize(this.revision.settings, this.context.simulation.now);
  }

  /** Whether pods are asked for their load. */
  get isScraped(): boolean {
    return this.revision.settings.targetBurstCapacity !== -1;
  }

  private decide(cause: "tick" | "poke"): Decision {
    const { revision, metrics, decider } = this;
    const { simulation, observer } = this.context;
    const { settings } = revision;
    const now = simulation.now;
    const averages = metrics === null ? "notCollecting" : metrics.read(settings.metric, now, this.isScraped);
    const ready = revision.deployment.readyPods.length;
    const reachable = revision.reachability !== "Unreachable";
    const decision = decide(settings, decider!.state, { nowUs: now, ready, reachable, averages });
    // Written out: spreading a decision costs more than making it, and idle revisions decide as often as busy ones.
    observer.decided({
      t: now,
      revision: revision.index,
      cause,
      valid: decision.valid,
      reason: decision.reason,
      ready,
      stable: decision.stable,
      panic: decision.panic,
      target: settings.target,
      total: settings.total,
      desired: decision.desired,
      excessBurstCapacity: decision.excessBurstCapacity,
      delayed: decision.delayed,
      up: decision.up,
      down: decision.down,
      rawStable: decision.rawStable,
      rawPanic: decision.rawPanic,
      panicking: decision.panicking,
      maxPanicPods: decision.maxPanicPods,
    });
    this.announcePanic(decision);
    if (decision.valid && updateDeciderStatus(decider!.status, decision)) this.onChange();
    return decision;
  }

  private announce(kind: "DeciderCreated" | "DeciderDeleted"): void {
    const { simulation, observer } = this.context;
    const { service, index } = this.revision;
    observer.happened({ t: simulation.now, kind, service, revision: index, panicking: this.isPanicking });
  }

  private announcePanic({ panicChange, panic, ready }: Decision): void {
    if (panicChange === null) return;
    const { simulation, observer } = this.context;
    const { service, index, settings } = this.revision;
    observer.happened({
      t: simulation.now,
      kind: PANIC_FACT[panicChange],
      service,
      revision: index,
      panic: panic ?? 0,
      ready,
      threshold: settings.panicThreshold,
    });
  }
}

const PANIC_FACT = { entered: "PanicEntered", extended: "PanicExtended", exited: "PanicExited" } as const;

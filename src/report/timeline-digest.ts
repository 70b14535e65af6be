import type { TimelineRow } from "../measure/run-record.js";
import { Thinning } from "./thinning.js";

/** Points a series of a picture may have; its width in pixels, about. */
const MOST_POINTS = 760;

/** Response times of one row; t in seconds, the middle of the row. */
export interface LatencyPoint {
  readonly t: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Pods at the end of a row; they stay so until the next point. */
export interface PodsPoint {
  readonly t: number;
  readonly ready: number;
  readonly starting: number;
  readonly terminating: number;
  readonly desired: number | null;
}

/** Load of one row, and the averages the autoscaler saw. */
export interface LoadPoint {
  readonly t: number;
  readonly concurrency: number;
  readonly completedPerSecond: number;
  readonly stable: number | null;
  readonly panic: number | null;
  readonly ready: number;
}

export interface ErrorPoint {
  readonly t: number;
  readonly errors: number;
}

/** Share of the service's main traffic in percent from t on. */
export interface PercentPoint {
  readonly t: number;
  readonly percent: number;
}

/** What pictures show of one revision. */
export interface RevisionDigest {
  readonly revision: string;
  readonly service: string;
  latencies(): readonly LatencyPoint[];
  pods(): readonly PodsPoint[];
  loads(): readonly LoadPoint[];
  errors(): readonly ErrorPoint[];
  /** Only where it changes. */
  percents(): readonly PercentPoint[];
}

/** The timeline, thinned to what pictures can show, as its rows pass by. */
export class TimelineDigest {
  private readonly series = new Map<string, Series>();
  private readonly others: OtherPods;
  private readonly bucketSeconds: number;

  /**
   * @param shown revisions with pictures of their own, in that order; all others are added together
   * @param stepSeconds length of a row
   * @param endSeconds end of the run
   */
  constructor(
    shown: readonly string[],
    private readonly stepSeconds: number,
    endSeconds: number,
  ) {
    // Two points a bucket. A row per bucket is kept as it is.
    const rows = Math.ceil(endSeconds / stepSeconds);
    this.bucketSeconds = rows <= MOST_POINTS ? stepSeconds : stepSeconds * Math.ceil((2 * rows) / MOST_POINTS);
    for (const revision of shown) this.series.set(revision, new Series(revision, this.bucketSeconds));
    this.others = new OtherPods(this.bucketSeconds, stepSeconds);
  }

  add(row: TimelineRow): void {
    if (row.revision === "") return;
    const series = this.series.get(row.revision);
    if (series === undefined) this.others.add(row);
    else series.add(row, this.stepSeconds);
  }

  /** Those that had a row, in the order asked for. */
  revisions(): readonly RevisionDigest[] {
    return [...this.series.values()].filter(({ hasRows }) => hasRows);
  }

  /** Pods of all revisions not shown one by one, added together; null when there are none. */
  otherPods(): { readonly revisions: number; readonly points: readonly PodsPoint[] } | null {
    const { revisions } = this.others;
    return revisions === 0 ? null : { revisions, points: this.others.points() };
  }

  /** Rows further apart than this are not joined by a line: nothing completed between them. */
  get longestGapSeconds(): number {
    return 3 * Math.max(this.bucketSeconds, this.stepSeconds);
  }
}

class Series implements RevisionDigest {
  service = "";
  hasRows = false;
  private readonly latencyPoints: Thinning<LatencyPoint>;
  private readonly podPoints: Thinning<PodsPoint>;
  private readonly loadPoints: Thinning<LoadPoint>;
  private readonly errorPoints: Thinning<ErrorPoint>;
  private readonly percentPoints: PercentPoint[] = [];

  constructor(
    readonly revision: string,
    bucketSeconds: number,
  ) {
    this.latencyPoints = new Thinning(bucketSeconds);
    this.podPoints = new Thinning(bucketSeconds);
    this.loadPoints = new Thinning(bucketSeconds);
    this.errorPoints = new Thinning(bucketSeconds);
  }

  add(row: TimelineRow, stepSeconds: number): void {
    this.hasRows = true;
    this.service = row.service;
    const middle = row.t + stepSeconds / 2;
    const { t, p50Ms: p50, p95Ms: p95, p99Ms: p99, errors, concurrency, stable, panic, desired } = row;
    if (p50 !== null && p95 !== null && p99 !== null) {
      this.latencyPoints.add(t, p99, () => ({ t: middle, p50, p95, p99 }));
    }
    const [ready, starting, terminating] = podCounts(row);
    this.podPoints.add(t, ready + starting + terminating, () => ({
      t: t + stepSeconds,
      ready,
      starting,
      terminating,
      desired,
    }));
    const completedPerSecond = row.completed / stepSeconds;
    this.loadPoints.add(t, concurrency, () => ({ t: middle, concurrency, completedPerSecond, stable, panic, ready }));
    if (errors > 0) this.errorPoints.add(t, errors, () => ({ t: middle, errors }));
    const percent = row.percent ?? 0;
    if (percent !== (this.percentPoints.at(-1)?.percent ?? 0)) this.percentPoints.push({ t: t + stepSeconds, percent });
  }

  latencies(): readonly LatencyPoint[] {
    return this.latencyPoints.points();
  }

  pods(): readonly PodsPoint[] {
    return this.podPoints.points();
  }

  loads(): readonly LoadPoint[] {
    return this.loadPoints.points();
  }

  errors(): readonly ErrorPoint[] {
    return this.errorPoints.points();
  }

  percents(): readonly PercentPoint[] {
    return this.percentPoints;
  }
}

/** Adds gauges of many revisions; one without a row keeps its last values (contract details A12). */
class OtherPods {
  private readonly latest = new Map<string, readonly [number, number, number, number]>();
  private readonly sum = [0, 0, 0, 0];
  private readonly kept: Thinning<PodsPoint>;
  private rowT = -1;

  constructor(
    bucketSeconds: number,
    private readonly stepSeconds: number,
  ) {
    this.kept = new Thinning(bucketSeconds);
  }

  get revisions(): number {
    return this.latest.size;
  }

  add(row: TimelineRow): void {
    if (row.t !== this.rowT) this.flush();
    this.rowT = row.t;
    const values = [...podCounts(row), row.desired ?? 0] as const;
    const before = this.latest.get(row.revision) ?? [0, 0, 0, 0];
    for (let i = 0; i < 4; i++) this.sum[i] += values[i] - before[i];
    this.latest.set(row.revision, values);
  }

  points(): readonly PodsPoint[] {
    this.flush();
    return this.kept.points();
  }

  private flush(): void {
    if (this.rowT < 0) return;
    const [ready, starting, terminating, desired] = this.sum;
    const t = this.rowT + this.stepSeconds;
    this.kept.add(this.rowT, ready + starting + terminating, () => ({ t, ready, starting, terminating, desired }));
    this.rowT = -1;
  }
}

function podCounts(row: TimelineRow): readonly [number, number, number] {
  return [row.podsReady ?? 0, row.podsStarting ?? 0, row.podsTerminating ?? 0];
}

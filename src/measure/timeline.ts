import { type Duration, type Instant, NEVER, WIDE } from "../engine/time.js";
import { RowLog } from "./row-log.js";
import { COLUMNS, hasRequests, isQuiet, TimelineSeries } from "./timeline-series.js";

/** `auto`: every row up to two million of them, then only those in which something changes (contract details A12). */
export type TimelineMode = "full" | "sparse" | "none" | "auto";

const MOST_ROWS_IN_FULL = 2_000_000;

/** Rows of requests without a revision come after those of revisions. */
const ORDER_WITHOUT_REVISION = 1_000_000_000_000;

/** A row as it is kept. */
export interface TimelineRowKept {
  readonly t: Instant;
  /** By `Column`; reused from row to row. */
  readonly values: Float64Array;
  readonly series: TimelineSeries;
}

/**
 * Rows of timeline.csv, made as virtual time passes: one per step and revision.
 *
 * A row ends twice. Its counts and integrals end *before* the instant of its border, so that what happens at 5 s belongs
 * to row 5; its gauges are read *after* that instant. So a border is passed in two steps, at b and at b + 1 µs.
 */
export class Timeline {
  private log = new RowLog(COLUMNS);
  private sparse: boolean;
  private readonly series: TimelineSeries[] = [];
  /** Those to look at when a row ends; in order of rows unless `isSorted` is false. */
  private awake: TimelineSeries[] = [];
  private isSorted = true;
  private rowStart: Instant = WIDE;
  /** Rows up to `rowStart` are cut and wait for their gauges. */
  private waitsForGauges = false;
  private readonly row = new Float64Array(COLUMNS);
  private switchedToSparse = false;

  constructor(
    private readonly mode: TimelineMode,
    private readonly stepUs: Duration,
    private readonly mostRowsInFull = MOST_ROWS_IN_FULL,
  ) {
    this.sparse = mode === "sparse";
    this.rowStart = 0;
  }

  /** When `passBoundary` is to be called: before the first event at this instant or later. NEVER without rows. */
  get nextBoundary(): Instant {
    if (this.mode === "none") return NEVER;
    return this.waitsForGauges ? this.rowStart + 1 : this.rowStart + this.stepUs;
  }

  /** True when `auto` found the timeline too large and left out rows in which nothing changes. */
  get becameSparse(): boolean {
    return this.switchedToSparse;
  }

  /** A series for a revision, numbered in order of creation, or for requests to a service that reach none. */
  add(number: number, isRevision: boolean, integrals: TimelineSeries["integrals"]): TimelineSeries {
    const order = isRevision ? number : ORDER_WITHOUT_REVISION + number;
    const series = new TimelineSeries(this.series.length, order, isRevision, integrals);
    this.series.push(series);
    if (this.mode === "none") series.isAsleep = false; // nobody looks: nobody needs to be woken
    return series;
  }

  /** The revision exists from now on. */
  begin(series: TimelineSeries): void {
    series.exists = true;
    if (series.isAsleep) this.arouse(series);
  }

  /** The revision is gone; it keeps its rows while requests of it are still about. */
  end(series: TimelineSeries, t: Instant): void {
    series.exists = false;
    series.removedAt = t;
  }

  /** To be called before anything of a sleeping series changes. */
  wake(series: TimelineSeries): void {
    this.arouse(series);
    if (!this.waitsForGauges) return;
    // It changes at the very border: the row before shows it in its gauges.
    series.beginRow(this.rowStart - this.stepUs);
    series.cutRow(this.rowStart);
  }

  /** The border of a row: see the class. */
  passBoundary(): void {
    if (this.waitsForGauges) {
      this.waitsForGauges = false;
      this.closeCutRows();
      return;
    }
    this.rowStart += this.stepUs;
    for (const series of this.awake) series.cutRow(this.rowStart);
    this.waitsForGauges = this.awake.length > 0 || this.sparse;
  }

  /**
   * All rows up to `end`, by time, then order; the last may be shorter than a step and includes the instant `end` itself.
   * Every boundary up to `end` must have been passed.
   */
  *rows(end: Instant): IterableIterator<TimelineRowKept> {
    for (const { stream, t, values } of this.log.rows()) yield { t, values, series: this.series[stream] };
    if (this.mode === "none") return;
    const values = new Float64Array(COLUMNS);
    const isLastFull = end === this.rowStart;
    for (const series of isLastFull ? this.sortedAwake() : this.inLastRow()) {
      if (isLastFull && !series.hasCutRow) continue; // it came at the very end: no row covers it
      if (isLastFull) series.readLastCutRow(values);
      else series.readRowInProgress(values, end);
      if (!this.isDue(series, values)) continue;
      const t = isLastFull ? this.rowStart - this.stepUs : this.rowStart;
      yield { t, values, series };
    }
  }

  /** Whoever may have a row that is cut short: also those that sleep while requests stay, for their integrals are less. */
  private inLastRow(): readonly TimelineSeries[] {
    const sleepers = this.series.filter(
      ({ isAsleep, integrals }) => isAsleep && integrals.some((step) => step.value > 0),
    );
    for (const series of sleepers) series.beginRow(this.rowStart);
    return [...this.sortedAwake(), ...sleepers].sort((a, b) => a.order - b.order);
  }

  private arouse(series: TimelineSeries): void {
    series.isAsleep = false;
    const last = this.awake.at(-1);
    if (last !== undefined && last.order > series.order) this.isSorted = false;
    this.awake.push(series);
    series.beginRow(this.rowStart);
  }

  private closeCutRows(): void {
    const { row } = this;
    let kept = 0;
    for (const series of this.sortedAwake()) {
      let wasDue = true;
      if (series.hasCutRow) {
        series.readCutRow(row);
        series.hasCutRow = false;
        wasDue = this.isDue(series, row);
        if (wasDue) this.log.append(series.id, this.rowStart - this.stepUs, row);
      }
      if (this.staysAwake(series, wasDue)) this.awake[kept++] = series;
      else series.isAsleep = true;
    }
    this.awake.length = kept;
    if (this.mode === "auto" && !this.sparse && this.log.length > this.mostRowsInFull) this.thin();
  }

  private isDue(series: TimelineSeries, row: Float64Array): boolean {
    if (!series.isRevision && !hasRequests(row)) return false;
    return !this.sparse || !isQuiet(row) || this.log.differs(series.id, row);
  }

  /** Whether the row in progress may differ from the one just closed, or must be written all the same. */
  private staysAwake(series: TimelineSeries, wasDue: boolean): boolean {
    if (series.hasCounts) return true;
    const [inSystem] = series.integrals;
    const isDueAnyway = series.exists || series.removedAt >= this.rowStart || inSystem.value > 0;
    if (!this.sparse) return isDueAnyway;
    // Only what was constant all through a row has the same integral in the next.
    const stepped = series.integrals.some((step) => step.since > this.rowStart - this.stepUs);
    return wasDue ? isDueAnyway : stepped;
  }

  private sortedAwake(): readonly TimelineSeries[] {
    if (!this.isSorted) this.awake.sort((a, b) => a.order - b.order);
    this.isSorted = true;
    return this.awake;
  }

  /** Goes over to sparse rows, also for the past. */
  private thin(): void {
    this.sparse = true;
    this.switchedToSparse = true;
    const full = this.log;
    this.log = new RowLog(COLUMNS);
    for (const { stream, t, values } of full.rows()) {
      if (!isQuiet(values) || this.log.differs(stream, values)) this.log.append(stream, t, values);
    }
  }
}

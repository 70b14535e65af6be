import type { Instant } from "../engine/time.js";
import { LatencySample } from "./latency-sample.js";
import type { StepFunction } from "./time-average.js";

/** Columns of a row as kept; NaN = empty cell. Times in µs, integrals in µs · count. */
export const Column = {
  offered: 0,
  completed: 1,
  errors: 2,
  /** Integrals over the row of what the table shows as averages. */
  inSystem: 3,
  queuedActivator: 4,
  queuedPods: 5,
  desired: 6,
  podsReady: 7,
  podsStarting: 8,
  podsTerminating: 9,
  stable: 10,
  panic: 11,
  panicking: 12,
  excessBurstCapacity: 13,
  /** 0 proxy, 1 serve. */
  mode: 14,
  percent: 15,
  p50: 16,
  p95: 17,
  p99: 18,
  requested: 19,
} as const;

export const COLUMNS = 20;
const COUNTS = 3;
const INTEGRALS = 3;
const ROW_QUANTILES = [0.5, 0.95, 0.99] as const;

/** Until there is a row: a run without a timeline has none, and may have very many series. */
const EMPTY = new Float64Array(0);

/** What the rows of one revision (or of a service's requests without revision) are made from. */
export class TimelineSeries {
  /** Counts of the row in progress and gauges as they are now. */
  readonly now = new Float64Array(COLUMNS).fill(Number.NaN);
  /** Counts and integrals of the row that was cut and waits for its gauges. */
  private cut = EMPTY;
  /** Integrals up to the beginning of the row in progress. */
  private areaBefore = EMPTY;
  private ended = new LatencySample();
  private endedBeforeCut = new LatencySample();
  hasCutRow = false;

  /** Nothing has changed since its last row, the timeline passes it over until it wakes. */
  isAsleep = true;
  /** Rows are due even when nothing happens: the revision exists. */
  exists = false;
  removedAt: Instant = Number.NEGATIVE_INFINITY;

  constructor(
    /** Names the series in the log. */
    readonly id: number,
    /** Rows of one second are in this order. */
    readonly order: number,
    /** False: requests that reached no revision, which have no gauges. */
    readonly isRevision: boolean,
    /** In the order of the columns. */
    readonly integrals: readonly [StepFunction, StepFunction, StepFunction],
  ) {
    this.now.fill(0, 0, COUNTS);
    if (isRevision) this.now.fill(0, Column.podsReady, Column.podsTerminating + 1);
  }

  /** A completed request of the row in progress. */
  addCompleted(latencyUs: number): void {
    this.now[Column.completed]++;
    this.ended.add(latencyUs);
  }

  get hasCounts(): boolean {
    const { now } = this;
    return now[Column.offered] + now[Column.completed] + now[Column.errors] > 0;
  }

  /** Begins a row from nothing: integrals count from what they were. */
  beginRow(at: Instant): void {
    if (this.areaBefore === EMPTY) {
      this.areaBefore = new Float64Array(INTEGRALS);
      this.cut = new Float64Array(COUNTS + INTEGRALS);
    }
    for (let i = 0; i < INTEGRALS; i++) this.areaBefore[i] = this.integrals[i].areaUntil(at);
  }

  /** Ends the row in progress, as far as counts and integrals go, and begins the next. */
  cutRow(at: Instant): void {
    for (let i = 0; i < COUNTS; i++) {
      this.cut[i] = this.now[i];
      this.now[i] = 0;
    }
    for (let i = 0; i < INTEGRALS; i++) {
      const area = this.integrals[i].areaUntil(at);
      this.cut[COUNTS + i] = area - this.areaBefore[i];
      this.areaBefore[i] = area;
    }
    const sample = this.endedBeforeCut;
    this.endedBeforeCut = this.ended;
    this.ended = sample;
    sample.clear();
    this.hasCutRow = true;
  }

  /** Fills `row` with the row that was cut and the gauges as they are now. */
  readCutRow(row: Float64Array): void {
    row.set(this.now);
    row.set(this.cut);
    setQuantiles(row, this.endedBeforeCut);
  }

  /** The same with what has happened since the cut added to it: the run ends at that instant and has no further row. */
  readLastCutRow(row: Float64Array): void {
    this.readCutRow(row);
    for (let i = 0; i < COUNTS; i++) row[i] += this.now[i];
    const ended = new LatencySample();
    ended.merge(this.endedBeforeCut);
    ended.merge(this.ended);
    setQuantiles(row, ended);
  }

  /** Fills `row` with the row in progress, as if it ended now. */
  readRowInProgress(row: Float64Array, at: Instant): void {
    row.set(this.now);
    for (let i = 0; i < INTEGRALS; i++) row[COUNTS + i] = this.integrals[i].areaUntil(at) - this.areaBefore[i];
    setQuantiles(row, this.ended);
  }
}

function setQuantiles(row: Float64Array, sample: LatencySample): void {
  const quantiles = sample.quantiles(ROW_QUANTILES);
  for (let i = 0; i < quantiles.length; i++) row[Column.p50 + i] = quantiles[i] ?? Number.NaN;
}

/** Whether requests came, went or were there during a row. */
export function hasRequests(row: Float64Array): boolean {
  return row[Column.offered] + row[Column.completed] + row[Column.errors] + row[Column.inSystem] > 0;
}

/** Whether a row may be left out of a sparse timeline when it equals the one before. */
export function isQuiet(row: Float64Array): boolean {
  return row[Column.offered] + row[Column.completed] + row[Column.errors] === 0;
}

import type { Summary } from "../measure/run-record.js";
import { Thinning } from "./thinning.js";
import type { ReadTimelineRow } from "./timeline-csv.js";

/** Points a line may have; its width in pixels, about. */
const MOST_POINTS = 760;

/** A run at one second: all its revisions together. */
export interface ComparedPoint {
  /** Seconds: the end of the second. */
  readonly t: number;
  readonly pods: number;
  readonly inFlight: number;
}

/** The course of a run, thinned to what a picture of two can show. Plain data. */
export interface ComparedSeries {
  readonly endSeconds: number;
  readonly window: readonly [from: number, to: number];
  readonly points: readonly ComparedPoint[];
  /** p95 of each second, of the revision where it is longest, ms. */
  readonly latencies: readonly { readonly t: number; readonly p95: number }[];
}

type Row = Pick<ReadTimelineRow, "t" | "revision" | "concurrency" | "podsReady" | "p95Ms">;

/** @param rows in order of time */
export function comparedSeries(rows: Iterable<Row>, { from, to, drainedAt }: Summary): ComparedSeries {
  const endSeconds = Math.max(to, drainedAt);
  const bucket = endSeconds <= MOST_POINTS ? 1 : Math.ceil((2 * endSeconds) / MOST_POINTS);
  const points = new Thinning<ComparedPoint>(bucket);
  const latencies = new Thinning<{ t: number; p95: number }>(bucket);
  // A revision without a row keeps its last gauges (contract details A12).
  const pods = new Map<string, number>();
  const inFlight = new Map<string, number>();
  let second: number | null = null;
  let worst: number | null = null;
  const flush = (): void => {
    if (second === null) return;
    const [t, p95] = [second + 1, worst];
    const point = { t, pods: sum(pods), inFlight: sum(inFlight) };
    points.add(second, point.pods, () => point);
    if (p95 !== null) latencies.add(second, p95, () => ({ t: t - 0.5, p95 }));
  };
  for (const { t, revision, concurrency, podsReady, p95Ms } of rows) {
    if (t !== second) {
      flush();
      [second, worst] = [t, null];
    }
    pods.set(revision, podsReady ?? 0);
    inFlight.set(revision, concurrency);
    if (p95Ms !== null) worst = Math.max(worst ?? 0, p95Ms);
  }
  flush();
  return { endSeconds, window: [from, to], points: points.points(), latencies: latencies.points() };
}

function sum(values: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const value of values.values()) total += value;
  return total;
}

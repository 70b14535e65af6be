import { type Duration, type Instant, SECOND } from "../engine/time.js";
import { sixDecimals, sixDecimalsOrNull, wholeMilliseconds } from "./rounding.js";
import type { TimelineRow } from "./run-record.js";
import { Column } from "./timeline-series.js";

/** What a kept row does not say of itself. */
export interface RowContext {
  readonly stepUs: Duration;
  readonly endUs: Instant;
  readonly service: string;
  /** "" for requests that reached none. */
  readonly revision: string;
}

/**
 * A row as kept, in the shape of timeline.csv (contract details C3).
 *
 * Averages are over the whole seconds of a row, also in the last second, which the end of the run may cut short: so they
 * add up to the integral.
 */
export function timelineRow(
  row: { readonly t: Instant; readonly values: Float64Array },
  { stepUs, endUs, service, revision }: RowContext,
): TimelineRow {
  const { t, values } = row;
  const spanUs = Math.min(stepUs, Math.ceil((endUs - t) / SECOND) * SECOND);
  const average = (column: number): number => sixDecimals(values[column] / spanUs);
  const gauge = (column: number): number | null => sixDecimalsOrNull(values[column]);
  const mode = values[Column.mode];
  const panicking = values[Column.panicking];
  return {
    t: t / SECOND,
    service,
    revision,
    offered: values[Column.offered],
    completed: values[Column.completed],
    errors: values[Column.errors],
    concurrency: average(Column.inSystem),
    queuedActivator: average(Column.queuedActivator),
    queuedPods: average(Column.queuedPods),
    desired: gauge(Column.desired),
    podsReady: gauge(Column.podsReady),
    podsStarting: gauge(Column.podsStarting),
    podsTerminating: gauge(Column.podsTerminating),
    stable: gauge(Column.stable),
    panic: gauge(Column.panic),
    panicking: Number.isNaN(panicking) ? null : panicking === 1,
    excessBurstCapacity: gauge(Column.excessBurstCapacity),
    mode: Number.isNaN(mode) ? null : mode === 0 ? "proxy" : "serve",
    percent: gauge(Column.percent),
    p50Ms: wholeMilliseconds(values[Column.p50]),
    p95Ms: wholeMilliseconds(values[Column.p95]),
    p99Ms: wholeMilliseconds(values[Column.p99]),
    requested: gauge(Column.requested),
  };
}

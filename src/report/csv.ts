import { type Duration, MILLISECOND, SECOND } from "../engine/time.js";
import type { RequestRow, TimelineRow } from "../measure/run-record.js";

/**
 * Lines of the CSV files (contract details C, C2, C3): no quoting, absent = empty, counts as whole numbers, other figures
 * with three decimals, instants with six. Names cannot hold a comma: they are names of Kubernetes objects.
 */

export const TIMELINE_HEADER =
  "t,service,revision,offered,completed,errors,concurrency,queued_activator,queued_pods,desired,pods_ready," +
  "pods_starting,pods_terminating,stable,panic,panicking,ebc,mode,percent,p50_ms,p95_ms,p99_ms,requested\n";

/** One line of timeline.csv. `t` is a whole second, the start of the row. */
export function timelineLine(row: TimelineRow): string {
  return (
    `${row.t},${row.service},${row.revision},${row.offered},${row.completed},${row.errors},` +
    `${decimals(row.concurrency)},${decimals(row.queuedActivator)},${decimals(row.queuedPods)},` +
    `${count(row.desired)},${count(row.podsReady)},${count(row.podsStarting)},${count(row.podsTerminating)},` +
    `${decimals(row.stable)},${decimals(row.panic)},${row.panicking ?? ""},${count(row.excessBurstCapacity)},` +
    `${row.mode ?? ""},${count(row.percent)},${decimals(row.p50Ms)},${decimals(row.p95Ms)},${decimals(row.p99Ms)},` +
    `${count(row.requested)}\n`
  );
}

export const REQUESTS_HEADER =
  "id,arrival,service,revision,pod,status,latency_ms,activator_wait_ms,pod_wait_ms,service_ms,cold," +
  "source,attempt,mode,tag,node\n";

/** One line of requests.csv. */
export function requestLine(row: RequestRow): string {
  return (
    `${row.id},${fixed(row.arrivalUs, SECOND, 6)},${row.service},${row.revision},${row.pod},${row.status},` +
    `${milliseconds(row.latencyUs)},${milliseconds(row.activatorWaitUs)},${milliseconds(row.podWaitUs)},` +
    `${milliseconds(row.serviceUs)},${row.cold},${row.source},${row.attempt},${row.mode},${row.tag},${row.node}\n`
  );
}

/** Three decimals; "" for a missing figure. */
function decimals(value: number | null): string {
  if (value === null) return "";
  // Most figures of a quiet revision are 0, and toFixed is the dear part of a row.
  return value === 0 ? "0.000" : value.toFixed(3);
}

/** A whole number as it is; three decimals for what is none (an excess burst capacity, a share). */
function count(value: number | null): string {
  if (value === null) return "";
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

function milliseconds(us: Duration | null): string {
  return us === null ? "" : fixed(us, MILLISECOND, 3);
}

/** Whole microseconds in a larger unit with all its decimals, exact. */
function fixed(us: number, unit: number, digits: number): string {
  const rest = us % unit;
  return `${(us - rest) / unit}.${String(rest).padStart(digits, "0")}`;
}

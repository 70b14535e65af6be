import type { DecisionRow, EventRow } from "../measure/run-record.js";

/**
 * One line of decisions.jsonl: the keys of contract §3, then those of contract details C4.
 *
 * The row is written out anew for the order of its keys; a list of keys for `JSON.stringify` takes five times as long.
 */
export function decisionLine(row: DecisionRow): string {
  const { t, revision, ready, stable, panic, target, desired, ebc, panicking, valid, reason, cause, total } = row;
  const { up, down, raw, maxPanicPods, delayed } = row;
  const first = { t, revision, ready, stable, panic, target, desired, ebc, panicking, valid, reason, cause, total };
  const line = { ...first, up, down, raw: { stable: raw.stable, panic: raw.panic }, maxPanicPods, delayed };
  return `${JSON.stringify(line)}\n`;
}

/** One line of events.jsonl: `t`, `kind`, `service`, then the fields of the kind in the order of contract details D. */
export function eventLine(row: EventRow): string {
  return `${JSON.stringify(row)}\n`;
}

import type { DecisionRow, EventRow } from "../measure/run-record.js";

/** One line of decisions.jsonl: the keys of contract §3, then those of contract details C4. */
export function decisionLine(row: DecisionRow): string {
  return `${JSON.stringify(row, DECISION_KEYS)}\n`;
}

/** Serves as the list of keys, nested ones included, and as their order. */
const DECISION_KEYS: string[] = [
  "t",
  "revision",
  "ready",
  "stable",
  "panic",
  "target",
  "desired",
  "ebc",
  "panicking",
  "valid",
  "reason",
  "cause",
  "total",
  "up",
  "down",
  "raw",
  "maxPanicPods",
  "delayed",
];

/** One line of events.jsonl: `t`, `kind`, `service`, then the fields of the kind in the order of contract details D. */
export function eventLine(row: EventRow): string {
  return `${JSON.stringify(row)}\n`;
}

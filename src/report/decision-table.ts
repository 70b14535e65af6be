import type { DecisionFact } from "../model/observer.js";
import { counted, grouped, plain, span } from "./number-words.js";

/** What a table of decisions shows of one. */
export type DecidedRow = Pick<
  DecisionFact,
  "valid" | "ready" | "stable" | "panic" | "desired" | "excessBurstCapacity" | "panicking" | "reason"
>;

/** Columns and the width of each, so that rows can be printed one by one; a wider figure shifts its own row. */
const COLUMNS = { ready: 5, stable: 9, panic: 9, desired: 7, ebc: 8, mode: 6, reason: 0 } as const;

/** @param timeWidth characters that the times take */
export function decisionTableHead(timeWidth: number): string {
  return line(["time", ...Object.keys(COLUMNS)], timeWidth);
}

/** One line of the table. Figures that do not exist are `–`; the mode is the one after the decision. */
export function decisionTableRow(time: string, row: DecidedRow, timeWidth: number): string {
  const { ready, stable, panic, desired, excessBurstCapacity, panicking, reason } = row;
  const figures = [stable, panic, desired, excessBurstCapacity].map((value) => (value === null ? "–" : plain(value)));
  return line([time, plain(ready), ...figures, panicking ? "panic" : "stable", reason], timeWidth);
}

function line([time, ...cells]: readonly string[], timeWidth: number): string {
  const widths = Object.values(COLUMNS);
  const padded = cells.map((cell, column) =>
    column < widths.length - 2 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
  );
  return `${[time.padStart(Math.max(timeWidth, 4)), ...padded].join("  ")}\n`;
}

/** What a record of decisions comes to, for the last line of a table. */
export class DecisionTally {
  private count = 0;
  private invalid = 0;
  private panicking = 0;
  private most: { readonly desired: number; readonly time: string } | null = null;

  add(time: string, { valid, desired, panicking }: DecidedRow): void {
    this.count++;
    if (!valid) this.invalid++;
    if (panicking) this.panicking++;
    if (desired !== null && (this.most === null || desired > this.most.desired)) this.most = { desired, time };
  }

  /** `1,800 decisions in 1h, 12 without data; at most 8 pods wanted, first at 62; in panic for 1m44s` */
  text(tickSeconds: number): string {
    const { count, invalid, panicking, most } = this;
    const parts = [
      `${counted(count, "decision")} in ${span(count * tickSeconds)}${invalid > 0 ? `, ${grouped(invalid)} without data` : ""}`,
      most === null ? "nothing wanted" : `at most ${counted(most.desired, "pod")} wanted, first at ${most.time}`,
      panicking === 0 ? "never in panic" : `in panic for ${span(panicking * tickSeconds)}`,
    ];
    return `${parts.join("; ")}\n`;
  }
}

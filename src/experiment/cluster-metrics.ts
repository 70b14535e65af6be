import { type Duration, type Instant, SECOND } from "../engine/time.js";
import { listNames } from "../scenario/diagnostics.js";
import { nearestName } from "../scenario/nearest-name.js";
import { cellColumn, cellsOf } from "../workload/csv-text.js";
import { parseInstant, parseRfc3339 } from "../workload/wall-time.js";

/** Load and pods of one revision as a monitoring system sampled them; at least one row, times rising. */
export interface ClusterMetrics {
  /** As written: of seconds since whatever they count from, of dates since 1970. */
  readonly timesUs: readonly Instant[];
  /** Ready pods. */
  readonly ready: readonly number[];
  /** Requests in flight over all pods. */
  readonly concurrency: readonly number[];
  /** Requests per second over all pods; null without such a column. */
  readonly rps: readonly number[] | null;
  /** Whether times were written as dates. */
  readonly isDated: boolean;
}

/** What is wrong with a line. */
export interface MetricsProblem {
  readonly message: string;
  readonly suggestion?: string | null;
  /** From 1. */
  readonly column: number;
}

const COLUMNS = ["time", "ready", "concurrency", "rps"] as const;
type Column = (typeof COLUMNS)[number];

/** Whether a line can be the first of metrics: their header, or a row of three or four figures without one. */
export function isMetricsStart(line: string): boolean {
  const cells = cellsOf(line);
  return cells.some((cell) => columnNamed(cell) === "time") || (cells.length > 2 && parseInstant(cells[0]) !== null);
}

/**
 * Reads metrics line by line: `time,ready,concurrency[,rps]`, in the order of their header, or in this order without
 * one. A line that is wrong counts as not there.
 */
export class MetricsReader {
  private readonly timesUs: number[] = [];
  private readonly readies: number[] = [];
  private readonly concurrencies: number[] = [];
  private readonly rates: number[] = [];
  private columns: readonly Column[] | null = null;
  private isDated = false;
  /** The one at hand. */
  private line = "";

  /** @returns what is wrong with the line */
  add(line: string): readonly MetricsProblem[] {
    if (line.trim() === "") return [];
    this.line = line;
    const cells = cellsOf(line);
    if (this.columns !== null) return this.addRow(cells, this.columns);
    const hasHeader = parseInstant(cells[0]) === null;
    this.columns = hasHeader
      ? cells.map(columnNamed).filter((column) => column !== null)
      : COLUMNS.slice(0, Math.max(cells.length, 3));
    return hasHeader ? this.headerProblems(cells) : this.addRow(cells, this.columns);
  }

  /** Null when there was no row. */
  metrics(): ClusterMetrics | null {
    const { timesUs, readies: ready, concurrencies: concurrency, rates, isDated } = this;
    if (timesUs.length === 0) return null;
    return { timesUs, ready, concurrency, rps: this.columns?.includes("rps") ? rates : null, isDated };
  }

  private headerProblems(cells: readonly string[]): MetricsProblem[] {
    const names = cells.map(columnNamed);
    if (names.every((name) => name === null)) {
      const separator = /[;\t]/.exec(this.line)?.[0];
      const found =
        separator === undefined
          ? ""
          : `; cells are separated by commas, not by ${separator === ";" ? separator : "tabs"}`;
      return [{ message: `expected the header time,ready,concurrency or one with rps too${found}`, column: 1 }];
    }
    const problems = cells.flatMap((cell, index): MetricsProblem[] => {
      if (names[index] !== null) return [];
      const message = `unknown column ${JSON.stringify(cell)}: metrics have ${listNames(COLUMNS, { word: "and" })}`;
      return [{ message, suggestion: nearestName(cell, COLUMNS), column: this.columnOf(index) }];
    });
    for (const column of COLUMNS) {
      const times = names.filter((name) => name === column).length;
      const quoted = JSON.stringify(column);
      if (times > 1) {
        const again = this.columnOf(names.lastIndexOf(column));
        problems.push({ message: `the column ${quoted} stands here ${times} times`, column: again });
      }
      if (times === 0 && column !== "rps") problems.push({ message: `missing column ${quoted}`, column: 1 });
    }
    // Without knowing what the columns are there is nothing to be read below.
    if (problems.length > 0) this.columns = [];
    return problems;
  }

  private addRow(cells: readonly string[], columns: readonly Column[]): MetricsProblem[] {
    if (columns.length === 0) return [];
    if (cells.length !== columns.length)
      return [{ message: `expected ${columns.length} cells (${columns.join(",")}), found ${cells.length}`, column: 1 }];
    const cellOf = (column: Column) => cells[columns.indexOf(column)];
    const problems: MetricsProblem[] = [];
    const expect = (column: Column, what: string) =>
      problems.push({
        message: `${column}: expected ${what}, found ${JSON.stringify(cellOf(column))}`,
        column: this.columnOf(columns.indexOf(column)),
      });

    const timeUs = parseInstant(cellOf("time"));
    const latest = this.timesUs.at(-1);
    if (timeUs === null || !Number.isSafeInteger(timeUs))
      expect("time", "seconds or a time such as 2023-11-14T22:00:00Z");
    else if (latest !== undefined && timeUs <= latest) expect("time", "a later time than in the row before");
    const ready = figure(cellOf("ready"));
    if (!Number.isInteger(ready) || ready > MOST_PODS) expect("ready", "a whole number of pods");
    const concurrency = figure(cellOf("concurrency"));
    if (Number.isNaN(concurrency)) expect("concurrency", "requests in flight, at least 0");
    const rps = columns.includes("rps") ? figure(cellOf("rps")) : 0;
    if (Number.isNaN(rps)) expect("rps", "requests per second, at least 0");
    if (problems.length > 0) return problems;

    this.isDated ||= parseRfc3339(cellOf("time")) !== null;
    this.timesUs.push(timeUs!);
    this.readies.push(ready);
    this.concurrencies.push(concurrency);
    this.rates.push(rps);
    return [];
  }

  private columnOf(index: number): number {
    return cellColumn(this.line, index);
  }
}

/**
 * The usual distance between two rows: the middle one by length, of two middle ones the shorter. A second when there is
 * only one row.
 */
export function medianSpacing({ timesUs }: ClusterMetrics): Duration {
  if (timesUs.length < 2) return SECOND;
  const spacings = Float64Array.from({ length: timesUs.length - 1 }, (_, i) => timesUs[i + 1] - timesUs[i]).sort();
  return spacings[(spacings.length - 1) >> 1];
}

const MOST_PODS = 1_000_000;

/** What rates and concurrency of a cluster stay far below, and sums of them exact. */
const LARGEST_FIGURE = 1e12;

/** A plain decimal number from 0; NaN for anything else. */
function figure(cell: string): number {
  const value = /^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
  return value <= LARGEST_FIGURE ? value : Number.NaN;
}

/** Monitoring systems write `Time`. */
function columnNamed(cell: string): Column | null {
  return COLUMNS.find((column) => column === cell.toLowerCase()) ?? null;
}

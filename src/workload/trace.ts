import { fromMilliseconds, fromSeconds, type Instant, SECOND } from "../engine/time.js";
import { CsvText } from "./csv-text.js";
import { parseInstant, parseRfc3339 } from "./wall-time.js";

/**
 * Recorded arrivals and rates from CSV (contract details A17). Texts in, plain data out; a file with wrong lines gives
 * nothing but the list of them.
 */

/** What is wrong with a trace. */
export interface TraceProblem {
  /** From 1; 0 = the file as a whole. */
  readonly line: number;
  readonly message: string;
}

export type Trace<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly TraceProblem[] };

/** Nobody reads further; a file with this many wrong lines has another format. */
const MOST_PROBLEMS = 20;

class Problems {
  readonly list: TraceProblem[] = [];

  add(line: number, message: string): void {
    if (this.list.length < MOST_PROBLEMS) this.list.push({ line, message });
  }

  result<Value>(value: Value): Trace<Value> {
    return this.list.length === 0 ? { ok: true, value } : { ok: false, problems: this.list };
  }
}

function fail<Value>(line: number, message: string): Trace<Value> {
  return { ok: false, problems: [{ line, message }] };
}

/** One per microsecond, the resolution of virtual time. */
const MOST_PER_MINUTE = 60_000_000;

/** A row of invocations per minute. */
export interface FunctionCounts {
  /** From 1, by position in the file. */
  readonly row: number;
  readonly id: string;
  /** Invocations in each minute from the selected first one. */
  readonly countsPerMinute: Uint32Array;
  readonly total: number;
}

export interface InvocationCounts {
  /** All rows of the file, however few were asked for: the names' digits depend on it. */
  readonly rows: number;
  readonly minutes: number;
  readonly functions: readonly FunctionCounts[];
}

/**
 * Invocations per minute, one function a row, in the columns whose header is a number.
 *
 * @param select `limit`: the first rows; `top`: those with most invocations in the selected minutes, in file order;
 *   `traceFrom`: the header of the first column that counts
 * @see Shahrad et al. 2020 (Azure Functions Trace 2019)
 */
export function parseInvocationCounts(
  text: string,
  select: { readonly limit?: number; readonly top?: number; readonly traceFrom?: number } = {},
): Trace<InvocationCounts> {
  const csv = new CsvText(text);
  const idColumn = csv.column("HashFunction");
  const minutes = csv.header.flatMap((name, column) => (/^\d+$/.test(name) ? [{ name: Number(name), column }] : []));
  if (idColumn < 0 || minutes.length === 0)
    return fail(1, "expected a header with HashFunction and one numbered column for each minute");
  const first = select.traceFrom === undefined ? 0 : minutes.findIndex(({ name }) => name === select.traceFrom);
  if (first < 0) {
    const range = `${minutes[0].name} to ${minutes[minutes.length - 1].name}`;
    return fail(1, `no column ${select.traceFrom}; the minutes are ${range}`);
  }
  const columns = minutes.slice(first).map(({ column }) => column);
  const problems = new Problems();
  const functions: FunctionCounts[] = [];
  for (const { line, cells } of csv.rows()) {
    const row = functions.length + 1;
    if (cells.length !== csv.header.length)
      problems.add(line, `expected ${csv.header.length} columns as in the header, found ${cells.length}`);
    const countsPerMinute = new Uint32Array(columns.length);
    let total = 0;
    columns.forEach((column, minute) => {
      const cell = cells[column] ?? "";
      const count = /^\d+$/.test(cell) ? Number(cell) : Number.NaN;
      if (count <= MOST_PER_MINUTE) {
        countsPerMinute[minute] = count;
        total += count;
      } else if (cells.length === csv.header.length)
        problems.add(
          line,
          `column ${csv.header[column]}: expected a number of invocations, found ${JSON.stringify(cell)}`,
        );
    });
    functions.push({ row, id: cells[idColumn] ?? "", countsPerMinute, total });
  }
  if (functions.length === 0) problems.add(0, "contains no function");
  return problems.result({
    rows: functions.length,
    minutes: columns.length,
    functions: chosen(functions, select, ({ total }) => total),
  });
}

/** The first `limit` rows, or the `top` ones by size in file order; of equal ones the earlier. */
function chosen<Row>(
  rows: readonly Row[],
  { limit, top }: { readonly limit?: number; readonly top?: number },
  sizeOf: (row: Row) => number,
): readonly Row[] {
  if (top === undefined) return rows.slice(0, limit);
  const largest = rows
    .map((row, index) => ({ row, index }))
    .sort((left, right) => sizeOf(right.row) - sizeOf(left.row) || left.index - right.index)
    .slice(0, top)
    .sort((left, right) => left.index - right.index)
    .map(({ row }) => row);
  return largest.slice(0, limit);
}

/** How long a function's invocations ran. */
export interface FunctionDurations {
  readonly averageUs: number;
  /** Percent and duration, rising, from the minimum (0) to the maximum (100). */
  readonly points: readonly (readonly [percent: number, us: number])[];
}

/** Durations in milliseconds by function id; of an id that stands there twice the first row counts. */
export function parseFunctionDurations(text: string): Trace<ReadonlyMap<string, FunctionDurations>> {
  const csv = new CsvText(text);
  const idColumn = csv.column("HashFunction");
  const averageColumn = csv.column("Average");
  if (idColumn < 0 || averageColumn < 0) return fail(1, "expected a header with HashFunction and Average");
  const percentiles = csv.header.flatMap((name, column) => {
    const match = /^percentile_Average_(\d+(?:\.\d+)?)$/.exec(name);
    const percent = match ? Number(match[1]) : Number.NaN;
    // The extremes among averages are narrower than the true ones, which have columns of their own.
    return percent > 0 && percent < 100 ? [{ percent, column }] : [];
  });
  percentiles.unshift({ percent: 0, column: csv.column("Minimum") });
  percentiles.push({ percent: 100, column: csv.column("Maximum") });
  const problems = new Problems();
  const durations = new Map<string, FunctionDurations>();
  for (const { line, cells } of csv.rows()) {
    const read = (column: number): number => {
      const milliseconds = number(cells[column]);
      if (milliseconds >= 0) return fromMilliseconds(milliseconds);
      const what = `column ${csv.header[column]}: expected milliseconds`;
      problems.add(line, `${what}, found ${JSON.stringify(cells[column] ?? "")}`);
      return 0;
    };
    const averageUs = read(averageColumn);
    let atLeast = 0;
    const points = percentiles
      .filter(({ column }) => column >= 0)
      .sort((left, right) => left.percent - right.percent)
      .map(({ percent, column }): readonly [number, number] => {
        // Percentiles of averages may lie outside the extremes of single invocations by rounding.
        atLeast = Math.max(atLeast, read(column));
        return [percent, atLeast];
      });
    const id = cells[idColumn] ?? "";
    if (!durations.has(id)) durations.set(id, { averageUs, points });
  }
  return problems.result(durations);
}

/** Average memory in MiB by function id; of an id that stands there twice the first row counts. */
export function parseFunctionMemory(text: string): Trace<ReadonlyMap<string, number>> {
  const csv = new CsvText(text);
  const idColumn = csv.column("HashFunction");
  const column = csv.column("AverageAllocatedMb");
  if (idColumn < 0 || column < 0) return fail(1, "expected a header with HashFunction and AverageAllocatedMb");
  const problems = new Problems();
  const memory = new Map<string, number>();
  for (const { line, cells } of csv.rows()) {
    const megabytes = number(cells[column]);
    if (!(megabytes >= 0))
      problems.add(line, `column AverageAllocatedMb: expected megabytes, found ${JSON.stringify(cells[column] ?? "")}`);
    const id = cells[idColumn] ?? "";
    if (!memory.has(id)) memory.set(id, megabytes);
  }
  return problems.result(memory);
}

/** One function's invocations by arrival. */
export interface FunctionInvocations {
  /** From 1, by first appearance in the file. */
  readonly row: number;
  readonly id: string;
  readonly arrivalsUs: readonly Instant[];
  readonly durationsUs: readonly number[];
}

/**
 * Single invocations with end and duration in seconds; an arrival is end − duration. Sorted by arrival, ties by row.
 *
 * What had begun before the trace did arrives at 0.
 *
 * @param select `perFunction: false` puts all of them into one function without an id
 * @see Zhang et al. 2021 (Azure Functions Invocation Trace 2021)
 */
export function parseInvocations(
  text: string,
  select: { readonly perFunction: boolean; readonly limit?: number; readonly top?: number },
): Trace<{ readonly rows: number; readonly functions: readonly FunctionInvocations[] }> {
  const csv = new CsvText(text);
  const [app, func, end, duration] = ["app", "func", "end_timestamp", "duration"].map((name) => csv.column(name));
  if (end < 0 || duration < 0 || (select.perFunction && func < 0))
    return fail(1, "expected a header with app, func, end_timestamp and duration");
  const problems = new Problems();
  const functions = new Map<string, { id: string; invocations: { arrivalUs: number; durationUs: number }[] }>();
  for (const { line, cells } of csv.rows()) {
    const endSeconds = number(cells[end]);
    const seconds = number(cells[duration]);
    if (!(seconds >= 0) || !Number.isFinite(endSeconds)) {
      const found = `${cells[end] ?? ""},${cells[duration] ?? ""}`;
      problems.add(line, `expected an end and a duration in seconds, found ${JSON.stringify(found)}`);
      continue;
    }
    const key = select.perFunction ? `${cells[app] ?? ""}/${cells[func]}` : "";
    const known = functions.get(key) ?? { id: select.perFunction ? cells[func] : "", invocations: [] };
    functions.set(key, known);
    // A difference of decimals written with more digits than a double holds; a microsecond is what they mean.
    const arrivalUs = Math.max(0, fromSeconds(endSeconds - seconds));
    known.invocations.push({ arrivalUs, durationUs: fromSeconds(seconds) });
  }
  if (functions.size === 0) problems.add(0, "contains no invocation");
  const all = [...functions.values()].map(({ id, invocations }, index): FunctionInvocations => {
    const sorted = invocations.sort((left, right) => left.arrivalUs - right.arrivalUs);
    return {
      row: index + 1,
      id,
      arrivalsUs: sorted.map(({ arrivalUs }) => arrivalUs),
      durationsUs: sorted.map(({ durationUs }) => durationUs),
    };
  });
  return problems.result({ rows: all.length, functions: chosen(all, select, ({ arrivalsUs }) => arrivalsUs.length) });
}

/**
 * One arrival a line, in the first column: seconds, or RFC 3339. A first line that is neither is a header.
 *
 * @param epochSeconds the wall clock at t = 0 for RFC 3339; null = the earliest one is t = 0
 * @returns in the order of time
 */
export function parseTimestamps(text: string, epochSeconds: number | null): Trace<readonly Instant[]> {
  const problems = new Problems();
  const times = new Times(epochSeconds);
  const csv = new CsvText(text, { hasHeader: false });
  let isFirst = true;
  for (const { line, cells } of csv.rows()) {
    const problem = times.add(cells[0]);
    if (problem !== null && !isFirst) problems.add(line, problem);
    isFirst = false;
  }
  const arrivals = [...times.fromStart()].sort((left, right) => left - right);
  if (arrivals.length === 0) problems.add(0, "contains no time");
  if (arrivals[0] < 0) problems.add(0, "contains times before the start of the run");
  return problems.result(arrivals);
}

/** A rate that holds until the next one; `endUs` is where the last one ends. */
export interface RateSeries {
  readonly steps: readonly (readonly [us: Instant, ratePerSecond: number])[];
  readonly endUs: Instant;
}

/**
 * `time,rps`: each rate holds until the next row, the last one as long as the one before it (a single one for 1 s).
 *
 * @param epochSeconds as for parseTimestamps
 */
export function parseRates(text: string, epochSeconds: number | null): Trace<RateSeries> {
  const problems = new Problems();
  const times = new Times(epochSeconds);
  const rates: number[] = [];
  const lines: number[] = [];
  const csv = new CsvText(text, { hasHeader: false });
  let isFirst = true;
  for (const { line, cells } of csv.rows()) {
    const rate = number(cells[1]);
    const isHeader = isFirst && Number.isNaN(rate);
    isFirst = false;
    if (isHeader) continue;
    const problem = times.add(cells[0]);
    if (problem !== null) problems.add(line, problem);
    if (!(rate >= 0 && rate <= 1_000_000))
      problems.add(line, `expected a rate from 0 to 1000000 per second, found ${JSON.stringify(cells[1] ?? "")}`);
    rates.push(rate);
    lines.push(line);
  }
  if (rates.length === 0) problems.add(0, "contains no rate");
  if (problems.list.length > 0) return { ok: false, problems: problems.list };
  const starts = times.fromStart();
  starts.forEach((us, index) => {
    if (us < 0) problems.add(lines[index], "lies before the start of the run");
    if (index > 0 && us <= starts[index - 1]) problems.add(lines[index], "times must rise from row to row");
  });
  const last = starts[starts.length - 1];
  const lastsUs = starts.length > 1 ? last - starts[starts.length - 2] : SECOND;
  return problems.result({ steps: starts.map((us, index) => [us, rates[index]] as const), endUs: last + lastsUs });
}

/** Times of a column: numbers count from the start of the run, dates from the epoch. */
class Times {
  private readonly times: { readonly us: number; readonly isDate: boolean }[] = [];

  constructor(private readonly epochSeconds: number | null) {}

  /** The problem with the text, null when it is a time. */
  add(text = ""): string | null {
    const us = parseInstant(text);
    if (us === null || !Number.isSafeInteger(us))
      return `expected seconds or a time such as 2023-11-14T22:00:00Z, found ${JSON.stringify(text)}`;
    this.times.push({ us, isDate: parseRfc3339(text) !== null });
    return null;
  }

  fromStart(): readonly Instant[] {
    const dates = this.times.filter(({ isDate }) => isDate);
    const epochUs =
      this.epochSeconds === null
        ? dates.reduce((least, { us }) => Math.min(least, us), Infinity)
        : this.epochSeconds * SECOND;
    return this.times.map(({ us, isDate }) => (isDate ? us - epochUs : us));
  }
}

/** NaN for what is no plain decimal number. */
function number(cell = ""): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
}

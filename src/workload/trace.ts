import { fromMilliseconds, fromSeconds, type Instant, SECOND } from "../engine/time.js";
import { CsvText } from "./csv-text.js";
import { TimeColumn } from "./time-column.js";
import { failedTrace, type Trace, TraceProblems } from "./trace-problems.js";

/**
 * Recorded arrivals and rates from CSV (contract details A17). Texts in, plain data out; a file with wrong lines gives
 * nothing but the list of them, unless `problems` skips those.
 */

const noneSkipped = () => new TraceProblems(false);

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
  problems = noneSkipped(),
): Trace<InvocationCounts> {
  const csv = new CsvText(text);
  const idColumn = csv.column("HashFunction");
  const minutes = csv.header.flatMap((name, column) => (/^\d+$/.test(name) ? [{ name: Number(name), column }] : []));
  if (idColumn < 0 || minutes.length === 0)
    return failedTrace(1, "expected a header with HashFunction and one numbered column for each minute");
  const first = select.traceFrom === undefined ? 0 : minutes.findIndex(({ name }) => name === select.traceFrom);
  if (first < 0) {
    const range = `${minutes[0].name} to ${minutes[minutes.length - 1].name}`;
    return failedTrace(1, `no column ${select.traceFrom}; the minutes are ${range}`);
  }
  const columns = minutes.slice(first).map(({ column }) => column);
  const functions: FunctionCounts[] = [];
  let row = 0;
  for (const { line, cells } of csv.rows()) {
    row++;
    if (cells.length !== csv.header.length) {
      problems.add(line, `expected ${csv.header.length} columns as in the header, found ${cells.length}`);
      continue;
    }
    const countsPerMinute = new Uint32Array(columns.length);
    let total = 0;
    columns.forEach((column, minute) => {
      const cell = cells[column];
      const count = /^\d+$/.test(cell) && Number(cell) <= MOST_PER_MINUTE ? Number(cell) : Number.NaN;
      if (Number.isNaN(count)) {
        const what = `column ${csv.header[column]}: expected a number of invocations`;
        problems.add(line, `${what}, found ${JSON.stringify(cell)}`);
      }
      countsPerMinute[minute] = count;
      total += count;
    });
    if (!Number.isNaN(total)) functions.push({ row, id: cells[idColumn], countsPerMinute, total });
  }
  if (functions.length === 0) problems.addFile("contains no function");
  return problems.result({
    rows: row,
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
export function parseFunctionDurations(
  text: string,
  problems = noneSkipped(),
): Trace<ReadonlyMap<string, FunctionDurations>> {
  const csv = new CsvText(text);
  const idColumn = csv.column("HashFunction");
  const averageColumn = csv.column("Average");
  if (idColumn < 0 || averageColumn < 0) return failedTrace(1, "expected a header with HashFunction and Average");
  const percentiles = csv.header.flatMap((name, column) => {
    const match = /^percentile_Average_(\d+(?:\.\d+)?)$/.exec(name);
    const percent = match ? Number(match[1]) : Number.NaN;
    // The extremes among averages are narrower than the true ones, which have columns of their own.
    return percent > 0 && percent < 100 ? [{ percent, column }] : [];
  });
  percentiles.unshift({ percent: 0, column: csv.column("Minimum") });
  percentiles.push({ percent: 100, column: csv.column("Maximum") });
  const durations = new Map<string, FunctionDurations>();
  for (const { line, cells } of csv.rows()) {
    let isBad = false;
    const read = (column: number): number => {
      const milliseconds = number(cells[column]);
      if (milliseconds >= 0) return fromMilliseconds(milliseconds);
      const what = `column ${csv.header[column]}: expected milliseconds`;
      problems.add(line, `${what}, found ${JSON.stringify(cells[column] ?? "")}`);
      isBad = true;
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
    if (!isBad && !durations.has(id)) durations.set(id, { averageUs, points });
  }
  return problems.result(durations);
}

/** Average memory in MiB by function id; of an id that stands there twice the first row counts. */
export function parseFunctionMemory(text: string, problems = noneSkipped()): Trace<ReadonlyMap<string, number>> {
  const csv = new CsvText(text);
  const idColumn = csv.column("HashFunction");
  const column = csv.column("AverageAllocatedMb");
  if (idColumn < 0 || column < 0) return failedTrace(1, "expected a header with HashFunction and AverageAllocatedMb");
  const memory = new Map<string, number>();
  for (const { line, cells } of csv.rows()) {
    const megabytes = number(cells[column]);
    if (!(megabytes >= 0)) {
      problems.add(line, `column AverageAllocatedMb: expected megabytes, found ${JSON.stringify(cells[column] ?? "")}`);
      continue;
    }
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
  problems = noneSkipped(),
): Trace<{ readonly rows: number; readonly functions: readonly FunctionInvocations[] }> {
  const csv = new CsvText(text);
  const [app, func, end, duration] = ["app", "func", "end_timestamp", "duration"].map((name) => csv.column(name));
  if (end < 0 || duration < 0 || (select.perFunction && func < 0))
    return failedTrace(1, "expected a header with app, func, end_timestamp and duration");
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
  if (functions.size === 0) problems.addFile("contains no invocation");
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

/** A rate that holds until the next one; `endUs` is where the last one ends. */
export interface RateSeries {
  readonly steps: readonly (readonly [us: Instant, ratePerSecond: number])[];
  readonly endUs: Instant;
}

/**
 * `time,rps`: each rate holds until the next row, the last one as long as the one before it (a single one for 1 s). A first
 * line without a rate is a header.
 *
 * @param epochSeconds the wall clock at t = 0 for times in RFC 3339; null = the first one is t = 0
 */
export function parseRates(text: string, epochSeconds: number | null, problems = noneSkipped()): Trace<RateSeries> {
  const column = new TimeColumn(epochSeconds);
  const times: Instant[] = [];
  const rates: number[] = [];
  const csv = new CsvText(text, { hasHeader: false });
  let isFirst = true;
  for (const { line, cells } of csv.rows()) {
    const rate = number(cells[1]);
    const isHeader = isFirst && Number.isNaN(rate);
    isFirst = false;
    if (isHeader) continue;
    const us = column.read(cells[0]);
    const isRate = rate >= 0 && rate <= 1_000_000;
    if (typeof us === "string") problems.add(line, us);
    if (!isRate)
      problems.add(line, `expected a rate from 0 to 1000000 per second, found ${JSON.stringify(cells[1] ?? "")}`);
    if (typeof us === "string" || !isRate) continue;
    if (times.length > 0 && us <= times[times.length - 1]) {
      problems.add(line, "times must rise from row to row");
      continue;
    }
    times.push(us);
    rates.push(rate);
  }
  if (times.length === 0) {
    problems.addFile("contains no rate");
    return problems.result({ steps: [], endUs: 0 });
  }
  const origin = column.countsFrom1970 ? times[0] : 0;
  const steps = times.map((us, index) => [us - origin, rates[index]] as const);
  const last = times[times.length - 1];
  const lastsUs = times.length > 1 ? last - times[times.length - 2] : SECOND;
  return problems.result({ steps, endUs: last - origin + lastsUs });
}

/** NaN for what is no plain decimal number. */
function number(cell = ""): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
}

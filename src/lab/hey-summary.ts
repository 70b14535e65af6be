/** One answer as hey sees it. */
export interface HeyResult {
  readonly latencySeconds: number;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Why none came; "" when one did. */
  readonly error: string;
  readonly bodyBytes: number;
}

/** More are counted, but not kept. */
const MOST_SAMPLES = 1_000_000;
const PERCENTAGES = [10, 25, 50, 75, 90, 95, 99];
const MARKS = 10;
const LONGEST_BAR = 40;
const CSV_HEADER = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read";

/**
 * What hey prints at the end.
 *
 * Connecting, looking up names, writing and reading take no time here: the whole latency is waiting for the response.
 *
 * @param totalSeconds from the first request to the last answer
 * @see rakyll/hey requester/print.go, requester/report.go
 */
export function heySummary(results: readonly HeyResult[], totalSeconds: number): string {
  const answered = results.filter(({ status }) => status !== null);
  const samples = answered.slice(0, MOST_SAMPLES).map(({ latencySeconds }) => latencySeconds);
  samples.sort((a, b) => a - b);
  const [fastest, slowest] = samples.length === 0 ? [0, 0] : [samples[0], samples[samples.length - 1]];
  const average = mean(samples);
  const instant = `${seconds(0)}, ${seconds(0)}, ${seconds(0)}`;
  return [
    "",
    "Summary:",
    `  Total:\t${seconds(totalSeconds)}`,
    `  Slowest:\t${seconds(slowest)}`,
    `  Fastest:\t${seconds(fastest)}`,
    `  Average:\t${seconds(average)}`,
    `  Requests/sec:\t${fourDecimals(totalSeconds > 0 ? results.length / totalSeconds : 0)}`,
    "  ",
    ...dataLines(answered),
    "",
    "Response time histogram:",
    ...histogram(samples),
    "",
    "",
    "Latency distribution:",
    ...percentiles(samples),
    "",
    "Details (average, fastest, slowest):",
    `  DNS+dialup:\t${seconds(0)}, ${seconds(fastest)}, ${seconds(slowest)}`,
    `  DNS-lookup:\t${instant}`,
    `  req write:\t${instant}`,
    `  resp wait:\t${seconds(average)}, ${seconds(fastest)}, ${seconds(slowest)}`,
    `  resp read:\t${instant}`,
    "",
    "Status code distribution:",
    ...statuses(answered),
    "",
    ...errors(results),
    "",
    "",
    "",
  ].join("\n");
}

/** `-o csv`: one line per answer, in the order in which they came. */
export function heyCsv(results: readonly HeyResult[]): string {
  const none = fourDecimals(0);
  const rows = results
    .filter(({ status }) => status !== null)
    .slice(0, MOST_SAMPLES)
    .map(({ latencySeconds }) => {
      const latency = fourDecimals(latencySeconds);
      return [latency, none, none, none, latency, none].join(",");
    });
  return [CSV_HEADER, ...rows, "", ""].join("\n");
}

function dataLines(answered: readonly HeyResult[]): string[] {
  const total = answered.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
  if (total === 0) return [];
  return [`  Total data:\t${total} bytes`, `  Size/request:\t${Math.floor(total / answered.length)} bytes`];
}

/** The first mark is the fastest itself; an answer belongs to the first mark that it does not exceed. */
function histogram(sorted: readonly number[]): string[] {
  if (sorted.length === 0) return [];
  const [fastest, slowest] = [sorted[0], sorted[sorted.length - 1]];
  const marks = Array.from({ length: MARKS }, (_, index) => fastest + ((slowest - fastest) / MARKS) * index);
  marks.push(slowest);
  const counts = marks.map(() => 0);
  let mark = 0;
  for (const latency of sorted) {
    while (latency > marks[mark] && mark < MARKS) mark++;
    counts[mark]++;
  }
  const most = Math.max(...counts);
  return marks.map((value, index) => {
    const length = Math.floor((counts[index] * LONGEST_BAR + Math.floor(most / 2)) / most);
    return `  ${value.toFixed(3)} [${counts[index]}]\t|${"∎".repeat(length)}`;
  });
}

/** A percentage that too few answers reach is printed as zero. */
function percentiles(sorted: readonly number[]): string[] {
  let next = 0;
  const reached = PERCENTAGES.map(() => ({ percentage: 0, latency: 0 }));
  for (let index = 0; index < sorted.length && next < PERCENTAGES.length; index++) {
    if (Math.floor((index * 100) / sorted.length) < PERCENTAGES[next]) continue;
    reached[next] = { percentage: PERCENTAGES[next], latency: sorted[index] };
    next++;
  }
  return reached.map(({ percentage, latency }) => `  ${percentage}% in ${seconds(latency)}`);
}

function statuses(answered: readonly HeyResult[]): string[] {
  return counts(answered.map(({ status }) => String(status))).map(
    ([status, count]) => `  [${status}]\t${count} responses`,
  );
}

function errors(results: readonly HeyResult[]): string[] {
  const texts = results.filter(({ status }) => status === null).map(({ error }) => error);
  if (texts.length === 0) return [];
  return ["Error distribution:", ...counts(texts).map(([text, count]) => `  [${count}]\t${text}`)];
}

/** How often each text occurs, sorted by it. */
function counts(texts: readonly string[]): [string, number][] {
  const byText = new Map<string, number>();
  for (const text of texts) byText.set(text, (byText.get(text) ?? 0) + 1);
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function seconds(value: number): string {
  return `${fourDecimals(value)} secs`;
}

function fourDecimals(value: number): string {
  return value.toFixed(4);
}

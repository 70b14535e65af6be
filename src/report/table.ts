import { isSkipped } from "../measure/judge.js";
import { findKeyFigure } from "../measure/key-figures.js";
import type { Judged, ScopeFigures, Summary } from "../measure/run-record.js";
import { busiestRevisions } from "./busiest.js";
import { type Align, alignColumns } from "./columns.js";
import { shownFigure } from "./compare-table.js";
import { whatNext } from "./next-steps.js";
import { clock, counted, grouped, latency, plain, share, span } from "./number-words.js";
import { seedsInWords } from "./test-list.js";

export interface TableOptions {
  /** ANSI colour; the text reads the same without. */
  readonly color: boolean;
  /** Where the report lies, for the last line; null or absent: nowhere. */
  readonly reportFolder?: string | null;
}

type Paint = (code: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string;

const CODES = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33 } as const;

/**
 * A run on one screen of a terminal: what ran, did it pass, what was slow, what was cold, how many pods, what to look at
 * next. Ends with a line break.
 */
export function summaryTable(summary: Summary, options: TableOptions): string {
  const paint: Paint = (code, text) => (options.color && text !== "" ? `\u001b[${CODES[code]}m${text}\u001b[0m` : text);
  const blocks = [
    [heading(summary, paint)],
    headlines(summary, paint),
    replications(summary, paint),
    scopes(summary, paint),
    expectations(summary.expectations, paint),
    warnings(summary, paint),
    next(summary, options.reportFolder ?? null, paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** One word for how the expectations came out, and how many. */
export function verdict(summary: Summary): { readonly passed: boolean | null; readonly text: string } {
  const judged = summary.expectations.filter(({ level }) => level === "error");
  if (judged.length === 0) return { passed: null, text: "no expectations" };
  const failed = judged.filter(({ pass }) => !pass).length;
  return failed === 0
    ? { passed: true, text: `passed, ${judged.length} of ${counted(judged.length, "expectation")}` }
    : { passed: false, text: `FAILED, ${failed} of ${counted(judged.length, "expectation")}` };
}

function heading(summary: Summary, paint: Paint): string {
  const { passed, text } = verdict(summary);
  const window = summary.from === 0 ? span(summary.to) : `${clock(summary.from)} to ${clock(summary.to)}`;
  const result = passed === null ? paint("dim", text) : paint(passed ? "green" : "red", text);
  return `${paint("bold", summary.scenario)}  ${seedsInWords(summary)}, ${window} of virtual time  ${result}`;
}

function headlines(summary: Summary, paint: Paint): string[] {
  const { requests, latency: times, pods, coldStart, inFlight } = summary;
  const rows = [
    [
      "requests",
      `${grouped(requests.offered)} offered`,
      `${grouped(requests.completed)} completed`,
      `${grouped(requests.failed)} failed${requests.failed > 0 ? ` (${statuses(summary)})` : ""}`,
      requests.inFlight > 0 ? `${grouped(requests.inFlight)} in flight at the end` : "",
      "",
    ],
    [
      "latency",
      `p50 ${latency(times.p50)}`,
      `p95 ${latency(times.p95)}`,
      `p99 ${latency(times.p99)}`,
      `max ${latency(times.max)}`,
      `mean ${latency(times.mean)}`,
    ],
    [
      "cold",
      `${counted(coldStart.count, "cold start")}`,
      ...(coldStart.count > 0 ? [`p50 ${latency(coldStart.p50)}`, `max ${latency(coldStart.max)}`] : ["", ""]),
      `${counted(requests.cold, "request")} waited (${share(requests.cold, requests.completed + requests.failed)})`,
      coldStart.failed > 0 ? `${counted(coldStart.failed, "pod")} never started` : "",
    ],
    [
      "pods",
      `${plain(pods.meanReady)} ready on average`,
      `at most ${grouped(pods.maxReady)}`,
      `${grouped(pods.started)} started`,
      `${grouped(pods.podSeconds)} pod-seconds`,
      `${plain(inFlight.mean)} in flight on average`,
    ],
  ];
  const aligns: Align[] = ["left", "left", "left", "left", "left", "left"];
  return alignColumns(rows, aligns, (text, row, column) => {
    if (column === 0) return paint("bold", text);
    return row === 0 && column === 3 && requests.failed > 0 ? paint("red", text) : text;
  });
}

/** Figures of which the spread over the seeds is shown. */
const SPREAD_FIGURES = ["errors", "p95", "p99", "cold_starts", "pod_seconds"];

/** Of several replications the means, as everything else is the first one's. */
function replications({ seed, replications: spread }: Summary, paint: Paint): string[] {
  if (spread === undefined) return [];
  const figures = SPREAD_FIGURES.flatMap((name) => {
    const figure = findKeyFigure(name);
    const found = figure && spread.of[figure.path];
    if (figure === undefined || found === undefined) return [];
    const half = found.halfWidth === null ? "" : ` ± ${shownFigure(found.halfWidth, figure.unit)}`;
    return [`${name} ${shownFigure(found.mean, figure.unit)}${half}`];
  });
  return [
    `${paint("bold", "mean of all")}  ${figures.join(", ")} (95 % interval)`,
    paint("dim", `All other figures are those of seed ${seed}.`),
  ];
}

function statuses({ requests }: Summary): string {
  return Object.entries(requests.byStatus)
    .filter(([status]) => !(Number(status) < 400))
    .map(([status, count]) => `${grouped(count)} × ${status}`)
    .join(", ");
}

const SCOPE_COLUMNS = ["requests", "failed", "p50", "p95", "p99", "max", "pods", "max", "cold starts", "panic"];

/** A row per revision; more than eight: the busiest ones and how many were left out. */
function scopes(summary: Summary, paint: Paint): string[] {
  const all = Object.keys(summary.revisions).length;
  if (all === 0) return [];
  const rows = busiestRevisions(summary).map((name) => {
    const figures = summary.revisions[name];
    return [name, ...scopeCells(figures), figures.panicSeconds === 0 ? "–" : `${plain(figures.panicSeconds, 1)} s`];
  });
  const aligns: Align[] = ["left", ...SCOPE_COLUMNS.map((): Align => "right")];
  const lines = alignColumns([["revision", ...SCOPE_COLUMNS], ...rows], aligns, (text, row) =>
    row === 0 ? paint("dim", text) : text,
  );
  if (all > rows.length) lines.push(paint("dim", `and ${counted(all - rows.length, "revision")} with less traffic`));
  return lines;
}

/** The figures of a service or revision as cells; mean and maximum of ready pods last but one. */
export function scopeCells({ requests, latency: times, pods, coldStart }: ScopeFigures): string[] {
  return [
    grouped(requests.offered),
    grouped(requests.failed),
    latency(times.p50),
    latency(times.p95),
    latency(times.p99),
    latency(times.max),
    plain(pods.meanReady),
    grouped(pods.maxReady),
    grouped(coldStart.count),
  ];
}

function expectations(judged: readonly Judged[], paint: Paint): string[] {
  const rows = judged.map((each) => [
    isSkipped(each) ? "-" : each.pass ? "✓" : each.level === "warn" ? "!" : "✗",
    each.name === null ? each.expect : `${each.name}: ${each.expect}`,
    each.actual,
  ]);
  return alignColumns(rows, ["left", "left", "left"], (text, row, column) => {
    if (column !== 0) return text;
    if (isSkipped(judged[row])) return paint("dim", text);
    return paint(judged[row].pass ? "green" : judged[row].level === "warn" ? "yellow" : "red", text);
  });
}

const MOST_WARNINGS = 5;

function warnings({ warnings: all }: Summary, paint: Paint): string[] {
  const lines = all
    .slice(0, MOST_WARNINGS)
    .map(({ message, file, line }) => `${paint("yellow", "warning")} ${line > 0 ? `${file}:${line}: ` : ""}${message}`);
  if (all.length > lines.length) lines.push(paint("dim", `and ${counted(all.length - lines.length, "warning")} more`));
  return lines;
}

function next(summary: Summary, folder: string | null, paint: Paint): string[] {
  const hints = whatNext(summary);
  const rows = hints.map((hint, index) => [index === 0 ? "next" : "", hint]);
  if (folder !== null) rows.push(["report", `${folder}/index.html`]);
  return alignColumns(rows, ["left", "left"], (text, _row, column) => (column === 0 ? paint("bold", text) : text));
}

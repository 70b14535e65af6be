import type { RunRecord } from "../measure/run-record.js";
import type { Scenario } from "../scenario/scenario.js";
import { REQUESTS_HEADER, requestLine, TIMELINE_HEADER, timelineLine } from "./csv.js";
import { indexHtml } from "./html.js";
import { decisionLine, eventLine } from "./jsonl.js";
import { latencyChart } from "./latency-chart.js";
import { drawPng } from "./png.js";
import { podsChart } from "./pods-chart.js";
import { RunDigest } from "./run-digest.js";
import type { Spec } from "./spec.js";
import { scenarioJson, summaryJson } from "./summary-json.js";
import { TextBytes } from "./text-bytes.js";
import { drawSvg, specJson } from "./vega.js";

/** One file of a report, or its next piece: pieces of a name follow each other, and only files beyond 32 MiB have several unless smaller ones are asked for. */
export interface ReportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ReportOptions {
  /** Whether to draw: SVG, PNG (when its assets are there, see `usePngAssets`) and Vega-Lite specifications. */
  readonly charts: boolean;
  /** Whether to write requests.csv; the run must have kept its requests. */
  readonly requests: boolean;
  /** The command that reproduces the run, for scenario.json and the page. */
  readonly command: string;
  /** The most that waits to be written: length of a file's pieces in bytes, one more text at most; default 32 MiB. */
  readonly pieceBytes?: number;
}

/**
 * A run as the files of its report folder (contract §3), in a fixed order and with the same bytes for the same run.
 *
 * A timeline, decisions or events that the scenario turned off have no file.
 */
export async function* reportFiles(
  run: RunRecord,
  scenario: Scenario,
  options: ReportOptions,
): AsyncIterableIterator<ReportFile> {
  const { summary } = run;
  const { report } = scenario;
  const { pieceBytes } = options;
  const digest = new RunDigest(run, scenario);
  yield* textFile("summary.json", [summaryJson(summary)]);
  yield* textFile("scenario.json", [scenarioJson(scenario, options.command)]);
  if (report.timeline !== "none") {
    yield* textFile(
      "timeline.csv",
      lines(run.timeline(), timelineLine, (row) => digest.timeline.add(row)),
      TIMELINE_HEADER,
      pieceBytes,
    );
  }
  if (report.decisions) {
    yield* textFile(
      "decisions.jsonl",
      lines(run.decisions(), decisionLine, (row) => digest.events.addDecision(row)),
      "",
      pieceBytes,
    );
  }
  if (report.events) {
    yield* textFile(
      "events.jsonl",
      lines(run.events(), eventLine, (row) => digest.events.addEvent(row)),
      "",
      pieceBytes,
    );
  }
  if (options.requests) {
    yield* textFile(
      "requests.csv",
      lines(run.requests(), requestLine, () => {}),
      REQUESTS_HEADER,
      pieceBytes,
    );
  }
  const charts: { title: string; svg: string }[] = [];
  if (options.charts) {
    for (const [name, title, spec] of [
      ["latency", "Response time", latencyChart(digest)],
      ["pods", "Pods", podsChart(digest)],
    ] as const) {
      const svg = await drawSvg(spec);
      charts.push({ title, svg });
      yield* chartFiles(name, spec, svg);
    }
  }
  yield* textFile("index.html", indexHtml(run, scenario, digest, { charts, command: options.command }));
}

/** A picture in every form it is written in. */
export async function* chartFiles(name: string, spec: Spec, svg: string): AsyncIterableIterator<ReportFile> {
  yield* textFile(`${name}.svg`, [svg]);
  const png = await drawPng(svg);
  if (png !== null) yield { name: `${name}.png`, bytes: png };
  yield* textFile(`${name}.vl.json`, [specJson(spec)]);
}

function* textFile(
  name: string,
  texts: Iterable<string>,
  header = "",
  pieceBytes?: number,
): IterableIterator<ReportFile> {
  const bytes = new TextBytes(pieceBytes);
  bytes.add(header);
  let pieces = 0;
  for (const text of texts) {
    bytes.add(text);
    if (!bytes.isFull) continue;
    yield { name, bytes: bytes.take() };
    pieces++;
  }
  const last = bytes.take();
  if (last.length > 0 || pieces === 0) yield { name, bytes: last };
}

/** A line per row; the pictures see each row as it passes. */
function* lines<Row>(
  rows: Iterable<Row>,
  lineOf: (row: Row) => string,
  see: (row: Row) => void,
): IterableIterator<string> {
  for (const row of rows) {
    see(row);
    yield lineOf(row);
  }
}

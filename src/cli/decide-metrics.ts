import type { ClusterMetrics } from "../experiment/cluster-metrics.js";
import type { MetricsReport } from "../experiment/metrics-report.js";
import type { ScalingSpec } from "../experiment/scaling-spec.js";
import type { TextLine } from "../experiment/text-lines.js";
import type { Diagnostic } from "../scenario/diagnostics.js";
import type { Values } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { writeInto } from "./loose-files.js";
import { showDiagnostics } from "./show-diagnostics.js";
import { styled, type Terminal } from "./terminal.js";
import { UserError } from "./user-error.js";

/** What the autoscaler would have decided on metrics of a cluster, as a table, JSON Lines or a chart. */
export async function decideOnMetrics(
  file: string,
  lines: AsyncIterable<TextLine>,
  values: Values,
  terminal: Terminal,
): Promise<ExitStatus> {
  const spec = await scalingSpec(values, terminal);
  if (spec === null) return ExitStatus.badInput;
  const { metrics, problems } = await readMetrics(file, lines);
  showDiagnostics(problems, terminal);
  if (metrics === null) return ExitStatus.badInput;
  checkRate(file, metrics, spec);
  await warnOfSpacing(file, metrics, spec, terminal);

  const { metricsReplay } = await import("../experiment/decide-metrics.js");
  const { MetricsReport } = await import("../experiment/metrics-report.js");
  const planned = metricsReplay(metrics, {
    tick: values.text("tick"),
    maxGap: values.text("max-gap"),
    isRestarted: values.flag("restart"),
  });
  if ("problems" in planned) throw new UserError(planned.problems);
  await show(new MetricsReport(metrics, spec, planned.replay), values, terminal);
  return problems.length > 0 ? ExitStatus.badInput : ExitStatus.fine;
}

/** The settings of `--spec` and `--config`; null, with everything that is wrong said, when they cannot be used. */
async function scalingSpec(values: Values, terminal: Terminal): Promise<ScalingSpec | null> {
  if (values.flag("check")) throw new UserError(["--check compares with recorded decisions, and metrics hold none"]);
  const path = values.text("spec");
  if (path === null) throw new UserError(["metrics need --spec FILE with the Service whose settings decide on them"]);
  const { loadScalingSpec } = await import("../experiment/scaling-spec.js");
  const { readInput } = await import("./input-files.js");
  const { spec, diagnostics } = await loadScalingSpec(path, values.text("config"), readInput);
  showDiagnostics(diagnostics, terminal);
  return spec;
}

/** Every row that can be used, and what is wrong with the other lines; metrics null when there is none. */
async function readMetrics(
  file: string,
  lines: AsyncIterable<TextLine>,
): Promise<{ metrics: ClusterMetrics | null; problems: readonly Diagnostic[] }> {
  const { MetricsReader } = await import("../experiment/cluster-metrics.js");
  const reader = new MetricsReader();
  const problems: Diagnostic[] = [];
  const report = (line: number, message: string, column = 1, suggestion?: string | null) =>
    problems.push({
      id: "E-type",
      severity: "error",
      file,
      line,
      column,
      path: "",
      message,
      suggestion: suggestion ?? undefined,
    });
  for await (const read of lines) {
    if ("error" in read) report(read.line, read.error);
    else
      for (const problem of reader.add(read.text))
        report(read.line, problem.message, problem.column, problem.suggestion);
  }
  const metrics = reader.metrics();
  if (metrics === null && problems.length === 0) report(1, "no row of metrics stands here");
  return { metrics, problems };
}

function checkRate(file: string, { rps }: ClusterMetrics, { name, settings }: ScalingSpec): void {
  if (settings.metric !== "rps" || rps !== null) return;
  throw new UserError([`${JSON.stringify(name)} scales on rps, and ${file} has no column "rps"`]);
}

/** Samples further apart than the panic window say little about panic (contract details A18). */
async function warnOfSpacing(file: string, metrics: ClusterMetrics, spec: ScalingSpec, terminal: Terminal) {
  const { medianSpacing } = await import("../experiment/cluster-metrics.js");
  const spacingUs = medianSpacing(metrics);
  const { panicWindowUs } = spec.settings;
  if (spacingUs <= panicWindowUs) return;
  const [spacing, window] = [spacingUs, panicWindowUs].map((us) => `${us / 1e6}s`);
  const message =
    `rows are ${spacing} apart, more than the panic window of ${window}: panic decisions show what a cluster ` +
    "could not have known, and bursts inside a sample are lost";
  showDiagnostics([{ id: "W-spacing", severity: "warning", file, line: 0, column: 0, path: "", message }], terminal);
}

async function show(report: MetricsReport, values: Values, terminal: Terminal): Promise<void> {
  const out = values.text("out");
  const isJson = values.flag("json");
  if (out !== null) {
    // With it PNG files can be drawn.
    await import("./library.js");
    const written = await writeInto(out, report.files());
    if (!isJson) {
      terminal.print(`${report.heading()}${report.summary()}`);
      for (const path of written) terminal.print(`${path}\n`);
    }
  } else if (!isJson) {
    terminal.print(`${styled(report.heading().trimEnd(), "bold", terminal.colour.results)}\n\n`);
    printAll(report.table(), terminal);
    terminal.print(`\n${report.summary()}`);
  }
  if (isJson) printAll(report.json(), terminal);
}

/** Printed in larger pieces: a day has 43,200 decisions. */
const PIECE_LENGTH = 1 << 16;

function printAll(texts: Iterable<string>, terminal: Terminal): void {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_LENGTH) continue;
    terminal.print(piece);
    piece = "";
  }
  terminal.print(piece);
}

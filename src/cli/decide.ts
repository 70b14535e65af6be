import type { TextLine } from "../experiment/text-lines.js";
import type { Command, Values } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { showDiagnostics } from "./show-diagnostics.js";
import type { Terminal } from "./terminal.js";
import { explaining, systemReason, UserError } from "./user-error.js";

/** `knsim decide FILE`: what the autoscaler decides on recorded metrics (contract §6, details A18). */
export const decideCommand: Command = {
  name: "decide",
  positionals: [
    { name: "file", many: false, description: "recorded cases (JSON Lines), or metrics (CSV) with --spec" },
  ],
  summary: "feeds recorded metrics to the autoscaler and prints every decision",
  options: {
    check: { kind: "flag", description: "compares with the recorded decisions; exit status 1 if one differs" },
    spec: { kind: "text", value: "FILE", description: "the Service whose settings decide on metrics" },
    config: { kind: "text", value: "FILE", description: "ConfigMaps of the cluster, such as config-autoscaler" },
    tick: { kind: "text", value: "D", description: "time between two decisions on metrics (default: 2s)" },
    "max-gap": {
      kind: "text",
      value: "D",
      description: "longer times between two rows are no data (default: 3 times the usual)",
    },
    restart: { kind: "flag", description: "begins as after a restart of the autoscaler: in panic" },
    json: { kind: "flag", description: "prints decisions on metrics as JSON Lines, as those on cases are" },
    out: { kind: "text", value: "DIR", description: "writes decisions on metrics and a chart of them there" },
    "no-color": { kind: "flag", description: "no colours; so does the variable NO_COLOR" },
  },
  run: decide,
};

/** Options that only metrics know. */
const METRICS_OPTIONS = ["spec", "config", "tick", "max-gap", "restart", "out"];

async function decide(values: Values, terminal: Terminal): Promise<ExitStatus> {
  const path = values.text("file") ?? "";
  const file = path === "-" ? "<stdin>" : path;
  return explaining(`read ${JSON.stringify(path)}`, async () => {
    const { textLines } = await import("../experiment/text-lines.js");
    const { isMetricsStart } = await import("../experiment/cluster-metrics.js");
    const { first, lines } = await peek(textLines(await open(path)));
    const option = METRICS_OPTIONS.find((name) => values.text(name) !== null || values.flag(name));
    const isCases = first.startsWith("{");
    if (isCases && option !== undefined)
      throw new UserError([`--${option} is for metrics as CSV, and ${JSON.stringify(path)} holds recorded cases`]);
    const isMetrics = path.endsWith(".csv") || option !== undefined || isMetricsStart(first);
    if (isCases || !isMetrics) return decideCases(file, lines, values, terminal);
    const { decideOnMetrics } = await import("./decide-metrics.js");
    return decideOnMetrics(file, lines, values, terminal);
  });
}

async function open(path: string): Promise<AsyncIterable<Uint8Array>> {
  const { readInput } = await import("./input-files.js");
  try {
    return await readInput(path);
  } catch (error) {
    const reason = systemReason(error) ?? (error instanceof Error ? error.message : String(error));
    throw new UserError([`cannot read ${JSON.stringify(path)}: ${reason}`]);
  }
}

/** The first line that is not empty, "" when there is none, and all lines nevertheless. */
async function peek(lines: AsyncIterator<TextLine>): Promise<{ first: string; lines: AsyncIterable<TextLine> }> {
  const seen: TextLine[] = [];
  let first = "";
  while (first === "") {
    const { done, value } = await lines.next();
    if (done) break;
    seen.push(value);
    if ("error" in value) break;
    first = value.text.trim();
  }
  async function* all() {
    yield* seen;
    for (let next = await lines.next(); !next.done; next = await lines.next()) yield next.value;
  }
  return { first, lines: all() };
}

/** Decides case by case, a line each. A line that cannot be used is named, and the others are decided all the same. */
async function decideCases(
  file: string,
  lines: AsyncIterable<TextLine>,
  values: Values,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { parseRecordedCase } = await import("../experiment/recorded-case.js");
  const { decideCase } = await import("../experiment/decide.js");
  const { caseDiagnostics } = await import("../experiment/case-diagnostics.js");
  const { mismatchesOf, mismatchText } = await import("../experiment/decision-check.js");
  const isChecked = values.flag("check");
  const count = { cases: 0, decisions: 0, mismatches: 0, bad: 0 };
  for await (const line of lines) {
    if ("error" in line) {
      terminal.remark(`${file}:${line.line}:1: error: ${line.error}\n`);
      count.bad++;
      break;
    }
    if (line.text.trim() === "") continue;
    const parsed = parseRecordedCase(line.text, isChecked);
    if ("problems" in parsed) {
      showDiagnostics(caseDiagnostics(parsed.problems, { file, ...line }), terminal);
      count.bad++;
      continue;
    }
    const { recorded } = parsed;
    const decisions = decideCase(recorded);
    count.cases++;
    count.decisions += decisions.length;
    if (!isChecked) {
      terminal.print(`${JSON.stringify({ name: recorded.name, decisions })}\n`);
      continue;
    }
    const mismatches = mismatchesOf(recorded, decisions);
    count.mismatches += mismatches.length;
    for (const mismatch of mismatches) terminal.print(`${mismatchText(mismatch)}\n`);
  }
  if (isChecked) terminal.print(`${count.decisions} decisions, ${count.mismatches} mismatches\n`);
  if (count.cases + count.bad === 0) throw new UserError([`${JSON.stringify(file)} holds no case`]);
  if (count.bad > 0) return ExitStatus.badInput;
  return count.mismatches > 0 ? ExitStatus.no : ExitStatus.fine;
}

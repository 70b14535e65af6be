import type { Comparison } from "../measure/comparison.js";
import type { ToleranceOf } from "../measure/tolerance.js";
import type { ComparedHead } from "../report/compare-table.js";
import type { Command, Values } from "./command.js";
import type { Side } from "./compared-sides.js";
import { FORCE_OPTION } from "./cost-check.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupted, interruptible } from "./interruption.js";
import { SEED_OPTIONS } from "./seed-options.js";
import type { Terminal } from "./terminal.js";
import { UserError } from "./user-error.js";

/** `knsim compare A B`: two finished runs or two scenarios side by side (contract §1, details A11 and A40). */
export const compareCommand: Command = {
  name: "compare",
  positionals: [
    {
      name: "run",
      many: true,
      description: "two report folders or summary.json files, or two scenarios, or one scenario that --set changes",
    },
  ],
  summary: "sets two runs side by side, on the same arrivals and the same work",
  options: {
    ...SEED_OPTIONS,
    duration: { kind: "text", value: "D", description: "instead of the scenarios' duration, such as 90s" },
    set: { kind: "texts", value: "PATH=VALUE", description: "changes a single scenario into B, or both of two" },
    "set-a": { kind: "texts", value: "PATH=VALUE", description: "changes A only; repeatable" },
    "set-b": { kind: "texts", value: "PATH=VALUE", description: "changes B only; repeatable" },
    "skip-bad-lines": { kind: "flag", description: "leaves out bad lines of traces, with a warning" },
    of: { kind: "text", value: "NAME", description: "compares this service or revision instead of the whole runs" },
    tolerance: {
      kind: "text",
      value: "T",
      description: "exit status 1 if a figure differs by more: 5%, or p95=5%,pod_seconds=2%,errors=0",
    },
    workers: { kind: "text", value: "N", description: "runs made at once (default: one per processor)" },
    out: {
      kind: "text",
      value: "DIR",
      description: "writes a chart with both, compare.json and, of scenarios, reports",
    },
    "no-charts": { kind: "flag", description: "with --out: writes data only" },
    force: FORCE_OPTION,
    json: { kind: "flag", description: "prints the comparison as JSON" },
    quiet: { kind: "flag", description: "prints nothing but errors and what lies beyond the tolerance" },
    "no-color": { kind: "flag", description: "no colours; so does the variable NO_COLOR" },
  },
  run: (values, terminal) => interruptible((signal) => compare(values, terminal, signal)),
};

async function compare(values: Values, terminal: Terminal, signal: AbortSignal): Promise<ExitStatus> {
  const { comparedSides } = await import("./compared-sides.js");
  const toleranceOf = await tolerances(values);
  try {
    const sides = await comparedSides(values, terminal, signal);
    if (sides === null) return ExitStatus.badInput;
    const [a, b] = sides;
    const { comparison, head } = await compared(a, b, toleranceOf, values);
    await show(comparison, head, values, terminal);
    const out = values.text("out");
    if (out !== null) {
      const { writeComparison } = await import("./comparison-files.js");
      const files = await writeComparison(out, { comparison, head, a, b, charts: !values.flag("no-charts") });
      if (!values.flag("json") && !values.flag("quiet")) terminal.print(`\nwritten  ${files.join("  ")}\n`);
    }
    return comparison.withinTolerance === false ? ExitStatus.no : ExitStatus.fine;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    terminal.remark("knsim: interrupted; nothing was compared\n");
    return ExitStatus.interrupted;
  }
}

async function tolerances(values: Values): Promise<ToleranceOf | null> {
  const text = values.text("tolerance");
  if (text === null) return null;
  const { readTolerances } = await import("../experiment/compare.js");
  const parsed = readTolerances(text);
  if (!parsed.ok) throw new UserError([`--tolerance: ${parsed.error}`]);
  return parsed.toleranceOf;
}

/** The comparison, and what stands above it. @throws UserError when a run has nothing of the name in `--of` */
async function compared(a: Side, b: Side, toleranceOf: ToleranceOf | null, values: Values) {
  const { compareFinished, compareSummaries, pairingNotes } = await import("../experiment/compare.js");
  const of = values.text("of");
  const head = (seeds: readonly (number | string)[], notes: readonly string[]): ComparedHead => ({
    ...{ a: a.label, b: b.label, of, notes },
    seeds: seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds, ${seeds[0]} to ${seeds[seeds.length - 1]}`,
  });
  try {
    if (a.isFinished) {
      const { comparison, seeds, notes } = compareFinished(a.summaries[0], b.summaries[0], { toleranceOf, of });
      return { comparison, head: head(seeds, notes) };
    }
    const comparison = compareSummaries(a.summaries, b.summaries, { toleranceOf, of });
    const seeds = a.summaries.map(({ seed }) => seed);
    return { comparison, head: head(seeds, pairingNotes(a.summaries[0], b.summaries[0])) };
  } catch (error) {
    if (error instanceof RangeError) throw new UserError([`--of: ${error.message}`]);
    throw error;
  }
}

async function show(comparison: Comparison, head: ComparedHead, values: Values, terminal: Terminal): Promise<void> {
  if (values.flag("json")) return terminal.print(`${JSON.stringify({ ...head, ...comparison })}\n`);
  if (!values.flag("quiet")) {
    const { compareTable } = await import("../report/compare-table.js");
    return terminal.print(compareTable(comparison, head, { color: terminal.colour.results }));
  }
  for (const { name, a, b, within } of comparison.figures)
    if (within === false) terminal.remark(`beyond tolerance: ${name} (${a ?? "none"} → ${b ?? "none"})\n`);
}

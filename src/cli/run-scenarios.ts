import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BaselineFigures } from "../measure/baseline.js";
import type { Summary } from "../measure/run-record.js";
import { formatDiagnostic } from "../scenario/diagnostics.js";
import type { Scenario } from "../scenario/scenario.js";
import type { Values } from "./command.js";
import { refuseExcessiveCost } from "./cost-check.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupted, letOthersRun } from "./interruption.js";
import { ProgressLine } from "./progress.js";
import { favourQuickStart } from "./quick-start.js";
import { checkOutput, DEFAULT_OUT, writeReport } from "./report-folder.js";
import { reproducingCommand } from "./reproduce.js";
import { RunFailure } from "./run-failure.js";
import { standardInput } from "./scenario-files.js";
import { seedChoice, wholeNumber } from "./seed-options.js";
import { showDiagnostics } from "./show-diagnostics.js";
import { type Job, loadJob } from "./simulation-job.js";
import type { Terminal } from "./terminal.js";
import { UserError } from "./user-error.js";

/** A scenario that has loaded. */
interface Loaded {
  /** With the seed of its first replication. */
  readonly scenario: Scenario;
  /** The command that repeats its run. */
  readonly command: string;
  /** What its expectations are held against, if they are held against a baseline. */
  readonly baseline: BaselineFigures | null;
  /** The replications after the first. */
  readonly others: readonly Job[];
}

/**
 * What `knsim run` does, given its arguments.
 *
 * @param signal aborted with `Interrupted`
 * @throws UserError, RunFailure
 */
export async function runScenarios(values: Values, terminal: Terminal, signal: AbortSignal): Promise<ExitStatus> {
  const loaded = await loadAll(values, terminal);
  if (loaded === null) return ExitStatus.badInput;
  const out = values.text("out") ?? DEFAULT_OUT;
  const names = loaded.map(({ scenario }) => scenario.name);
  refuseSameNames(names);
  await checkOutput(out, names);
  if (!values.flag("force"))
    await refuseExcessiveCost(
      loaded.map(({ scenario }) => scenario),
      values.flag("requests"),
    );

  const written: string[] = [];
  let hasFailed = false;
  for (const each of loaded) {
    try {
      const isFirst = written.length === 0;
      const { folder, passes } = await runOne(each, { out, values, terminal, signal, isFirst });
      written.push(folder);
      hasFailed ||= !passes;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      sayWhatIsKept(written, join(out, each.scenario.name), terminal);
      return ExitStatus.interrupted;
    }
  }
  return hasFailed && values.flag("check") ? ExitStatus.no : ExitStatus.fine;
}

/** Every scenario of the command line; null, with everything that is wrong said, when one does not load. */
async function loadAll(values: Values, terminal: Terminal): Promise<readonly Loaded[] | null> {
  const { ScenarioError } = await import("./library.js");
  const { replicationCount } = await import("../experiment/replications.js");
  const choice = await seedChoice(values);
  const files = values.texts("file");
  // Standard input can be read once, and every replication reads its scenario anew.
  const text = choice !== null && files.includes("-") ? (await standardInput()).text : null;
  const [seed, duration, set] = [values.text("seed"), values.text("duration"), values.texts("set")];
  const skipBadLines = values.flag("skip-bad-lines");
  const loaded: Loaded[] = [];
  for (const file of files) {
    const job: Job = {
      ...{ file, text, seed, duration, set, skipBadLines },
      replication: choice && { choice, index: 0 },
      ...{ force: true, baseline: null, requireBaseline: false, wantsSeries: false, report: null },
    };
    try {
      const { scenario, diagnostics } = await loadJob(job);
      if (!values.flag("quiet")) showDiagnostics(diagnostics, terminal);
      const baseline = await baselineFor(file, scenario, values);
      const others = Array.from(
        { length: choice === null ? 0 : replicationCount(choice) - 1 },
        (_, index): Job => ({ ...job, baseline, replication: choice && { choice, index: index + 1 } }),
      );
      const command = { file, seed: scenario.seed, replications: choice, duration, set, skipBadLines };
      loaded.push({ scenario, baseline, others, command: reproducingCommand(command) });
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      showDiagnostics(error.diagnostics, terminal);
    }
  }
  return loaded.length === files.length ? loaded : null;
}

/** Contract details B2.9. A scenario that compares nothing with a baseline needs none. */
async function baselineFor(path: string, { name, expectations }: Scenario, values: Values) {
  const given = values.text("baseline");
  if (given === null && !expectations.some(({ text }) => text.includes("baseline"))) return null;
  const { findBaseline } = await import("./baselines.js");
  return (await findBaseline({ path, name }, given))?.measured ?? null;
}

/** Two scenarios of one name would write to one folder (contract details A32). */
function refuseSameNames(names: readonly string[]): void {
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  if (repeated.size === 0) return;
  throw new UserError(
    [...repeated].map((name) => `two scenarios are named ${JSON.stringify(name)}; give one another name`),
  );
}

/** The young part of V8's heap frees pieces of this size before they add up. */
const PIECE_BYTES = 65_536;

interface RunOptions {
  readonly out: string;
  readonly values: Values;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Summaries are set apart by an empty line. */
  readonly isFirst: boolean;
}

/** Simulates one scenario, writes its report and prints its summary. */
async function runOne({ scenario, command, baseline, others }: Loaded, options: RunOptions) {
  const { out, values, terminal, signal } = options;
  const { ScenarioError, simulate } = await import("./library.js");
  const progress = new ProgressLine(scenario.name, terminal, !values.flag("quiet"));
  try {
    const charts = !values.flag("no-charts");
    const requests = values.flag("requests");
    if (charts) favourQuickStart();
    const result = await simulate(scenario, {
      keep: { requests, verboseEvents: values.flag("verbose-events") },
      ...{ signal, baseline },
      async onProgress(state) {
        progress.update(state);
        await letOthersRun();
      },
    });
    const summary = await combined(result.summary, scenario, { others, baseline }, options);
    const files = result.files({ charts, requests, command, summary, pieceBytes: PIECE_BYTES });
    const folder = await writeReport(out, scenario.name, files, signal);
    progress.clear();
    await print(summary, folder, options);
    return { folder, passes: summary.expectations.every(({ pass, level }) => pass || level === "warn") };
  } catch (error) {
    progress.clear();
    if (error instanceof Interrupted || error instanceof UserError) throw error;
    // A trace that is read while it is replayed can become unreadable.
    if (error instanceof ScenarioError) throw new UserError(error.diagnostics.map(formatDiagnostic));
    throw new RunFailure(error, { scenario: scenario.name, seed: scenario.seed, completed: scenario.completed });
  }
}

/** The summary of all replications, which are made now but for the first. */
async function combined(
  first: Summary,
  { expectations }: Scenario,
  { others, baseline }: Pick<Loaded, "others" | "baseline">,
  { values, signal }: RunOptions,
): Promise<Summary> {
  if (others.length === 0) return first;
  const { finishedJobs } = await import("./finished-jobs.js");
  const { combineReplications } = await import("../experiment/replications.js");
  const finished = await finishedJobs(others, { workers: wholeNumber(values, "workers"), signal });
  const overs = expectations.map(({ over }) => over);
  return combineReplications([first, ...finished.map(({ summary }) => summary)], overs, baseline);
}

async function print(summary: Summary, folder: string, { values, terminal, isFirst }: RunOptions): Promise<void> {
  if (values.flag("json")) return terminal.print(`${JSON.stringify(summary)}\n`);
  if (!values.flag("quiet")) {
    const { summaryTable } = await import("../report/table.js");
    const table = summaryTable(summary, { color: terminal.colour.results, reportFolder: folder });
    return terminal.print(isFirst ? table : `\n${table}`);
  }
  for (const { expect, pass, level, actual } of summary.expectations)
    if (!pass && level === "error") terminal.remark(`${summary.scenario}: failed: ${expect} (${actual})\n`);
}

function sayWhatIsKept(written: readonly string[], unfinished: string, terminal: Terminal): void {
  const kept = written.length === 0 ? "" : `; finished and kept: ${written.join(", ")}`;
  const unwritten = `${unfinished} is ${existsSync(unfinished) ? "as it was before" : "not written"}`;
  terminal.remark(`knsim: interrupted${kept}; ${unwritten}\n`);
}

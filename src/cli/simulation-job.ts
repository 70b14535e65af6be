import type { SeedChoice } from "../experiment/replications.js";
import type { BaselineFigures } from "../measure/baseline.js";
import type { Summary } from "../measure/run-record.js";
import type { ComparedSeries } from "../report/compared-series.js";
import type { Diagnostic } from "../scenario/diagnostics.js";
import type { Scenario } from "../scenario/scenario.js";
import { costRefusal } from "./cost-check.js";
import { letOthersRun } from "./interruption.js";
import { type SentError, sentError } from "./sent-error.js";
import { UserError } from "./user-error.js";

/** One run to be made, as plain data that a worker thread can be sent. */
export interface Job {
  /** As the user wrote it; `-` with `text`. */
  readonly file: string;
  /** What standard input held, which a worker cannot read. */
  readonly text: string | null;
  readonly seed: string | null;
  readonly duration: string | null;
  readonly set: readonly string[];
  readonly skipBadLines: boolean;
  /** Whether it is run however much it costs. */
  readonly force: boolean;
  /** Which of several seeds; null = the scenario's own. */
  readonly replication: { readonly choice: SeedChoice; readonly index: number } | null;
  readonly baseline: BaselineFigures | null;
  readonly requireBaseline: boolean;
  /** Whether the course of the run is wanted for a chart. */
  readonly wantsSeries: boolean;
  readonly report: ReportWish | null;
}

/** A report folder to be written. */
export interface ReportWish {
  readonly out: string;
  /** null = the scenario's name. */
  readonly name: string | null;
  readonly charts: boolean;
  readonly requests: boolean;
  /** What stands in summary.json when it says more than the run itself; null = the run's own. */
  readonly summary: Summary | null;
}

/** How a run came out; plain data too. */
export type JobResult =
  | {
      readonly kind: "finished";
      readonly summary: Summary;
      /** Of each expectation. */
      readonly overs: readonly Scenario["expectations"][number]["over"][];
      readonly series: ComparedSeries | null;
      /** Warnings. */
      readonly diagnostics: readonly Diagnostic[];
      /** Where the report lies; null = none was asked for. */
      readonly folder: string | null;
    }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] }
  /** The user can put it right: a folder that cannot be written. */
  | { readonly kind: "unable"; readonly messages: readonly string[] }
  | { readonly kind: "defect"; readonly error: SentError; readonly run: FailedRunData | null };

interface FailedRunData {
  readonly scenario: string;
  readonly seed: string;
  readonly completed: unknown;
}

/**
 * Loads and simulates one scenario. Whatever goes wrong is a result.
 *
 * @throws the reason of `signal` when it is aborted
 */
export async function runJob(job: Job, signal: AbortSignal): Promise<JobResult> {
  const { ScenarioError } = await import("./library.js");
  let loaded: Scenario | null = null;
  try {
    const { scenario, diagnostics } = await loadJob(job);
    loaded = scenario;
    const refusal = job.force ? null : await costRefusal(scenario, job.report?.requests ?? false);
    if (refusal !== null) return { kind: "refused", diagnostics: [...diagnostics, tooExpensive(job.file, refusal)] };
    return await simulateLoaded(scenario, diagnostics, job, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ScenarioError) return { kind: "refused", diagnostics: error.diagnostics };
    if (error instanceof UserError) return { kind: "unable", messages: error.messages };
    const run = loaded && { scenario: loaded.name, seed: loaded.seed, completed: loaded.completed };
    return { kind: "defect", error: sentError(error), run };
  }
}

function tooExpensive(path: string, message: string): Diagnostic {
  const file = path === "-" ? "<stdin>" : path;
  return { id: "E-range", severity: "error", file, line: 0, column: 0, path: "", message };
}

/** The scenario of a job, with its seed. @throws ScenarioError when it does not load */
export async function loadJob({ file, text, seed, duration, set, skipBadLines, replication }: Job) {
  const { loadScenario } = await import("./library.js");
  const { findFiles, readInput } = await import("./input-files.js");
  const { replicationSeed } = await import("../experiment/replications.js");
  const read = (path: string) => (path === "-" && text !== null ? text : readInput(path));
  const options = { set, seed: seed ?? undefined, duration: duration ?? undefined, glob: findFiles, skipBadLines };
  const loaded = await loadScenario(file, read, options);
  if (replication === null) return loaded;
  const { choice, index } = replication;
  const own = loaded.scenario.seed;
  return { ...loaded, scenario: { ...loaded.scenario, seed: replicationSeed(choice, own, index) } };
}

async function simulateLoaded(
  scenario: Scenario,
  diagnostics: readonly Diagnostic[],
  job: Job,
  signal: AbortSignal,
): Promise<JobResult> {
  const { simulate } = await import("./library.js");
  const { report, baseline, requireBaseline } = job;
  const result = await simulate(scenario, {
    ...{ baseline, requireBaseline, signal },
    keep: { requests: report?.requests ?? false },
    onProgress: letOthersRun,
  });
  let series: ComparedSeries | null = null;
  if (job.wantsSeries) {
    const { comparedSeries } = await import("../report/compared-series.js");
    series = comparedSeries(result.timeline(), result.summary);
  }
  const folder = report === null ? null : await writeJobReport(scenario, result, report, job, signal);
  return {
    kind: "finished",
    summary: result.summary,
    overs: scenario.expectations.map(({ over }) => over),
    ...{ series, diagnostics, folder },
  };
}

async function writeJobReport(
  scenario: Scenario,
  result: import("./library.js").Result,
  { out, name, charts, requests, summary }: ReportWish,
  { file, duration, set, skipBadLines, replication }: Job,
  signal: AbortSignal,
): Promise<string> {
  const { favourQuickStart } = await import("./quick-start.js");
  const { reproducingCommand } = await import("./reproduce.js");
  const { writeReport } = await import("./report-folder.js");
  if (charts) favourQuickStart();
  // A report on several replications says so in its summary.
  const replications = summary === null ? null : (replication?.choice ?? null);
  const command = reproducingCommand({ file, seed: scenario.seed, replications, duration, set, skipBadLines });
  const files = result.files({ charts, requests, command, summary: summary ?? undefined });
  return writeReport(out, name ?? scenario.name, files, signal);
}

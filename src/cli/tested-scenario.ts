import { judgeBaseline } from "../experiment/baseline-file.js";
import { combineReplications, replicationCount, type SeedChoice } from "../experiment/replications.js";
import type { Summary } from "../measure/run-record.js";
import type { Refusal, TestOutcome } from "../report/test-outcome.js";
import { type Diagnostic, formatDiagnostic } from "../scenario/diagnostics.js";
import { baselinePath, type FoundBaseline, findBaseline, writeBaseline } from "./baselines.js";
import type { Values } from "./command.js";
import { RunFailure } from "./run-failure.js";
import { findScenarios, type ScenarioFile, selectScenarios } from "./scenario-files.js";
import { seedChoice } from "./seed-options.js";
import { receivedError } from "./sent-error.js";
import { type Job, type JobResult, type ReportWish, runJob } from "./simulation-job.js";
import { UserError } from "./user-error.js";

/**
 * The tests that a command line asks for, in the order in which they are told.
 *
 * @throws UserError when paths, options or baselines are wrong
 */
export async function plannedTests(values: Values): Promise<readonly TestedScenario[]> {
  const choice = await seedChoice(values);
  const files = selectScenarios(await findScenarios(values.texts("path")), values.texts("filter"));
  const [given, update] = [values.text("baseline"), values.flag("update")];
  const found = await Promise.all(files.map((file) => findBaseline(file, given)));
  return files.map((file, index) => new TestedScenario(file, found[index], choice, update, values));
}

type Finished = Extract<JobResult, { readonly kind: "finished" }>;

/** One scenario on its way through `knsim test`: its runs, their results, and what they come to. */
export class TestedScenario {
  readonly name: string;
  readonly jobs: readonly Job[];
  /** In order of the jobs; filled from outside. */
  readonly results: JobResult[] = [];
  /** Warnings of its first run. */
  warnings: readonly Diagnostic[] = [];
  /** A defect of knsim in one of its runs. */
  failure: RunFailure | null = null;

  constructor(
    private readonly file: ScenarioFile,
    private readonly baseline: FoundBaseline | null,
    choice: SeedChoice | null,
    /** Whether the runs become the baseline, and so are not held against one. */
    private readonly updates: boolean,
    values: Values,
  ) {
    const { path, name, text } = file;
    this.name = name;
    const count = choice === null ? 1 : replicationCount(choice);
    const out = values.text("out");
    this.wish = out === null ? null : { ...{ out, name: null }, ...reportParts(values), summary: null };
    const job: Job = {
      ...{ file: path, text, seed: values.text("seed"), duration: values.text("duration"), set: values.texts("set") },
      skipBadLines: values.flag("skip-bad-lines"),
      force: values.flag("force"),
      replication: null,
      baseline: updates ? null : (baseline?.measured ?? null),
      requireBaseline: values.flag("ci"),
      wantsSeries: false,
      report: count === 1 ? this.wish : null,
    };
    this.jobs =
      choice === null
        ? [job]
        : Array.from({ length: count }, (_, index) => ({ ...job, replication: { choice, index } }));
  }

  private readonly wish: ReportWish | null;

  get isFinished(): boolean {
    // Holes of the array are results yet to come.
    return this.jobs.every((_, index) => this.results[index] !== undefined);
  }

  /** What all its runs come to. Writes its baseline, and the report of several replications, when they are asked for. */
  async conclude(signal: AbortSignal): Promise<TestOutcome> {
    const file = this.file.path === "-" ? "<stdin>" : this.file.path;
    const [first] = this.results;
    if (first.kind === "refused") {
      this.warnings = first.diagnostics.filter(({ severity }) => severity === "warning");
      const errors = first.diagnostics.filter(({ severity }) => severity === "error").map(refusal);
      return { file, kind: "refused", errors };
    }
    const finished: Finished[] = [];
    for (const result of this.results) {
      if (result.kind === "finished") finished.push(result);
      else if (result.kind === "unable") throw new UserError(result.messages);
      else if (result.kind === "defect") return { file, kind: "defect", message: this.defect(result) };
    }
    this.warnings = finished[0].diagnostics;
    const summaries = finished.map(({ summary }) => summary);
    const measured = this.updates ? null : (this.baseline?.measured ?? null);
    const summary = combineReplications(summaries, finished[0].overs, measured);
    await this.writeReport(summary, signal);
    return { file, kind: "judged", summary, baseline: await this.concludeBaseline(summaries) };
  }

  private defect({ error, run }: Extract<JobResult, { readonly kind: "defect" }>): string {
    const received = receivedError(error);
    const { path: scenario } = this.file;
    this.failure = new RunFailure(received, run ?? { scenario, seed: "unknown", completed: null });
    return error.message;
  }

  /** Of several replications the first one's, with all of them in its summary; for which it is run once more. */
  private async writeReport(summary: Summary, signal: AbortSignal): Promise<void> {
    if (this.wish === null || summary.replications === undefined) return;
    const result = await runJob({ ...this.jobs[0], report: { ...this.wish, summary } }, signal);
    if (result.kind === "unable") throw new UserError(result.messages);
  }

  private async concludeBaseline(
    summaries: readonly Summary[],
  ): Promise<Extract<TestOutcome, { readonly kind: "judged" }>["baseline"]> {
    const { baseline, updates, file } = this;
    if (updates) {
      if (file.path === "-") throw new UserError(["a baseline is written beside a file, and - is none"]);
      const path = baselinePath(file.path);
      await writeBaseline(path, summaries, baseline?.file ?? null);
      return { file: path, state: baseline === null ? "new" : "updated", checks: [] };
    }
    if (baseline === null) return null;
    const checks = baseline.file === null ? [] : judgeBaseline(summaries, baseline.file);
    return { file: baseline.path, state: "compared", checks };
  }
}

function reportParts(values: Values): Pick<ReportWish, "charts" | "requests"> {
  return { charts: !values.flag("no-charts"), requests: values.flag("requests") };
}

function refusal(diagnostic: Diagnostic): Refusal {
  const { file, line, column } = diagnostic;
  return { text: formatDiagnostic(diagnostic), file, line, column };
}

import { BASELINE_OPTION } from "./baseline-option.js";
import type { Command, Values } from "./command.js";
import { FORCE_OPTION } from "./cost-check.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupted, interruptible } from "./interruption.js";
import type { Reporter } from "./reporters.js";
import { SEED_OPTIONS } from "./seed-options.js";
import type { Terminal } from "./terminal.js";
import type { TestedScenario } from "./tested-scenario.js";
import { UserError } from "./user-error.js";

/** `knsim test PATH…`: simulates scenarios in parallel and judges their `expect:` (contract §1, details A11 and B). */
export const testCommand: Command = {
  name: "test",
  positionals: [{ name: "path", many: true, description: "scenarios, or folders of them; - reads standard input" }],
  summary: "runs every scenario below the paths and judges what it expects",
  options: {
    ...SEED_OPTIONS,
    duration: { kind: "text", value: "D", description: "instead of the scenarios' duration, such as 90s" },
    set: { kind: "texts", value: "PATH=VALUE", description: "changes a key of every scenario; repeatable" },
    "skip-bad-lines": { kind: "flag", description: "leaves out bad lines of traces, with a warning" },
    filter: { kind: "texts", value: "TEXT", description: "only scenarios with this in their path or name; repeatable" },
    bail: { kind: "flag", description: "stops after the first scenario that fails" },
    workers: { kind: "text", value: "N", description: "scenarios run at once (default: one per processor)" },
    reporter: {
      kind: "texts",
      value: "NAME[=FILE]",
      description: "list, junit, json, markdown or github; repeatable (default: list, on GitHub's runners github too)",
    },
    verbose: { kind: "flag", description: "lists passed expectations too" },
    baseline: BASELINE_OPTION,
    update: { kind: "flag", description: "writes SCENARIO.baseline.json beside each scenario" },
    ci: { kind: "flag", description: "never writes a baseline; expectations against a missing one fail" },
    out: { kind: "text", value: "DIR", description: "also writes report folders there" },
    "no-charts": { kind: "flag", description: "with --out: writes data only" },
    requests: { kind: "flag", description: "with --out: also writes requests.csv" },
    force: FORCE_OPTION,
    json: { kind: "flag", description: "prints the summaries as JSON, one line per scenario" },
    quiet: { kind: "flag", description: "prints nothing about what passes" },
    "no-color": { kind: "flag", description: "no colours; so does the variable NO_COLOR" },
  },
  run: (values, terminal) => interruptible((signal) => test(values, terminal, signal)),
};

async function test(values: Values, terminal: Terminal, signal: AbortSignal): Promise<ExitStatus> {
  const { plannedTests } = await import("./tested-scenario.js");
  const { checkReporters, parseReporters } = await import("./reporters.js");
  if (values.flag("update") && values.flag("ci")) throw new UserError(["--ci never writes: leave out --update"]);
  if (values.flag("update") && values.text("baseline") !== null)
    throw new UserError(["--update writes beside the scenarios: leave out --baseline"]);
  const reporters = parseReporters(values.texts("reporter"));
  const scenarios = await plannedTests(values);
  await checkReporters(reporters);
  if (values.text("out") !== null) {
    const { checkOutput } = await import("./report-folder.js");
    await checkOutput(
      values.text("out") ?? "",
      scenarios.map(({ name }) => name),
    );
  }

  const talk = await Talk.about(scenarios.length, reporters, values, terminal);
  let wasInterrupted = false;
  try {
    await runAll(scenarios, { talk, values, signal });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    wasInterrupted = true;
  }
  await talk.end();
  if (wasInterrupted) {
    terminal.remark(`knsim: interrupted; ${talk.outcomes.length} of ${scenarios.length} scenarios were finished\n`);
    return ExitStatus.interrupted;
  }
  const failure = scenarios.map((scenario) => scenario.failure).find((each) => each !== null) ?? null;
  if (failure !== null) throw failure;
  if (talk.outcomes.some(({ kind }) => kind === "refused")) return ExitStatus.badInput;
  const { hasPassed } = await import("../report/test-outcome.js");
  return talk.outcomes.every(hasPassed) ? ExitStatus.fine : ExitStatus.no;
}

interface RunAll {
  readonly talk: Talk;
  readonly values: Values;
  readonly signal: AbortSignal;
}

/** Runs in any order; tells in the order of the scenarios, each as soon as all before it are told. */
async function runAll(scenarios: readonly TestedScenario[], { talk, values, signal }: RunAll): Promise<void> {
  const { runJobs } = await import("./simulation-pool.js");
  const { wholeNumber } = await import("./seed-options.js");
  const jobs = scenarios.flatMap((scenario) =>
    scenario.jobs.map((job, replication) => ({ scenario, job, replication })),
  );
  let told = 0;
  let finished = 0;
  // Results come in while an earlier scenario is being concluded; one after another keeps their order.
  let telling: Promise<boolean> = Promise.resolve(true);
  const tellFinished = async (): Promise<boolean> => {
    while (told < scenarios.length && scenarios[told].isFinished) {
      const scenario = scenarios[told++];
      const outcome = await scenario.conclude(signal);
      const passed = await talk.tell(outcome, scenario);
      if (!passed && values.flag("bail")) return false;
    }
    return true;
  };
  await runJobs(
    jobs.map(({ job }) => job),
    {
      workers: wholeNumber(values, "workers"),
      signal,
      onResult(result, index) {
        const { scenario, replication } = jobs[index];
        scenario.results[replication] = result;
        talk.progress(++finished, jobs.length);
        telling = telling.then((goesOn) => goesOn && tellFinished());
        return telling;
      },
    },
  );
}

/** What the command says while and after scenarios run. */
class Talk {
  readonly outcomes: import("../report/test-outcome.js").TestOutcome[] = [];

  private constructor(
    private readonly planned: number,
    private readonly reporters: readonly Reporter[],
    private readonly values: Values,
    private readonly terminal: Terminal,
    private readonly words: typeof import("../report/test-list.js") & typeof import("../report/test-outcome.js"),
  ) {}

  static async about(
    planned: number,
    reporters: readonly Reporter[],
    values: Values,
    terminal: Terminal,
  ): Promise<Talk> {
    const words = { ...(await import("../report/test-list.js")), ...(await import("../report/test-outcome.js")) };
    return new Talk(planned, reporters, values, terminal, words);
  }

  private get prints(): boolean {
    return !this.values.flag("json") && this.reporters.some(({ name, file }) => name === "list" && file === null);
  }

  /** @returns whether it passed */
  async tell(outcome: Talk["outcomes"][number], scenario: TestedScenario): Promise<boolean> {
    const { terminal, values, words } = this;
    this.outcomes.push(outcome);
    this.clearProgress();
    const quiet = values.flag("quiet");
    if (!quiet && scenario.warnings.length > 0) {
      const { showDiagnostics } = await import("./show-diagnostics.js");
      showDiagnostics(scenario.warnings, terminal);
    }
    const passed = words.hasPassed(outcome);
    if (values.flag("json") && outcome.kind === "judged") terminal.print(`${JSON.stringify(outcome.summary)}\n`);
    if (outcome.kind === "refused" && !this.prints) for (const { text } of outcome.errors) terminal.remark(`${text}\n`);
    const options = { color: terminal.colour.results, verbose: values.flag("verbose") };
    if (this.prints && !(quiet && passed)) terminal.print(words.outcomeLines(outcome, options));
    return passed;
  }

  progress(finished: number, all: number): void {
    if (!this.terminal.isInteractive || this.values.flag("quiet") || finished === all) return;
    this.terminal.remark(`\r\u001b[K${finished} of ${all} runs`);
  }

  private clearProgress(): void {
    if (this.terminal.isInteractive) this.terminal.remark("\r\u001b[K");
  }

  async end(): Promise<void> {
    const { terminal, values, words, outcomes, reporters } = this;
    const { renderReport, writeReporters } = await import("./reporters.js");
    this.clearProgress();
    if (this.prints && !values.flag("quiet")) {
      const skipped = this.planned - outcomes.length;
      terminal.print(words.totalLines(outcomes, { color: terminal.colour.results, skipped }));
    }
    for (const { name, file } of reporters)
      if (file === null && name !== "list" && !values.flag("json")) terminal.print(await renderReport(name, outcomes));
    await writeReporters(reporters, outcomes);
  }
}

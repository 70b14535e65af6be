import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSummary } from "../experiment/read-summary.js";
import { replicationCount } from "../experiment/replications.js";
import type { Summary } from "../measure/run-record.js";
import type { ComparedSeries } from "../report/compared-series.js";
import { type Diagnostic, formatDiagnostic } from "../scenario/diagnostics.js";
import type { Scenario } from "../scenario/scenario.js";
import type { Values } from "./command.js";
import { refuseExcessiveCost } from "./cost-check.js";
import { type FinishedJob, finishedJobs } from "./finished-jobs.js";
import { checkOutput } from "./report-folder.js";
import { standardInput } from "./scenario-files.js";
import { seedChoice, wholeNumber } from "./seed-options.js";
import { showDiagnostics } from "./show-diagnostics.js";
import { type Job, loadJob } from "./simulation-job.js";
import type { Terminal } from "./terminal.js";
import { explaining, UserError } from "./user-error.js";

/** One side of a comparison. */
export interface Side {
  readonly label: string;
  /** In order of the replications; of a finished run the only one. */
  readonly summaries: readonly Summary[];
  /** Whether it was read from files, and not simulated. */
  readonly isFinished: boolean;
  /** Of the first replication, for the chart; null when it is not known. */
  readonly series: ComparedSeries | null;
}

/**
 * Both sides of `knsim compare`: read from finished runs, or simulated.
 *
 * @returns null when a scenario does not load, after saying why
 * @throws UserError when arguments are no pair, or cannot be read
 */
export async function comparedSides(
  values: Values,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly [Side, Side] | null> {
  const paths = values.texts("run");
  if (paths.length > 2) throw new UserError([`expected two runs or scenarios to compare, found ${paths.length}`]);
  const finished = await Promise.all(paths.map(summaryPath));
  if (paths.length === 2 && finished.every((path) => path !== null)) {
    refuseScenarioOptions(values);
    const sides = await Promise.all(finished.map((path, index) => readSide(path, paths[index])));
    const [a, b] = distinct(sides[0].label, sides[1].label, paths);
    return [
      { ...sides[0], label: a },
      { ...sides[1], label: b },
    ];
  }
  if (finished.some((path) => path !== null))
    throw new UserError(["expected two finished runs, or scenarios only: a run is compared with a run"]);
  return simulatedSides(paths, values, terminal, signal);
}

/** Where a finished run's summary lies; null when the path is a scenario. */
async function summaryPath(path: string): Promise<string | null> {
  if (path === "-") return null;
  const isFolder = (await explaining(`read ${JSON.stringify(path)}`, () => stat(path))).isDirectory();
  if (!isFolder) return path.endsWith(".json") ? path : null;
  const summary = join(path, "summary.json");
  await explaining(`read ${JSON.stringify(summary)}`, () => stat(summary));
  return summary;
}

const SCENARIO_OPTIONS = ["seed", "seeds", "replications", "duration", "set", "set-a", "set-b"];

function refuseScenarioOptions(values: Values): void {
  const given = SCENARIO_OPTIONS.find((name) => values.texts(name).length > 0);
  if (given !== undefined) throw new UserError([`--${given} is for scenarios: these runs are finished`]);
}

async function readSide(path: string, written: string): Promise<Side> {
  const text = await explaining(`read ${JSON.stringify(path)}`, () => readFile(path, "utf8"));
  const summary = summaryIn(text);
  if (summary === null) throw new UserError([`${JSON.stringify(path)} is no summary of a run`]);
  return {
    label: basename(written) === "summary.json" ? summary.scenario : basename(written),
    summaries: [summary],
    isFinished: true,
    series: await readSeries(path, summary),
  };
}

function summaryIn(text: string): Summary | null {
  try {
    const json: unknown = JSON.parse(text);
    return isSummary(json) ? json : null;
  } catch {
    return null;
  }
}

async function readSeries(path: string, summary: Summary): Promise<ComparedSeries | null> {
  const text = await readFile(join(dirname(path), "timeline.csv"), "utf8").catch(() => null);
  if (text === null) return null;
  const { comparedSeries } = await import("../report/compared-series.js");
  const { readTimeline } = await import("../report/timeline-csv.js");
  return comparedSeries(readTimeline(text.split("\n")), summary);
}

/** Labels that differ: the names, else the paths, else the letters. */
function distinct(a: string, b: string, paths: readonly string[]): readonly [string, string] {
  if (a !== b) return [a, b];
  return paths.length === 2 && paths[0] !== paths[1] ? [paths[0], paths[1]] : [`${a} A`, `${b} B`];
}

/** Scenarios, or one scenario and what `--set` makes of it, both with the same seeds: those of A unless told otherwise. */
async function simulatedSides(
  paths: readonly string[],
  values: Values,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly [Side, Side] | null> {
  const isVariant = paths.length === 1;
  const [common, onlyA, onlyB] = [values.texts("set"), values.texts("set-a"), values.texts("set-b")];
  if (isVariant && common.length + onlyA.length + onlyB.length === 0)
    throw new UserError(["expected two runs or scenarios, or one scenario and what changes it (--set PATH=VALUE)"]);
  const sets = [
    [...(isVariant ? [] : common), ...onlyA],
    [...common, ...onlyB],
  ] as const;
  const files = [paths[0], paths[isVariant ? 0 : 1]] as const;
  const text = files.includes("-") ? (await standardInput()).text : null;
  const choice = await seedChoice(values);
  const plain = {
    ...{ text, seed: values.text("seed"), duration: values.text("duration"), replication: null },
    skipBadLines: values.flag("skip-bad-lines"),
    force: true,
    ...{ baseline: null, requireBaseline: false, wantsSeries: false, report: null },
  };
  const first = { ...plain, file: files[0], set: sets[0] };
  const second = { ...plain, file: files[1], set: sets[1] };
  const loaded = await loadBoth(first, second, values, terminal);
  if (loaded === null) return null;
  if (!values.flag("force")) await refuseExcessiveCost(loaded, false);
  const names = reportNames(loaded[0].name, loaded[1].name);
  const out = values.text("out");
  if (out !== null) await checkOutput(out, names);
  const count = choice === null ? 1 : replicationCount(choice);
  const jobs = [first, second].flatMap((job, side) =>
    Array.from({ length: count }, (_, index): Job => {
      const report = {
        out: out ?? "",
        name: names[side],
        charts: !values.flag("no-charts"),
        requests: false,
        summary: null,
      };
      return {
        ...job,
        seed: choice?.kind === "seeds" ? null : loaded[0].seed,
        replication: choice === null ? null : { choice, index },
        wantsSeries: index === 0 && out !== null,
        report: index === 0 && out !== null ? report : null,
      };
    }),
  );
  const results = await finishedJobs(jobs, { workers: wholeNumber(values, "workers"), signal });
  const labels = isVariant
    ? variantLabels(names, loaded[0].name, sets)
    : distinct(loaded[0].name, loaded[1].name, paths);
  return [sideOf(results.slice(0, count), labels[0]), sideOf(results.slice(count), labels[1])];
}

/** Both scenarios, so that every mistake in either is told before anything runs; null after saying what is wrong. */
async function loadBoth(
  first: Job,
  second: Job,
  values: Values,
  terminal: Terminal,
): Promise<readonly [Scenario, Scenario] | null> {
  const { ScenarioError } = await import("./library.js");
  const loaded: Scenario[] = [];
  const told = new Set<string>();
  for (const job of [first, second]) {
    let diagnostics: readonly Diagnostic[] = [];
    try {
      const { scenario, diagnostics: warnings } = await loadJob(job);
      loaded.push(scenario);
      if (!values.flag("quiet")) diagnostics = warnings;
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      diagnostics = error.diagnostics;
    }
    // Two variants of one file have the same things wrong with them.
    showDiagnostics(
      diagnostics.filter((diagnostic) => !told.has(formatDiagnostic(diagnostic))),
      terminal,
    );
    for (const diagnostic of diagnostics) told.add(formatDiagnostic(diagnostic));
  }
  return loaded.length === 2 ? [loaded[0], loaded[1]] : null;
}

/** Folders of the reports: the scenarios' names, told apart by a letter where they are the same. */
function reportNames(a: string, b: string): readonly [string, string] {
  return a === b ? [`${a}-a`, `${b}-b`] : [a, b];
}

/** A label longer than this would push the figures off the screen. */
const LONGEST_LABEL = 32;

/** A variant is called by what was changed: `containerConcurrency=10`. */
function variantLabels(
  fallback: readonly [string, string],
  name: string,
  sets: readonly [readonly string[], readonly string[]],
): readonly [string, string] {
  const [a, b] = sets.map((set) => set.map(shortSet).join(" "));
  const labels = [a === "" ? name : a, b === "" ? name : b] as const;
  const fits = labels.every((label) => label.length <= LONGEST_LABEL) && labels[0] !== labels[1];
  return fits ? labels : fallback;
}

/** `services[hello].annotations[autoscaling.knative.dev/target]=10` → `target=10` */
function shortSet(text: string): string {
  const short = /([^./[\]]+)"?\]?=(.*)$/s.exec(text);
  return short === null ? text : `${short[1]}=${short[2]}`;
}

function sideOf(results: readonly FinishedJob[], label: string): Side {
  return { label, summaries: results.map(({ summary }) => summary), isFinished: false, series: results[0].series };
}

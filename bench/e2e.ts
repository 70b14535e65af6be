import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ProcessFigures, ThreadFigures } from "./measured-run.js";
import { WORKLOADS, type Workload } from "./workloads.js";

/**
 * End-to-end speed: scenario file in, summary and timeline out, through the built command.
 *
 * Every round runs the C baseline and the simulator one after the other, so that the ratio holds when the machine's speed
 * drifts. A result hash other than the recorded one is a failure: a fast wrong run must not pass.
 *
 *     npm run bench [-- s1 s2 …] [--rounds N]      KNSIM_C_BASELINE=path of the compiled baseline
 */

interface Round extends ProcessFigures {
  /** Of the wall time, in which garbage was collected. */
  readonly collectingShare: number;
  readonly requests: number;
  /** Lines of events.jsonl + ended requests + decisions. */
  readonly events: number;
  /** Times the CPU seconds of the C baseline; null without one. */
  readonly ratio: number | null;
}

const MEASURED_RUN = new URL("./measured-run.js", import.meta.url).href;
const KNSIM = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const HASHES = fileURLToPath(new URL("../../bench/result-hashes.json", import.meta.url));

const recorded = JSON.parse(readFileSync(HASHES, "utf8")) as Record<string, string>;
const { rounds, wanted } = readArguments();
const folder = mkdtempSync(join(tmpdir(), "knsim-bench-"));

console.log(`node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${rounds} rounds`);
for (const workload of wanted) {
  printAll(
    workload.name,
    Array.from({ length: rounds }, () => measure(workload)),
  );
}
rmSync(folder, { recursive: true });

/** Ends the program when they make no sense. */
function readArguments(): { rounds: number; wanted: readonly Workload[] } {
  const names = WORKLOADS.map(({ name }) => name);
  try {
    const { values, positionals } = parseArgs({
      options: { rounds: { type: "string", default: "7" }, help: { type: "boolean", short: "h", default: false } },
      allowPositionals: true,
    });
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`there is no workload "${unknown}"`);
    const rounds = Number(values.rounds);
    if (!(Number.isInteger(rounds) && rounds > 0))
      throw new Error(`--rounds is a whole number from 1, not "${values.rounds}"`);
    if (!values.help) {
      const chosen = ({ name, isDefault }: Workload) =>
        positionals.length > 0 ? positionals.includes(name) : isDefault;
      return { rounds, wanted: WORKLOADS.filter(chosen) };
    }
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    process.exitCode = 2;
  }
  console.error(`npm run bench -- [WORKLOAD …] [--rounds N]; workloads: ${names.join(", ")}`);
  process.exit();
}

function measure(workload: Workload): Round {
  const baseline = baselineCpuSeconds(workload);
  const round = simulate(workload);
  return { ...round, ratio: baseline === null ? null : round.cpuSeconds / baseline };
}

/** The C program's own figure of CPU seconds; null without one. */
function baselineCpuSeconds({ baseline }: Workload): number | null {
  const program = process.env.KNSIM_C_BASELINE;
  if (program === undefined || baseline === null) return null;
  const { stdout } = spawnSync(program, baseline, { encoding: "utf8" });
  return (JSON.parse(stdout.trim().split("\n").at(-1)!) as { cpu_s: number }).cpu_s;
}

function simulate({ name, scenario }: Workload): Omit<Round, "ratio"> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, scenario);
  const command = [
    "--import",
    MEASURED_RUN,
    KNSIM,
    "run",
    file,
    "--no-charts",
    "--json",
    "--out",
    join(folder, "reports"),
  ];
  const run = spawnSync(process.execPath, command, { encoding: "utf8", maxBuffer: 1e9 });
  if (run.status !== 0) throw new Error(`${name} failed: ${run.stderr}`);
  const summary = JSON.parse(run.stdout) as { resultHash: string; events: number; requests: { offered: number } };
  if (summary.resultHash !== recorded[name]) {
    throw new Error(`${name}: result hash ${summary.resultHash}, recorded is ${recorded[name]}`);
  }
  const lines = run.stderr.split("\n").filter((line) => line.startsWith("{"));
  const threads = lines.map((line) => JSON.parse(line) as ThreadFigures);
  const figures = threads.find(({ process }) => process !== null)!.process!;
  const collecting = threads.reduce((sum, { collectingSeconds }) => sum + collectingSeconds, 0);
  const collectingShare = collecting / figures.wallSeconds;
  return { ...figures, collectingShare, requests: summary.requests.offered, events: summary.events };
}

function printAll(name: string, runs: readonly Round[]): void {
  const print = (what: string, figure: (round: Round) => number) => printLine(name, what, runs.map(figure));
  print("requests per CPU second, M", ({ requests, cpuSeconds }) => requests / cpuSeconds / 1e6);
  print("events per CPU second, M", ({ events, cpuSeconds }) => events / cpuSeconds / 1e6);
  if (runs[0].ratio !== null) print("times the C baseline", ({ ratio }) => ratio!);
  print("CPU seconds", ({ cpuSeconds }) => cpuSeconds);
  print("wall time, s", ({ wallSeconds }) => wallSeconds);
  print("peak memory, MiB", ({ peakMebibytes }) => peakMebibytes);
  print("garbage collection, %", ({ collectingShare }) => collectingShare * 100);
}

function printLine(name: string, what: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))].toPrecision(4);
  console.log(`${name}  ${what.padEnd(28)} median ${at(0.5)}  min ${at(0)}  max ${at(1)}`);
}

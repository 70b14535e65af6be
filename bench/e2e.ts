import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * End-to-end speed: scenario file in, summary and timeline out, through the built command.
 *
 * Every round runs the C baseline and the simulator one after the other, so that the ratio holds when the machine's speed
 * drifts. A result hash other than the recorded one is a failure: a fast wrong run must not pass.
 *
 *     npm run bench [-- s1 s2 …] [--rounds N]      KNSIM_C_BASELINE=path of the compiled baseline
 */

interface Workload {
  readonly name: string;
  readonly scenario: string;
  readonly requests: number;
  /** Arguments of the C baseline for the same workload; null = it has none. */
  readonly baseline: readonly string[] | null;
}

interface Figures {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMebibytes: number;
  readonly collectingShare: number;
}

const HERE = fileURLToPath(new URL("../../bench/", import.meta.url));
const COMMON = ["--service-ms", "100", "--cv", "1", "--seed", "1"];
const WORKLOADS: readonly Workload[] = [
  {
    name: "s1",
    scenario: "s1-steady",
    requests: 1e7,
    baseline: ["--requests", "1e7", "--rps", "1000", "--pods", "20", "--cc", "10", ...COMMON],
  },
  {
    name: "s2",
    scenario: "s2-large",
    requests: 1e7,
    baseline: ["--requests", "1e7", "--rps", "10000", "--pods", "150", "--cc", "10", ...COMMON],
  },
  {
    name: "s3",
    scenario: "s3-queueing",
    requests: 1e7,
    baseline: ["--requests", "1e7", "--rps", "1000", "--pods", "54", "--cc", "1", ...COMMON],
  },
];

const recorded = JSON.parse(readFileSync(join(HERE, "result-hashes.json"), "utf8")) as Record<string, string>;
const args = process.argv.slice(2);
const rounds = Number(args[args.indexOf("--rounds") + 1] || 0) || 7;
const wanted = args.filter((arg) => WORKLOADS.some(({ name }) => name === arg));
const out = mkdtempSync(join(tmpdir(), "knsim-bench-"));

console.log(`node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${rounds} rounds`);
for (const workload of WORKLOADS) {
  if (wanted.length === 0 || wanted.includes(workload.name)) measure(workload);
}
rmSync(out, { recursive: true });

function measure(workload: Workload): void {
  const runs: Figures[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const baseline = baselineCpuSeconds(workload);
    const figures = simulate(workload);
    runs.push(figures);
    if (baseline !== null) ratios.push(figures.cpuSeconds / baseline);
  }
  const { name, requests } = workload;
  print(
    name,
    "requests per CPU second, M",
    runs.map(({ cpuSeconds }) => requests / cpuSeconds / 1e6),
  );
  if (ratios.length > 0) print(name, "times the C baseline", ratios);
  print(
    name,
    "peak memory, MiB",
    runs.map(({ peakMebibytes }) => peakMebibytes),
  );
  print(
    name,
    "garbage collection, %",
    runs.map(({ collectingShare }) => collectingShare * 100),
  );
  print(
    name,
    "wall time, s",
    runs.map(({ wallSeconds }) => wallSeconds),
  );
}

/** The C program's own figure of CPU seconds; null without one. */
function baselineCpuSeconds({ baseline }: Workload): number | null {
  const program = process.env.KNSIM_C_BASELINE;
  if (program === undefined || baseline === null) return null;
  const { stdout } = spawnSync(program, baseline, { encoding: "utf8" });
  return (JSON.parse(stdout.trim().split("\n").at(-1)!) as { cpu_s: number }).cpu_s;
}

function simulate({ scenario }: Workload): Figures {
  const measured = fileURLToPath(new URL("./measured-run.js", import.meta.url));
  const file = join(HERE, "scenarios", `${scenario}.yaml`);
  const run = spawnSync(process.execPath, [measured, "run", file, "--no-charts", "--json", "--out", out], {
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (run.status !== 0) throw new Error(`${scenario} failed: ${run.stderr}`);
  const { resultHash } = JSON.parse(run.stdout) as { resultHash: string };
  if (resultHash !== recorded[scenario]) {
    throw new Error(`${scenario}: result hash ${resultHash}, recorded is ${recorded[scenario]}`);
  }
  return JSON.parse(run.stderr.trim().split("\n").at(-1)!) as Figures;
}

function print(workload: string, what: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))].toPrecision(4);
  console.log(`${workload}  ${what.padEnd(28)} median ${at(0.5)}  min ${at(0)}  max ${at(1)}`);
}

import { spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { folder, KNSIM, knsim, SCENARIOS } from "./knsim.js";

const SCENARIO = `apiVersion: knsim/v1
kind: Scenario
name: replay
services:
  - name: hello
    image: example/hello
    annotations: {autoscaling.knative.dev/min-scale: "1", autoscaling.knative.dev/max-scale: "1"}
    app: {serviceTime: 1ms}
traffic:
  - {to: hello, trace: {file: t.csv, format: timestamps}}
`;

async function summaryOf(cwd: string, args: readonly string[] = []) {
  const seen = await knsim(["run", "s.yaml", "--no-charts", "--json", ...args], { cwd });
  return { ...seen, summary: seen.stdout === "" ? null : JSON.parse(seen.stdout) };
}

describe("a trace with bad lines", () => {
  const cwd = () => folder({ "s.yaml": SCENARIO, "t.csv": "time\n1\nfoo\n2\n-3\n" });

  it("is refused, each of them named", async () => {
    expect(await knsim(["run", "s.yaml"], { cwd: cwd() })).toEqual({
      stdout: "",
      stderr: `t.csv:3:1: error: expected seconds or a time such as 2023-11-14T22:00:00Z, found "foo"
t.csv:5:1: error: "-3" lies before the start of the run
`,
      status: 2,
    });
  });

  it("is replayed without them by --skip-bad-lines, which the summary and the report remember", async () => {
    const place = cwd();
    const { summary, stderr, status } = await summaryOf(place, ["--skip-bad-lines"]);
    expect([status, stderr]).toEqual([0, 's.yaml:10:31: warning: "t.csv": skipped 2 bad lines: 3 and 5\n']);
    expect(summary.requests.offered).toBe(2);
    expect(summary.warnings).toMatchObject([{ id: "W-bad-lines" }]);
    const report = readFileSync(join(place, "reports/replay/scenario.json"), "utf8");
    expect(report).toContain("--skip-bad-lines");
  });

  it("may be tested, compared and validated without them", async () => {
    const skipping = { cwd: cwd() };
    const tested = await knsim(["test", "s.yaml", "--skip-bad-lines"], skipping);
    const compared = await knsim(["compare", "s.yaml", "--set", "seed=2", "--skip-bad-lines"], skipping);
    const validated = await knsim(["validate", "s.yaml", "--skip-bad-lines"], skipping);
    expect([tested.status, compared.status, validated.status]).toEqual([0, 0, 0]);
  });

  it("may be where a lab starts without them", async () => {
    const place = { cwd: cwd(), input: "sleep 10s\nexit\n" };
    const refused = await knsim(["lab", "s.yaml", "-"], place);
    expect(refused.status).toBe(2);
    const { stderr, status } = await knsim(["lab", "s.yaml", "-", "--skip-bad-lines"], place);
    expect([status, stderr]).toEqual([0, 's.yaml:10:31: warning: "t.csv": skipped 2 bad lines: 3 and 5\n']);
  });
});

/** Peak memory in MiB of a run, as the process itself sees it at its end, and its summary. */
function replay(cwd: string, args: readonly string[] = []): { readonly peakMib: number; readonly summary: Summary } {
  const report = "process.on('exit', () => process.stderr.write('peak=' + process.resourceUsage().maxRSS + '\\n'))";
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const command = ["--import", preload, KNSIM, "run", "s.yaml", "--no-charts", "--json", "--force", ...args];
  const { stdout, stderr } = spawnSync(process.execPath, command, { cwd, encoding: "utf8" });
  return { peakMib: Number(/peak=(\d+)/.exec(stderr)?.[1]) / 1024, summary: JSON.parse(stdout) };
}

interface Summary {
  readonly resultHash: string;
  readonly requests: { readonly offered: number; readonly completed: number };
}

/** Writes arrivals at 10,000 per second, `bytesPerLine` long. @returns how many */
function writeTrace(path: string, megabytes: number, bytesPerLine: number): number {
  const file = openSync(path, "w");
  const count = Math.floor((megabytes * 1_000_000) / bytesPerLine);
  const rest = (time: string) => "x".repeat(bytesPerLine - time.length - 2);
  for (let start = 0; start < count; start += 10_000) {
    let text = "";
    for (let k = start; k < Math.min(start + 10_000, count); k++) {
      const time = (k / 10_000).toFixed(4);
      text += `${time},${rest(time)}\n`;
    }
    writeSync(file, text);
  }
  closeSync(file);
  return count;
}

describe("the memory of a run", () => {
  it("does not grow with a sorted trace", () => {
    const cwd = folder({ "s.yaml": SCENARIO });
    const trace = join(cwd, "t.csv");
    // Just more arrivals than are held, in lines of 20 and of 60 bytes.
    const few = writeTrace(trace, 21, 20);
    const small = replay(cwd);
    const many = writeTrace(trace, 63, 60);
    const large = replay(cwd);
    expect([small.summary.requests.completed, large.summary.requests.completed]).toEqual([few, many]);
    expect(large.summary.resultHash).toBe(small.summary.resultHash);
    // 42 MB more of a file would show; the garbage collector's moods take up to 20.
    expect(large.peakMib).toBeLessThan(small.peakMib + 25);
  }, 60_000);

  it.runIf(process.env.KNSIM_LARGE_TRACE)(
    "stays below 200 MiB for a gigabyte (only with KNSIM_LARGE_TRACE=1)",
    () => {
      const cwd = folder({ "s.yaml": SCENARIO });
      const count = writeTrace(join(cwd, "t.csv"), 1000, 14);
      const { peakMib, summary } = replay(cwd);
      expect(summary.requests.completed).toBe(count);
      expect(peakMib).toBeLessThan(200);
    },
    1_800_000,
  );
});

describe("the demo of traces", () => {
  it("replays every one of them, also compressed", async () => {
    const functions = ["functions-invocations", "functions-durations", "functions-memory"];
    const cwd = folder();
    mkdirSync(join(cwd, "traces"));
    copyFileSync(join(SCENARIOS, "trace-replay.yaml"), join(cwd, "s.yaml"));
    for (const name of [...functions, "gateway-log", "storefront-rates", "jobs-2021"]) {
      const content = readFileSync(join(SCENARIOS, `traces/${name}.csv`));
      writeFileSync(join(cwd, `traces/${name}.csv`), gzipSync(content));
    }
    const plain = await knsim(["run", join(SCENARIOS, "trace-replay.yaml"), "--no-charts", "--json"], { cwd });
    const packed = await summaryOf(cwd, ["--check"]);
    expect([packed.status, plain.status]).toEqual([0, 0]);
    expect(packed.summary.requests).toEqual(JSON.parse(plain.stdout).requests);
    expect(packed.summary.resultHash).toBe(JSON.parse(plain.stdout).resultHash);
  });
});

const SAMPLE = fileURLToPath(new URL("../../../shared/traces/azure2019-100f-480min/", import.meta.url));

describe.skipIf(!existsSync(SAMPLE))("the sample of 2019 (skipped where ../shared/traces is absent)", () => {
  it("is 339,657 requests, of which 10.6767 are in flight where pods are always warm", async () => {
    const [file, durations, memory] = ["invocations", "durations", "memory"].map((name) => join(SAMPLE, `${name}.csv`));
    const cwd = folder({
      "s.yaml": `apiVersion: knsim/v1
kind: Scenario
overheads: none
traffic:
  - trace: ${JSON.stringify({
    ...{ file, format: "azure-2019", durations, memory },
    template: { annotations: { "autoscaling.knative.dev/min-scale": "1" } },
  })}
report: {timeline: none, decisions: none}
`,
    });
    const { summary } = await summaryOf(cwd);
    expect(summary.to).toBe(28_800);
    expect(summary.requests).toMatchObject({ offered: 339_657, completed: 339_657, failed: 0 });
    expect(summary.inFlight.mean).toBeGreaterThan(10.6767 * 0.99);
    expect(summary.inFlight.mean).toBeLessThan(10.6767 * 1.01);
    expect(Object.keys(summary.services)).toHaveLength(100);
  }, 60_000);
});

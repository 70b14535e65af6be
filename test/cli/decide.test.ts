import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { folder, knsim, SCENARIOS } from "./knsim.js";

const golden = (family: string) => fileURLToPath(new URL(`../golden/data/${family}.jsonl.gz`, import.meta.url));
const shared = (family: string) => fileURLToPath(new URL(`../../../shared/golden/${family}.jsonl`, import.meta.url));

const LINES = gunzipSync(readFileSync(golden("kpa-decisions")))
  .toString()
  .split("\n");

const service = (annotations: string) => `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: hello}
spec:
  template:
    metadata:
      annotations: {${annotations}}
    spec:
      containers: [{image: example/hello}]
`;

/** One pod for ten in flight, with a burst capacity of none. */
const POLICY = service(
  'autoscaling.knative.dev/target: "10", autoscaling.knative.dev/target-utilization-percentage: "100", autoscaling.knative.dev/target-burst-capacity: "0"',
);

describe("knsim decide on recorded cases", () => {
  it.each([
    ["kpa-decisions", 4452],
    ["kpa-decisions-long", 3593],
  ])("agrees with every decision of %s", async (family, count) => {
    const seen = await knsim(["decide", "--check", golden(family)], { cwd: folder() });
    expect(seen).toEqual({ stdout: `${count} decisions, 0 mismatches\n`, stderr: "", status: 0 });
  });

  it.skipIf(!existsSync(shared("kpa-decisions")))("reads plain files as well (needs the shared vectors)", async () => {
    const { stdout } = await knsim(["decide", "--check", shared("kpa-decisions")], { cwd: folder() });
    expect(stdout).toMatch(/^\d+ decisions, 0 mismatches\n$/);
  });

  it("prints one line for each case, from standard input too", async () => {
    const { stdout, stderr, status } = await knsim(["decide", "-"], {
      cwd: folder(),
      input: LINES.slice(0, 2).join("\n"),
    });
    const cases = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; decisions: object[] });
    expect(cases.map((item) => Object.keys(item).join())).toEqual(["name,decisions", "name,decisions"]);
    for (const [index, { name, decisions }] of cases.entries()) {
      const recorded = JSON.parse(LINES[index]) as {
        name: string;
        steps: { t: number; scale?: object; want: object }[];
      };
      const scales = recorded.steps.filter(({ scale }) => scale);
      const nothing = { desired: null, excessBurstCapacity: null, stable: null, panic: null };
      expect(name).toBe(recorded.name);
      expect(decisions).toEqual(scales.map(({ t, want }) => ({ t, ...nothing, ...want })));
    }
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("prints every mismatch and answers 1", async () => {
    const wrong = LINES[0].replace('"desired":4', '"desired":5').replace('"maxPanicPods":4', '"maxPanicPods":6');
    const home = folder({ "a.jsonl": `${wrong}\n${LINES[1]}\n` });
    const { stdout, stderr, status } = await knsim(["decide", "a.jsonl", "--check"], { cwd: home });
    expect(stdout).toBe(
      "kpa-000-steady: step 6 at 1.314s: desired: want 5, got 4\n" +
        "kpa-000-steady: step 6 at 1.314s: maxPanicPods: want 6, got 4\n" +
        "40 decisions, 2 mismatches\n", // 22 of the first case, 18 of the second
    );
    expect([stderr, status]).toEqual(["", 1]);
  });

  it("names bad lines, decides the others and answers 2, even where there is a mismatch", async () => {
    const misspelt = LINES[0].replace('"scale":', '"scal":').replace('"want":', '"wants":');
    const wrong = LINES[1].replace(/"maxPanicPods":\d+/, '"maxPanicPods":99');
    const home = folder({ "a.jsonl": [misspelt, "oops", "", wrong].join("\n") });
    const { stdout, stderr, status } = await knsim(["decide", "--check", "a.jsonl"], { cwd: home });
    const column = misspelt.indexOf('"scal":') + 1;
    expect(stderr).toContain(
      `a.jsonl:1:${column}: error: steps[6].scal: unknown field "scal"; did you mean "scale"?\n`,
    );
    expect(stderr).toMatch(/^a\.jsonl:2:1: error: not JSON: /m);
    expect(stdout).toMatch(/^kpa-001-step: .*\n18 decisions, 1 mismatches\n$/);
    expect(status).toBe(2);
  });

  it("answers 2 for a file that is missing, a folder, or nothing in it", async () => {
    const home = folder({ "empty.jsonl": "\n" });
    expect(await knsim(["decide", "none.jsonl"], { cwd: home })).toEqual({
      stdout: "",
      stderr: 'knsim: error: cannot read "none.jsonl": no such file or directory\n',
      status: 2,
    });
    expect((await knsim(["decide", "."], { cwd: home })).status).toBe(2);
    expect((await knsim(["decide", "--check", "empty.jsonl"], { cwd: home })).status).toBe(2);
  });

  it("says which options are for metrics only", async () => {
    const home = folder({ "a.jsonl": LINES[0] });
    const { stderr, status } = await knsim(["decide", "a.jsonl", "--spec", "x.yaml"], { cwd: home });
    expect(stderr).toBe('knsim: error: --spec is for metrics as CSV, and "a.jsonl" holds recorded cases\n');
    expect(status).toBe(2);
  });
});

describe("knsim decide on metrics of a cluster", () => {
  // A second of 10 in flight, then 40: (10 + 40 + 40) ÷ 3 = 30 at 2 s. Panic at twice the ready pods.
  const METRICS = "time,ready,concurrency\n0,1,10\n1,1,40\n2,1,40\n3,1,40\n";

  it("prints a table with a head and a last line that sums up", async () => {
    const home = folder({ "m.csv": METRICS, "s.yaml": POLICY });
    const { stdout, stderr, status } = await knsim(["decide", "m.csv", "--spec", "s.yaml"], { cwd: home });
    expect(stdout).toBe(`hello: concurrency, target 10 of 10 per pod, windows 1m and 6s, target-burst-capacity 0

time  ready     stable      panic  desired       ebc  mode    reason
   0      1         10         10        1         0  stable  stableWindow
   2      1         30         30        3         0  panic   stableWindow

2 decisions in 4s; at most 3 pods wanted, first at 2; in panic for 2s
`);
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("prints the JSON Lines of a case when asked, every figure null where there is no data", async () => {
    const gap = "2023-11-14T22:00:00Z,1,10\n2023-11-14T22:00:01Z,1,10\n2023-11-14T22:00:20Z,1,10\n";
    const home = folder({ "s.yaml": service('autoscaling.knative.dev/window: "6s"') });
    const args = ["decide", "-", "--spec", "s.yaml", "--json", "--tick", "10s"];
    const { stdout, stderr, status } = await knsim(args, { cwd: home, input: `time,ready,concurrency\n${gap}` });
    const { name, start, decisions } = JSON.parse(stdout) as { name: string; start: string; decisions: object[] };
    expect({ name, start }).toEqual({ name: "hello", start: "2023-11-14T22:00:00Z" });
    expect(decisions).toMatchObject([
      { t: 0, valid: true },
      { t: 10, valid: false },
      { t: 20, valid: true },
    ]);
    expect(JSON.stringify(decisions[1])).toBe(
      '{"t":10,"valid":false,"desired":null,"excessBurstCapacity":null,"stable":null,"panic":null,"panicking":false,"maxPanicPods":0}',
    );
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("takes the cluster's configuration from a ConfigMap", async () => {
    const config = (data: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config-autoscaler, namespace: knative-serving}\ndata: {${data}}\n`;
    const home = folder({
      "m.csv": METRICS,
      "s.yaml": POLICY,
      "c.yaml": config('stable-window: "30s", panic-threshold-percentage: "400"'),
      "bad.yaml": config('stable-window: "1s"'),
    });
    const { stdout } = await knsim(["decide", "m.csv", "--spec", "s.yaml", "--config", "c.yaml"], { cwd: home });
    expect(stdout).toContain("windows 30s and 3s");
    expect(stdout).toContain("never in panic");
    const refused = await knsim(["decide", "m.csv", "--spec", "s.yaml", "--config", "bad.yaml"], { cwd: home });
    expect(refused.stderr).toMatch(/^bad\.yaml:4:\d+: error: stable-window = 1s, must be /);
    expect(refused).toMatchObject({ stdout: "", status: 2 });
  });

  it("begins in panic after a restart", async () => {
    const home = folder({ "m.csv": "time,ready,concurrency\n0,5,10\n", "s.yaml": POLICY });
    const { stdout } = await knsim(["decide", "m.csv", "--spec", "s.yaml", "--restart", "--json"], { cwd: home });
    expect(JSON.parse(stdout)).toMatchObject({ decisions: [{ desired: 5, panicking: true, maxPanicPods: 5 }] });
  });

  it("writes a chart and the decisions", { timeout: 30_000 }, async () => {
    const home = folder();
    const args = [
      "decide",
      join(SCENARIOS, "morning-metrics.csv"),
      "--spec",
      join(SCENARIOS, "autoscale-go-service.yaml"),
    ];
    const { stdout, stderr, status } = await knsim([...args, "--out", "out"], { cwd: home });
    expect(stdout).toMatch(/^autoscale-go: concurrency, target 7 of 10 per pod.*\n360 decisions in 12m; .*\n/);
    expect(stdout.trimEnd().split("\n").slice(2)).toEqual(
      ["jsonl", "svg", "png", "vl.json"].map((end) => join("out", `decide.${end}`)),
    );
    expect(readdirSync(join(home, "out")).sort()).toEqual([
      "decide.jsonl",
      "decide.png",
      "decide.svg",
      "decide.vl.json",
    ]);
    const { decisions } = JSON.parse(readFileSync(join(home, "out/decide.jsonl"), "utf8")) as { decisions: object[] };
    expect(decisions).toHaveLength(360);
    expect(readFileSync(join(home, "out/decide.svg"), "utf8")).toContain("panic average");
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("warns when samples are further apart than the panic window", async () => {
    const home = folder({ "m.csv": "time,ready,concurrency\n0,1,1\n15,1,1\n30,1,1\n", "s.yaml": POLICY });
    const { stderr, status } = await knsim(["decide", "m.csv", "--spec", "s.yaml"], { cwd: home });
    expect(stderr).toMatch(/^m\.csv: warning: rows are 15s apart, more than the panic window of 6s: /);
    expect(status).toBe(0);
  });

  it("names bad rows, decides on the others and answers 2", async () => {
    const home = folder({ "m.csv": `${METRICS}3,1,40\n4,one,40\n`, "s.yaml": POLICY });
    const { stdout, stderr, status } = await knsim(["decide", "m.csv", "--spec", "s.yaml"], { cwd: home });
    expect(stderr).toBe(
      'm.csv:6:1: error: time: expected a later time than in the row before, found "3"\n' +
        'm.csv:7:3: error: ready: expected a whole number of pods, found "one"\n',
    );
    expect(stdout).toContain("2 decisions in 4s");
    expect(status).toBe(2);
  });

  it("needs a Service, and rps where it scales on that", async () => {
    const rps = service("autoscaling.knative.dev/metric: rps");
    const home = folder({ "m.csv": METRICS, "s.yaml": rps, "r.csv": "time,ready,concurrency,rps\n0,1,1,300\n" });
    const without = await knsim(["decide", "m.csv"], { cwd: home });
    expect(without.stderr).toBe(
      "knsim: error: metrics need --spec FILE with the Service whose settings decide on them\n",
    );
    const concurrencyOnly = await knsim(["decide", "m.csv", "--spec", "s.yaml"], { cwd: home });
    expect(concurrencyOnly.stderr).toBe('knsim: error: "hello" scales on rps, and m.csv has no column "rps"\n');
    expect([without.status, concurrencyOnly.status]).toEqual([2, 2]);
    // 300 ÷ (200 × 0.7) → 3 pods.
    const { stdout } = await knsim(["decide", "r.csv", "--spec", "s.yaml", "--json"], { cwd: home });
    expect(JSON.parse(stdout)).toMatchObject({ decisions: [{ stable: 300, desired: 3 }] });
  });

  it("refuses a Service as Knative does, with its place", async () => {
    const home = folder({ "m.csv": METRICS, "s.yaml": service('autoscaling.knative.dev/window: "1s"') });
    const { stderr, status } = await knsim(["decide", "m.csv", "--spec", "s.yaml"], { cwd: home });
    expect(stderr).toMatch(/^s\.yaml:7:\d+: error: expected 6s <= 1s <= 1h0m0s: /);
    expect(status).toBe(2);
  });

  it("refuses durations without a unit, and a comparison with decisions there are none of", async () => {
    const home = folder({ "m.csv": METRICS, "s.yaml": POLICY });
    const seen = await knsim(["decide", "m.csv", "--spec", "s.yaml", "--tick", "2"], { cwd: home });
    expect(seen).toEqual({
      stdout: "",
      stderr:
        'knsim: error: --tick: expected a duration such as 2s: time: missing unit in duration "2"; did you mean "2s"?\n',
      status: 2,
    });
    const { stderr } = await knsim(["decide", "m.csv", "--spec", "s.yaml", "--check"], { cwd: home });
    expect(stderr).toBe("knsim: error: --check compares with recorded decisions, and metrics hold none\n");
  });
});

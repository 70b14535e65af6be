import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, knsim, smallScenario } from "./knsim.js";

const SLOWER = "services[hello].app.serviceTime=80ms";

/** The cells of the row of a figure. */
function row(table: string, figure: string): string[] {
  const line = table.split("\n").find((each) => each.startsWith(`${figure} `)) ?? "";
  return line.split(/ {2,}/).map((cell) => cell.trim());
}

describe("knsim compare", () => {
  it("sets a scenario and a variant of it side by side, on the same arrivals", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a") });
    const { stdout, stderr, status } = await knsim(["compare", "a.yaml", "--set", SLOWER], { cwd });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[0]).toBe("a → serviceTime=80ms  seed 1");
    const [, before, after, difference, relative] = row(stdout, "offered");
    expect([before, difference, relative]).toEqual([after, "0", "0 %"]);
    // Constant service times: each request takes 30 ms longer, and the same overheads.
    expect(row(stdout, "p50")[3]).toBe("+30 ms");
  });

  it("says over several seeds how sure each difference is", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a") });
    const { stdout } = await knsim(["compare", "a.yaml", "--set", SLOWER, "--seeds", "1..5"], { cwd });
    expect(stdout.split("\n")[0]).toBe("a → serviceTime=80ms  5 seeds, 1 to 5");
    // Requests and overheads are the same: every seed has the same difference, so that it has no width.
    expect(row(stdout, "p50").slice(3)).toEqual(["+30 ms", "0 ms", expect.stringMatching(/^\+5\d(\.\d)? %$/)]);
    expect(row(stdout, "offered").at(-1)).toBe("equal");
    const other = "overheads.queueProxy={lognormal: {mean: 0.5ms, p95: 2ms}}";
    const { stdout: same } = await knsim(["compare", "a.yaml", "--set", other, "--seeds", "1..5"], { cwd });
    expect(row(same, "p50").at(-1)).toMatch(/^(equal|no significant difference)$/);
  });

  it("finds no significant difference where there is only noise", async () => {
    // Another name for the source is another stream of arrivals: the policies are the same, the requests are not.
    const cwd = folder({
      "a.yaml": smallScenario("name: a"),
      "b.yaml": smallScenario("name: b").replace("- to: hello\n", "- to: hello\n    name: others\n"),
    });
    const { stdout } = await knsim(["compare", "a.yaml", "b.yaml", "--replications", "6"], { cwd });
    expect(stdout.split("\n")[0]).toBe("a → b  6 seeds, 1 to 1#6");
    expect(row(stdout, "offered").at(-1)).toBe("no significant difference");
  });

  it("exits with 1 when a figure lies beyond its tolerance, and names it", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a") });
    const args = ["compare", "a.yaml", "--set", SLOWER, "--tolerance"];
    const beyond = await knsim([...args, "p95=5%,errors=0"], { cwd });
    expect(beyond.status).toBe(1);
    expect(beyond.stdout).toContain("BEYOND TOLERANCE: p95 (1 of 2 figures)");
    const within = await knsim([...args, "p95=40ms,errors=0"], { cwd });
    expect(within.status).toBe(0);
    expect(within.stdout).toContain("within tolerance: 2 figures");
    const quiet = await knsim([...args, "p95=5%", "--quiet"], { cwd });
    expect([quiet.status, quiet.stdout]).toEqual([1, ""]);
    expect(quiet.stderr).toMatch(/^beyond tolerance: p95 \(5[\d.]+ → 8[\d.]+\)\n$/);
  });

  it("reads report folders and summaries, and says what speaks against the pair", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a"), "b.yaml": smallScenario("name: b\nseed: 2") });
    await knsim(["run", "a.yaml", "b.yaml", "--no-charts", "--quiet"], { cwd });
    const { stdout, status } = await knsim(["compare", "reports/a", "reports/b/summary.json"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("a → b  seed 1\nnote the seeds differ (1, 2): so do arrivals and work");
    const summary = JSON.parse(readFileSync(join(cwd, "reports/b/summary.json"), "utf8"));
    expect(Number(row(stdout, "offered")[2].replace(",", ""))).toBe(summary.requests.offered);
  });

  it("pairs the replications of finished runs by their seeds, and says what it leaves out", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a"), "b.yaml": smallScenario("name: b") });
    const quiet = ["--no-charts", "--quiet"];
    await knsim(["run", "a.yaml", "--seeds", "1..5", ...quiet], { cwd });
    await knsim(["run", "b.yaml", "--seeds", "4,5,2,3,1", "--set", SLOWER, ...quiet], { cwd });
    const finished = await knsim(["compare", "reports/a", "reports/b"], { cwd });
    const simulated = await knsim(["compare", "a.yaml", "--set-b", SLOWER, "--seeds", "1..5"], { cwd });
    const tableOf = (stdout: string) =>
      stdout
        .split("\n")
        .filter((line) => /^[a-z]/.test(line))
        .slice(1);
    expect(finished.stdout.split("\n")[0]).toBe("a → b  5 seeds, 1 to 5");
    const cells = (stdout: string) => tableOf(stdout).map((line) => line.split(/ {2,}/));
    expect(cells(finished.stdout)).toEqual(cells(simulated.stdout));

    await knsim(["run", "b.yaml", "--seeds", "4..9", "--set", SLOWER, ...quiet], { cwd });
    const fewer = await knsim(["compare", "reports/a", "reports/b"], { cwd });
    expect(fewer.stdout).toContain("a → b  2 seeds, 4 to 5\nnote of 5 and 6 replications 2 are compared\n");
    const part = await knsim(["compare", "reports/a", "reports/a", "--of", "hello"], { cwd });
    expect(part.stdout).toContain("note a has hello of the first of its 5 replications only, with seed 1\n");
  });

  it("gives two scenarios the first one's seed", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a\nseed: 5"), "b.yaml": smallScenario("name: b\nseed: 6") });
    const { stdout } = await knsim(["compare", "a.yaml", "b.yaml", "--json"], { cwd });
    const { figures, notes, seeds } = JSON.parse(stdout);
    expect([seeds, notes]).toEqual(["seed 5", []]);
    expect(figures.every(({ difference }: { difference: number }) => difference === 0)).toBe(true);
  });

  it("writes reports and a chart with both where it is told to", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a") });
    const { status } = await knsim(["compare", "a.yaml", "--set", SLOWER, "--out", "out"], { cwd });
    expect(status).toBe(0);
    for (const file of ["a-a/index.html", "a-b/summary.json", "compare.json", "compare.png", "compare.vl.json"])
      expect([file, existsSync(join(cwd, "out", file))]).toEqual([file, true]);
    const svg = readFileSync(join(cwd, "out", "compare.svg"), "utf8");
    expect(svg).toContain("a and serviceTime=80ms");
    expect(JSON.parse(readFileSync(join(cwd, "out", "compare.json"), "utf8"))).toMatchObject({ a: "a", count: 1 });
    const again = await knsim(["compare", "out/a-a", "out/a-b", "--of", "hello-00001", "--out", "again"], { cwd });
    expect(again.status).toBe(0);
    expect(existsSync(join(cwd, "again", "compare.svg"))).toBe(true);
  });

  it("exits with 2 for what is no pair, and says why", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a"), "bad.yaml": smallScenario("nme: a") });
    await knsim(["run", "a.yaml", "--no-charts", "--quiet"], { cwd });
    const refused = async (...args: string[]) => {
      const { stdout, stderr, status } = await knsim(["compare", ...args], { cwd });
      expect([status, stdout]).toEqual([2, ""]);
      return stderr;
    };
    expect(await refused("a.yaml")).toContain("or one scenario and what changes it (--set PATH=VALUE)");
    expect(await refused("a.yaml", "reports/a")).toContain("expected two finished runs, or scenarios only");
    expect(await refused("reports/a", "nowhere")).toContain('cannot read "nowhere"');
    expect(await refused("a.yaml", "bad.yaml")).toContain('unknown key "nme"; did you mean "name"?');
    expect(await refused("reports/a", "reports/a", "--seeds", "1..3")).toContain("--seeds is for scenarios");
    expect(await refused("reports/a", "reports/a", "--tolerance", "p59=1")).toContain('did you mean "p50"?');
    expect(await refused("reports/a", "reports/a", "--of", "nobody")).toContain("there are hello, hello-00001");
    expect(await refused("a.yaml", "a.yaml", "a.yaml")).toContain("found 3");
    writeFileSync(join(cwd, "half.json"), '{"schemaVersion":1,"requests":{}}');
    expect(await refused("half.json", "reports/a")).toContain('"half.json" is no summary of a run');
  });
});

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, knsim, smallScenario } from "./knsim.js";

/** 20 req/s × 50 ms = 1 in flight of 100 allowed: one pod, which is ready from the start, no error, no cold start. */
const calm = (name: string, expectations: readonly string[]) =>
  smallScenario(`name: ${name}\nexpect:\n${expectations.map((line) => `  - ${line}\n`).join("")}`);

const PASSING = ["errors == 0", "max(pods) <= 1", "cold_starts == 0"];
const FAILING = ["errors == 0", '"min(pods) >= 2"'];

describe("knsim test", () => {
  it("shows a scenario with ten expectations, some failing, on one screen", async () => {
    const lines = [
      ...["errors == 0", "p(95) < 10ms", "p(50) < 1s", "max(pods) <= 1", '"pods >= 2"'],
      ...["cold_starts <= 3", "{expect: p(99) < 1ms, name: fast, level: warn}", '"hello-00007: p(50) < 1s"'],
      ...["panics == 0", "p(95) <= baseline + 5%"],
    ];
    const cwd = folder({ "ten.yaml": calm("ten", lines) });
    const { stdout, stderr, status } = await knsim(["test", "ten.yaml"], { cwd });
    expect(status).toBe(1);
    expect(stderr).toBe("");
    const rows = stdout.split("\n");
    // A head, a row for each expectation, a blank, two rows of totals: fits the 24 rows of the smallest terminal.
    expect(rows).toHaveLength(1 + 10 + 3 + 1);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(120);
    expect(rows[0]).toBe("✗ ten.yaml  ten, seed 1, 10s  3 of 10 expectations failed, 1 warned, 1 skipped");
    // The second expectation stands on the third line of the list, which begins in line 14 of the file.
    const line = readFileSync(join(cwd, "ten.yaml"), "utf8").split("\n").indexOf("  - p(95) < 10ms") + 1;
    expect(rows[2]).toMatch(
      new RegExp(`^  ✗  p\\(95\\) < 10ms +[\\d.]+ms \\(off by [\\d.]+ %\\) +ten\\.yaml:${line}:5$`),
    );
    // One pod from the start on where two are wanted: broken at 0 s, half of what it should be.
    expect(rows[5]).toMatch(/^ {2}✗ {2}pods >= 2 +1 pod \(off by 50 %\) +at 0s +ten\.yaml:\d+:5$/);
    expect(rows[7]).toMatch(/^ {2}! {2}fast: p\(99\) < 1ms /);
    expect(rows[8]).toContain("no revision hello-00007 existed; there were hello-00001");
    expect(rows[10]).toContain("skipped: no baseline");
    expect(rows.slice(-3)).toEqual([
      "   Scenarios  1 failed (1)",
      "Expectations  3 failed | 5 passed | 1 warned | 1 skipped (10)",
      "",
    ]);
  });

  it("runs all scenarios below a folder, tells them in order, and leaves manifests and other files alone", async () => {
    const cwd = folder({
      "b.yaml": calm("b", PASSING),
      "a.yaml": calm("a", FAILING),
      "service.yaml": "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: x}\n",
      "notes.yml": calm("notes", PASSING),
    });
    mkdirSync(join(cwd, "deep"));
    writeFileSync(join(cwd, "deep", "c.yaml"), calm("c", PASSING));
    const { stdout, status } = await knsim(["test", ".", "b.yaml"], { cwd });
    expect(status).toBe(1);
    const heads = stdout.split("\n").filter((line) => /^[✓✗]/.test(line));
    expect(heads.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "✗ a.yaml",
      "✓ b.yaml",
      "✓ deep/c.yaml",
    ]);
    expect(stdout).toContain("Scenarios  1 failed | 2 passed (3)");
  });

  it("runs the valid scenarios even when another does not load, and exits with 2", async () => {
    const cwd = folder({
      "a.yaml": calm("a", ["eras == 0"]),
      "b.yaml": calm("b", FAILING),
      "c.yaml": calm("c", PASSING),
    });
    const { stdout, status } = await knsim(["test", "."], { cwd });
    expect(status).toBe(2);
    expect(stdout).toMatch(/✗ a\.yaml {2}1 error: not run\n {2}a\.yaml:\d+:5: error: unknown metric "eras"/);
    expect(stdout).toContain("Scenarios  2 failed | 1 passed (3)");
  });

  it("passes a scenario without expectations, and says so", async () => {
    const cwd = folder({ "a.yaml": smallScenario("name: a") });
    const { stdout, status } = await knsim(["test", "a.yaml"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("✓ a.yaml  a, seed 1, 10s  no expectations\n");
  });

  it("stops after the first failure with --bail, whatever finishes first", async () => {
    const cwd = folder({ "a.yaml": calm("a", PASSING), "b.yaml": calm("b", FAILING), "c.yaml": calm("c", FAILING) });
    const { stdout, status } = await knsim(["test", ".", "--bail", "--workers", "3"], { cwd });
    expect(status).toBe(1);
    expect(stdout).not.toContain("c.yaml");
    expect(stdout).toContain("Scenarios  1 failed | 1 passed | 1 not run (3)");
  });

  it("prints the same with one worker and with several", async () => {
    const files = Object.fromEntries(["a", "b", "c", "d"].map((name) => [`${name}.yaml`, calm(name, FAILING)]));
    const cwd = folder(files);
    const one = await knsim(["test", ".", "--seeds", "1..3", "--workers", "1"], { cwd });
    const three = await knsim(["test", ".", "--seeds", "1..3", "--workers", "3"], { cwd });
    expect(three).toEqual(one);
    expect(one.stdout).toContain("✗ a.yaml  a, 3 seeds, 10s");
  });

  it("selects by path and name with --filter, and names what there is when nothing fits", async () => {
    const cwd = folder({ "a.yaml": calm("spring", PASSING), "b.yaml": calm("autumn", FAILING) });
    const { stdout, status } = await knsim(["test", ".", "--filter", "spri"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("(1)");
    const none = await knsim(["test", ".", "--filter", "winter"], { cwd });
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('no scenario has "winter" in its path or name; there are spring, autumn');
  });

  it("refuses two scenarios of one name before anything runs", async () => {
    const cwd = folder({ "a.yaml": calm("same", PASSING), "b.yaml": calm("same", PASSING) });
    const { stdout, stderr, status } = await knsim(["test", "."], { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('a.yaml and b.yaml are both named "same"');
  });

  it("judges over the mean of the seeds where a scenario asks for it, and counts failed seeds where it does not", async () => {
    // 20/s for 10 s: a Poisson count around 200 with deviation 14; with these seeds some lie below 200, some above.
    const cwd = folder({
      "a.yaml": calm("a", [
        "offered >= 200",
        "{expect: offered in 180 .. 220, over: mean}",
        "{expect: offered in 150 .. 250, over: confident}",
      ]),
    });
    const { stdout, status } = await knsim(["test", "a.yaml", "--seeds", "1..6", "--json"], { cwd });
    const { expectations, replications } = JSON.parse(stdout);
    expect(expectations[0].pass).toBe(false);
    expect(expectations[0].failedSeeds.length).toBeGreaterThan(0);
    expect(expectations[0].failedSeeds.length).toBeLessThan(6);
    expect(expectations[1].pass).toBe(true);
    expect(expectations[1].value).toBeCloseTo(replications.of["requests.offered"].mean, 5);
    expect(expectations[2].pass).toBe(true);
    expect(expectations[2].actual).toMatch(/^mean [\d.]+ ± [\d.]+ over 6 seeds$/);
    expect(replications).toMatchObject({ count: 6, seeds: [1, 2, 3, 4, 5, 6], level: 0.95 });
    expect(status).toBe(1);
  });

  it("takes the scenario's seed and its numbered kin for --replications, and writes them to the report", async () => {
    const cwd = folder({ "a.yaml": calm("a", PASSING) });
    const { status } = await knsim(["test", "a.yaml", "--replications", "3", "--out", "out", "--no-charts"], { cwd });
    expect(status).toBe(0);
    const summary = JSON.parse(readFileSync(join(cwd, "out", "a", "summary.json"), "utf8"));
    expect(summary.seed).toBe(1);
    expect(summary.replications.seeds).toEqual([1, "1#2", "1#3"]);
    const keys = Object.keys(summary);
    expect(keys.slice(-3)).toEqual(["warnings", "replications", "events"]);
    expect(summary.replications.of["latency.p95"].halfWidth).toBeGreaterThan(0);
  });

  it("writes no report unless it is told to", async () => {
    const cwd = folder({ "a.yaml": calm("a", PASSING) });
    await knsim(["test", "a.yaml"], { cwd });
    expect(existsSync(join(cwd, "reports"))).toBe(false);
  });

  it("says what is wrong with its options", async () => {
    const cwd = folder({ "a.yaml": calm("a", PASSING) });
    const refused = async (...args: string[]) => {
      const { stderr, status } = await knsim(["test", "a.yaml", ...args], { cwd });
      expect(status).toBe(2);
      return stderr;
    };
    expect(await refused("--seeds", "5..1")).toContain("expected different seeds such as 1..10 or 1,5,9");
    expect(await refused("--seeds", "1..3", "--seed", "4")).toContain("--seeds says which seeds to use");
    expect(await refused("--reporter", "junitt=x")).toContain('did you mean "junit"?');
    expect(await refused("--update", "--ci")).toContain("--ci never writes");
    expect(await refused("--baseline", "nowhere")).toContain('cannot read "nowhere"');
  });

  it("reads every encoding, and names a file that is no YAML", async () => {
    const cwd = folder({
      "a.yaml": Buffer.from(`\uFEFF${calm("a", PASSING)}`, "utf16le"),
      "binary.yaml": Uint8Array.of(0x1f, 0x8b, 0, 1),
    });
    // What cannot be read below a folder is no scenario.
    expect((await knsim(["test", "."], { cwd })).stdout).toMatch(/^✓ \.?\/?a\.yaml {2}a, seed 1/);
    const named = await knsim(["test", "binary.yaml", "/dev/zero"], { cwd });
    expect(named.status).toBe(2);
    expect(named.stdout).toContain('"binary.yaml" is compressed');
    expect(named.stdout).toContain('"/dev/zero" is too large');
  });

  it("names a baseline that is none or damaged, and what is wrong with it", async () => {
    const cwd = folder({ "a.yaml": calm("a", PASSING) });
    await knsim(["test", "a.yaml", "--update"], { cwd });
    const good = JSON.parse(readFileSync(join(cwd, "a.baseline.json"), "utf8"));
    for (const [bad, says] of [
      [{ ...good, figures: null }, "is damaged"],
      [{ ...good, measured: {} }, "is damaged"],
      [{ ...good, figures: { p95: null } }, "has no value for p95"],
      [{ ...good, figures: { p95: { value: 3, tolerance: "some" } } }, "has no tolerance such as 5% or 0 for p95"],
      [{ ...good, figures: { p59: { value: 3, tolerance: "5%" } } }, 'has an unknown figure "p59"'],
      [{ schemaVersion: 1, requests: {} }, "is no baseline and no summary"],
      [null, "is no baseline and no summary"],
    ] as const) {
      writeFileSync(join(cwd, "a.baseline.json"), JSON.stringify(bad));
      const { stderr, status } = await knsim(["test", "a.yaml"], { cwd });
      expect([status, stderr]).toEqual([2, expect.stringContaining(`"a.baseline.json" ${says}`)]);
    }
  });
});

describe("reporters", () => {
  it("write files beside the list, and annotate on GitHub's runners", async () => {
    const cwd = folder({ "a.yaml": calm("a", FAILING) });
    const files = ["junit=out/j.xml", "json=out/r.json", "markdown=out/s.md"];
    const args = ["test", "a.yaml", ...files.flatMap((file) => ["--reporter", file])];
    const { stdout, status } = await knsim(args, { cwd, env: { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: cwd } });
    expect(status).toBe(1);
    expect(stdout).toContain("✗ a.yaml");
    const annotation = stdout.split("\n").find((line) => line.startsWith("::error "));
    expect(annotation).toMatch(
      /^::error file=a\.yaml,line=\d+,col=5,title=knsim%3A a::min\(pods\) >= 2: 1 pod, first at 0s$/,
    );
    expect(readFileSync(join(cwd, "out/j.xml"), "utf8")).toContain('<testsuite name="a" tests="2" failures="1"');
    const json = JSON.parse(readFileSync(join(cwd, "out/r.json"), "utf8"));
    expect(json).toMatchObject({
      passed: false,
      scenarios: [{ file: "a.yaml", status: "failed", counts: { passed: 1, failed: 1 } }],
    });
    expect(readFileSync(join(cwd, "out/s.md"), "utf8")).toContain("| ❌ | `min(pods) >= 2` | 1 pod | 0s | a.yaml:");
  });

  it("print instead of the list when they have no file", async () => {
    const cwd = folder({ "a.yaml": calm("a", PASSING) });
    const { stdout } = await knsim(["test", "a.yaml", "--reporter", "junit"], { cwd });
    expect(stdout.startsWith("<?xml")).toBe(true);
  });
});

describe("baselines", () => {
  const lines = ["errors == 0", "p(95) <= baseline + 5% during 2s..8s"];

  it("are written with --update, then hold every later run", async () => {
    const cwd = folder({ "a.yaml": calm("a", lines) });
    const written = await knsim(["test", "a.yaml", "--update"], { cwd });
    expect(written.status).toBe(0);
    expect(written.stdout).toContain("baseline new");
    const same = await knsim(["test", "a.yaml", "--ci", "--verbose"], { cwd });
    expect(same.status).toBe(0);
    expect(same.stdout).toMatch(/✓ {2}baseline p95 ± 5% +5[\d.]+ ms/);
    // All requests take 80 ms instead of 50: 60 % more, in the expectation's window and in all key figures of latency.
    const slower = await knsim(["test", "a.yaml", "--set", "services[hello].app.serviceTime=80ms"], { cwd });
    expect(slower.status).toBe(1);
    expect(slower.stdout).toMatch(/✗ {2}p\(95\) <= baseline \+ 5% during 2s\.\.8s +8\d\.?\d*ms/);
    expect(slower.stdout).toMatch(/✗ {2}baseline p95 ± 5% +5[\d.]+ ms → 8[\d.]+ ms/);
    expect(slower.stdout).toMatch(/✓ {2}baseline errors ± 0 +0/);
  });

  it("keep the tolerances and the choice of figures that somebody edited", async () => {
    const cwd = folder({ "a.yaml": calm("a", lines) });
    await knsim(["test", "a.yaml", "--update"], { cwd });
    const path = join(cwd, "a.baseline.json");
    const baseline = JSON.parse(readFileSync(path, "utf8"));
    baseline.figures = { p95: { value: 1, tolerance: "1s" } };
    writeFileSync(path, JSON.stringify(baseline));
    await knsim(["test", "a.yaml", "--update"], { cwd });
    const { figures } = JSON.parse(readFileSync(path, "utf8"));
    expect(Object.keys(figures)).toEqual(["p95"]);
    expect(figures.p95.tolerance).toBe("1s");
    expect(figures.p95.value).toBeGreaterThanOrEqual(50);
    const slower = await knsim(["test", "a.yaml", "--set", "services[hello].app.serviceTime=80ms", "--verbose"], {
      cwd,
    });
    expect(slower.stdout).toContain("✓  baseline p95 ± 1s");
  });

  it("are missed with --ci, and only skipped without", async () => {
    const cwd = folder({ "a.yaml": calm("a", lines) });
    const lenient = await knsim(["test", "a.yaml"], { cwd });
    expect(lenient.status).toBe(0);
    expect(lenient.stdout).toContain("skipped: no baseline");
    const strict = await knsim(["test", "a.yaml", "--ci"], { cwd });
    expect(strict.status).toBe(1);
    expect(strict.stdout).toContain("error: no baseline");
    expect(existsSync(join(cwd, "a.baseline.json"))).toBe(false);
  });

  it("come from a report, or a folder of reports, with --baseline", async () => {
    const cwd = folder({ "a.yaml": calm("a", lines) });
    await knsim(["run", "a.yaml", "--no-charts", "--quiet"], { cwd });
    for (const place of ["reports", "reports/a", "reports/a/summary.json"]) {
      const { stdout, status } = await knsim(["test", "a.yaml", "--verbose", "--baseline", place], { cwd });
      expect([place, status]).toEqual([place, 0]);
      expect(stdout).not.toContain("skipped");
    }
  });

  it("say what is wrong with them", async () => {
    const cwd = folder({ "a.yaml": calm("a", lines), "a.baseline.json": "{}" });
    const { stderr, status } = await knsim(["test", "a.yaml"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain('"a.baseline.json" is no baseline and no summary');
  });
});

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, knsim, smallScenario } from "./knsim.js";

const DATA = ["decisions.jsonl", "events.jsonl", "scenario.json", "summary.json", "timeline.csv"];
const CHARTS = ["latency.png", "latency.svg", "latency.vl.json", "pods.png", "pods.svg", "pods.vl.json"];

function report(home: string, name: string): string[] {
  return readdirSync(join(home, "reports", name)).sort();
}

describe("knsim run", () => {
  it("writes every file of a report and prints a summary on standard output only", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    const { stdout, stderr, status } = await knsim(["run", "small.yaml"], { cwd: home });
    expect(report(home, "small")).toEqual([...DATA, ...CHARTS, "index.html"].sort());
    expect(stdout).toContain("reports/small/index.html");
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).not.toContain("\u001b");
    expect(readdirSync(join(home, "reports"))).toEqual(["small"]);
  });

  it("leaves the pictures out with --no-charts and adds requests.csv with --requests", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    await knsim(["run", "small.yaml", "--no-charts", "--requests"], { cwd: home });
    const files = report(home, "small");
    expect(files).toEqual(expect.arrayContaining([...DATA, "requests.csv"]));
    expect(files.filter((name) => /\.(svg|png)$/.test(name))).toEqual([]);
    const lines = readFileSync(join(home, "reports/small/requests.csv"), "utf8").trimEnd().split("\n");
    const summary = JSON.parse(readFileSync(join(home, "reports/small/summary.json"), "utf8"));
    expect(lines.length - 1).toBe(summary.requests.offered);
  });

  it("prints one line of JSON and nothing else with --json, equal to summary.json", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    const { stdout, status } = await knsim(["run", "small.yaml", "--json", "--no-charts"], { cwd: home });
    expect(stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(home, "reports/small/summary.json"), "utf8")));
    expect(status).toBe(0);
  });

  it("prints nothing with --quiet", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    expect(await knsim(["run", "small.yaml", "--quiet", "--no-charts"], { cwd: home })).toEqual({
      stdout: "",
      stderr: "",
      status: 0,
    });
  });

  it("reads a scenario from standard input and names it stdin", async () => {
    const home = folder();
    const { status } = await knsim(["run", "-", "--no-charts"], { cwd: home, input: smallScenario() });
    expect(status).toBe(0);
    expect(report(home, "stdin")).toEqual(expect.arrayContaining(DATA));
  });

  it("runs a long file, for which its thread has another heap, as it runs a short one", async () => {
    const long = `${"# nothing\n".repeat(7000)}${smallScenario("name: small\n")}`;
    const home = folder({ "long.yaml": long, "short.yaml": smallScenario("name: small\n") });
    const run = (file: string) => knsim(["run", file, "--json", "--no-charts"], { cwd: home });
    const [ofLong, ofShort] = [await run("long.yaml"), await run("short.yaml")];
    expect([ofLong.status, ofLong.stderr]).toEqual([0, ofShort.stderr.replaceAll("short.yaml", "long.yaml")]);
    expect(JSON.parse(ofLong.stdout).resultHash).toBe(JSON.parse(ofShort.stdout).resultHash);
  });

  it("does not wait for the end of an input that is too long", async () => {
    const input = "a: b\n".repeat(2_200_000);
    const { stderr, status } = await knsim(["run", "-"], { cwd: folder(), input, isInputEndless: true });
    expect([status, stderr]).toEqual([2, '<stdin>: error: "-" is too large: a YAML file must be smaller than 10 MB\n']);
  });

  it("runs several scenarios, one report each, one line of JSON each in the order of the arguments", async () => {
    const home = folder({ "b.yaml": smallScenario(), "a.yaml": smallScenario("seed: 7\n") });
    const { stdout } = await knsim(["run", "b.yaml", "a.yaml", "--json", "--no-charts"], { cwd: home });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).scenario)).toEqual(["b", "a"]);
    expect(readdirSync(join(home, "reports")).sort()).toEqual(["a", "b"]);
  });

  it("takes seed, duration and keys from the command line", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    const overrides = [
      "--seed",
      "007",
      "--duration",
      "4s",
      "--set",
      "traffic[0].rate=0",
      "--set",
      "traffic[+]={to: hello, at: [1s, 2s]}",
    ];
    const { stdout, stderr } = await knsim(["run", "small.yaml", "--json", "--no-charts", ...overrides], { cwd: home });
    expect(stderr).toBe("");
    // The text of the seed is kept; a rate of 0 sends nothing, two exact times send two.
    expect(JSON.parse(stdout)).toMatchObject({ seed: "007", to: 4, requests: { offered: 2 } });
  });

  it("writes where --out says", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    const { status } = await knsim(["run", "small.yaml", "--no-charts", "--out", "deep/er"], { cwd: home });
    expect(status).toBe(0);
    expect(readdirSync(join(home, "deep/er/small"))).toEqual(expect.arrayContaining(DATA));
  });

  it("tells in scenario.json the command that repeats the run, not where it was run", async () => {
    const home = folder({ "small.yaml": smallScenario("seed: 5\n") });
    await knsim(["run", join(home, "small.yaml"), "--no-charts", "--set", "traffic[0].rate=3"], { cwd: home });
    const text = readFileSync(join(home, "reports/small/scenario.json"), "utf8");
    expect(text).toContain("knsim run small.yaml --seed 5 --set 'traffic[0].rate=3'");
    expect(text).not.toContain(home);
  });
});

describe("expectations", () => {
  const failing = smallScenario("expect:\n  - errors == 0\n  - p(50) < 1ms\n");

  it("do not change the exit status of run", async () => {
    const home = folder({ "small.yaml": failing });
    const { stdout, status } = await knsim(["run", "small.yaml", "--no-charts"], { cwd: home });
    expect(stdout).toContain("p(50) < 1ms");
    expect(status).toBe(0);
  });

  it("do with --check: 1 when one fails, 0 when all hold", async () => {
    const home = folder({ "bad.yaml": failing, "good.yaml": smallScenario("expect:\n  - errors == 0\n") });
    expect((await knsim(["run", "bad.yaml", "--check", "--no-charts"], { cwd: home })).status).toBe(1);
    expect((await knsim(["run", "good.yaml", "--check", "--no-charts"], { cwd: home })).status).toBe(0);
    expect((await knsim(["run", "good.yaml", "bad.yaml", "--check", "--no-charts"], { cwd: home })).status).toBe(1);
  });

  it("that fail are told even with --quiet", async () => {
    const home = folder({ "small.yaml": failing });
    const { stdout, stderr } = await knsim(["run", "small.yaml", "--quiet", "--no-charts"], { cwd: home });
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^small: failed: p\(50\) < 1ms \(/);
  });

  it("of level warn never fail", async () => {
    const home = folder({ "small.yaml": smallScenario("expect:\n  - {expect: p(50) < 1ms, level: warn}\n") });
    expect((await knsim(["run", "small.yaml", "--check", "--no-charts"], { cwd: home })).status).toBe(0);
  });
});

describe("the previous report", () => {
  it("is replaced as a whole by the next one", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    await knsim(["run", "small.yaml", "--requests", "--no-charts"], { cwd: home });
    await knsim(["run", "small.yaml", "--no-charts"], { cwd: home });
    expect(report(home, "small")).not.toContain("requests.csv");
    expect(readdirSync(join(home, "reports"))).toEqual(["small"]);
  });

  it("stays as it was when the scenario does not load any more", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    await knsim(["run", "small.yaml", "--no-charts"], { cwd: home });
    const before = readFileSync(join(home, "reports/small/summary.json"), "utf8");
    writeFileSync(join(home, "small.yaml"), smallScenario("durration: 3s\n"));
    expect((await knsim(["run", "small.yaml", "--no-charts"], { cwd: home })).status).toBe(2);
    expect(readFileSync(join(home, "reports/small/summary.json"), "utf8")).toBe(before);
  });

  it("may be pictures alone, as in this repository, where the README shows them", async () => {
    const home = folder({ "small.yaml": smallScenario() });
    mkdirSync(join(home, "reports/small"), { recursive: true });
    writeFileSync(join(home, "reports/small/pods.png"), "kept in the repository");
    expect(await knsim(["run", "small.yaml", "--no-charts"], { cwd: home })).toMatchObject({ status: 0, stderr: "" });
    expect(report(home, "small")).not.toContain("pods.png");
  });

  it("is no folder of the user's: a folder without summary.json is never replaced", async () => {
    const home = folder({ "src.yaml": smallScenario() });
    mkdirSync(join(home, "src"));
    writeFileSync(join(home, "src/main.ts"), "precious");
    const { stderr, status } = await knsim(["run", "src.yaml", "--out", ".", "--no-charts"], { cwd: home });
    expect(stderr).toContain('"src" exists and is no report of knsim');
    expect(status).toBe(2);
    expect(readdirSync(join(home, "src"))).toEqual(["main.ts"]);
  });
});

describe("an output folder that cannot be written", () => {
  it("is an error before anything is simulated", async () => {
    // A million seconds would take minutes: an answer at once shows that nothing was simulated.
    const home = folder({ "small.yaml": smallScenario(), occupied: "a file, not a folder" });
    const args = ["run", "small.yaml", "--out", "occupied", "--duration", "10000h"];
    const { stdout, stderr, status } = await knsim(args, { cwd: home });
    expect(stderr).toMatch(/^knsim: error: cannot write to "occupied": /);
    expect([stdout, status]).toEqual(["", 2]);
  });
});

describe("knsim run --verbose-events", () => {
  it("adds a line for each request that failed, with its id and what the platform said", async () => {
    // One pod of one slot and a queue of one: of five clients three are refused at once; the fourth gives up.
    const scenario = `apiVersion: knsim/v1
kind: Scenario
duration: 10s
overheads: none
services:
  - name: hello
    image: example/hello
    containerConcurrency: 1
    annotations: {autoscaling.knative.dev/max-scale: "1", autoscaling.knative.dev/target-burst-capacity: "0"}
    app: {serviceTime: 3s, queueDepth: 1}
traffic:
  - {to: hello, at: [5s, 5s, 5s], timeout: 4s, name: web}
`;
    const home = folder({ "small.yaml": scenario });
    const eventsOf = async (...args: string[]) => {
      await knsim(["run", "small.yaml", "--no-charts", "--requests", ...args], { cwd: home });
      const lines = readFileSync(join(home, "reports/small/events.jsonl"), "utf8").trimEnd().split("\n");
      const summary = JSON.parse(readFileSync(join(home, "reports/small/summary.json"), "utf8"));
      const failed = lines
        .map((line) => JSON.parse(line))
        .filter(({ kind }) => kind === "ClientGaveUp" || kind === "RequestFailed");
      return { failed, summary };
    };
    const silent = await eventsOf();
    expect(silent.failed).toEqual([]);
    const { failed, summary } = await eventsOf("--verbose-events");
    expect(failed).toMatchObject([
      { kind: "RequestFailed", service: "hello", revision: "hello-00001", status: "503", id: "web-3" },
      { kind: "ClientGaveUp", service: "hello", revision: "hello-00001", status: "timeout", id: "web-2", t: 9 },
    ]);
    expect(failed[0].text).toContain("pending request queue full");
    expect(summary.events).toBe(silent.summary.events + 2);
  });
});

describe("knsim run with several seeds and baselines", () => {
  it("judges over all seeds and keeps their spread, as test does", async () => {
    const expectations = "expect:\n  - errors == 0\n  - {expect: offered > 1, over: mean}\n";
    const home = folder({ "small.yaml": smallScenario(expectations) });
    const { stdout, status } = await knsim(["run", "small.yaml", "--seeds", "3..5", "--no-charts"], { cwd: home });
    expect(status).toBe(0);
    expect(stdout.split("\n")[0]).toContain("3 seeds");
    const summary = JSON.parse(readFileSync(join(home, "reports/small/summary.json"), "utf8"));
    expect(summary.seed).toBe(3);
    expect(summary.replications).toMatchObject({ count: 3, seeds: [3, 4, 5], level: 0.95 });
    expect(summary.expectations[1].actual).toMatch(/^mean [\d.]+ ± [\d.]+ over 3 seeds$/);
    const { command } = JSON.parse(readFileSync(join(home, "reports/small/scenario.json"), "utf8"));
    expect(command).toBe("knsim run small.yaml --seeds 3..5");
    const tested = await knsim(["test", "small.yaml", "--seeds", "3..5", "--json"], { cwd: home });
    expect(JSON.parse(tested.stdout)).toEqual(summary);
  });

  it("repeats a scenario from standard input, too", async () => {
    const args = ["run", "-", "--replications", "2", "--json", "--no-charts"];
    const { stdout, status } = await knsim(args, { cwd: folder(), input: smallScenario("seed: x\n") });
    expect([status, JSON.parse(stdout).replications.seeds]).toEqual([0, ["x", "x#2"]]);
  });

  it("holds expectations against the baseline beside the scenario, or the one it is given", async () => {
    const home = folder({ "small.yaml": smallScenario("expect:\n  - p(50) <= baseline\n") });
    const run = async (...args: string[]) => {
      const { stdout } = await knsim(["run", "small.yaml", "--no-charts", "--json", ...args], { cwd: home });
      return JSON.parse(stdout).expectations[0];
    };
    expect((await run()).actual).toBe("skipped: no baseline");
    await knsim(["test", "small.yaml", "--update", "--quiet"], { cwd: home });
    expect(await run()).toMatchObject({ pass: true, margin: 0 });
    const slower = ["--set", "services[hello].app.serviceTime=80ms"];
    expect((await run(...slower)).pass).toBe(false);
    // The report of the slower run is what this one is held against.
    expect((await run(...slower, "--baseline", "reports")).pass).toBe(true);
  });
});

describe("Ctrl-C", () => {
  const endless = smallScenario("name: endless\n");

  it("ends with 130, keeps what is finished, says so, and leaves nothing half-written", async () => {
    const home = folder({ "small.yaml": smallScenario(), "endless.yaml": endless });
    const args = ["run", "small.yaml", "endless.yaml", "--no-charts", "--force", "--set", "traffic[0].rate=20"];
    mkdirSync(join(home, "reports/endless"), { recursive: true });
    writeFileSync(join(home, "reports/endless/summary.json"), "previous");
    writeFileSync(join(home, "endless.yaml"), endless.replace("duration: 10s", "duration: 87000h"));
    const { stderr, status } = await knsim(args, { cwd: home, onStart: whenFinished(home, "small") });
    expect(stderr).toContain("interrupted; finished and kept: reports/small; reports/endless is as it was before");
    expect(status).toBe(130);
    expect(readFileSync(join(home, "reports/endless/summary.json"), "utf8")).toBe("previous");
    expect(readdirSync(join(home, "reports")).sort()).toEqual(["endless", "small"]);
  });

  it("ends at once when it comes twice, and leaves nothing half-written then either", async () => {
    const home = folder({ "long.yaml": smallScenario("name: long\n").replace("duration: 10s", "duration: 30h") });
    mkdirSync(join(home, "reports/long"), { recursive: true });
    writeFileSync(join(home, "reports/long/summary.json"), "previous");
    let signals = 0;
    const onStart = (kill: (signal: NodeJS.Signals) => void) => {
      const poll = setInterval(() => {
        if (!readdirSync(join(home, "reports")).some((name) => name.includes(".writing-"))) return;
        kill("SIGINT");
        if (++signals === 2) clearInterval(poll);
      }, 1);
    };
    const { status } = await knsim(["run", "long.yaml", "--no-charts"], { cwd: home, onStart });
    expect(status).toBe(130);
    expect(readdirSync(join(home, "reports"))).toEqual(["long"]);
    expect(readFileSync(join(home, "reports/long/summary.json"), "utf8")).toBe("previous");
  });
});

/** Interrupts as soon as the report of that name is there. */
function whenFinished(home: string, name: string) {
  return (kill: (signal: NodeJS.Signals) => void) => {
    const poll = setInterval(() => {
      if (!readdirSync(join(home, "reports")).includes(name)) return;
      clearInterval(poll);
      setTimeout(() => kill("SIGINT"), 300);
    }, 50);
  };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadScenario, ScenarioError } from "../../src/index.js";
import { folder, knsim, smallScenario } from "./knsim.js";

/** Input of people who mean harm, or whose script went wrong: a clear error or a run that ends, never a hang. */

const BASE = smallScenario();
const withTraffic = (traffic: string) => BASE.replace("    rate: 20\n", `    ${traffic}\n`);
const withBom = (mark: number[], text: Uint8Array) => Uint8Array.from([...mark, ...text]);
const utf16 = (text: string) => Buffer.from(text, "utf16le");

const REFUSED: readonly (readonly [name: string, scenario: string | Uint8Array, says: RegExp])[] = [
  ["lists nested 20,000 deep", `${BASE}description: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`, /nested too deeply/],
  ["mappings nested 5,000 deep", `${BASE}apps: ${"{a: ".repeat(5000)}1${"}".repeat(5000)}\n`, /nested too deeply/],
  ["an alias that contains itself", `${BASE}apps: &a {x: *a}\n`, /the alias "\*a" contains itself/],
  [
    "keys that are no keys of ours",
    `${BASE}__proto__: {polluted: 1}\nconstructor: {x: 1}\n`,
    /unknown key "__proto__"\n.*unknown key "constructor"/,
  ],
  ["a NUL byte", `${BASE}description: a\0b\n`, /is not text: it contains a NUL byte/],
  ["UTF-32", withBom([0xff, 0xfe, 0, 0], Buffer.from(BASE, "utf16le")), /is not text/],
  ["bytes that are no UTF-8", withBom([], Buffer.from(`${BASE}description: caf\xe9\n`, "latin1")), /must be UTF-8/],
  ["a rate of 1e12", withTraffic("rate: 1e12"), /must be at most 1000000, found 1000000000000/],
  ["a negative rate", withTraffic("rate: -5"), /-5/],
  ["a rate that is no number", withTraffic("rate: .nan"), /rate/],
  ["100 years", BASE.replace("10s", "876000h"), /must be at most 87600h, found "876000h"/],
  ["a duration beyond all numbers", BASE.replace("10s", `${"9".repeat(400)}h`), /invalid duration/],
  ["more than a million clients", withTraffic("clients: 1000001"), /must be at most 1000000, found 1000001/],
  [
    "a gamma distribution of absurd spread",
    BASE.replace("50ms", "{gamma: {mean: 1ms, cv: 1000000000000}}"),
    /must be at most 1000/,
  ],
  ["a name that leaves the folder", `${BASE}name: ../../evil\n`, /found "\.\.\/\.\.\/evil"/],
  ["a name with markup", `${BASE}name: "<b>x</b>"\n`, /found "<b>x<\/b>"/],
  ["a file that is no manifest", `${BASE}manifests: [../../../../../../../etc/passwd]\n`, /passwd.*: error: /],
  ["a folder among the manifests", `${BASE}manifests: [.]\n`, /cannot read "\.": it is a directory, not a file/],
  ["an endless file", `${BASE}manifests: [/dev/zero]\n`, /"\/dev\/zero" is too large/],
  ["10,001 nodes", `${BASE}cluster: {nodes: [{count: 10001, cpu: "1", memory: 1Gi}]}\n`, /must be at most 10000/],
  ["an expectation of 5,000 brackets", `${BASE}expect: ["${"p(".repeat(5000)}"]\n`, /a percentile is a number/],
];

const RUNS: readonly (readonly [name: string, scenario: string | Uint8Array])[] = [
  ["CRLF line ends", BASE.replaceAll("\n", "\r\n")],
  ["a byte order mark", withBom([0xef, 0xbb, 0xbf], Buffer.from(BASE))],
  ["UTF-16", withBom([0xff, 0xfe], utf16(BASE))],
  ["UTF-16, the other way round", withBom([0xfe, 0xff], utf16(BASE).swap16())],
  [
    "names of JavaScript's own",
    BASE.replaceAll("hello", "constructor").replace("app:", "env: {__proto__: x, toString: y}\n    app:"),
  ],
  ["100 clients that never pause", withTraffic("clients: 100").replace("50ms", "0s")],
  ["100,000 requests at one instant", withTraffic("clients: 100000\n    requests: 100000")],
];

describe("hostile input", () => {
  it.each(REFUSED)("is refused: %s", { timeout: 20_000 }, async (_, scenario, says) => {
    const { status, stderr, stdout } = await knsim(["run", "bad.yaml"], { cwd: folder({ "bad.yaml": scenario }) });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at |undefined|\[object/m);
  });

  it.each(RUNS)("runs: %s", { timeout: 60_000 }, async (_, scenario) => {
    const cwd = folder({ "odd.yaml": scenario });
    const { status, stderr } = await knsim(["run", "odd.yaml", "--quiet", "--no-charts"], { cwd });
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("is shown as text in the report", async () => {
    const markup = "<script>alert(1)</script>";
    const scenario = `${BASE}description: "${markup}"
events: [{at: 1s, note: "<img src=x onerror=alert(2)>"}]
expect: [{expect: "p(95) < 300ms", name: "${markup}", because: "</script><b>"}]
`;
    const cwd = folder({ "markup.yaml": scenario });
    expect((await knsim(["run", "markup.yaml", "--quiet"], { cwd })).status).toBe(0);
    for (const file of ["index.html", "latency.svg", "pods.svg"]) {
      const text = readFileSync(join(cwd, "reports/markup", file), "utf8");
      expect(text).not.toMatch(/<script>alert|<img src=x|<\/script><b>/);
    }
    expect(readFileSync(join(cwd, "reports/markup/index.html"), "utf8")).toContain("&lt;script&gt;alert(1)");
  });

  it("finds the one bad line in a trace of 100 MB", { timeout: 60_000 }, async () => {
    const scenario = `apiVersion: knsim/v1
kind: Scenario
services: [{name: hello, image: example/hello, app: {serviceTime: 50ms}}]
traffic: [{to: hello, trace: {file: big.csv, format: timestamps}}]
`;
    const chunk = new TextEncoder().encode("1.25\n".repeat(200_000));
    async function* trace() {
      for (let i = 0; i < 100; i++) yield i === 70 ? new TextEncoder().encode("1.5\nnonsense\n") : chunk;
    }
    const failure = await loadScenario("big.yaml", (path) => (path === "big.yaml" ? scenario : trace())).catch(
      (e: unknown) => e,
    );
    expect(failure).toBeInstanceOf(ScenarioError);
    const { diagnostics } = failure as ScenarioError;
    expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      { file: "big.csv", line: 70 * 200_000 + 2, message: expect.stringContaining('found "nonsense"') },
    ]);
  });
});

describe("a run that would take too much", () => {
  const absurd = smallScenario().replace("10s", "87600h");

  it("is refused before it begins, with the estimate", async () => {
    const cwd = folder({ "absurd.yaml": absurd, "fine.yaml": smallScenario() });
    const { status, stderr, stdout } = await knsim(["run", "fine.yaml", "absurd.yaml"], { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /error: absurd: this run would take about 6\.3 billion requests and .* of computing.*; --force runs/,
    );
  });

  it("is refused by test, which judges the others", async () => {
    const cwd = folder({ "absurd.yaml": absurd, "fine.yaml": smallScenario() });
    const { status, stdout } = await knsim(["test", "absurd.yaml", "fine.yaml", "--seeds", "1..2"], { cwd });
    expect(status).toBe(2);
    expect(stdout).toMatch(/absurd\.yaml: error: this run would take about 6\.3 billion requests.*; --force runs/);
    expect(stdout).toMatch(/fine\.yaml .*no expectations/);
  });

  it("is refused by compare, once for two variants that cost the same", async () => {
    const cwd = folder({ "absurd.yaml": absurd });
    const { status, stderr, stdout } = await knsim(["compare", "absurd.yaml", "--set", "seed=2"], { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^knsim: error: absurd: this run would take about 6\.3 billion requests.*; --force runs.*\n$/,
    );
  });

  it.each([
    ["run", "absurd.yaml", "--no-charts"],
    ["test", "absurd.yaml"],
    ["compare", "absurd.yaml", "absurd.yaml"],
  ])("begins with --force: %s", async (...args) => {
    const cwd = folder({ "absurd.yaml": absurd });
    const { status } = await knsim([...args, "--force"], {
      cwd,
      onStart: (kill) => setTimeout(() => kill("SIGINT"), 2000),
    });
    expect(status).toBe(130);
  });
});

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, knsim, smallScenario } from "./knsim.js";

/** The list of bad input: each gets `file:line:column: error: …`, status 2, and never a stack trace. */

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** What standard error says; the scenario is `bad.yaml`. */
  readonly says: RegExp;
}

const service = (extra: string) => `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: hello
spec:
  template:
    spec:
      ${extra}
      containers:
        - image: example/hello
`;

const withManifest = (manifest: string) => ({
  "bad.yaml": "apiVersion: knsim/v1\nkind: Scenario\nduration: 10s\nservices:\n  - manifest: hello.yaml\n",
  "hello.yaml": manifest,
});

/** Nine levels of nine aliases each: 387 million words from half a kilobyte. */
const bomb = [
  "a0: &a0 lol",
  ...Array.from({ length: 9 }, (_, level) => {
    const previous = Array.from({ length: 9 }, () => `*a${level}`).join(", ");
    return `a${level + 1}: &a${level + 1} [${previous}]`;
  }),
].join("\n");

const CASES: readonly Case[] = [
  {
    name: "a misspelt key, with the key that was meant",
    files: { "bad.yaml": smallScenario("durration: 3s\n") },
    says: /^bad\.yaml:11:1: error: unknown key "durration"; did you mean "duration"\?$/m,
  },
  {
    name: "a wrong type",
    files: { "bad.yaml": smallScenario("drain: [1]\n") },
    says: /^bad\.yaml:11:8: error: /m,
  },
  {
    name: "a duration that is no duration",
    files: { "bad.yaml": smallScenario("warmup: 3 minutes\n") },
    says: /^bad\.yaml:11:9: error: .*3 minutes/m,
  },
  {
    name: "a duration without a unit",
    files: { "bad.yaml": smallScenario("warmup: 3\n") },
    says: /^bad\.yaml:11:9: error: .*3s/m,
  },
  {
    name: "a quantity that is no quantity",
    files: { "bad.yaml": smallScenario("cluster: {nodes: [{cpu: 4 cores, memory: 1Gi}]}\n") },
    says: /^bad\.yaml:11:\d+: error: .*4 cores/m,
  },
  {
    name: "percentages that do not sum to 100, in Knative's words",
    files: withManifest(
      `${service("timeoutSeconds: 10")}  traffic:\n    - {revisionName: hello-00001, percent: 50}\n    - {latestRevision: true, percent: 60}\n`,
    ),
    says: /^hello\.yaml:\d+:\d+: error: .*Traffic targets sum to 110, want 100/m,
  },
  {
    name: "a value Knative refuses, in Knative's words",
    files: withManifest(service("containerConcurrency: 1001")),
    says: /^hello\.yaml:8:\d+: error: expected 0 <= 1001 <= 1000: spec\.template\.spec\.containerConcurrency$/m,
  },
  {
    name: "a negative rate",
    files: { "bad.yaml": smallScenario("  - {to: hello, name: other, rate: -1}\n") },
    says: /^bad\.yaml:11:\d+: error: .*-1/m,
  },
  { name: "a missing file", files: {}, says: /^bad\.yaml: error: cannot read "bad\.yaml": no such file/m },
  {
    name: "a missing manifest",
    files: { "bad.yaml": "apiVersion: knsim/v1\nkind: Scenario\nduration: 10s\nservices:\n  - manifest: helo.yaml\n" },
    says: /^bad\.yaml:5:15: error: cannot read "helo\.yaml": no such file/m,
  },
  {
    name: "a misspelt file, with the one that was meant",
    files: { "bed.yaml": smallScenario() },
    says: /^bad\.yaml: error: cannot read "bad\.yaml": no such file; did you mean "bed\.yaml"\?$/m,
  },
  {
    name: "an unknown service in to:, with the service that was meant",
    files: { "bad.yaml": smallScenario("  - {to: helo, rate: 1}\n") },
    says: /^bad\.yaml:11:10: error: .*"helo".*did you mean "hello"\?$/m,
  },
  {
    name: "an unknown service in events:",
    files: { "bad.yaml": smallScenario('events:\n  - {at: 1s, kn: "service update helo --env A=B"}\n') },
    says: /^bad\.yaml:12:\d+: error: .*helo/m,
  },
  {
    name: "an unknown flag of kn",
    files: { "bad.yaml": smallScenario('events:\n  - {at: 1s, kn: "service update hello --imagge x"}\n') },
    says: /^bad\.yaml:12:\d+: error: .*--imagge/m,
  },
  {
    name: "two services of one name",
    files: { "bad.yaml": smallScenario("").replace("traffic:", "  - {name: hello, image: example/hello}\ntraffic:") },
    says: /^bad\.yaml:\d+:\d+: error: .*hello/m,
  },
  {
    name: "two keys of one name",
    files: { "bad.yaml": smallScenario("duration: 20s\n") },
    says: /^bad\.yaml:11:1: error: /m,
  },
  { name: "an alias bomb", files: { "bad.yaml": bomb }, says: /^bad\.yaml:\d+:\d+: error: /m },
  {
    name: "a binary file",
    files: { "bad.yaml": Uint8Array.from({ length: 2000 }, (_, index) => (index * 37) % 256) },
    says: /^bad\.yaml.*: error: "bad\.yaml" is not text/m,
  },
  {
    name: "a file of 10 MB",
    files: { "bad.yaml": `# ${"x".repeat(10_000_000)}\n` },
    says: /^bad\.yaml.*: error: "bad\.yaml" is too large/m,
  },
  { name: "an empty file", files: { "bad.yaml": "" }, says: /^bad\.yaml:1:1: error: the file is empty$/m },
  { name: "broken YAML", files: { "bad.yaml": "a: [1, 2\nb: }" }, says: /^bad\.yaml:\d+:\d+: error: /m },
  {
    name: "an expectation with a metric that does not exist",
    files: { "bad.yaml": smallScenario("expect:\n  - cold_start_count < 3\n") },
    says: /^bad\.yaml:12:5: error: unknown metric "cold_start_count"; did you mean "cold_starts"\?$/m,
  },
  {
    name: "a manifest in a scenario's place",
    files: { "bad.yaml": service("timeoutSeconds: 10") },
    says: /^bad\.yaml:2:\d+: error: expected a scenario/m,
  },
];

describe("bad input", () => {
  it.each(CASES)("is refused with its place: $name", async ({ files, says }) => {
    const home = folder(files);
    const { stdout, stderr, status } = await knsim(["run", "bad.yaml"], { cwd: home });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([stdout, status]).toEqual(["", 2]);
    expect(existsSync(join(home, "reports"))).toBe(false);
  });

  it("is told all at once", async () => {
    const home = folder({ "bad.yaml": smallScenario("durration: 3s\nwarmup: soon\nseeed: 4\n") });
    const { stderr } = await knsim(["run", "bad.yaml"], { cwd: home });
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["bad.yaml:11:1:", "bad.yaml:12:9:", "bad.yaml:13:1:"]);
  });

  it("in one file keeps the others from running", async () => {
    const home = folder({ "good.yaml": smallScenario(), "bad.yaml": smallScenario("x: 1\n") });
    const { stdout, status } = await knsim(["run", "good.yaml", "bad.yaml"], { cwd: home });
    expect([stdout, status]).toEqual(["", 2]);
    expect(existsSync(join(home, "reports"))).toBe(false);
  });

  it("is two scenarios of one name", async () => {
    const home = folder({ "a.yaml": smallScenario("name: same\n"), "b.yaml": smallScenario("name: same\n") });
    const { stderr, status } = await knsim(["run", "a.yaml", "b.yaml"], { cwd: home });
    expect(stderr).toContain('two scenarios are named "same"');
    expect(status).toBe(2);
    expect(existsSync(join(home, "reports"))).toBe(false);
  });

  it("on the command line is blamed on its --set", async () => {
    const home = folder({ "good.yaml": smallScenario() });
    const args = ["run", "good.yaml", "--set", "seed=1", "--set", "traffic[0].rte=3"];
    const { stderr, status } = await knsim(args, { cwd: home });
    expect(stderr).toMatch(/^--set #2: error: .*rte.*did you mean "traffic\[0\]\.rate"\?$/m);
    expect(status).toBe(2);
  });
});

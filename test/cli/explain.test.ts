import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folder, knsim, smallScenario } from "./knsim.js";

/** From zero through a burst to zero: 20/s, from 1m on 150/s for 30 s, nothing from 3m on; one service, one revision. */
const BURST = `apiVersion: knsim/v1
kind: Scenario
name: burst
seed: 7
start: zero
duration: 5m
services:
  - name: hello
    image: example/hello
    containerConcurrency: 10
    annotations: {autoscaling.knative.dev/max-scale: "8", autoscaling.knative.dev/target-burst-capacity: "0"}
    app: {serviceTime: {lognormal: {mean: 80ms, cv: 0.5}}}
  - {name: pinned, image: example/pinned, annotations: {autoscaling.knative.dev/min-scale: "2"}, start: ready}
apps:
  example/pinned: {serviceTime: 100ms}
traffic:
  - to: hello
    until: 3m
    rate: {steps: [[0s, 20], [1m, 150], [90s, 20]]}
`;

describe("knsim explain", () => {
  let cwd = "";
  let lines: string[] = [];
  const about = (pattern: RegExp) => lines.filter((line) => pattern.test(line));

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "knsim-test-"));
    writeFileSync(join(cwd, "burst.yaml"), BURST);
    await knsim(["run", "burst.yaml", "--no-charts", "--quiet"], { cwd });
    const { stdout, status } = await knsim(["explain", "reports/burst"], { cwd });
    expect(status).toBe(0);
    lines = stdout.trimEnd().split("\n").slice(2);
    return () => rmSync(cwd, { recursive: true, force: true });
  });

  it("tells everything in order of time, one sentence a line", () => {
    const seconds = lines.map((line) => {
      const [, minutes = "0", rest] = /^ *(?:(\d+)m)?([\d.]+)s {2}\S/.exec(line) ?? [];
      return Number(minutes) * 60 + Number(rest);
    });
    expect(seconds).not.toContain(Number.NaN);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });

  it("tells what traffic did", () => {
    expect(about(/traffic to hello/).map((line) => line.trim())).toEqual([
      expect.stringMatching(/^0s {2}traffic to hello begins, about (19|20|21) requests\/s$/),
      expect.stringMatching(
        /^1m00s {2}traffic to hello rises from about (19|20|21) requests\/s to about 1[45]\d requests\/s$/,
      ),
      expect.stringMatching(
        /^1m30s {2}traffic to hello falls from about 1[45]\d requests\/s to about (19|20|21) requests\/s$/,
      ),
      expect.stringMatching(/^3m00s {2}traffic to hello ends; it was about (19|20|21) requests\/s$/),
    ]);
  });

  it("tells each change of the desired count with what decided it", () => {
    expect(about(/went from 0 to 1 pod: 1 request in flight/)).toHaveLength(1);
    // More wanted than max-scale allows: the wish and the bound, each in a sentence.
    expect(about(/hello-00001 wants \d+ pods instead of \d+: .* → panic/).length).toBeGreaterThan(0);
    expect(about(/went from \d+ to 8 pods: max-scale allows no more than 8 \(the decider wants \d+\)/)).toHaveLength(1);
    expect(about(/max-scale-down-rate stops at/).length).toBeGreaterThan(0);
    expect(about(/entered panic: [\d.]+ requests in flight over the last 6 s/).length).toBeGreaterThan(0);
    expect(about(/left panic/).length).toBe(about(/entered panic/).length);
    expect(about(/requests to hello-00001 go (through the activator|straight to its pods)/).length).toBeGreaterThan(0);
  });

  it("tells what cold requests waited for, stage by stage", () => {
    const [first] = about(/a pod of hello-00001 can serve/);
    expect(first).toMatch(/after its creation: scheduling [\d.]+ ms, container start [\d.]+ s, boot 50 ms, detection/);
    expect(about(/in all, \d+ requests to hello-00001 waited for a pod to start, .* \(medians\)$/)).toHaveLength(1);
  });

  it("tells why each revision did or did not reach zero", () => {
    expect(about(/hello-00001 ends at zero, where it has been since 4m/)).toHaveLength(1);
    expect(about(/pinned-00001 does not reach zero: min-scale keeps 2 pods$/)).toHaveLength(1);
  });

  it("tells of one revision, of a time, and as JSON", async () => {
    const args = ["explain", "reports/burst", "--revision", "pinned-00001"];
    const pinned = await knsim(args, { cwd });
    expect(pinned.stdout).not.toContain("hello");
    const { stdout } = await knsim(["explain", "reports/burst", "--from", "1m", "--until", "1m30s", "--json"], { cwd });
    const { scenario, sentences } = JSON.parse(stdout);
    expect(scenario).toBe("burst");
    expect(sentences[0]).toMatchObject({ t: 60, kind: "Traffic", text: expect.stringContaining("rises") });
    expect(sentences.every(({ t }: { t: number }) => t >= 60 && t <= 90)).toBe(true);
  });

  it("exits with 2 for what is no report, and says why", async () => {
    const refused = async (...args: string[]) => {
      const { stdout, stderr, status } = await knsim(["explain", ...args], { cwd });
      expect([status, stdout]).toEqual([2, ""]);
      return stderr;
    };
    expect(await refused("nowhere")).toContain('cannot read "nowhere": no such file or directory');
    expect(await refused("burst.yaml")).toContain("is no report folder");
    expect(await refused("reports")).toContain("summary.json");
    expect(await refused("reports/burst", "--revision", "hello-0001")).toContain('did you mean "hello-00001"?');
    expect(await refused("reports/burst", "--from", "soon")).toContain("expected a time such as 90s or 2m");
  });

  it("says that it cannot know what a run did not write", async () => {
    const other = folder({ "a.yaml": smallScenario("name: a\nreport: {events: none, decisions: none}") });
    await knsim(["run", "a.yaml", "--no-charts", "--quiet"], { cwd: other });
    const { stderr, status } = await knsim(["explain", "reports/a"], { cwd: other });
    expect(status).toBe(2);
    expect(stderr).toContain("has neither events.jsonl nor decisions.jsonl");
  });
});

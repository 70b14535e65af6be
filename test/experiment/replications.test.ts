import { describe, expect, it } from "vitest";
import { baselineJson, judgeBaseline, makeBaseline, parseBaseline } from "../../src/experiment/baseline-file.js";
import { compareScenarios } from "../../src/experiment/compare.js";
import { combineReplications, parseSeeds, replicationSeed } from "../../src/experiment/replications.js";
import { simulate } from "../../src/experiment/simulate.js";
import type { Judged, Summary } from "../../src/measure/run-record.js";
import { loadScenarioText } from "../../src/scenario/load.js";

const TEXT = `
apiVersion: knsim/v1
kind: Scenario
name: small
duration: 20s
services:
  - {name: hello, image: example/hello, containerConcurrency: 2, app: {serviceTime: {exponential: {mean: 50ms}}}}
traffic:
  - {to: hello, rate: 30}
expect:
  - p(95) < 300ms
  - {expect: "p(95) <= baseline + 5%", over: mean}
`;

const scenario = async (set: readonly string[] = []) => (await loadScenarioText(TEXT, { set })).scenario;
const summaryWith = async (seed: string) => (await simulate(await scenario(), { seed })).summary;

describe("seeds", () => {
  it("are ranges, single ones, and lists of both", () => {
    expect(parseSeeds("1..3")).toEqual(["1", "2", "3"]);
    expect(parseSeeds("7,9..10,blue")).toEqual(["7", "9", "10", "blue"]);
    for (const wrong of ["", "3..1", "1..", "..2", "1,1", "1..2,2", "0..100000", "a..b"])
      expect(parseSeeds(wrong)).toBeNull();
  });

  it("of replications are the scenario's own and its numbered kin", () => {
    const choice = { kind: "replications", count: 3 } as const;
    expect([0, 1, 2].map((index) => replicationSeed(choice, "007", index))).toEqual(["007", "007#2", "007#3"]);
  });
});

describe("several replications as one summary", () => {
  it("keep the first one's figures and add means with half-widths", async () => {
    const all = [await summaryWith("1"), await summaryWith("2")];
    const combined = combineReplications(all, ["each", "mean"]);
    expect(combined.latency).toEqual(all[0].latency);
    expect(Object.keys(combined).slice(-3)).toEqual(["warnings", "replications", "events"]);
    const offered = combined.replications?.of["requests.offered"];
    const [a, b] = all.map(({ requests }) => requests.offered);
    expect(offered?.mean).toBe((a + b) / 2);
    // Two values: s/√n = |a − b| / 2, t(0.975, 1) = 12.7062047
    expect(offered?.halfWidth).toBeCloseTo((12.7062047362 * Math.abs(a - b)) / 2, 4);
    expect(combined.replications?.seeds).toEqual([1, 2]);
  });

  it("stay as they are when there is one", async () => {
    const one = await summaryWith("1");
    expect(combineReplications([one], ["each", "mean"])).toBe(one);
  });

  const judged = (
    over: "each" | "mean" | "median" | "confident",
    values: readonly (number | null)[],
    expectText = "p(95) < 100ms",
  ): Judged => {
    const summaries = values.map((value, index): Summary => {
      const verdict: Judged = {
        ...{
          expect: expectText,
          name: null,
          pass: value !== null && value < 100,
          level: "error",
          actual: `${value}ms`,
        },
        ...{
          value,
          unit: "ms",
          limit: 100,
          margin: value === null ? null : (100 - value) / 100,
          at: null,
          line: 1,
          column: 1,
        },
      };
      return { ...empty, seed: index + 1, expectations: [verdict] };
    });
    return combineReplications(summaries, [over]).expectations[0];
  };
  let empty: Summary;

  it("are judged in each, by their mean, by their median or with confidence", async () => {
    empty = await summaryWith("1");
    // Mean 82, median 75; s² = (144 + 144 + 49 + 4 + 841 + …)/… is of no matter: one value is above the limit.
    const values = [70, 70, 75, 80, 115];
    expect(judged("each", values)).toMatchObject({ pass: false, value: 115, failedSeeds: [5] });
    expect(judged("each", values).actual).toBe("115ms with seed 5 (mean 82ms, 1 of 5 seeds failed)");
    expect(judged("mean", values)).toMatchObject({ pass: true, value: 82, margin: 0.18 });
    expect(judged("median", values)).toMatchObject({ pass: true, value: 75 });
    // Deviations −12, −12, −7, −2, 33: Σ² = 1430, s = √357.5, half-width 2.776445 × s/√5 = 23.48: 82 + 23.48 > 100
    expect(judged("confident", values)).toMatchObject({ pass: false, value: 82 });
    expect(judged("confident", values).actual).toBe("mean 82ms ± 23.48ms over 5 seeds");
    expect(judged("confident", [70, 72, 74])).toMatchObject({ pass: true });
  });

  it("fail when one of them has no data, as a single run does", () => {
    expect(judged("mean", [70, null, 80])).toMatchObject({ pass: false, actual: "no data in 1 of 3 replications" });
    expect(judged("each", [70, null, 80])).toMatchObject({ pass: false, failedSeeds: [2] });
  });
});

describe("a baseline", () => {
  it("comes back from its file as it was made, and holds what it was made of", async () => {
    const all = [await summaryWith("1"), await summaryWith("2")];
    const made = makeBaseline(all, null);
    const read = parseBaseline(baselineJson(made));
    expect(read).toEqual({ ok: true, file: made, measured: made.measured });
    expect(made.seeds).toEqual([1, 2]);
    expect(made.measured.requests.offered).toBe((all[0].requests.offered + all[1].requests.offered) / 2);
    expect(judgeBaseline(all, made).every(({ pass }) => pass)).toBe(true);
  });

  it("knows the value of expectations that were skipped for want of one", async () => {
    const first = await simulate(await scenario());
    expect(first.expectations[1]).toMatchObject({ pass: true, actual: "skipped: no baseline" });
    expect(first.expectations[1].value).toBe(first.summary.latency.p95);
    const again = await simulate(await scenario(), { baseline: makeBaseline([first.summary], null).measured });
    const p95 = first.summary.latency.p95 ?? 0;
    expect(again.expectations[1]).toMatchObject({ pass: true, value: p95 });
    expect(again.expectations[1].limit).toBeCloseTo(p95 * 1.05, 3);
  });

  it("is required where somebody says so", async () => {
    const { expectations } = await simulate(await scenario(), { requireBaseline: true });
    expect(expectations[1]).toMatchObject({ pass: false, actual: "error: no baseline" });
  });
});

describe("two scenarios on common random numbers", () => {
  it("see the same requests, so that their differences vary less than they do", async () => {
    const variant = await scenario(["services[hello].containerConcurrency=4"]);
    const { figures, count } = await compareScenarios(await scenario(), variant, { seeds: [1, 2, 3, 4] });
    const find = (name: string) => figures.find((figure) => figure.name === name);
    expect(count).toBe(4);
    expect(find("offered")).toMatchObject({ difference: 0, halfWidth: 0 });
    // More room in each pod: nobody waits longer, and with the same work in each request that is certain.
    expect(find("mean")?.difference).toBeLessThan(0);
    expect(find("mean")?.significant).toBe(true);
  });
});

describe("a result", () => {
  it("can be judged by a line that the scenario does not have, as if it had it", async () => {
    const result = await simulate(await scenario());
    expect(result.judge("p(95) < 300ms")).toEqual({ ...result.expectations[0], line: 1, column: 1 });
    expect(result.judge("hello: offered > 1000")).toMatchObject({
      pass: false,
      value: result.summary.requests.offered,
    });
    expect(() => result.judge("p(95) < pods")).toThrow(/expectation:1:\d+: error/);
  });
});

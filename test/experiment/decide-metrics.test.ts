import { describe, expect, it } from "vitest";
import {
  type ClusterMetrics,
  isMetricsStart,
  MetricsReader,
  medianSpacing,
} from "../../src/experiment/cluster-metrics.js";
import type { ReplaySettings } from "../../src/experiment/decide.js";
import { decideMetrics, metricsReplay } from "../../src/experiment/decide-metrics.js";

const SECOND = 1_000_000;

const SETTINGS: ReplaySettings = {
  metric: "concurrency",
  aggregation: "",
  target: 10,
  total: 10,
  targetBurstCapacity: 0,
  panicThreshold: 2,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  stableWindowUs: 60 * SECOND,
  panicWindowUs: 6 * SECOND,
  scaleDownDelayUs: 0,
  activationScale: 0,
  reachable: true,
  isScraped: true,
};

function read(text: string): { metrics: ClusterMetrics | null; problems: string[] } {
  const reader = new MetricsReader();
  const problems = text
    .split("\n")
    .flatMap((line, index) => reader.add(line).map(({ message }) => `${index + 1}: ${message}`));
  return { metrics: reader.metrics(), problems };
}

interface Options {
  readonly settings?: Partial<ReplaySettings>;
  readonly tick?: string;
  readonly maxGap?: string;
  readonly isRestarted?: boolean;
}

/** Time in seconds and decision, for every decision on these metrics. */
function decided(text: string, { settings, tick, maxGap, isRestarted = false }: Options = {}) {
  const { metrics, problems } = read(text);
  expect(problems).toEqual([]);
  const planned = metricsReplay(metrics!, { tick: tick ?? null, maxGap: maxGap ?? null, isRestarted });
  if ("problems" in planned) throw new Error(planned.problems.join());
  return [...decideMetrics(metrics!, { ...SETTINGS, ...settings }, planned.replay)].map(({ nowUs, decision }) => ({
    ...decision,
    t: nowUs / SECOND,
  }));
}

describe("metrics as CSV", () => {
  it("are read in the order of their header", () => {
    const { metrics } = read("ready, concurrency ,time\n3,1.5,0\n4,2e1,10\n");
    expect(metrics).toEqual({
      timesUs: [0, 10 * SECOND],
      ready: [3, 4],
      concurrency: [1.5, 20],
      rps: null,
      isDated: false,
    });
  });

  it("need no header when they have the usual columns", () => {
    expect(read("0,3,1.5,40\n").metrics).toMatchObject({ ready: [3], concurrency: [1.5], rps: [40] });
  });

  it("have times in seconds or as dates", () => {
    const { metrics } = read("time,ready,concurrency\n2023-11-14T23:00:00+01:00,1,1\n2023-11-14T22:00:00.5Z,1,1\n");
    expect(metrics).toMatchObject({ timesUs: [1_699_999_200 * SECOND, 1_699_999_200.5 * SECOND], isDated: true });
  });

  it("name every wrong line and keep the others", () => {
    const { metrics, problems } = read(
      "time,ready,concurrency\n0,1,1\nnoon,1,1\n5,1.5,x\n5,1\n0,1,1\n\n10,-1,NaN\n10,2,2\n",
    );
    expect(problems).toEqual([
      '3: time: expected seconds or a time such as 2023-11-14T22:00:00Z, found "noon"',
      '4: ready: expected a whole number of pods, found "1.5"',
      '4: concurrency: expected requests in flight, at least 0, found "x"',
      "5: expected 3 cells (time,ready,concurrency), found 2",
      '6: time: expected a later time than in the row before, found "0"',
      '8: ready: expected a whole number of pods, found "-1"',
      '8: concurrency: expected requests in flight, at least 0, found "NaN"',
    ]);
    expect(metrics?.timesUs).toEqual([0, 10 * SECOND]);
  });

  it("say what is wrong with a header and read nothing below it", () => {
    expect(read("time,pods,concurrency\n0,1,1\n")).toEqual({
      metrics: null,
      problems: [
        '1: unknown column "pods": metrics have "time", "ready", "concurrency" and "rps"',
        '1: missing column "ready"',
      ],
    });
    expect(read("time,ready,concurrency,time\n").problems).toEqual(['1: the column "time" stands here 2 times']);
  });

  it("take a header in capitals, and say what separates cells", () => {
    expect(read("Time,Ready,Concurrency\r\n0,1,1\r\n\r\n2,1,1\r\n").metrics?.timesUs).toEqual([0, 2 * SECOND]);
    expect(read("time;ready;concurrency\n").problems).toEqual([
      "1: expected the header time,ready,concurrency or one with rps too; cells are separated by commas, not by ;",
    ]);
  });

  it("name the column of a cell that is wrong", () => {
    const reader = new MetricsReader();
    reader.add("time,ready,concurrency");
    expect(reader.add('10, "1", x')).toMatchObject([{ column: 10 }]);
  });

  it("are told from recorded cases by their first line", () => {
    expect(["time,ready,concurrency", "0,1,2", "2023-11-14T22:00:00Z,1,2"].map(isMetricsStart)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['{"name":"a","spec":{},"steps":[]}', "nonsense", ""].map(isMetricsStart)).toEqual([false, false, false]);
  });

  it("have the spacing that is usual among their rows", () => {
    expect(medianSpacing(read("0,1,1\n15,1,1\n30,1,1\n400,1,1\n").metrics!)).toBe(15 * SECOND);
    expect(medianSpacing(read("0,1,1\n").metrics!)).toBe(SECOND);
  });
});

describe("decisions on metrics", () => {
  it("are made at the first row and every two seconds from there on, until the last row ends", () => {
    expect(decided("100,1,5\n105,1,5\n").map(({ t }) => t)).toEqual([100, 102, 104, 106, 108]);
    expect(decided("0,1,5\n5,1,5\n", { tick: "4s" }).map(({ t }) => t)).toEqual([0, 4, 8]);
  });

  it("see every row once a second until the next one", () => {
    // Seconds 0–4 hold 10, from 5 on 40: at 6 s (5 × 10 + 2 × 40) ÷ 7.
    const [, , , at6] = decided("0,1,10\n5,1,40\n");
    expect(at6).toMatchObject({ t: 6, stable: 18.571429 });
    // The panic window of 6 s has lost the first 10: (4 × 10 + 2 × 40) ÷ 6.
    expect(at6.panic).toBe(20);
  });

  it("count the pods that were ready at the time", () => {
    expect(decided("0,1,5\n3,2,5\n").map(({ ready }) => ready)).toEqual([1, 1, 2]);
  });

  it("begin calm, or as after a restart of the autoscaler", () => {
    const begun = (isRestarted: boolean) => {
      const [{ panicking, maxPanicPods }] = decided("0,8,5\n1,8,5\n", { isRestarted });
      return { panicking, maxPanicPods };
    };
    expect(begun(false)).toEqual({ panicking: false, maxPanicPods: 0 });
    // However little load there is, a restart takes no pod away for one stable window.
    expect(begun(true)).toEqual({ panicking: true, maxPanicPods: 8 });
  });

  const withGap = "0,1,10\n2,1,10\n4,1,10\n20,1,10\n22,1,10\n";

  it("take a gap of more than three usual distances for no data", () => {
    const at = (t: number, decisions: ReturnType<typeof decided>) => decisions.find((decision) => decision.t === t)!;
    // Recorded in seconds 0 to 4 only; silence leaves the stable average alone and empties the panic window.
    expect(at(18, decided(withGap))).toMatchObject({ stable: 10, panic: 0 });
    // What comes after turns the silent seconds into zeros: 6 × 10 in 21 seconds.
    expect(at(20, decided(withGap)).stable).toBe(2.857143);
    expect(at(20, decided(withGap, { maxGap: "16s" })).stable).toBe(10);
    expect(at(18, decided(withGap, { maxGap: "15.9s" })).panic).toBe(0);
  });

  it("stop when the silence is longer than the stable window", () => {
    const short = { stableWindowUs: 6 * SECOND };
    const validity = (settings: Partial<ReplaySettings>) =>
      decided(withGap, { settings }).flatMap(({ t, valid }) => (valid ? [] : [t]));
    // Last written in second 4; at 10 the window is not yet empty, at 20 there is data again.
    expect(validity(short)).toEqual([12, 14, 16, 18]);
    expect(validity({ ...short, isScraped: false })).toEqual([]);
  });

  it("scale on requests per second where the revision does", () => {
    const [first] = decided("0,1,500,30\n1,1,500,30\n", { settings: { metric: "rps" } });
    expect(first).toMatchObject({ stable: 30, desired: 3 });
  });

  it("skip rows that follow each other within a second", () => {
    // Second 0 counts 10, second 1 counts 30: (10 + 30) ÷ 2.
    const decisions = decided("0,1,10\n0.5,1,20\n1,1,30\n1.5,1,40\n", { tick: "1s" });
    expect(decisions.map(({ stable }) => stable)).toEqual([10, 20]);
  });

  it("refuse durations that are none, and times that cannot be meant", () => {
    const { metrics } = read("0,1,1\n1,1,1\n");
    const plan = (tick: string | null, maxGap: string | null) =>
      metricsReplay(metrics!, { tick, maxGap, isRestarted: false });
    expect(plan("2", "0s")).toEqual({
      problems: [
        '--tick: expected a duration such as 2s: time: missing unit in duration "2"; did you mean "2s"?',
        '--max-gap: expected at least 1ms, found "0s"',
      ],
    });
    const { metrics: mixed } = read("0,1,1\n1772442000,1,1\n");
    expect(metricsReplay(mixed!, { tick: null, maxGap: null, isRestarted: false })).toHaveProperty("problems");
  });
});

import { describe, expect, it } from "vitest";
import { ColdStartTally } from "../../src/measure/cold-start-tally.js";

/** Cold starts `from` … `until` − 1, each of a length of its own. */
function tally(from: number, until: number): ColdStartTally {
  const result = new ColdStartTally();
  for (let i = from; i < until; i++) {
    result.podCreated();
    const stages = { control: 5_000, schedule: i, imagePull: 0, containerStart: 1_000 * i, boot: 7, detect: 3 };
    result.podServes(2_000 * i, stages);
    result.podReady(10 * i);
  }
  return result;
}

describe("a tally of cold starts", () => {
  it("says the same of many as of the few that they are merged from", () => {
    // Below and above the 64 that are kept as rows.
    const merged = tally(0, 10);
    merged.merge(tally(10, 200));
    merged.merge(tally(200, 205));
    expect(merged.figures()).toEqual(tally(0, 205).figures());
  });

  it("has quantiles by nearest rank of each stage", () => {
    // 0 … 40: the 21st of 41 is 20.
    const { count, max, p50, stages, failed } = tally(0, 41).figures();
    expect({ count, max, p50, failed }).toEqual({ count: 41, max: 80, p50: 40, failed: 0 });
    expect(Object.keys(stages)).toEqual([
      "control",
      "schedule",
      "imagePull",
      "containerStart",
      "boot",
      "detect",
      "readiness",
    ]);
    expect(stages.containerStart.p50).toBe(20);
    expect(stages.readiness.p50).toBe(0.2);
  });

  it("keeps what it holds when its figures are read, so that it can go on", () => {
    const one = tally(0, 3);
    one.figures();
    one.merge(tally(3, 5));
    expect(one.figures()).toEqual(tally(0, 5).figures());
  });
});

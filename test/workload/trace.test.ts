import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  parseFunctionDurations,
  parseInvocationCounts,
  parseInvocations,
  parseRates,
  parseTimestamps,
  type Trace,
} from "../../src/workload/trace.js";

function parsed<Value>(trace: Trace<Value>): Value {
  if (!trace.ok) throw new Error(JSON.stringify(trace.problems));
  return trace.value;
}

describe("timestamps", () => {
  const times = (text: string, epochSeconds: number | null = null) => parseTimestamps(text, epochSeconds);

  it("are seconds or RFC 3339, with or without a header, in any order", () => {
    expect(parsed(times("time\r\n2\r\n\r\n0.5\r\n"))).toEqual([500_000, 2_000_000]);
    expect(parsed(times("3,ignored\n1\n"))).toEqual([1_000_000, 3_000_000]);
    expect(parsed(times("1e1"))).toEqual([10_000_000]);
  });

  it("of RFC 3339 count from the epoch, or from the first of them", () => {
    const text = "2023-11-14T22:00:01Z\n2023-11-14T23:00:00.25+01:00\n";
    expect(parsed(times(text))).toEqual([0, 750_000]);
    expect(parsed(times(text, 1_699_999_200))).toEqual([250_000, 1_000_000]);
  });

  it("are refused line by line", () => {
    expect(times("1\nx\n2\n\ny\n")).toEqual({
      ok: false,
      problems: [
        { line: 2, message: 'expected seconds or a time such as 2023-11-14T22:00:00Z, found "x"' },
        { line: 5, message: 'expected seconds or a time such as 2023-11-14T22:00:00Z, found "y"' },
      ],
    });
    expect(times("")).toEqual({ ok: false, problems: [{ line: 0, message: "contains no time" }] });
    expect(times("-1")).toEqual({
      ok: false,
      problems: [{ line: 0, message: "contains times before the start of the run" }],
    });
  });
});

describe("rates", () => {
  it("of one row last a second", () => {
    expect(parsed(parseRates("0,5", null))).toEqual({ steps: [[0, 5]], endUs: 1_000_000 });
  });

  it("must rise in time and be rates", () => {
    expect(parseRates("0,5\n10,x\n5,1e9\n", null)).toMatchObject({ ok: false, problems: [{ line: 2 }, { line: 3 }] });
    expect(parseRates("0,5\n10,1\n5,1\n", null)).toEqual({
      ok: false,
      problems: [{ line: 3, message: "times must rise from row to row" }],
    });
  });
});

describe("durations", () => {
  it("take the true extremes and never fall", () => {
    const header =
      "HashFunction,Average,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_100";
    const [durations] = parsed(parseFunctionDurations(`${header}\nf,5,4,9,5,3,8\n`)).values();
    // The percentile of averages, 3 ms, lies below the minimum of 4 ms.
    expect(durations).toEqual({
      averageUs: 5_000,
      points: [
        [0, 4_000],
        [1, 4_000],
        [100, 9_000],
      ],
    });
  });
});

const SHARED = new URL("../../../shared/traces/", import.meta.url);
const file = (name: string) => readFileSync(new URL(name, SHARED), "utf8");

describe.skipIf(!existsSync(SHARED))("the published samples (skipped where they are not at hand)", () => {
  it("of 2019 hold 339,657 invocations of 100 functions, 10.6767 in flight on average", () => {
    const { functions, minutes, rows } = parsed(parseInvocationCounts(file("azure2019-100f-480min/invocations.csv")));
    const durations = parsed(parseFunctionDurations(file("azure2019-100f-480min/durations.csv")));
    expect([rows, minutes]).toEqual([100, 480]);
    expect(functions.reduce((sum, { total }) => sum + total, 0)).toBe(339_657);
    const busyUs = functions.reduce((sum, { id, total }) => sum + total * durations.get(id)!.averageUs, 0);
    expect(busyUs / 1e6 / 28_800).toBeCloseTo(10.6767, 4);
    const perMinute = Array.from({ length: 480 }, (_, minute) =>
      functions.reduce((sum, { countsPerMinute }) => sum + countsPerMinute[minute], 0),
    );
    expect([Math.min(...perMinute), Math.max(...perMinute)]).toEqual([523, 1460]);
  });

  it("of 2021 hold 199 invocations of 31 functions, 10,599.17 seconds of work", () => {
    const { functions } = parsed(
      parseInvocations(file("azure2021-first-20min/invocations.csv"), { perFunction: true }),
    );
    const durations = functions.flatMap(({ durationsUs }) => durationsUs);
    expect([functions.length, durations.length]).toEqual([31, 199]);
    expect(durations.reduce((sum, us) => sum + us, 0) / 1e6).toBeCloseTo(10_599.17, 2);
  });
});

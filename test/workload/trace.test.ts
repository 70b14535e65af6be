import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  parseFunctionDurations,
  parseFunctionMemory,
  parseInvocationCounts,
  parseInvocations,
  parseRates,
} from "../../src/workload/trace.js";
import { type Trace, TraceProblems } from "../../src/workload/trace-problems.js";

function parsed<Value>(trace: Trace<Value>): Value {
  if (!trace.ok) throw new Error(JSON.stringify(trace.problems));
  return trace.value;
}

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

describe("dated rates", () => {
  const rows = "2023-11-14T22:00:01Z,5\n2023-11-14T22:00:03Z,0\n";

  it("count from the epoch, or from the first of them", () => {
    expect(parsed(parseRates(rows, null))).toEqual({
      steps: [
        [0, 5],
        [2_000_000, 0],
      ],
      endUs: 4_000_000,
    });
    expect(parsed(parseRates(rows, 1_699_999_200)).steps[0]).toEqual([1_000_000, 5]);
  });
});

describe("bad lines", () => {
  const skipping = () => new TraceProblems(true);

  it("are left out and counted when that is asked for", () => {
    const rates = parseRates("0,5\n10,x\nfoo,1\n5,1\n4,1\n", null, skipping());
    expect(rates).toMatchObject({
      value: {
        steps: [
          [0, 5],
          [5_000_000, 1],
        ],
      },
      skipped: { count: 3, lines: [2, 3, 5] },
    });
    const invocations = parseInvocations(
      "app,func,end_timestamp,duration\na,f,x,1\na,f,3,1\n",
      { perFunction: true },
      skipping(),
    );
    expect(invocations).toMatchObject({ value: { functions: [{ arrivalsUs: [2_000_000] }] }, skipped: { count: 1 } });
    const memory = parseFunctionMemory("HashFunction,AverageAllocatedMb\nf,\ng,7\n", skipping());
    expect(memory).toMatchObject({ value: new Map([["g", 7]]), skipped: { lines: [2] } });
    const durations = parseFunctionDurations("HashFunction,Average,Minimum\nf,1,x\ng,7,1\n", skipping());
    expect(durations).toMatchObject({ skipped: { lines: [2] } });
    expect(durations.ok && [...durations.value.keys()]).toEqual(["g"]);
  });

  it("leave the numbers of the functions after them as they are", () => {
    const counts = parseInvocationCounts("HashFunction,1,2\nf,1,x\ng,2\nh,3,4\n", {}, skipping());
    expect(counts).toMatchObject({
      value: { rows: 3, functions: [{ row: 3, id: "h", total: 7 }] },
      skipped: { count: 2 },
    });
  });

  it("beyond the first twenty are only counted", () => {
    const trace = parseRates(`0,1\n${"x,1\n".repeat(25)}`, null);
    if (trace.ok) throw new Error("was accepted");
    expect(trace.problems).toHaveLength(21);
    expect(trace.problems[20]).toEqual({ line: 0, message: "has 25 bad lines; the first are listed" });
  });

  it("cannot be all there is", () => {
    expect(parseRates("time,rps\n0,x\n", null, skipping())).toMatchObject({ ok: false });
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

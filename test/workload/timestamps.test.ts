import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimestampReader } from "../../src/workload/timestamps.js";
import { TraceProblems } from "../../src/workload/trace-problems.js";

interface Read {
  readonly times: number[];
  readonly countsFrom1970: boolean;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

function read(pieces: readonly string[], epochSeconds: number | null = null): Read {
  const problems = new TraceProblems(false);
  const reader = new TimestampReader(epochSeconds, problems);
  const times = pieces.flatMap((piece) => [...reader.take(piece)]);
  times.push(...reader.end());
  const result = problems.result(null);
  return { times, countsFrom1970: reader.countsFrom1970, problems: result.ok ? [] : result.problems };
}

const timesOf = (text: string, epochSeconds?: number) => read([text], epochSeconds).times;

describe("timestamps", () => {
  it("are seconds, with or without a header, in the order of the file", () => {
    expect(timesOf("time\r\n2\r\n\r\n0.5\r\n")).toEqual([2_000_000, 500_000]);
    expect(timesOf("3,ignored\n1\n")).toEqual([3_000_000, 1_000_000]);
    expect(timesOf("0\n1e1\n .25 \n")).toEqual([0, 10_000_000]);
    expect(timesOf('0\n"1.5",x\n+')).toEqual([0, 1_500_000]);
  });

  it("are whole microseconds, rounded half away from zero", () => {
    expect(timesOf("0\n0.0000005\n1.23456749\n123456789.123456\n1700000000.25\n")).toEqual([
      0, 1, 1_234_567, 123_456_789_123_456, 1_700_000_000_250_000,
    ]);
  });

  it("may be dates, which count from the epoch or from 1970", () => {
    const text = "2023-11-14T22:00:01Z\n2023-11-14T23:00:00.25+01:00\n";
    expect(read([text])).toMatchObject({ times: [1_699_999_201_000_000, 1_699_999_200_250_000], countsFrom1970: true });
    expect(read([text], 1_699_999_200)).toMatchObject({ times: [1_000_000, 250_000], countsFrom1970: false });
  });

  it("are refused line by line", () => {
    expect(read(["1\nx\n2\n\n1.\n"]).problems).toEqual([
      { line: 2, message: 'expected seconds or a time such as 2023-11-14T22:00:00Z, found "x"' },
      { line: 5, message: 'expected seconds or a time such as 2023-11-14T22:00:00Z, found "1."' },
    ]);
    expect(read(["1\n-1\n2023-11-14T22:00:01Z\n"]).problems).toEqual([
      { line: 2, message: '"-1" lies before the start of the run' },
      { line: 3, message: 'expected seconds as in the lines before, found "2023-11-14T22:00:01Z"' },
    ]);
  });

  it("are the same however the text is cut, and as the numbers say", () => {
    const digits = fc.tuple(fc.nat({ max: 1_000_000_000 }), fc.nat({ max: 9_999_999 }), fc.nat({ max: 7 }));
    const ends = fc.constantFrom("\n", "\r\n", ",x,y\n", " \n");
    fc.assert(
      fc.property(fc.array(fc.tuple(digits, ends)), fc.integer({ min: 1, max: 9 }), (lines, length) => {
        const numbers = lines.map(([[whole, part, decimals]]) =>
          decimals === 0 ? `${whole}` : `${whole}.${String(part).padStart(7, "0").slice(0, decimals)}`,
        );
        const text = lines.map(([, end], index) => numbers[index] + end).join("");
        const pieces = text.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [];
        expect(read(pieces).times).toEqual(numbers.map((number) => Math.round(Number(number) * 1e6)));
      }),
    );
  });
});

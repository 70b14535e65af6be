import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumberLog } from "../../src/measure/number-log.js";
import { RowLog } from "../../src/measure/row-log.js";

const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: 0, max: 1e9 }).map((millionths) => millionths / 1e6),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 50, 2 ** 50 - 1, 127, 128, -1),
);

describe("a log of numbers", () => {
  it("gives back every number bit by bit", () => {
    fc.assert(
      fc.property(fc.array(anyNumber), (numbers) => {
        const log = new NumberLog();
        for (const number of numbers) {
          log.reserve(1);
          log.writeNumber(number);
        }
        const reader = log.reader();
        for (const number of numbers) expect(reader.readNumber()).toBe(number); // toBe tells −0 from 0 and knows NaN
      }),
    );
  });

  it("reads across the borders of its chunks", () => {
    const log = new NumberLog();
    for (let i = 0; i < 100_000; i++) {
      log.reserve(2);
      log.writeCount(i);
      log.writeNumber(i / 3);
    }
    const reader = log.reader();
    for (let i = 0; i < 100_000; i++) {
      if (reader.readCount() !== i || reader.readNumber() !== i / 3) throw new Error(`differs at ${i}`);
    }
  });
});

describe("a log of rows", () => {
  const rows = fc.array(
    fc.record({
      stream: fc.nat(3),
      gap: fc.oneof(fc.nat(3), fc.constant(1e9)),
      values: fc.array(fc.oneof(fc.constantFrom(0, 1, Number.NaN), anyNumber), { minLength: 26, maxLength: 26 }),
    }),
    { maxLength: 60 },
  );

  it("gives back all rows of all streams in the order written", () => {
    fc.assert(
      fc.property(rows, (written) => {
        const log = new RowLog(26);
        let t = 0;
        const want = written.map(({ stream, gap, values }) => {
          t += gap;
          log.append(stream, t, Float64Array.from(values));
          return { stream, t, values };
        });
        const found = Array.from(log.rows(), (row) => ({ ...row, values: Array.from(row.values) }));
        expect(found).toEqual(want);
        expect(log.length).toBe(want.length);
      }),
    );
  });

  it("says whether a row differs from the last of its stream", () => {
    const log = new RowLog(2);
    const row = Float64Array.of(1, Number.NaN);
    expect(log.differs(0, row)).toBe(true);
    log.append(0, 5, row);
    expect(log.differs(0, row)).toBe(false);
    expect(log.differs(1, row)).toBe(true);
    expect(log.differs(0, Float64Array.of(1, 2))).toBe(true);
  });
});

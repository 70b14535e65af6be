import { describe, expect, it } from "vitest";
import { sampleSize } from "../../../src/model/autoscaler/sample-size.js";

describe("pods scraped", () => {
  it("are all of up to four, then ever fewer in proportion, never seventeen", () => {
    const firstWith = new Map<number, number>();
    for (let pods = 0; pods <= 100_000; pods++) {
      const size = sampleSize(pods);
      if (!firstWith.has(size)) firstWith.set(size, pods);
    }
    expect([...firstWith]).toEqual([
      ...[
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
        [5, 6],
        [6, 7],
        [7, 10],
        [8, 13],
        [9, 16],
        [10, 21],
        [11, 27],
      ],
      ...[
        [12, 37],
        [13, 52],
        [14, 79],
        [15, 148],
        [16, 589],
      ],
    ]);
    expect([sampleSize(5), sampleSize(100)]).toEqual([4, 14]);
  });
});

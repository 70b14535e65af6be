import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NEVER } from "../../src/engine/time.js";
import { ListedArrivals } from "../../src/workload/open-arrivals.js";
import { StreamedArrivals } from "../../src/workload/streamed-arrivals.js";

/** A trace in blocks, which tells how many of them were asked for and whether it was let go of. */
class Trace {
  asked = 0;
  isReleased = false;

  constructor(private readonly blocks: readonly (readonly number[])[]) {}

  get plan() {
    return { kind: "stream", file: "t.csv", count: this.blocks.flat().length, open: () => this.open() } as const;
  }

  private async *open(): AsyncIterableIterator<Float64Array> {
    const shared = new Float64Array(Math.max(0, ...this.blocks.map(({ length }) => length)));
    try {
      for (const block of this.blocks) {
        this.asked++;
        shared.set(block);
        yield shared.subarray(0, block.length);
      }
    } finally {
      this.isReleased = true;
    }
  }
}

/** Takes what arrives in turns of `turnUs`, as a run does. */
async function replayed(process: StreamedArrivals, turnUs: number, endUs: number): Promise<number[]> {
  const taken: number[] = [];
  for (let now = 0; now < endUs; ) {
    if (process.needsReading(now)) await process.readAhead(now);
    now = Math.min(now + turnUs, process.knownUntil, endUs);
    for (; process.nextAt <= now; process.take()) taken.push(process.nextAt);
  }
  return taken;
}

describe("arrivals of a trace that is read while time passes", () => {
  it("are those of the same trace in memory, however it is cut and whenever turns end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(300), { maxLength: 8 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 350 }),
        async (cut, turnUs, untilUs) => {
          const times = cut.flat().sort((left, right) => left - right);
          let at = 0;
          const blocks = cut.map(({ length }) => times.slice(at, (at += length)));
          const window = { fromUs: 0, untilUs };
          const listed = new ListedArrivals(Float64Array.from(times), window);
          const expected: number[] = [];
          for (; listed.nextAt !== NEVER; listed.take()) expected.push(listed.nextAt);
          const streamed = new StreamedArrivals(new Trace(blocks).plan, window);
          expect(await replayed(streamed, turnUs, 1000)).toEqual(expected);
        },
      ),
    );
  });

  it("are read as far as is needed, and given back when the window is over", async () => {
    // Blocks of 10,000 arrivals, one per µs: 65,536 are read ahead.
    const blocks = Array.from({ length: 100 }, (_, block) => Array.from({ length: 10_000 }, (_, i) => block * 1e4 + i));
    const trace = new Trace(blocks);
    const process = new StreamedArrivals(trace.plan, { fromUs: 0, untilUs: 200_000 });
    expect(process.knownUntil).toBe(-1);
    await process.readAhead(0);
    expect([trace.asked, process.knownUntil]).toEqual([7, 69_998]);
    expect(await replayed(process, 1000, 300_000)).toHaveLength(200_000);
    // The 21st block holds the first arrival beyond the window.
    expect([trace.asked, trace.isReleased, process.knownUntil]).toEqual([21, true, NEVER]);
  });

  it("go on when more come at one instant than are read ahead", async () => {
    const instant = Array.from({ length: 20 }, () => new Array<number>(10_000).fill(5));
    const process = new StreamedArrivals(new Trace([[1], ...instant, [9]]).plan, { fromUs: 0, untilUs: NEVER });
    expect(await replayed(process, 3, 20)).toHaveLength(200_002);
  });

  it("never pass what was not read", async () => {
    const process = new StreamedArrivals(new Trace([[1], new Array(70_000).fill(2), [3]]).plan, {
      fromUs: 0,
      untilUs: NEVER,
    });
    await process.readAhead(0);
    expect(() => {
      for (let count = 0; count < 80_000; count++) process.take();
    }).toThrow("an arrival was due before it was read");
  });
});

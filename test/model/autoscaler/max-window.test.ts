import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromSeconds, SECOND } from "../../../src/engine/time.js";
import { MaxWindow } from "../../../src/model/autoscaler/max-window.js";

describe("scale-down delay window", () => {
  it("lets a delay of 5 s act like 6 s, three decisions", () => {
    const window = new MaxWindow(fromSeconds(5));
    const seen = [3, 1, 1, 1, 1].map((wish, index) => window.record(fromSeconds(0.7 + 2 * index), wish));
    expect(seen).toEqual([3, 3, 3, 1, 1]);
  });

  it("counts in slots of even seconds of the clock, not from the first decision", () => {
    const window = new MaxWindow(fromSeconds(4)); // two slots
    window.record(fromSeconds(1.9), 9); // slot 0
    expect(window.record(fromSeconds(3.9), 1)).toBe(9); // slot 1
    expect(window.record(fromSeconds(4), 1)).toBe(1); // slot 2, though only 2.1 s later
  });

  it("keeps the larger of two wishes of one slot, whichever comes first", () => {
    for (const wishes of [
      [7, 2],
      [2, 7],
    ]) {
      const window = new MaxWindow(fromSeconds(2));
      expect(wishes.map((wish) => window.record(fromSeconds(0.5), wish)).at(-1)).toBe(7);
      expect(window.record(fromSeconds(2), 1)).toBe(1);
    }
  });

  it("is the maximum of everything recorded in its slots (I6)", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 20 })), { minLength: 1 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (list, size) => {
        const window = new MaxWindow(size * SECOND, SECOND);
        const recorded: { slot: number; value: number }[] = [];
        let slot = 0;
        for (const [advance, value] of list) {
          slot += advance;
          recorded.push({ slot, value });
          const live = recorded.filter((entry) => entry.slot > slot - size);
          expect(window.record(slot * SECOND, value)).toBe(Math.max(...live.map((entry) => entry.value)));
        }
      }),
    );
  });
});

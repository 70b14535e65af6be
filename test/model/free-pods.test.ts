import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FreePods } from "../../src/model/free-pods.js";

describe("free pods", () => {
  it("agree with a plain search, also among thousands", () => {
    const position = fc.integer({ min: 0, max: 2999 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("add", "remove", "next"), position), { maxLength: 300 }),
        (operations) => {
          const free = new FreePods();
          const model = new Set<number>();
          free.reset(3000);
          for (const [operation, at] of operations) {
            if (operation === "add") {
              free.add(at);
              model.add(at);
            } else if (operation === "remove") {
              free.remove(at);
              model.delete(at);
            }
            const later = [...model].filter((other) => other >= at);
            expect(free.next(at)).toBe(later.length === 0 ? -1 : Math.min(...later));
          }
        },
      ),
    );
  });

  it("skips a thousand full pods, from every start, and never turns back", () => {
    const free = new FreePods();
    free.reset(1025);
    free.add(0);
    free.add(1024);
    for (let from = 1; from <= 1024; from++) expect(free.next(from)).toBe(1024);
    expect(free.next(1025)).toBe(-1);
  });

  it("has none after a reset", () => {
    const free = new FreePods();
    free.reset(10);
    free.add(3);
    free.reset(10);
    expect(free.next(0)).toBe(-1);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseActivators } from "../../src/model/activator-subset.js";

const TWENTY = Array.from({ length: 20 }, (_, index) => `10.96.0.${index + 2}`);

function chosen(revision: string, addresses: readonly string[], count: number): string[] {
  return chooseActivators(revision, addresses, count).map((position) => addresses[position]);
}

describe("activators in a revision's path", () => {
  it("are all there are when more are wanted, in the order of their addresses as text", () => {
    expect(chosen("hello-00001", ["10.0.0.9", "10.0.0.10", "10.0.0.2"], 5)).toEqual([
      "10.0.0.10",
      "10.0.0.2",
      "10.0.0.9",
    ]);
  });

  it("are as many as wanted, each once, whatever the order in which they are listed", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(TWENTY, { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
        (addresses, count, revision) => {
          const subset = chosen(revision, addresses, count);
          expect(subset.length).toBe(Math.min(count, addresses.length));
          expect(new Set(subset).size).toBe(subset.length);
          expect(subset).toEqual(chosen(revision, [...addresses].sort(), count));
        },
      ),
    );
  });

  it("change little when one that was not chosen leaves", () => {
    for (let revision = 1; revision <= 50; revision++) {
      const name = `hello-${revision}`;
      const before = chosen(name, TWENTY, 3);
      const leaver = TWENTY.find((address) => !before.includes(address))!;
      const others = TWENTY.filter((address) => address !== leaver);
      expect(chosen(name, others, 3)).toEqual(before);
    }
  });

  it("differ between revisions, so that every activator serves some", () => {
    const counts = new Map<string, number>();
    for (let revision = 0; revision < 400; revision++) {
      for (const address of chosen(`hello-${revision}`, TWENTY, 2)) counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    // 400 × 2 / 20 = 40 revisions each on average; ring positions are drawn afresh per revision.
    expect(counts.size).toBe(20);
    for (const count of counts.values()) expect(count).toBeGreaterThan(15);
    for (const count of counts.values()) expect(count).toBeLessThan(80);
  });
});

import { describe, expect, it } from "vitest";
import { activatorCapacity, assignPods, pickIndices } from "../../src/model/pod-assignment.js";
import { differingFields, judge } from "./vectors.js";

/** Upstream's word for "no limit". */
const UNLIMITED = 2_147_483_647;

type Case =
  | {
      readonly kind: "assign";
      readonly numPods: number;
      readonly index: number;
      readonly activators: number;
      readonly assigned: readonly number[];
    }
  | {
      readonly kind: "pickIndices";
      readonly numPods: number;
      readonly index: number;
      readonly activators: number;
      readonly begin: number;
      readonly end: number;
      readonly remnants: number;
    }
  | {
      readonly kind: "capacity";
      readonly containerConcurrency: number;
      readonly backends: number;
      readonly trackers: number;
      readonly activators: number;
      readonly want: number;
    };

describe("pods shared among activators", () => {
  it("gives each activator the recorded pods and capacity", () => {
    const { cases, mismatches } = judge<Case>("activator-assign", (item) => {
      if (item.kind === "capacity") {
        const capacity = activatorCapacity({ ...item, assignedPods: item.trackers });
        const got = capacity === Number.POSITIVE_INFINITY ? UNLIMITED : capacity;
        return got === item.want ? [] : [`${JSON.stringify(item)}: got ${got}`];
      }
      const { numPods, index, activators } = item;
      if (item.kind === "pickIndices") {
        const { begin, end, remnants } = item;
        return differingFields({ ...pickIndices(numPods, index, activators) }, { begin, end, remnants });
      }
      const got = assignPods(numPods, index, activators).join(" ");
      return got === item.assigned.join(" ") ? [] : [`${JSON.stringify(item)}: got ${got}`];
    });
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

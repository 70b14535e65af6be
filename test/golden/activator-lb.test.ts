import { describe, expect, it } from "vitest";
import type { RandomStream } from "../../src/engine/random.js";
import { compareBytes } from "../../src/kube/byte-order.js";
import { type Backend, RevisionThrottler } from "../../src/model/revision-throttler.js";
import { judge } from "./vectors.js";

type Op =
  | readonly ["pods", readonly string[], number]
  | readonly ["activators", number, number, number]
  | readonly ["acquire", number, string]
  | readonly ["acquire", number, null, "queue"]
  | readonly ["release", number];

interface Case {
  readonly name: string;
  readonly policy: "first-available" | "round-robin";
  readonly containerConcurrency: number;
  readonly ops: readonly Op[];
}

/** Neither of the recorded policies may draw. */
const NO_RANDOMNESS: RandomStream = {
  uniform: () => {
    throw new Error("drew a random number");
  },
  uniform53: () => {
    throw new Error("drew a random number");
  },
};

describe("pod choice in an activator", () => {
  it("sends every recorded request to the pod Knative chose, or lets it wait", () => {
    const { cases, mismatches } = judge<Case>("activator-lb", ({ name, containerConcurrency, ops }) => {
      const throttler = new RevisionThrottler<string>({ containerConcurrency, stream: NO_RANDOMNESS });
      throttler.setActivators(0, 1);
      const held = new Map<number, Backend<string>>();
      for (const [number, op] of ops.entries()) {
        let got: string | number | null | undefined;
        let want: string | number | null | undefined;
        if (op[0] === "pods") {
          throttler.setPods([...op[1]].sort(compareBytes));
          [got, want] = [throttler.capacity, op[2]];
        } else if (op[0] === "activators") {
          throttler.setActivators(op[1], op[2]);
          [got, want] = [throttler.capacity, op[3]];
        } else if (op[0] === "acquire") {
          const backend = throttler.acquire();
          if (backend !== null) held.set(op[1], backend);
          [got, want] = [backend === null ? null : backend.pod, op[2]];
        } else {
          throttler.release(held.get(op[1])!);
          held.delete(op[1]);
          [got, want] = [throttler.inFlight, held.size];
        }
        if (got !== want) return [`${name} op ${number} ${JSON.stringify(op)}: got ${got}`];
      }
      return [];
    });
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

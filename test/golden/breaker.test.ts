import { describe, expect, it } from "vitest";
import { Admission, Breaker } from "../../src/model/breaker.js";
import { judge } from "./vectors.js";

type State = readonly [running: number, waiting: number, rejected: number, capacity: number, inFlight: number];
type Op =
  | readonly ["arrive" | "finishOneRunning" | "cancelOneWaiting", ...State]
  | readonly ["capacity", number, ...State];

interface Case {
  readonly name: string;
  readonly queueDepth: number;
  readonly maxConcurrency: number;
  readonly initialCapacity: number;
  readonly ops: readonly Op[];
}

describe("breaker", () => {
  it("runs, queues and rejects in every recorded case as Knative does", () => {
    const { cases, mismatches } = judge<Case>("breaker", ({ name, ops, ...options }) => {
      const breaker = new Breaker(options);
      let rejected = 0;
      for (const [number, op] of ops.entries()) {
        if (op[0] === "arrive" && breaker.arrive() === Admission.reject) rejected++;
        if (op[0] === "finishOneRunning") breaker.release();
        if (op[0] === "cancelOneWaiting") breaker.cancelWaiting();
        if (op[0] === "capacity") breaker.setCapacity(op[1]);
        while (breaker.admitWaiting());
        const { running, waiting, capacity } = breaker;
        const got = [running, waiting, rejected, capacity, running + waiting].join(" ");
        const want = op.slice(-5).join(" ");
        if (got !== want) return [`${name} op ${number}: got ${got}, want ${want}`];
      }
      return [];
    });
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

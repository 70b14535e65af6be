import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStreams } from "../../src/engine/random.js";
import { SECOND } from "../../src/engine/time.js";
import { type DeletionPolicy, podsToDelete, type ReplicaState } from "../../src/model/scale-down-order.js";

const NODES = [{ name: "a" }, { name: "b" }];
const NOW = 1000 * SECOND;

/** A pod that has been ready for as long as it exists, alone on no particular node unless said. */
function pod(ordinal: number, state: Partial<ReplicaState> & { readonly readyForSeconds?: number } = {}): ReplicaState {
  const { readyForSeconds = 100, ...rest } = state;
  const since = NOW - readyForSeconds * SECOND;
  return { ordinal, node: { ordinal }, isRunning: true, isReady: true, readyAt: since, createdAt: since, ...rest };
}

function order(replicas: readonly ReplicaState[], policy: DeletionPolicy = "kubernetes", seed = "1"): number[] {
  const stream = createStreams(seed).get("scale-down");
  return podsToDelete(replicas, replicas.length, { policy, nowUs: NOW, stream }).map(({ ordinal }) => ordinal);
}

describe("pods that Kubernetes deletes first", () => {
  it("are those without a node, then pending, then not ready, then ready ones", () => {
    const starting = { isReady: false };
    const replicas = [
      pod(0),
      pod(1, starting),
      pod(2, { ...starting, isRunning: false }),
      pod(3, { ...starting, isRunning: false, node: null }),
    ];
    expect(order(replicas)).toEqual([3, 2, 1, 0]);
  });

  it("stand where more siblings stand, even if they have been ready for longer", () => {
    const [a, b] = NODES;
    const replicas = [
      pod(0, { node: a, readyForSeconds: 1 }),
      pod(1, { node: b, readyForSeconds: 500 }),
      pod(2, { node: b, readyForSeconds: 500 }),
    ];
    expect(order(replicas).at(-1)).toBe(0);
  });

  it("have been ready for a shorter time, on a logarithmic scale", () => {
    // log2 of nanoseconds: 10 s → 33.2, 30 s → 34.8, 100 s → 36.5, 500 s → 38.9
    const replicas = [500, 10, 100, 30].map((readyForSeconds, ordinal) => pod(ordinal, { readyForSeconds }));
    expect(order(replicas)).toEqual([1, 3, 2, 0]);
  });

  it("are anybody within one step of that scale, by seed", () => {
    // 300 s → 38.1 and 500 s → 38.9 share step 38.
    const replicas = [300, 500].map((readyForSeconds, ordinal) => pod(ordinal, { readyForSeconds }));
    const first = Array.from({ length: 200 }, (_, seed) => order(replicas, "kubernetes", String(seed))[0]);
    const younger = first.filter((ordinal) => ordinal === 0).length;
    expect(younger).toBeGreaterThan(70); // fair coin: 100 ± 7
    expect(younger).toBeLessThan(130);
    expect(order(replicas, "kubernetes", "7")).toEqual(order(replicas, "kubernetes", "7"));
  });

  it("are the younger ones among those that are not ready", () => {
    const replicas = [100, 5].map((age, ordinal) => pod(ordinal, { isReady: false, createdAt: NOW - age * SECOND }));
    expect(order(replicas)).toEqual([1, 0]);
  });

  it("are as many as asked for, each once", () => {
    const state = fc.record({
      node: fc.constantFrom(null, ...NODES),
      isRunning: fc.boolean(),
      isReady: fc.boolean(),
      readyForSeconds: fc.nat(900),
    });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 20 }), fc.nat(), (states, wanted) => {
        const replicas = states.map((each, ordinal) => pod(ordinal, each));
        const count = wanted % (replicas.length + 1);
        const stream = createStreams("1").get("scale-down");
        const victims = podsToDelete(replicas, count, { policy: "kubernetes", nowUs: NOW, stream });
        expect(new Set(victims).size).toBe(count);
        // No pod that stays is still starting while a ready one goes, as long as all have a node and run.
        const stays = replicas.filter((replica) => !victims.includes(replica));
        if (
          replicas.every(({ node, isRunning }) => node !== null && isRunning) &&
          victims.some(({ isReady }) => isReady)
        ) {
          expect(stays.every(({ isReady }) => isReady)).toBe(true);
        }
      }),
    );
  });
});

describe("pods that the ideal cluster deletes first", () => {
  it("are those that start, the youngest first, then ready ones, the youngest first", () => {
    const replicas = [pod(0), pod(1, { isReady: false }), pod(2), pod(3, { isReady: false })];
    expect(order(replicas, "youngestFirst")).toEqual([3, 1, 2, 0]);
  });
});

import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/engine/time.js";
import { type CollectableRevision, revisionsToCollect } from "../../src/model/garbage-collection.js";

const CONFIG = {
  retainSinceCreateTimeUs: 48 * HOUR,
  retainSinceLastActiveTimeUs: 15 * HOUR,
  minNonActiveRevisions: 2,
  maxNonActiveRevisions: 1000,
};

/** Revisions 1 … count, created one an hour, out of every route since then; the last an hour ago. */
function unrouted(count: number): CollectableRevision[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `r${index + 1}`,
    createdAtUs: (index - count) * HOUR,
    routingState: "reserve" as const,
    routingStateSinceUs: (index - count) * HOUR,
  }));
}

function collect(revisions: readonly CollectableRevision[], config: Partial<typeof CONFIG> = {}, latestReady = "") {
  return revisionsToCollect({ config: { ...CONFIG, ...config }, latestReady, revisions, nowUs: 0 });
}

describe("revision garbage collection", () => {
  it("deletes what is older than both times, the longest unused first", () => {
    // 50 revisions: those 48 h old and older are r1 … r3 (50, 49, 48 hours).
    expect(collect(unrouted(50))).toEqual(["r1", "r2", "r3"]);
  });

  it("keeps the minimum, however old", () => {
    expect(collect(unrouted(50), { retainSinceCreateTimeUs: 0, retainSinceLastActiveTimeUs: 0 }).length).toBe(48);
    expect(collect(unrouted(2), { retainSinceCreateTimeUs: 0, retainSinceLastActiveTimeUs: 0 })).toEqual([]);
  });

  it("deletes the longest unused beyond the maximum, however young", () => {
    expect(collect(unrouted(5), { maxNonActiveRevisions: 3 })).toEqual(["r1", "r2"]);
  });

  it("never touches revisions in a route, the latest ready one, new ones and those marked to be kept", () => {
    const revisions = unrouted(60).map((revision, index) => ({
      ...revision,
      ...(index === 0 ? { routingState: "active" as const } : {}),
      ...(index === 1 ? { routingState: "pending" as const } : {}),
      ...(index === 2 ? { noGc: "True" } : {}),
    }));
    expect(collect(revisions, {}, "r4").slice(0, 2)).toEqual(["r5", "r6"]);
  });

  it("goes by the time of creation when it is unknown since when a revision is unused", () => {
    const revisions = unrouted(50).map((revision) => ({ ...revision, routingStateSinceUs: null }));
    expect(collect(revisions)).toEqual(["r1", "r2", "r3"]);
  });

  it("does nothing when both times and the maximum are switched off", () => {
    const off = { retainSinceCreateTimeUs: null, retainSinceLastActiveTimeUs: null, maxNonActiveRevisions: null };
    const config = { ...CONFIG, ...off };
    expect(revisionsToCollect({ config, latestReady: "", revisions: unrouted(100), nowUs: 0 })).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { fromSeconds } from "../../src/engine/time.js";
import { parseGcConfig } from "../../src/kube/config.js";
import { type CollectableRevision, revisionsToCollect } from "../../src/model/garbage-collection.js";
import { judge } from "./vectors.js";

/** The family holds two kinds of line; those of kind `config` are judged with config-gc. */
type Case =
  | { readonly kind: "config" }
  | {
      readonly kind: "collect";
      readonly name: string;
      readonly config: Readonly<Record<string, string>>;
      readonly latestReady: string;
      readonly revisions: readonly {
        readonly name: string;
        readonly age: number;
        readonly routingState: CollectableRevision["routingState"];
        readonly routingStateSince: number | null;
        readonly noGC?: string;
      }[];
      readonly deleted: readonly string[];
    };

describe("revision garbage collection", () => {
  it("deletes the recorded revisions in the recorded order", () => {
    let collections = 0;
    const { mismatches } = judge<Case>("gc", (item) => {
      if (item.kind !== "collect") return [];
      collections++;
      const parsed = parseGcConfig(item.config);
      if (!parsed.ok) return [`${item.name}: ${parsed.error}`];
      const got = revisionsToCollect({
        config: parsed.config,
        latestReady: item.latestReady,
        revisions: item.revisions.map(({ name, age, routingState, routingStateSince, noGC }) => ({
          name,
          createdAtUs: -fromSeconds(age),
          routingState,
          routingStateSinceUs: routingStateSince === null ? null : -fromSeconds(routingStateSince),
          noGc: noGC,
        })),
        nowUs: 0,
      }).join(" ");
      const want = item.deleted.join(" ");
      return got === want ? [] : [`${item.name}: got ${got}, want ${want}`];
    });
    expect(collections).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

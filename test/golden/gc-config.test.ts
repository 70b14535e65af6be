import { describe, expect, it } from "vitest";
import { parseGcConfig } from "../../src/kube/config.js";
import { differingFields, judge } from "./vectors.js";

/** The family holds two kinds of line; those of kind `collect` are judged with the collector. */
type Case =
  | { readonly kind: "collect" }
  | {
      readonly kind: "config";
      readonly name: string;
      readonly config: Readonly<Record<string, string>>;
      readonly parsed?: Readonly<Record<string, number | "disabled">>;
      readonly error: string;
    };

describe("config-gc", () => {
  it("accepts, refuses and reads every recorded ConfigMap as Knative does", () => {
    let configs = 0;
    const { mismatches } = judge<Case>("gc", (item) => {
      if (item.kind !== "config") return [];
      configs++;
      const { name, config, parsed: want, error } = item;
      const parsed = parseGcConfig(config);
      if (!parsed.ok || error !== "") {
        const got = parsed.ok ? "accepted" : parsed.error;
        return got === error ? [] : [`${name}: got ${got}, want ${error}`];
      }
      const got = {
        retainSinceCreateTime: seconds(parsed.config.retainSinceCreateTimeUs),
        retainSinceLastActiveTime: seconds(parsed.config.retainSinceLastActiveTimeUs),
        minNonActiveRevisions: parsed.config.minNonActiveRevisions,
        maxNonActiveRevisions: parsed.config.maxNonActiveRevisions ?? "disabled",
      };
      return differingFields(got, want!).map((text) => `${name}: ${text}`);
    });
    expect(configs).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

function seconds(us: number | null): number | "disabled" {
  return us === null ? "disabled" : us / 1e6;
}

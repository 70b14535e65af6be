import { describe, expect, it } from "vitest";
import { parseAutoscalerConfig } from "../../src/kube/config.js";
import { differingFields, judge } from "./vectors.js";

interface Case {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/** The recorded names carry seconds, ours microseconds. */
const DURATIONS = ["stableWindow", "scaleToZeroGracePeriod", "scaleToZeroPodRetentionPeriod", "scaleDownDelay"];

describe("config-autoscaler", () => {
  it("accepts, refuses and reads every recorded ConfigMap as Knative does", () => {
    const { cases, mismatches } = judge<Case>("config-autoscaler", ({ name, data, config, error = "" }) => {
      const parsed = parseAutoscalerConfig(data);
      if (!parsed.ok || error !== "") {
        const got = parsed.ok ? "accepted" : parsed.error;
        return got === error ? [] : [`${name}: got ${got}, want ${error}`];
      }
      return differingFields({ ...parsed.config }, inMicroseconds(config!)).map((text) => `${name}: ${text}`);
    });
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

/** The clock of the simulation counts whole microseconds: a recorded 1 ns is 0 there. */
function inMicroseconds(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([field, value]) =>
      DURATIONS.includes(field) ? [`${field}Us`, Math.round(Number(value) * 1e6)] : [field, value],
    ),
  );
}

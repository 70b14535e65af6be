import { describe, expect, it } from "vitest";
import { MaxWindow } from "../../src/model/autoscaler/max-window.js";
import { createMetricWindow } from "../../src/model/autoscaler/metric-window.js";
import { differingFields, judge } from "./vectors.js";

const us = (seconds: number) => Math.round(seconds * 1000) * 1000;

interface WindowCase {
  readonly name: string;
  readonly aggregation: string;
  readonly window: number;
  readonly granularity: number;
  readonly ops: readonly (
    | readonly ["record" | "avg" | "resize", number, number]
    | readonly ["empty", number, boolean]
  )[];
}

interface MaxCase {
  readonly name: string;
  readonly duration: number;
  readonly granularity: number;
  readonly ops: readonly (readonly [t: number, value: number, wantMax: number])[];
}

describe("window-average", () => {
  it("averages, empties and resizes every recorded window as Knative does", () => {
    let readings = 0;
    const { cases, mismatches } = judge<WindowCase>(
      "window-average",
      ({ name, aggregation, window, granularity, ops }) => {
        const metric = createMetricWindow(aggregation, us(window), us(granularity));
        return ops.flatMap(([operation, t, value], index) => {
          const got: Record<string, unknown> = {};
          if (operation === "record") metric.record(us(t), value);
          else if (operation === "resize") metric.resize(us(value), us(t));
          else if (operation === "avg") got.value = metric.average(us(t));
          else got.value = metric.isEmpty(us(t));
          if (got.value === undefined) return [];
          readings++;
          return differingFields(got, { value }).map(
            (text) => `${name}, operation ${index} (${operation} at ${t}): ${text}`,
          );
        });
      },
    );
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
    expect(readings).toBeGreaterThan(cases);
  });
});

describe("max-window", () => {
  it("remembers the maximum of every recorded window for as long as Knative does", () => {
    let records = 0;
    const { cases, mismatches } = judge<MaxCase>("max-window", ({ name, duration, granularity, ops }) => {
      const window = new MaxWindow(us(duration), us(granularity));
      records += ops.length;
      return ops.flatMap(([t, value, want], index) => {
        const got = window.record(us(t), value);
        return got === want ? [] : [`${name}, record ${index} at ${t}: got ${got}, want ${want}`];
      });
    });
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
    expect(records).toBeGreaterThan(cases);
  });
});

import type { LatencyFigures } from "../../src/measure/run-record.js";

/** The figures of no latency at all. */
export const NO_LATENCY: LatencyFigures = {
  unit: "ms",
  mean: null,
  stddev: null,
  min: null,
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  p99: null,
  p999: null,
  max: null,
};

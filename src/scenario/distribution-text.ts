import type { DistributionSpec } from "../engine/distribution.js";
import { formatDuration } from "../engine/time.js";

/** A distribution as a user would write it: `"100ms"`, `{lognormal: {median: "30ms", p95: "60ms"}}`. */
export function writtenDistribution(spec: DistributionSpec): unknown {
  const uncut = writtenUncut(spec);
  if (spec.minUs === undefined && spec.maxUs === undefined) return uncut;
  return {
    ...(typeof uncut === "string" ? { sequence: [uncut] } : uncut),
    ...(spec.minUs === undefined ? {} : { min: formatDuration(spec.minUs) }),
    ...(spec.maxUs === undefined ? {} : { max: formatDuration(spec.maxUs) }),
  };
}

function writtenUncut(spec: DistributionSpec): string | Readonly<Record<string, unknown>> {
  const text = formatDuration;
  switch (spec.kind) {
    case "constant":
      return text(spec.us);
    case "exponential":
      return { exponential: { mean: text(spec.meanUs) } };
    case "lognormal": {
      if ("medianUs" in spec) return { lognormal: { median: text(spec.medianUs), p95: text(spec.p95Us) } };
      const spread = "cv" in spec ? { cv: spec.cv } : { p95: text(spec.p95Us) };
      return { lognormal: { mean: text(spec.meanUs), ...spread } };
    }
    case "gamma":
      return { gamma: { mean: text(spec.meanUs), cv: spec.cv } };
    case "uniform":
      return { uniform: { min: text(spec.lowUs), max: text(spec.highUs) } };
    case "normal":
      return { normal: { mean: text(spec.meanUs), sd: text(spec.sdUs) } };
    case "pareto":
    case "weibull":
      return { [spec.kind]: { scale: text(spec.scaleUs), shape: spec.shape } };
    case "percentiles":
      return { percentiles: Object.fromEntries(spec.points.map(([percent, us]) => [String(percent), text(us)])) };
    case "empirical":
    case "sequence":
      return { [spec.kind]: spec.valuesUs.map(text) };
  }
}

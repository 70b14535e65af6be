import * as z from "zod";
import type { DistributionSpec } from "../engine/distribution.js";
import { advice, Complaint, choice, converted, describe, leaf, optional, required } from "./fields.js";
import { duration, lostPrecision, number, readDuration } from "./scalars.js";

/** How a duration that may vary is written (contract §2). */

/** Beyond this nearly every value is 0 and the rest absurd. */
const LARGEST_CV = 1000;

const cv = number("a coefficient of variation", { min: 0, max: LARGEST_CV });

const MEAN_OVER_P95 = "a lognormal's p95 lies between 1 and 3.868 times its mean";
/**
 * No lognormal has a p95 further from its mean than exp(z²/2) = 3.868, z being the 95 % point of the normal
 * distribution. Rounded figures such as {mean: 0.5ms, p95: 2ms} may ask for a little more; the sampler then takes the
 * nearest there is.
 */
const LARGEST_P95_OVER_MEAN = 4;

/** The keys of a distribution. */
export const distributionShape = {
  exponential: optional(z.strictObject({ mean: required(duration, "Its mean.") }), "Memoryless, with this mean."),
  lognormal: optional(
    z.strictObject({
      mean: optional(duration, "Its mean; with cv or p95."),
      median: optional(duration, "Its median; with p95."),
      cv: optional(cv, "Standard deviation ÷ mean; with mean."),
      p95: optional(duration, "Its 95th percentile; with mean or median."),
    }),
    "Lognormal, by mean and cv, mean and p95, or median and p95.",
  ),
  gamma: optional(
    z.strictObject({ mean: required(duration, "Its mean."), cv: required(cv, "Standard deviation ÷ mean.") }),
    "Gamma; cv 1 is exponential.",
  ),
  uniform: optional(
    z.strictObject({ min: required(duration, "Lower end."), max: required(duration, "Upper end.") }),
    "Uniform between two durations.",
  ),
  normal: optional(
    z.strictObject({
      mean: required(duration, "Its mean before the cut."),
      sd: required(duration, "Its standard deviation before the cut."),
    }),
    "Normal, cut at 0.",
  ),
  pareto: optional(
    z.strictObject({
      scale: required(duration, "Its smallest value."),
      shape: required(number("a shape", { above: 0 }), "Its tail index."),
    }),
    "Pareto.",
  ),
  weibull: optional(
    z.strictObject({
      scale: required(duration, "Its 63rd percentile."),
      shape: required(number("a shape", { above: 0 }), "Below 1: heavy tail."),
    }),
    "Weibull.",
  ),
  empirical: optional(z.array(duration), "One of these, each as likely as the others."),
  percentiles: optional(z.record(z.string(), duration), "By percentiles, linear in between; 0 and 100 are required."),
  sequence: optional(z.array(duration), "These in turn, cyclically, by the number of the request or pod."),
  min: optional(duration, "What is drawn below counts as this."),
  max: optional(duration, "What is drawn above counts as this."),
};

/** Those of which exactly one must stand. */
export const DISTRIBUTION_KINDS = [
  "exponential",
  "lognormal",
  "gamma",
  "uniform",
  "normal",
  "pareto",
  "weibull",
  "empirical",
  "percentiles",
  "sequence",
] as const;

const mapping = choice("a distribution", DISTRIBUTION_KINDS, distributionShape);

const constant = leaf<DistributionSpec>({ type: ["string", "number"] }, (value) => {
  const us = readDuration(value, "a duration such as 30ms or a distribution such as {exponential: {mean: 30ms}}");
  return us instanceof Complaint ? us : { kind: "constant", us };
}).register(advice, { warn: lostPrecision });

/** A duration, which is constant, or a distribution of durations. */
export const distribution = z.union([constant, converted(mapping, toDistribution)]);

/** A distribution as data, or what keeps its parameters from being one. */
export function toDistribution(written: z.output<typeof mapping>): DistributionSpec | Complaint {
  const { min, max } = written;
  if (min !== undefined && max !== undefined && min > max)
    return new Complaint("min must not be greater than max", { id: "E-range", path: ["min"] });
  const spec = uncut(written);
  if (spec instanceof Complaint) return spec;
  return { ...spec, ...(min === undefined ? {} : { minUs: min }), ...(max === undefined ? {} : { maxUs: max }) };
}

function uncut({
  exponential,
  lognormal,
  gamma,
  uniform,
  normal,
  pareto,
  weibull,
  empirical,
  percentiles,
  sequence,
}: z.output<typeof mapping>): DistributionSpec | Complaint {
  if (exponential) return { kind: "exponential", meanUs: exponential.mean };
  if (lognormal) return lognormalSpec(lognormal);
  if (gamma) return { kind: "gamma", meanUs: gamma.mean, cv: gamma.cv };
  if (uniform) {
    if (uniform.min > uniform.max)
      return new Complaint("min must not be greater than max", { id: "E-range", path: ["uniform", "min"] });
    return { kind: "uniform", lowUs: uniform.min, highUs: uniform.max };
  }
  if (normal) return { kind: "normal", meanUs: normal.mean, sdUs: normal.sd };
  if (pareto) return { kind: "pareto", scaleUs: pareto.scale, shape: pareto.shape };
  if (weibull) return { kind: "weibull", scaleUs: weibull.scale, shape: weibull.shape };
  if (percentiles) return percentilesSpec(percentiles);
  const kind = empirical ? "empirical" : "sequence";
  const values = empirical ?? sequence ?? [];
  return values.length > 0
    ? { kind, valuesUs: values }
    : new Complaint("needs at least one duration", { id: "E-range", path: [kind] });
}

function lognormalSpec({
  mean,
  median,
  cv,
  p95,
}: NonNullable<z.output<typeof mapping>["lognormal"]>): DistributionSpec | Complaint {
  const path = ["lognormal"];
  if (mean !== undefined && median === undefined && cv !== undefined && p95 === undefined)
    return { kind: "lognormal", meanUs: mean, cv };
  if (mean !== undefined && median === undefined && cv === undefined && p95 !== undefined) {
    if (p95 < mean || p95 > LARGEST_P95_OVER_MEAN * mean)
      return new Complaint(MEAN_OVER_P95, { id: "E-range", path: [...path, "p95"] });
    return { kind: "lognormal", meanUs: mean, p95Us: p95 };
  }
  if (median !== undefined && mean === undefined && cv === undefined && p95 !== undefined) {
    if (p95 < median)
      return new Complaint("p95 must not be less than the median", { id: "E-range", path: [...path, "p95"] });
    return { kind: "lognormal", medianUs: median, p95Us: p95 };
  }
  const found = Object.entries({ mean, median, cv, p95 }).filter(([, value]) => value !== undefined);
  const names = found.map(([key]) => key).join(", ") || "nothing";
  return new Complaint(`lognormal takes {mean, cv}, {mean, p95} or {median, p95}, found ${names}`, {
    id: "E-key",
    path,
  });
}

function percentilesSpec(written: Readonly<Record<string, number>>): DistributionSpec | Complaint {
  const points: (readonly [percent: number, us: number])[] = [];
  for (const [key, us] of Object.entries(written)) {
    const percent = /^\d+(\.\d+)?$/.test(key) ? Number(key) : Number.NaN;
    if (!(percent <= 100))
      return new Complaint(`expected a percentage from 0 to 100 as the key, found ${describe(key)}`, {
        id: "E-range",
        path: ["percentiles", key],
      });
    points.push([percent, us]);
  }
  points.sort(([left], [right]) => left - right);
  if (points[0]?.[0] !== 0 || points[points.length - 1][0] !== 100) {
    return new Complaint("percentiles need the keys 0 and 100, the smallest and the largest value", {
      id: "E-key",
      path: ["percentiles"],
    });
  }
  const falling = points.findIndex(([, us], index) => index > 0 && us < points[index - 1][1]);
  if (falling > 0)
    return new Complaint("percentiles must not fall", {
      id: "E-range",
      path: ["percentiles", String(points[falling][0])],
    });
  return { kind: "percentiles", points };
}

import { bench, describe } from "vitest";
import { createSampler } from "../../src/engine/distribution.js";
import { createStreams } from "../../src/engine/random.js";
import { Histogram } from "../../src/measure/histogram.js";
import { LatencyStore } from "../../src/measure/latency-store.js";
import { selectRanks } from "../../src/measure/quantile.js";

const VALUES = 10_000;
const SECOND_OF_TRAFFIC = 1000;

const stream = createStreams("1").get("latencies");
const sampler = createSampler({ kind: "lognormal", meanUs: 100_000, cv: 1 });
const latencies = Float64Array.from({ length: VALUES }, (_, index) => sampler.sample(stream.uniform(), index));

describe(`${VALUES} latencies`, () => {
  const histogram = new Histogram();
  bench("into a histogram", () => {
    for (let i = 0; i < VALUES; i++) histogram.add(latencies[i]);
  });

  const store = new LatencyStore();
  bench("into a store with exact sums", () => {
    for (let i = 0; i < VALUES; i++) store.add(latencies[i]);
  });
});

describe("three quantiles of a row of the timeline", () => {
  const values = new Float64Array(SECOND_OF_TRAFFIC);
  bench(`of ${SECOND_OF_TRAFFIC} latencies`, () => {
    values.set(latencies.subarray(0, SECOND_OF_TRAFFIC));
    selectRanks(values, SECOND_OF_TRAFFIC, [500, 950, 990]);
  });
});

import { bench, describe } from "vitest";
import { SECOND } from "../../src/engine/time.js";
import { RevisionMetrics } from "../../src/model/autoscaler/revision-metrics.js";
import { ConcurrencyStats } from "../../src/model/concurrency-stats.js";

const SECONDS = 1000;

describe.each(["linear", "weighted-exponential"])("%s windows of 60 s and 6 s", (aggregation) => {
  const metrics = new RevisionMetrics({ aggregation, stableWindowUs: 60 * SECOND, panicWindowUs: 6 * SECOND });
  let now = 0;

  bench(`${SECONDS} seconds of reports, read every other second`, () => {
    for (let second = 0; second < SECONDS; second++) {
      now += SECOND;
      metrics.record(now, 12.5, 100);
      if (second % 2 === 0) metrics.read("concurrency", now, true);
    }
  });
});

describe("statistics of a queue-proxy", () => {
  const stats = new ConcurrencyStats(0);
  let now = 0;

  bench("10,000 requests, one at a time", () => {
    for (let request = 0; request < 10_000; request++) {
      stats.arrive((now += 10), true);
      stats.depart((now += 90), true);
    }
    stats.report(now);
  });
});

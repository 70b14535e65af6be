import { writeSync } from "node:fs";
import { PerformanceObserver } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded before the built command, and before each of its threads: prints what it took as a line of JSON on standard error,
 * one for each thread that ends by itself.
 *
 *     node --import dist-bench/bench/measured-run.js dist/cli/main.js …
 */

/** What a thread took, and what the whole process did when the thread is its first. */
export interface ThreadFigures {
  readonly collectingSeconds: number;
  readonly process: ProcessFigures | null;
}

export interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMebibytes: number;
}

let collectingMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) collectingMs += duration;
}).observe({ entryTypes: ["gc"] });

const startedAt = performance.now();
process.on("exit", () => {
  const figures: ThreadFigures = {
    collectingSeconds: collectingMs / 1e3,
    process: isMainThread ? processFigures() : null,
  };
  // Written at once: what a thread's own stream is given last may be lost.
  writeSync(2, `${JSON.stringify(figures)}\n`);
});

function processFigures(): ProcessFigures {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    wallSeconds: (performance.now() - startedAt) / 1e3,
    peakMebibytes: maxRSS / 1024,
  };
}

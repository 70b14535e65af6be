import { PerformanceObserver } from "node:perf_hooks";

/**
 * Runs the built command in this process as a user would, and prints what it took as one line of JSON on standard error.
 *
 * Arguments: those of `knsim`.
 */

export interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMebibytes: number;
  /** Of the wall time. */
  readonly collectingShare: number;
}

let collectingMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) collectingMs += duration;
}).observe({ entryTypes: ["gc"] });

const startedAt = performance.now();
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const figures: ProcessFigures = {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    wallSeconds: (performance.now() - startedAt) / 1e3,
    peakMebibytes: maxRSS / 1024,
    collectingShare: collectingMs / (performance.now() - startedAt),
  };
  process.stderr.write(`${JSON.stringify(figures)}\n`);
});

await import(new URL("../../dist/cli/main.js", import.meta.url).href);

import { defineConfig } from "vitest/config";
import FamilyReporter from "./test/golden/family-reporter.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    benchmark: { include: ["bench/micro/*.bench.ts"] },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // vitest leaves one processor idle, which halves the speed where there are two.
    maxWorkers: "100%",
    reporters: ["default", new FamilyReporter()],
  },
});

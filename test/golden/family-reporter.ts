import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { vectors } from "./vectors.js";

/** Ends a test run with a line per golden family: how many recorded cases there are, and whether we agree with all. */
export default class FamilyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules
      .filter(({ moduleId }) => moduleId.includes("/test/golden/"))
      .flatMap((module) => familiesOf(module.moduleId).map((family) => ({ family, module })))
      .sort((a, b) => (a.family < b.family ? -1 : a.family > b.family ? 1 : 0))
      .map(({ family, module }) => {
        const verdict = module.ok() ? "all agree" : `NOT ALL AGREE: ${basename(module.moduleId)}`;
        return `  ${family.padEnd(22)} ${String(vectors(family).length).padStart(5)}  ${verdict}`;
      });
    if (lines.length > 0) console.log(["", " Golden vectors", ...new Set(lines)].join("\n"));
  }
}

/** The families that a test judges, by their names in it. */
function familiesOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return FAMILIES.filter((family) => text.includes(`"${family}"`));
}

const FAMILIES = [
  "kpa-decisions",
  "kpa-decisions-long",
  "window-average",
  "max-window",
  "sample-size",
  "metric-target",
  "config-autoscaler",
  "annotations",
  "route-validation",
  "revision-validation",
  "scale-to-zero",
  "pa-reconcile",
  "rollout",
  "activator-assign",
  "activator-count",
  "activator-lb",
  "breaker",
  "gc",
  "closed-loop",
];

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The files of the project that a file imports, types and dynamic imports included. */
function importsOf(file: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)\.js"/g);
  return [...found].map(([, path]) => `${join(dirname(file), path)}.ts`);
}

/** A file and all it needs. */
function closure(start: string, into = new Set<string>()): ReadonlySet<string> {
  if (into.has(start)) return into;
  into.add(start);
  for (const file of importsOf(start)) closure(file, into);
  return into;
}

describe("the code under golden tests", () => {
  it("is the very code that a simulation runs", () => {
    const simulated = closure(join(ROOT, "src/experiment/simulate.ts"));
    const folder = join(ROOT, "test/golden");
    const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
    const exercised = tests.flatMap((name) => importsOf(join(folder, name)));
    // What feeds recorded cases to the decider is no part of a simulation; what it feeds must be.
    const feeders = exercised.filter((file) => relative(ROOT, file).startsWith("src/experiment/"));
    const rules = [...exercised, ...feeders.flatMap(importsOf)]
      .map((file) => relative(ROOT, file))
      .filter((file) => /^src\/(model|kube)\//.test(file));
    // Rollout, garbage collection and several activators are easily forgotten.
    expect(rules).toEqual(
      expect.arrayContaining([
        "src/model/rollout.ts",
        "src/model/garbage-collection.ts",
        "src/model/pod-assignment.ts",
        "src/model/autoscaler/decider.ts",
      ]),
    );
    expect(rules.filter((file) => !simulated.has(join(ROOT, file)))).toEqual([]);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateCost } from "../../src/experiment/cost-estimate.js";
import { loadScenario, type Scenario, ScenarioError, simulate } from "../../src/index.js";
import { anyScenarioText } from "./invalid-scenario.js";
import { holdToLaws } from "./laws.js";
import { asText, validScenario } from "./valid-scenario.js";

/**
 * The scenario fuzzer. `npm test` runs a few fixed scenarios; `npm run fuzz -- --runs N` as many new ones as asked, and
 * prints the seed of a failure, with which `npm run fuzz -- --seed S` finds it again.
 */

const RUNS = Number(process.env.KNSIM_FUZZ_RUNS ?? 60);
const SEED = Number(process.env.KNSIM_FUZZ_SEED ?? 20_231_114);
const BATCH = 100;
const LONG = { timeout: 86_400_000 };

/** A scenario that loads after all runs to its end too, unless it has grown out of proportion. */
const MOST = { requests: 20_000, ticks: 100_000 };

/** Batch after batch, each with a seed of its own, so that a failure is found again without what went before. */
async function inBatches(
  runs: number,
  property: (text: string) => Promise<void>,
  texts: fc.Arbitrary<string>,
): Promise<void> {
  for (let done = 0, seed = SEED; done < runs; done += BATCH, seed++) {
    const numRuns = Math.min(BATCH, runs - done);
    const outcome = await fc.check(fc.asyncProperty(texts, property), {
      seed,
      numRuns,
      interruptAfterTimeLimit: 3_600_000,
    });
    if (outcome.failed) {
      const { counterexample, errorInstance } = outcome;
      const cause =
        errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
      throw new Error(`npm run fuzz -- --seed ${seed} --runs ${numRuns}\n${counterexample?.[0]}\n${cause}`);
    }
    if (runs > BATCH) console.info(`fuzz: ${done + numRuns} of ${runs}, seed ${seed}`);
  }
}

describe("random scenarios", () => {
  it("run to the end with every law, twice and step by step with the same bytes", LONG, async () => {
    await inBatches(RUNS, holdToLaws, validScenario.map(asText));
  });

  it("that are none end in diagnostics, and nothing else", LONG, async () => {
    await inBatches(RUNS * 4, mayBeRefused, anyScenarioText);
  });
});

/** Contract details part D. */
const ERROR_IDS = "E-syntax E-key E-type E-range E-ref E-file E-knative E-expect E-set E-duplicate".split(" ");

async function mayBeRefused(text: string): Promise<void> {
  let scenario: Scenario;
  try {
    const read = (path: string) => {
      if (path === "fuzzed.yaml") return text;
      throw new Error("no such file");
    };
    scenario = (await loadScenario("fuzzed.yaml", read)).scenario;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const errors = error.diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.length).toBeGreaterThan(0);
    for (const { message, line, column, id } of errors) {
      expect(ERROR_IDS).toContain(id);
      expect(message).not.toMatch(/undefined|\[object|NaN: |^$/);
      expect(Number.isSafeInteger(line) && Number.isSafeInteger(column)).toBe(true);
    }
    return;
  }
  const { requests, ticks, memoryBytes } = estimateCost(scenario, { keepsRequests: true });
  if (requests > MOST.requests || ticks > MOST.ticks || memoryBytes > 1e8) return;
  await simulate(scenario);
}

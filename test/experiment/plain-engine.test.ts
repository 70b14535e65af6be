import { basename } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Scenario } from "../../src/scenario/scenario.js";
import { asText, validScenario } from "../fuzz/valid-scenario.js";
import { readFile, scenarioFiles } from "../laws/scenario-files.js";

/** The product's modules with one part of the engine replaced by what that part is by definition. */
const PARTS = [
  ["the ring of periodic work", "../../src/engine/periodic.js", "PeriodicRing", "../engine/plain/plain-periodic.js"],
  ["the heap of events", "../../src/engine/calendar.js", "Calendar", "../engine/plain/plain-calendar.js"],
] as const;

type Modules = Awaited<ReturnType<typeof importModules>>;

async function importModules() {
  vi.resetModules();
  const [{ Run }, { loadScenario }, { loadScenarioText }] = await Promise.all([
    import("../../src/experiment/run.js"),
    import("../../src/index.js"),
    import("../../src/scenario/load.js"),
  ]);
  return { Run, loadScenario, loadScenarioText };
}

function outcome(scenario: Scenario, { Run }: Modules): unknown {
  const record = new Run(scenario, { keepRequests: true, observers: [] }).finish();
  return {
    summary: record.summary,
    timeline: [...record.timeline()],
    decisions: [...record.decisions()],
    events: [...record.events()],
    requests: [...record.requests()],
  };
}

describe.each(PARTS)("%s", (_, path, name, plainPath) => {
  let real: Modules;
  let plain: Modules;

  beforeAll(async () => {
    real = await importModules();
    const replacement = Object.values(await import(plainPath))[0];
    vi.doMock(path, async (importOriginal) => ({ ...(await importOriginal<object>()), [name]: replacement }));
    plain = await importModules();
  });

  afterAll(() => {
    vi.doUnmock(path);
  });

  it.each(scenarioFiles.map((file) => [basename(file), file]))("changes nothing in %s", async (_, file) => {
    const [a, b] = [await real.loadScenario(file, readFile), await plain.loadScenario(file, readFile)];
    expect(outcome(b.scenario, plain)).toEqual(outcome(a.scenario, real));
  });

  it("changes nothing in random scenarios", async () => {
    await fc.assert(
      fc.asyncProperty(validScenario.map(asText), async (text) => {
        const [a, b] = [await real.loadScenarioText(text), await plain.loadScenarioText(text)];
        expect(outcome(b.scenario, plain)).toEqual(outcome(a.scenario, real));
      }),
      { numRuns: 40, seed: 20_231_114 },
    );
  });
});

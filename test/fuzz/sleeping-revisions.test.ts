import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Run } from "../../src/experiment/run.js";
import { loadScenarioText } from "../../src/scenario/load.js";
import type { Scenario } from "../../src/scenario/scenario.js";
import { asText, type ScenarioObject, validScenario } from "./valid-scenario.js";

type Entry = Record<string, unknown>;

const DURATION_SECONDS = 200;
/** Random scenarios last up to a minute. */
const STRETCH = 3;

/** Random scenarios with so little traffic that revisions sleep, and with much that happens at whole seconds. */
const sparseScenario = fc
  .tuple(
    validScenario,
    fc.array(fc.tuple(fc.nat(2), fc.nat(DURATION_SECONDS - 1), fc.constantFrom("", ".137")), { maxLength: 8 }),
  )
  .map(([{ expect: _, ...scenario }, requests]): ScenarioObject => {
    const services = scenario.services as readonly Entry[];
    const added = requests.map(([index, second, fraction]) => ({
      to: services[index % services.length].name,
      at: [`${second}${fraction}s`],
    }));
    const events = (scenario.events as readonly Entry[]).map((event) => ({ ...event, at: `${stretched(event.at)}s` }));
    return {
      ...scenario,
      duration: `${DURATION_SECONDS}s`,
      traffic: [...(scenario.traffic as readonly Entry[]).map(thinned), ...added],
      events: events.sort((a, b) => Number.parseInt(a.at, 10) - Number.parseInt(b.at, 10)),
    };
  });

function stretched(at: unknown): number {
  const text = String(at);
  return Math.floor(Number.parseFloat(text) * (text.endsWith("ms") ? STRETCH / 1000 : STRETCH));
}

function thinned(source: Entry): Entry {
  if (source.rate !== undefined) return { ...source, rate: typeof source.rate === "number" ? source.rate / 100 : 0.1 };
  return source.clients === undefined ? source : { ...source, requests: 3 };
}

/** Everything a run leaves behind in which nobody asks for decisions, and how many of them were passed over. */
function outcome(scenario: Scenario, shortcuts: boolean): { readonly left: unknown; readonly omitted: number } {
  const report = { ...scenario.report, decisions: false, events: true, timeline: "none" } as const;
  let omitted = 0;
  const record = new Run(
    { ...scenario, report },
    {
      keepRequests: true,
      observers: [{ decisionsOmitted: (_t, _revision, { count }) => void (omitted += count) }],
      shortcuts,
    },
  ).finish();
  const left = { summary: record.summary, events: [...record.events()], requests: [...record.requests()] };
  return { left, omitted };
}

describe("revisions that sleep while nothing happens", () => {
  it("change nothing in random scenarios", { timeout: 120_000 }, async () => {
    let omitted = 0;
    await fc.assert(
      fc.asyncProperty(sparseScenario.map(asText), async (text) => {
        const { scenario } = await loadScenarioText(text);
        const asleep = outcome(scenario, true);
        expect(asleep.left).toEqual(outcome(scenario, false).left);
        omitted += asleep.omitted;
      }),
      { numRuns: 150, seed: 20_231_114 },
    );
    expect(omitted).toBeGreaterThan(5_000);
  });
});

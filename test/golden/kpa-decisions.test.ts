import { describe, expect, it } from "vitest";
import { decideCase } from "../../src/experiment/decide.js";
import { parseRecordedCase, type RecordedCase } from "../../src/experiment/recorded-case.js";
import { differingFields, judge } from "./vectors.js";

let decisions = 0;

/** Read as `knsim decide` reads it; compared here more strictly: a field that only one side has counts too. */
function differences(item: RecordedCase): string[] {
  const parsed = parseRecordedCase(JSON.stringify(item), true);
  if ("problems" in parsed) return parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const made = decideCase(parsed.recorded);
  decisions += made.length;
  let next = 0;
  return item.steps.flatMap(({ t, scale, want }, index) => {
    if (!scale) return [];
    const { t: decidedAt, ...figures } = made[next++];
    const present = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));
    const texts = differingFields({ t: decidedAt, ...present }, { t, ...want });
    return texts.map((text) => `${item.name}, step ${index} at ${t}: ${text}`);
  });
}

describe.each(["kpa-decisions", "kpa-decisions-long"])("%s", (family) => {
  it("decides every recorded step as Knative does, averages to 1e-9", () => {
    decisions = 0;
    const { cases, mismatches } = judge<RecordedCase>(family, differences);
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
    expect(decisions).toBeGreaterThan(10 * cases);
  });
});

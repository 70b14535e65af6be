import { casesOf, countCases, hasPassed, type TestOutcome } from "./test-outcome.js";

/** Results of `knsim test` as one JSON document for programs. Ends with a line break. */
export function testJson(outcomes: readonly TestOutcome[], knsim: string): string {
  const document = {
    knsim,
    passed: outcomes.every(hasPassed),
    scenarios: outcomes.map((outcome) => {
      const { file } = outcome;
      if (outcome.kind === "refused")
        return { file, status: "refused", errors: outcome.errors.map(({ text }) => text) };
      if (outcome.kind === "defect") return { file, status: "defect", errors: [outcome.message] };
      const { summary, baseline } = outcome;
      const { scenario, seed, scenarioHash, resultHash, expectations, replications } = summary;
      return {
        ...{ file, status: hasPassed(outcome) ? "passed" : "failed", scenario, seed, scenarioHash, resultHash },
        ...{ counts: countCases(casesOf(outcome)), expectations, baseline },
        ...(replications === undefined ? {} : { replications }),
      };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

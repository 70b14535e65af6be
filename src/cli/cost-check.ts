import type { Scenario } from "../scenario/scenario.js";
import type { OptionSpec } from "./command.js";
import { UserError } from "./user-error.js";

/** The option of commands that simulate, with which they refuse no run for what it costs. */
export const FORCE_OPTION: OptionSpec = {
  kind: "flag",
  description: "runs even what would take hours, or more memory or disk than there is",
};

/**
 * Refuses runs that would take hours of computing, or more memory or disk than a machine has, before any of them begins.
 *
 * @param keepsRequests whether every request is kept for requests.csv
 * @throws UserError with the estimate of each
 */
export async function refuseExcessiveCost(scenarios: readonly Scenario[], keepsRequests: boolean): Promise<void> {
  const refusals = await Promise.all(
    scenarios.map(async (scenario) => {
      const refusal = await costRefusal(scenario, keepsRequests);
      return refusal === null ? [] : [`${scenario.name}: ${refusal}`];
    }),
  );
  // Two variants of one scenario may be refused for the same.
  const messages = [...new Set(refusals.flat())];
  if (messages.length > 0) throw new UserError(messages);
}

/** Why a run is not begun unless it is forced, and how to force it; null when it costs no more than it may. */
export async function costRefusal(scenario: Scenario, keepsRequests: boolean): Promise<string | null> {
  const { estimateCost, excessiveCost } = await import("../experiment/cost-estimate.js");
  const excess = excessiveCost(estimateCost(scenario, { keepsRequests }));
  return excess === null ? null : `${excess}; --force runs it all the same`;
}

import type { Scenario } from "../scenario/scenario.js";
import { UserError } from "./user-error.js";

/**
 * Refuses runs that would take hours of computing, or more memory or disk than a machine has, before any of them begins.
 *
 * @param keepsRequests whether every request is kept for requests.csv
 * @throws UserError with the estimate of each
 */
export async function refuseExcessiveCost(scenarios: readonly Scenario[], keepsRequests: boolean): Promise<void> {
  const { estimateCost, excessiveCost } = await import("../experiment/cost-estimate.js");
  const refusals = scenarios.flatMap((scenario) => {
    const excess = excessiveCost(estimateCost(scenario, { keepsRequests }));
    return excess === null ? [] : [`${scenario.name}: ${excess}; --force runs it all the same`];
  });
  if (refusals.length > 0) throw new UserError(refusals);
}

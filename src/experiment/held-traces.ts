import type { Scenario } from "../scenario/scenario.js";

/**
 * Refuses what reads on while time passes: a run that nobody waits for cannot do so.
 *
 * @throws RangeError when the scenario has a trace that is not in memory
 */
export function requireHeldTraces({ sources }: Scenario): void {
  for (const { arrivals } of sources) {
    if (arrivals.kind !== "stream") continue;
    const { file, count } = arrivals;
    throw new RangeError(
      `${JSON.stringify(file)} has ${count} arrivals, which are not in memory; load the scenario with holdTraces: true`,
    );
  }
}

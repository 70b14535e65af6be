import { InvariantError } from "../engine/invariant.js";

/**
 * Does something within a run; a law that breaks there says which run it was, which is all it takes to repeat it.
 *
 * @throws InvariantError with the scenario's name and seed among its details; any other error as it is
 */
export function inRun<T>({ name, seed }: { readonly name: string; readonly seed: string }, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InvariantError) || "seed" in error.details) throw error;
    const told = new InvariantError(error.message, { ...error.details, scenario: name, seed });
    told.stack = error.stack;
    throw told;
  }
}

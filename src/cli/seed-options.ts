import type { SeedChoice } from "../experiment/replications.js";
import type { OptionSpec, Values } from "./command.js";
import { UserError } from "./user-error.js";

/** Options of commands that run scenarios with several seeds. */
export const SEED_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  seed: { kind: "text", value: "N", description: "instead of the scenario's seed; any text" },
  seeds: { kind: "text", value: "A..B", description: "runs each scenario with each of these seeds: 1..10 or 1,5,9" },
  replications: {
    kind: "text",
    value: "N",
    description: "runs each scenario N times: with its own seed S, then with S#2 to S#N",
  },
};

/**
 * Which seeds a command line asks for; null = each scenario's own.
 *
 * @throws UserError for something that is no list of seeds, or for options that exclude each other
 */
export async function seedChoice(values: Values): Promise<SeedChoice | null> {
  const { MOST_REPLICATIONS, parseSeeds } = await import("../experiment/replications.js");
  const [seed, seeds, replications] = [values.text("seed"), values.text("seeds"), values.text("replications")];
  if (seeds !== null && (seed !== null || replications !== null))
    throw new UserError([`--seeds says which seeds to use: leave out --${seed === null ? "replications" : "seed"}`]);
  if (seeds !== null) {
    const parsed = parseSeeds(seeds);
    if (parsed !== null) return { kind: "seeds", seeds: parsed };
    throw new UserError([`--seeds: expected different seeds such as 1..10 or 1,5,9, found ${JSON.stringify(seeds)}`]);
  }
  if (replications === null) return null;
  const count = /^\d+$/.test(replications) ? Number(replications) : 0;
  if (count >= 1 && count <= MOST_REPLICATIONS) return { kind: "replications", count };
  throw new UserError([
    `--replications: expected a whole number from 1 to ${MOST_REPLICATIONS}, found ${JSON.stringify(replications)}`,
  ]);
}

/** The value of an option that is a whole number from 1; null when it is absent. @throws UserError for anything else */
export function wholeNumber(values: Values, option: string): number | null {
  const text = values.text(option);
  if (text === null) return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UserError([`--${option}: expected a whole number from 1, found ${JSON.stringify(text)}`]);
}

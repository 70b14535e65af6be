import type { BaselineFigures } from "../measure/baseline.js";
import { judgeReplications } from "../measure/judged-replications.js";
import { KEY_FIGURES } from "../measure/key-figures.js";
import { CONFIDENCE_LEVEL, spreadOf } from "../measure/replication.js";
import { sixDecimals, sixDecimalsOrNull } from "../measure/rounding.js";
import type { ReplicatedFigure, ReplicationFigures, Summary } from "../measure/run-record.js";
import type { Scenario } from "../scenario/scenario.js";

/** Which seeds a scenario is simulated with: the k-th replication of its own seed, or these literally. */
export type SeedChoice =
  | { readonly kind: "replications"; readonly count: number }
  | { readonly kind: "seeds"; readonly seeds: readonly string[] };

/** More is a slip of the keyboard. */
export const MOST_REPLICATIONS = 10_000;

/**
 * Reads the value of `--seeds`: `1..10` (both ends included), single seeds, or several of either with commas.
 *
 * @returns null when it is none of these, names a seed twice, or has more than `MOST_REPLICATIONS`
 */
export function parseSeeds(text: string): readonly string[] | null {
  const seeds: string[] = [];
  for (const part of text.split(",").map((entry) => entry.trim())) {
    const range = /^(-?\d+)\.\.(-?\d+)$/.exec(part);
    if (range === null) {
      if (part === "" || part.includes("..")) return null;
      seeds.push(part);
      continue;
    }
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from > to) return null;
    if (to - from >= MOST_REPLICATIONS) return null;
    for (let seed = from; seed <= to; seed++) seeds.push(String(seed));
  }
  return seeds.length > MOST_REPLICATIONS || new Set(seeds).size < seeds.length ? null : seeds;
}

/** Seeds as `--seeds` reads them: `1..10` where whole numbers follow one another, else each with commas. */
export function formatSeeds(seeds: readonly string[]): string {
  const [first] = seeds;
  const isRange = seeds.length > 1 && seeds.every((seed, index) => seed === String(Number(first) + index));
  return isRange ? `${first}..${seeds[seeds.length - 1]}` : seeds.join(",");
}

/** How many replications a choice asks for. */
export function replicationCount(choice: SeedChoice): number {
  return choice.kind === "seeds" ? choice.seeds.length : choice.count;
}

/**
 * The seed of a replication (contract details A10): `<seed>#k` from the second on.
 *
 * @param own the scenario's seed
 * @param index from 0
 */
export function replicationSeed(choice: SeedChoice, own: string, index: number): string {
  if (choice.kind === "seeds") return choice.seeds[index];
  return index === 0 ? own : `${own}#${index + 1}`;
}

/**
 * Several replications as one summary: the first one's figures, the verdicts on all together, and `replications` with
 * means and 95 % half-widths (contract details C1). A single replication stays as it is.
 *
 * @param summaries at least one, in order of the replications
 */
export function combineReplications(
  summaries: readonly Summary[],
  overs: readonly Scenario["expectations"][number]["over"][],
  baseline: BaselineFigures | null = null,
): Summary {
  const [first] = summaries;
  if (summaries.length === 1) return first;
  const { events, ...figures } = first;
  return {
    ...figures,
    expectations: judgeReplications(summaries, overs, baseline),
    replications: replicationFigures(summaries),
    events,
  };
}

function replicationFigures(summaries: readonly Summary[]): ReplicationFigures {
  const of: Record<string, ReplicatedFigure> = {};
  for (const { path, of: read } of KEY_FIGURES) {
    const all = summaries.map(read);
    const values = all.filter((value) => value !== null);
    if (values.length === 0) continue;
    const { mean, halfWidth, min, max } = spreadOf(values);
    of[path] = {
      ...{
        mean: sixDecimals(mean),
        halfWidth: sixDecimalsOrNull(halfWidth),
        min: sixDecimals(min),
        max: sixDecimals(max),
      },
      ...(values.length < summaries.length ? { count: values.length } : {}),
      values: all.map(sixDecimalsOrNull),
    };
  }
  return { count: summaries.length, seeds: summaries.map(({ seed }) => seed), level: CONFIDENCE_LEVEL, of };
}

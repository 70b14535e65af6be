import { type Comparison, compareFigures, compareValues } from "../measure/comparison.js";
import type { Figures, KeyFigure } from "../measure/key-figures.js";
import type { Summary } from "../measure/run-record.js";
import { parseTolerances, TOLERANCE_NAMES, type ToleranceOf } from "../measure/tolerance.js";
import { nearestName } from "../scenario/nearest-name.js";
import type { Scenario } from "../scenario/scenario.js";
import { simulate } from "./simulate.js";

export interface CompareOptions {
  /** Both scenarios run with each of these; default: the first one's own seed. */
  readonly seeds?: readonly (string | number)[];
  /** How far each figure may move; without it nothing is judged. */
  readonly toleranceOf?: ToleranceOf | null;
  /** The service or revision to compare; default: the whole run. */
  readonly of?: string | null;
}

/**
 * Two scenarios side by side on common random numbers: with each seed both see the same arrivals and the same work
 * wherever their sources have the same names (contract details A9).
 */
export async function compareScenarios(a: Scenario, b: Scenario, options: CompareOptions = {}): Promise<Comparison> {
  const { seeds = [a.seed], toleranceOf = null, of = null } = options;
  const summaries: [Summary[], Summary[]] = [[], []];
  for (const seed of seeds)
    for (const [side, scenario] of [a, b].entries())
      summaries[side].push((await simulate({ ...scenario, expectations: [] }, { seed })).summary);
  return compareSummaries(summaries[0], summaries[1], { toleranceOf, of });
}

/**
 * Finished runs side by side, the k-th of one paired with the k-th of the other.
 *
 * @throws RangeError when `of` names no service or revision of one of them
 */
export function compareSummaries(
  a: readonly Summary[],
  b: readonly Summary[],
  { toleranceOf = null, of = null }: Omit<CompareOptions, "seeds"> = {},
): Comparison {
  const scopes = (summaries: readonly Summary[]) => summaries.map((summary) => scopeOf(summary, of));
  return compareFigures(scopes(a), scopes(b), toleranceOf);
}

export interface FinishedComparison {
  readonly comparison: Comparison;
  /** Of the first run, those that were compared. */
  readonly seeds: readonly (number | string)[];
  /** What speaks against taking the runs for a pair, and what of them was left out; empty when nothing does. */
  readonly notes: readonly string[];
}

/**
 * Two finished runs side by side. Where both have several replications those of equal seeds are paired; where no seed is
 * equal the k-th of one with the k-th of the other.
 *
 * @throws RangeError when `of` names no service or revision of one of them
 */
export function compareFinished(
  a: Summary,
  b: Summary,
  { toleranceOf = null, of = null }: Omit<CompareOptions, "seeds"> = {},
): FinishedComparison {
  const [left, right] = [finishedRuns(a, of), finishedRuns(b, of)];
  const pairs = pairedRuns(left.seeds, right.seeds);
  const comparison = compareValues(
    pairs.length,
    (figure) => {
      const [before, after] = [left.valuesOf(figure), right.valuesOf(figure)];
      return [pairs.map(([index]) => before[index]), pairs.map(([, index]) => after[index])];
    },
    toleranceOf,
  );
  const [seedsOfA, seedsOfB] = [
    pairs.map(([index]) => left.seeds[index]),
    pairs.map(([, index]) => right.seeds[index]),
  ];
  const [all, ofA, ofB] = [pairs.length, left.seeds.length, right.seeds.length];
  const isPartial = all < ofA || all < ofB;
  return {
    comparison,
    seeds: seedsOfA,
    notes: [
      ...pairingNotes({ ...a, seed: seedsOfA.join(", ") }, { ...b, seed: seedsOfB.join(", ") }),
      ...(isPartial ? [`of ${ofA} and ${ofB} replications ${all} ${all === 1 ? "is" : "are"} compared`] : []),
      ...[left, right].flatMap(({ note }) => note ?? []),
    ],
  };
}

/** The replications of which a summary has the figures. */
interface FinishedRuns {
  readonly seeds: readonly (number | string)[];
  valuesOf(figure: KeyFigure): readonly (number | null)[];
  /** Why they are fewer than were made; null when they are all. */
  readonly note: string | null;
}

function finishedRuns(summary: Summary, of: string | null): FinishedRuns {
  const { seed, replications, scenario } = summary;
  const scope = scopeOf(summary, of);
  const first = { seeds: [seed], valuesOf: (figure: KeyFigure) => [figure.of(scope)] };
  if (replications === undefined) return { ...first, note: null };
  const { count, seeds, of: figures } = replications;
  if (of !== null)
    return {
      ...first,
      note: `${scenario} has ${of} of the first of its ${count} replications only, with seed ${seed}`,
    };
  if (Object.values(figures).some(({ values }) => values === undefined))
    return {
      ...first,
      note: `${scenario} has ${count} replications, but of another version: only the first is compared`,
    };
  return { seeds, valuesOf: ({ path }) => figures[path]?.values ?? seeds.map(() => null), note: null };
}

/** Indices of the runs of equal seeds, else in their order as far as both go. */
function pairedRuns(a: readonly (number | string)[], b: readonly (number | string)[]): (readonly [number, number])[] {
  const places = new Map(b.map((seed, index) => [String(seed), index]));
  const equal = a.flatMap((seed, index) => {
    const other = places.get(String(seed));
    return other === undefined ? [] : [[index, other] as const];
  });
  if (equal.length > 0) return equal;
  return Array.from({ length: Math.min(a.length, b.length) }, (_, index) => [index, index] as const);
}

function scopeOf(summary: Summary, name: string | null): Figures {
  if (name === null) return summary;
  const { services, revisions } = summary;
  if (Object.hasOwn(services, name)) return services[name];
  if (Object.hasOwn(revisions, name)) return revisions[name];
  const known = [...Object.keys(services), ...Object.keys(revisions)].join(", ");
  throw new RangeError(`${summary.scenario} has no service or revision ${JSON.stringify(name)}; there are ${known}`);
}

/** What speaks against taking two finished runs for a pair: other requests, another window. Empty when nothing does. */
export function pairingNotes(a: Summary, b: Summary): string[] {
  const window = ({ from, to }: Summary): string => `${from} s to ${to} s`;
  return [
    ...(a.seed === b.seed ? [] : [`the seeds differ (${a.seed}, ${b.seed}): so do arrivals and work`]),
    ...(window(a) === window(b) ? [] : [`the statistics cover ${window(a)} and ${window(b)}`]),
    ...(a.knsim === b.knsim ? [] : [`made by knsim ${a.knsim} and ${b.knsim}`]),
  ];
}

/**
 * Reads the value of `--tolerance`: `5%`, or `p95=5%,pod_seconds=2%,errors=0` (contract details A11).
 *
 * @returns what is wrong with it, with the name that was probably meant
 */
export function readTolerances(
  text: string,
): { readonly ok: true; readonly toleranceOf: ToleranceOf } | { readonly ok: false; readonly error: string } {
  const parsed = parseTolerances(text);
  if (parsed.ok) return parsed;
  const { error, found } = parsed;
  if (found === undefined) return { ok: false, error };
  const nearest = nearestName(found, TOLERANCE_NAMES);
  const meant =
    nearest === null ? `; accepted: ${TOLERANCE_NAMES.join(", ")}` : `; did you mean ${JSON.stringify(nearest)}?`;
  return { ok: false, error: `${error}${meant}` };
}

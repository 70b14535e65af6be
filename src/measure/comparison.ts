import { type Figures, type FigureUnit, KEY_FIGURES, type KeyFigure } from "./key-figures.js";
import { CONFIDENCE_LEVEL, spreadOf } from "./replication.js";
import { sixDecimals, sixDecimalsOrNull } from "./rounding.js";
import { isWithin, type ToleranceOf } from "./tolerance.js";

/** One figure of two runs side by side; of several replications the means. */
export interface ComparedFigure {
  name: string;
  unit: FigureUnit;
  a: number | null;
  b: number | null;
  /** b − a; null when one has no value. */
  difference: number | null;
  /** The difference as a part of |a|; null when a is 0. */
  relative: number | null;
  /** Half of the paired 95 % interval of the difference; null for fewer than two pairs. */
  halfWidth: number | null;
  /** Whether that interval leaves zero out; null without an interval. */
  significant: boolean | null;
  /** Whether it stayed within its tolerance; null without one. */
  within: boolean | null;
}

export interface Comparison {
  level: number;
  /** Replications of either side. */
  count: number;
  figures: ComparedFigure[];
  /** False when any figure lies beyond its tolerance; null when no tolerance was given. */
  withinTolerance: boolean | null;
}

/**
 * Sets two series of replications side by side, the k-th of one paired with the k-th of the other: on common random
 * numbers both see the same arrivals and the same work, so that their differences vary far less than they do themselves
 * (Law 2015, ch. 10.2.1 and 11.2).
 *
 * A tolerance is held against the difference of the means, significant or not: few replications must not hide a
 * difference. Figures that neither side has are left out.
 *
 * @param a, b figures of the same scope; equally many, at least one
 */
export function compareFigures(
  a: readonly Figures[],
  b: readonly Figures[],
  toleranceOf: ToleranceOf | null,
): Comparison {
  return compareValues(a.length, ({ of }) => [a.map(of), b.map(of)], toleranceOf);
}

/** The values of a figure on both sides, the k-th of one paired with the k-th of the other. */
export type PairedValues = (
  figure: KeyFigure,
) => readonly [a: readonly (number | null)[], b: readonly (number | null)[]];

/** The same for figures whose values are known already. @param count pairs, at least one */
export function compareValues(count: number, valuesOf: PairedValues, toleranceOf: ToleranceOf | null): Comparison {
  const figures = KEY_FIGURES.map((figure) => compareFigure(figure, valuesOf(figure), toleranceOf)).filter(
    (compared) => compared.a !== null || compared.b !== null,
  );
  const isAsked = toleranceOf !== null;
  return {
    level: CONFIDENCE_LEVEL,
    count,
    figures,
    withinTolerance: isAsked ? figures.every(({ within }) => within !== false) : null,
  };
}

function compareFigure(
  { name, unit }: KeyFigure,
  [left, right]: ReturnType<PairedValues>,
  toleranceOf: ToleranceOf | null,
): ComparedFigure {
  // A pair in which one side has no value says nothing about a difference.
  const pairs = left.flatMap((value, index) => {
    const other = right[index];
    return value === null || other === null ? [] : [[value, other] as const];
  });
  const isPaired = pairs.length > 0;
  const before = isPaired ? meanOf(pairs.map(([value]) => value)) : meanOf(left);
  const after = isPaired ? meanOf(pairs.map(([, value]) => value)) : meanOf(right);
  const spread = isPaired ? spreadOf(pairs.map(([value, other]) => other - value)) : null;
  const difference = spread?.mean ?? null;
  const halfWidth = spread?.halfWidth ?? null;
  const tolerance = toleranceOf?.(name) ?? null;
  return {
    name,
    unit,
    a: sixDecimalsOrNull(before),
    b: sixDecimalsOrNull(after),
    difference: sixDecimalsOrNull(difference),
    relative:
      difference === null || before === null || before === 0 ? null : sixDecimals(difference / Math.abs(before)),
    halfWidth: sixDecimalsOrNull(halfWidth),
    significant: difference === null || halfWidth === null ? null : Math.abs(difference) > halfWidth,
    within: tolerance === null ? null : isWithin(before, after, tolerance),
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : spreadOf(present).mean;
}

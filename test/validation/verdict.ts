import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Summary } from "../../src/index.js";
import { type Measured, measure, SCENARIOS } from "./measured.js";
import type { Figure, Row } from "./row.js";

export const SEEDS: readonly string[] = ["1", "2", "3", "4", "5"];

export interface FigureVerdict {
  readonly figure: Figure;
  readonly mean: number;
  readonly perSeed: readonly number[];
  readonly passes: boolean;
  /** Part of the tolerance that the mean uses up: 0 in the middle, 1 at the edge. Null when nothing is allowed. */
  readonly used: number | null;
}

export interface ExpectVerdict {
  readonly expect: string;
  /** What came out with each seed, in words. */
  readonly actual: readonly string[];
  readonly passes: boolean;
}

export interface RowVerdict {
  readonly row: Row;
  readonly figures: readonly FigureVerdict[];
  readonly expectations: readonly ExpectVerdict[];
  readonly summaries: readonly Summary[];
}

/** Runs one row with five seeds and judges what came out. */
export async function judgeRow(row: Row): Promise<RowVerdict> {
  const figures = row.figures.map((): number[] => []);
  const summaries: Summary[] = [];
  for (const seed of SEEDS) {
    const run = await measure(row.file, seed, row.waitLimits);
    row.figures.forEach((figure, index) => {
      figures[index].push(figure.of(run));
    });
    checkLaws(run);
    summaries.push(run.summary);
  }
  return {
    row,
    figures: row.figures.map((figure, index) => judge(figure, figures[index])),
    expectations: summaries[0].expectations.map(({ expect }, index) => ({
      expect,
      actual: summaries.map(({ expectations }) => expectations[index].actual),
      passes: summaries.every(({ expectations }) => expectations[index].pass),
    })),
    summaries,
  };
}

/** A band holds for the mean over the seeds, and at twice the width for each seed. */
export function judge(figure: Figure, perSeed: readonly number[]): FigureVerdict {
  const [low, high] = figure.band;
  const middle = (low + high) / 2;
  const half = (high - low) / 2;
  const mean = perSeed.reduce((sum, value) => sum + value, 0) / perSeed.length;
  const isWithin = (value: number, width: number): boolean => Math.abs(value - middle) <= width;
  const holds = isWithin(mean, half) && perSeed.every((value) => isWithin(value, 2 * half));
  return {
    figure,
    mean,
    perSeed,
    passes: figure.isOutside ? perSeed.every((value) => !isWithin(value, half)) : holds,
    used: figure.isOutside || half === 0 ? null : Math.abs(mean - middle) / half,
  };
}

/** Laws A1 and A2 on what the summary says, counted once more; the run has checked them by its own accounts. */
function checkLaws({ summary, seed, spentSeconds }: Measured): void {
  const { requests, inFlight } = summary;
  const { offered, completed, failed, byStatus } = requests;
  const answered = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  if (offered !== completed + failed + requests.inFlight || answered !== completed + failed)
    throw new Error(`law A1 is broken in ${summary.scenario} with seed ${seed}`);
  // The summary has six decimals.
  if (Math.abs(inFlight.requestSeconds - spentSeconds) > 1e-6 * spentSeconds + 1e-6)
    throw new Error(
      `law A2 is broken in ${summary.scenario} with seed ${seed}: ${inFlight.requestSeconds}, ${spentSeconds}`,
    );
}

/** Tells whether a scenario of the suite has changed since a page was made. */
export function fingerprint(row: Row): string {
  return createHash("sha256")
    .update(readFileSync(`${SCENARIOS}${row.file}`))
    .digest("hex")
    .slice(0, 16);
}

import type { DecisionLine } from "./decide.js";
import type { RecordedCase } from "./recorded-case.js";

/** A field of a decision that came out otherwise than recorded. */
export interface Mismatch {
  readonly name: string;
  /** Index among all steps of the case, from 0. */
  readonly step: number;
  /** Seconds. */
  readonly t: number;
  readonly field: string;
  readonly want: number | boolean | null;
  readonly got: number | boolean | null;
}

/** Relative; averages are the only figures that are not whole numbers. */
const TOLERANCE = 1e-9;
const AVERAGES: readonly string[] = ["stable", "panic"];

/**
 * What of a case came out otherwise than recorded: averages beyond 1e-9 relative, everything else unless it is the same
 * (−0 is 0). Fields that were not recorded are not looked at.
 *
 * @param decisions of the case's `scale` steps, in their order
 */
export function mismatchesOf({ name, steps }: RecordedCase, decisions: readonly DecisionLine[]): readonly Mismatch[] {
  const mismatches: Mismatch[] = [];
  let next = 0;
  steps.forEach(({ t, scale, want }, step) => {
    if (scale === undefined) return;
    const decision: Readonly<Record<string, number | boolean | null>> = { ...decisions[next++] };
    for (const [field, wanted] of Object.entries(want ?? {})) {
      const got = decision[field];
      if (!agree(field, got, wanted)) mismatches.push({ name, step, t, field, want: wanted, got });
    }
  });
  return mismatches;
}

/** `kpa-003-burst: step 12 at 24.314s: desired: want 4, got 5` */
export function mismatchText({ name, step, t, field, want, got }: Mismatch): string {
  return `${name}: step ${step} at ${t}s: ${field}: want ${String(want)}, got ${String(got)}`;
}

function agree(field: string, got: unknown, want: unknown): boolean {
  if (got === want) return true;
  if (!AVERAGES.includes(field) || typeof got !== "number" || typeof want !== "number") return false;
  return Math.abs(got - want) <= TOLERANCE * Math.max(Math.abs(got), Math.abs(want));
}

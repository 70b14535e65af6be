import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/**
 * The recorded cases of one golden family, in file order.
 *
 * @param family file name without ending, such as `window-average`; its fields are described in `data/README.md`
 */
export function vectors<Case>(family: string): readonly Case[] {
  const path = fileURLToPath(new URL(`./data/${family}.jsonl.gz`, import.meta.url));
  return gunzipSync(readFileSync(path))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Case);
}

/** What a golden test expects of a family: how many cases it judged, and those that came out differently. */
export interface Verdict {
  readonly cases: number;
  readonly mismatches: readonly string[];
}

/**
 * Judges every case of a family, so that a failure shows how many cases differ and what the first ones look like.
 *
 * @param differences what one case got wrong, as text; empty when it agrees
 */
export function judge<Case>(family: string, differences: (item: Case) => readonly string[]): Verdict {
  const cases = vectors<Case>(family);
  return {
    cases: cases.length,
    mismatches: cases.flatMap((item, index) => differences(item).map((text) => `line ${index + 1}: ${text}`)),
  };
}

const NON_FINITE: Readonly<Record<string, number>> = { NaN: Number.NaN, "+Inf": Infinity, "-Inf": -Infinity };

/**
 * Compares two flat records field by field: numbers to 1e-9 relative (−0 as 0; NaN and infinities may be recorded as
 * text), all else exactly. A field of either side counts.
 *
 * @returns one text per differing field, `field: got …, want …`
 */
export function differingFields(
  got: Readonly<Record<string, unknown>>,
  want: Readonly<Record<string, unknown>>,
): string[] {
  const fields = new Set([...Object.keys(want), ...Object.keys(got)]);
  return [...fields]
    .filter((field) => !agree(got[field], want[field]))
    .map((field) => `${field}: got ${String(got[field])}, want ${String(want[field])}`);
}

function agree(got: unknown, want: unknown): boolean {
  const recorded = typeof got === "number" && typeof want === "string" ? NON_FINITE[want] : want;
  if (typeof got !== "number" || typeof recorded !== "number") return got === recorded;
  if (got === recorded || (Number.isNaN(got) && Number.isNaN(recorded))) return true;
  return Math.abs(got - recorded) <= 1e-9 * Math.max(Math.abs(got), Math.abs(recorded));
}

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { DECISION_FILES, decideFile } from "./decided.js";
import { decidedLines, page, rowLines } from "./page.js";
import { SECTIONS, TRACE_ROW } from "./rows.js";
import { fingerprint, judgeRow, type RowVerdict } from "./verdict.js";

/**
 * The validation suite. `npm test` runs the quick rows and holds VALIDATION.md to what they say; `npm run validate:full`
 * runs every row and compares the whole page, which `npm run validate:full -- -u` writes anew.
 */

const PAGE = fileURLToPath(new URL("../../VALIDATION.md", import.meta.url));
const TRACES = fileURLToPath(new URL("../../../shared/traces/azure2019-100f-480min/", import.meta.url));

const isFull = (import.meta as { env?: { MODE?: string } }).env?.MODE === "full";
const hasTraces = existsSync(TRACES);
const written = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "";
const rows = SECTIONS.flatMap((section) => section.rows);
const leftOut = rows.filter((row) => (row === TRACE_ROW && !hasTraces) || (row.isSlow && !isFull));
const results: RowVerdict[] = [];

describe.each(SECTIONS)("$title", ({ rows: sectionRows }) => {
  for (const row of sectionRows) {
    it.skipIf(leftOut.includes(row))(`${row.id}: ${row.model}`, { timeout: 1_800_000 }, async () => {
      const verdict = await judgeRow(row);
      results.push(verdict);
      for (const { figure, mean, perSeed, passes } of verdict.figures)
        expect(
          passes,
          `${figure.name}: ${mean} of ${perSeed.join(", ")}, expected ${figure.expected} ${figure.allowed}`,
        ).toBe(true);
      for (const { expect: line, actual, passes } of verdict.expectations)
        expect(passes, `${line}: ${actual.join(", ")}`).toBe(true);
      if (!isFull) expect(written.split("\n")).toEqual(expect.arrayContaining(rowLines(verdict)));
    });
  }
});

describe("single decisions", () => {
  it.each(DECISION_FILES)("$id", (decisions) => {
    const decided = decideFile(decisions);
    for (const { what, got, expected, passes } of decided.checks)
      expect(passes, `${what}: ${got}, expected ${expected}`).toBe(true);
    if (!isFull) expect(written.split("\n")).toEqual(expect.arrayContaining(decidedLines(decided)));
  });
});

describe("VALIDATION.md", () => {
  it("was made from the scenarios as they are", () => {
    for (const row of isFull ? [] : rows) expect(written).toContain(`\`${row.file}\` ${fingerprint(row)}`);
  });

  it.runIf(isFull && hasTraces)("says what came out", async () => {
    await expect(page(results, DECISION_FILES.map(decideFile))).toMatchFileSnapshot(PAGE);
  });
});

afterAll(() => {
  if (leftOut.length === 0) return;
  const why = isFull ? "the traces are not there" : "they take minutes: npm run validate:full";
  const names = leftOut.map(({ id, file }) => `${id} (${file})`).join(", ");
  console.info(`validation: left out ${names}; ${why}`);
});

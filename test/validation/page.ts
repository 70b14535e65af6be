import { VERSION } from "../../src/index.js";
import type { Decided } from "./decided.js";
import { SECTIONS } from "./rows.js";
import type { ExpectVerdict, FigureVerdict, RowVerdict } from "./verdict.js";
import { fingerprint } from "./verdict.js";

/** VALIDATION.md: what was expected, what came out, and how far off it is, row by row. */

const HEADER =
  "| id | what | expected | got: mean (each seed) | error | allowed | holds |\n|---|---|---|---|---|---|---|";
const DECIDED_HEADER = "| id | what | expected | got | allowed | holds |\n|---|---|---|---|---|---|";

/** The lines of one row, one per figure and expectation; the same bytes for the same results. */
export function rowLines({ row, figures, expectations }: RowVerdict): string[] {
  const link = `[${row.id}](test/validation/scenarios/${row.file})`;
  return [
    ...figures.map((verdict) => figureLine(link, row.model, verdict)),
    ...expectations.map((verdict) => expectLine(link, row.model, verdict)),
  ];
}

function figureLine(link: string, model: string, { figure, mean, perSeed, passes }: FigureVerdict): string {
  const { name, unit, expected, allowed } = figure;
  const got = `${number(mean)} (${range(perSeed.map(number))})`;
  const error =
    expected === null || expected === 0 ? difference(mean, expected) : percent((mean - expected) / Math.abs(expected));
  const what = `${model}: ${name}${unit === "" ? "" : `, ${unit}`}`;
  return `| ${link} | ${what} | ${expected === null ? "" : number(expected)} | ${got} | ${error} | ${allowed} | ${yes(passes)} |`;
}

function expectLine(link: string, model: string, { expect, actual, passes }: ExpectVerdict): string {
  return `| ${link} | ${model} | \`${expect}\` | ${range(actual)} | | as written | ${yes(passes)} |`;
}

export function decidedLines({ id, file, checks }: Decided): string[] {
  const link = `[${id}](test/validation/scenarios/${file})`;
  return checks.map(
    ({ what, expected, got, allowed, passes }) =>
      `| ${link} | ${what} | ${expected} | ${got ?? "none"} | ${allowed === 0 ? "exact" : `±${allowed}`} | ${yes(passes)} |`,
  );
}

export function page(results: readonly RowVerdict[], decided: readonly Decided[]): string {
  const figures = results.flatMap((result) => result.figures);
  const checks =
    figures.length +
    results.flatMap(({ expectations }) => expectations).length +
    decided.flatMap((d) => d.checks).length;
  const missed =
    figures.filter(({ passes }) => !passes).length +
    results.flatMap(({ expectations }) => expectations).filter(({ passes }) => !passes).length +
    decided.flatMap((d) => d.checks).filter(({ passes }) => !passes).length;
  const section = (title: string): string => {
    const { text, rows } = SECTIONS.find((candidate) => candidate.title === title)!;
    const lines = results.filter(({ row }) => rows.includes(row)).flatMap(rowLines);
    return `## ${title}\n\n${text}\n\n${lines.length === 0 ? "Left out: the traces are not there." : `${HEADER}\n${lines.join("\n")}`}\n`;
  };
  return `# Validation

What knsim ${VERSION} computes beside what queueing theory says, what was measured on real Knative clusters, and what upstream's own
tests assert. Made by \`npm run validate:full -- -u\`; do not edit. \`npm test\` repeats the quick rows and compares them with this page.

${checks} checks, ${missed === 0 ? "all hold" : `**${missed} do not hold**`}. Each scenario is run with the seeds 1 to 5. A band holds for the mean over the seeds, and at twice
the width for each seed. What is not mentioned in a scenario has Knative's default. Click an id for the scenario; \`knsim run\` runs it.

## Smallest margins

How much of its tolerance the mean uses up; 100 % is the edge.

${marginTable(results)}

## A. Conservation laws

Checked inside every run, these ${results.length * 5} included, for the whole, each service and each revision; a broken one ends the run:
requests sent = answered + rejected + timed out + in flight, exactly; the integral of requests in flight = the sum of the times spent,
to 1e-9 relative. The same scenario and seed gives the same bytes, another seed does not (\`test/determinism/\`, \`test/fuzz/\`).

${section("B. Queueing theory")}
${section("C. Measured steady states")}
${section("D. Excess burst capacity, activator in or out")}
D1 and F are single decisions, fed to the decider as \`knsim decide\` feeds them. D1: real log lines of knative/docs demystifying-activator-on-path.md;
F: knative/serving pkg/autoscaler/scaling/autoscaler_test.go.

${DECIDED_HEADER}
${decided
  .filter(({ id }) => id.startsWith("D"))
  .flatMap(decidedLines)
  .join("\n")}

${section("E. Upstream's end-to-end assertions")}
## F. Single autoscaler decisions

${DECIDED_HEADER}
${decided
  .filter(({ id }) => id.startsWith("F"))
  .flatMap(decidedLines)
  .join("\n")}

${section("G. Cold start and the documented sample")}
${section("H. Traces")}
## Made from

${results.map(({ row }) => `\`${row.file}\` ${fingerprint(row)}`).join(" · ")}
`;
}

function marginTable(results: readonly RowVerdict[]): string {
  const rows = results.flatMap(({ row, figures }) =>
    figures.flatMap(({ figure, used }) => (used === null ? [] : [{ row, figure, used }])),
  );
  rows.sort((a, b) => b.used - a.used);
  const lines = rows
    .slice(0, 8)
    .map(({ row, figure, used }) => `| ${row.id} | ${row.model}: ${figure.name} | ${percent(used).replace("+", "")} |`);
  return `| id | figure | tolerance used |\n|---|---|---|\n${lines.join("\n")}`;
}

/** Six significant figures. */
function number(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

function percent(part: number): string {
  const text = (part * 100).toFixed(2);
  return `${part > 0 ? "+" : ""}${text.replace("-", "−")} %`;
}

function difference(mean: number, expected: number | null): string {
  return expected === null ? "" : number(mean - expected);
}

/** What came out with each seed, once when it is always the same. */
function range(values: readonly string[]): string {
  const different = [...new Set(values)];
  return different.length === 1 ? `${different[0]} each` : values.join(", ");
}

function yes(passes: boolean): string {
  return passes ? "yes" : "**no**";
}

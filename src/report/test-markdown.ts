import type { FigureUnit } from "../measure/key-figures.js";
import { shownFigure } from "./compare-table.js";
import { clock } from "./number-words.js";
import { place, seedsInWords } from "./test-list.js";
import { type CaseStatus, casesOf, countCases, hasPassed, type TestOutcome } from "./test-outcome.js";

const MARKS: Readonly<Record<CaseStatus, string>> = { passed: "✅", failed: "❌", warned: "⚠️", skipped: "⏭️" };

/** Results of `knsim test` as Markdown: a table of scenarios, then what failed, for a pull request or a job's summary. */
export function testMarkdown(outcomes: readonly TestOutcome[]): string {
  const failed = outcomes.filter((outcome) => !hasPassed(outcome));
  const title =
    failed.length === 0
      ? "✅ knsim: all scenarios pass"
      : `❌ knsim: ${failed.length} of ${outcomes.length} scenarios fail`;
  return [
    `## ${title}`,
    "",
    "| | scenario | seeds | passed | failed | p95 | cold starts | pod-seconds |",
    "|---|---|---|--:|--:|--:|--:|--:|",
    ...outcomes.map(row),
    ...failed.flatMap(details),
    "",
  ].join("\n");
}

function row(outcome: TestOutcome): string {
  const mark = hasPassed(outcome) ? MARKS.passed : MARKS.failed;
  const name = code(outcome.file);
  if (outcome.kind !== "judged") {
    const text = outcome.kind === "refused" ? "does not load" : "knsim itself failed";
    return `| ${mark} | ${name} | | ${text} | | | | |`;
  }
  const { summary } = outcome;
  const counts = countCases(casesOf(outcome));
  const figure = (path: string, own: number | null, unit: FigureUnit) =>
    shownFigure(summary.replications?.of[path]?.mean ?? own, unit);
  const figures = [
    figure("latency.p95", summary.latency.p95, "ms"),
    figure("coldStart.count", summary.coldStart.count, ""),
    figure("pods.podSeconds", summary.pods.podSeconds, "s"),
  ];
  return `| ${mark} | ${name} | ${cell(seedsInWords(summary))} | ${counts.passed} | ${counts.failed} | ${figures.join(" | ")} |`;
}

function details(outcome: TestOutcome): string[] {
  const head = ["", `### ${code(outcome.file)}`, ""];
  if (outcome.kind === "refused") return [...head, ...outcome.errors.map(({ text }) => `- ${code(text)}`)];
  if (outcome.kind === "defect") return [...head, `- ${code(outcome.message)}`];
  return [
    ...head,
    "| | expected | found | first broken | where |",
    "|---|---|---|---|---|",
    ...casesOf(outcome)
      .filter(({ status }) => status !== "passed")
      .map((each) => {
        const at = each.at === null ? "" : clock(each.at);
        return `| ${MARKS[each.status]} | ${code(each.title)} | ${cell(each.actual)} | ${at} | ${cell(place(outcome.file, each))} |`;
      }),
  ];
}

function cell(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\|`*_<>[\]]/g, (character) => `\\${character}`);
}

/** As code, also when it holds backticks; a bar would end the cell of a table even there. */
function code(text: string): string {
  const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  const fence = "`".repeat(1 + Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  return fence === "`" ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

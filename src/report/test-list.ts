import type { Summary } from "../measure/run-record.js";
import { alignColumns } from "./columns.js";
import { clock, counted, plain, span } from "./number-words.js";
import { type CaseStatus, casesOf, countCases, hasPassed, type TestCase, type TestOutcome } from "./test-outcome.js";

export interface ListOptions {
  readonly color: boolean;
  /** Whether to list passed cases of passed scenarios too. */
  readonly verbose: boolean;
}

type Paint = (text: string, style: keyof typeof CODES) => string;

const CODES = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33 } as const;

const MARKS: Readonly<Record<CaseStatus, readonly [mark: string, style: keyof typeof CODES]>> = {
  passed: ["✓", "green"],
  failed: ["✗", "red"],
  warned: ["!", "yellow"],
  skipped: ["-", "dim"],
};

/**
 * What `knsim test` says about one scenario: one line when all is well; else a line for each expectation, with what was
 * found, how far that is off, when it first broke and where it is written. Ends with a line break.
 */
export function outcomeLines(outcome: TestOutcome, { color, verbose }: ListOptions): string {
  const paint = painter(color);
  const head = headline(outcome, paint);
  if (outcome.kind === "refused") return lines([head, ...outcome.errors.map(({ text }) => `  ${text}`)]);
  if (outcome.kind === "defect") return lines([head, `  ${outcome.message}`]);
  const cases = casesOf(outcome);
  const needsList = verbose || cases.some(({ status }) => status !== "passed");
  if (!needsList) return lines([head]);
  const rows = cases.map((each) => [
    MARKS[each.status][0],
    each.title,
    actualText(each),
    each.at === null ? "" : `at ${clock(each.at)}`,
    // Where it stands matters for what has to be looked at.
    each.line > 0 && each.status !== "passed" ? place(outcome.file, each) : "",
  ]);
  const table = alignColumns(rows, ["left", "left", "left", "left", "left"], (text, row, column) => {
    const { status } = cases[row];
    if (column === 0) return paint(text, MARKS[status][1]);
    if (status === "passed" || status === "skipped" || column === 4) return paint(text, "dim");
    return column === 2 ? paint(text, MARKS[status][1]) : text;
  });
  return lines([head, ...table.map((line) => `  ${line}`)]);
}

function actualText({ actual, excess, note, status }: TestCase): string {
  const off = excess === null ? "" : ` (off by ${plain(excess * 100, 1)} %)`;
  return `${actual}${off}${note === "" || status === "passed" ? "" : `; ${note}`}`;
}

/** How many scenarios and expectations passed, failed and were skipped. Ends with a line break. */
export function totalLines(
  outcomes: readonly TestOutcome[],
  { color, skipped }: { readonly color: boolean /** Scenarios not run. */; readonly skipped: number },
): string {
  const paint = painter(color);
  const passed = outcomes.filter(hasPassed).length;
  const cases = countCases(outcomes.flatMap(casesOf));
  const failedScenarios = outcomes.length - passed;
  const parts = (failed: number, fine: number, more: readonly string[]): string =>
    [
      ...(failed > 0 ? [paint(`${failed} failed`, "red")] : []),
      ...(fine > 0 ? [paint(`${fine} passed`, "green")] : []),
      ...more,
    ].join(" | ") || "none";
  const whenSome = (count: number, word: string): readonly string[] => (count > 0 ? [`${count} ${word}`] : []);
  const judged = cases.passed + cases.failed + cases.warned + cases.skipped;
  return lines([
    "",
    `${paint("   Scenarios", "bold")}  ${parts(failedScenarios, passed, whenSome(skipped, "not run"))} (${outcomes.length + skipped})`,
    `${paint("Expectations", "bold")}  ${parts(cases.failed, cases.passed, [
      ...whenSome(cases.warned, "warned"),
      ...whenSome(cases.skipped, "skipped"),
    ])} (${judged})`,
  ]);
}

function headline(outcome: TestOutcome, paint: Paint): string {
  const passes = hasPassed(outcome);
  const mark = paint(passes ? "✓" : "✗", passes ? "green" : "red");
  const file = paint(outcome.file, "bold");
  if (outcome.kind === "refused") return `${mark} ${file}  ${counted(outcome.errors.length, "error")}: not run`;
  if (outcome.kind === "defect") return `${mark} ${file}  knsim itself failed`;
  const { summary, baseline } = outcome;
  const told = baseline === null || baseline.state === "compared" ? "" : `, baseline ${baseline.state}`;
  return `${mark} ${file}  ${paint(`${summary.scenario}, ${seedsInWords(summary)}, ${span(summary.to)}`, "dim")}  ${result(casesOf(outcome))}${told}`;
}

function result(cases: readonly TestCase[]): string {
  if (cases.length === 0) return "no expectations";
  const { failed, warned, skipped } = countCases(cases);
  const judged = counted(cases.length, "expectation");
  const more = [...(warned > 0 ? [`${warned} warned`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  return [failed > 0 ? `${failed} of ${judged} failed` : judged, ...more].join(", ");
}

/** `seed 42`, `10 seeds`. */
export function seedsInWords({ seed, replications }: Pick<Summary, "seed" | "replications">): string {
  return replications === undefined ? `seed ${seed}` : `${replications.count} seeds`;
}

/** `file:line:column`, which editors and terminals open. */
export function place(file: string, { line, column }: Pick<TestCase, "line" | "column">): string {
  return line > 0 ? `${file}:${line}:${column}` : file;
}

function painter(color: boolean): Paint {
  return (text, style) => (color && text !== "" ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}

import { clock } from "./number-words.js";
import { casesOf, type TestOutcome } from "./test-outcome.js";

/**
 * What failed as workflow commands of GitHub Actions, which shows them at their lines in a pull request. Empty when all
 * is well.
 *
 * @param pathOf the path of a scenario seen from the repository's root
 */
export function githubAnnotations(outcomes: readonly TestOutcome[], pathOf: (file: string) => string): string {
  return outcomes.flatMap((outcome) => annotations(outcome, pathOf)).join("");
}

function annotations(outcome: TestOutcome, pathOf: (file: string) => string): string[] {
  const file = pathOf(outcome.file);
  if (outcome.kind === "refused") {
    return outcome.errors.map(({ text, line, column, ...error }) =>
      command("error", { file: pathOf(error.file), ...position(line, column) }, text),
    );
  }
  if (outcome.kind === "defect") return [command("error", { file }, `knsim itself failed: ${outcome.message}`)];
  return casesOf(outcome)
    .filter(({ status }) => status === "failed" || status === "warned")
    .map(({ title, status, actual, at, line, column }) => {
      const moment = at === null ? "" : `, first at ${clock(at)}`;
      const properties = { file, ...position(line, column), title: `knsim: ${outcome.summary.scenario}` };
      return command(status === "failed" ? "error" : "warning", properties, `${title}: ${actual}${moment}`);
    });
}

function position(line: number, column: number): Readonly<Record<string, string>> {
  return line > 0 ? { line: String(line), col: String(column) } : {};
}

function command(name: "error" | "warning", properties: Readonly<Record<string, string>>, message: string): string {
  const list = Object.entries(properties).map(
    ([key, value]) => `${key}=${escaped(value).replaceAll(":", "%3A").replaceAll(",", "%2C")}`,
  );
  return `::${name} ${list.join(",")}::${escaped(message)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

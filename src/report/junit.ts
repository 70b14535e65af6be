import { clock } from "./number-words.js";
import { place, seedsInWords } from "./test-list.js";
import { casesOf, countCases, type TestCase, type TestOutcome } from "./test-outcome.js";

/**
 * Results of `knsim test` as JUnit XML in the structure that Jenkins reads (jenkinsci/xunit-plugin, junit-10.xsd): a
 * suite for each scenario, a case for each expectation. No times: virtual ones would mislead, others differ from run to
 * run.
 */
export function junitXml(outcomes: readonly TestOutcome[]): string {
  const suites = outcomes.map(suite);
  const total = (key: "tests" | "failures" | "errors"): number => suites.reduce((sum, { [key]: n }) => sum + n, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="knsim" tests="${total("tests")}" failures="${total("failures")}" errors="${total("errors")}">`,
    ...suites.flatMap(({ xml }) => xml),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly xml: readonly string[];
}

function suite(outcome: TestOutcome): Suite {
  const { file } = outcome;
  if (outcome.kind !== "judged") {
    const [type, text] =
      outcome.kind === "refused"
        ? ["input", outcome.errors.map(({ text: line }) => line).join("\n")]
        : ["defect", outcome.message];
    const message = text.split("\n")[0];
    const error = `      <error type="${type}" message="${attribute(message)}">${content(text)}</error>`;
    const cases = ["    " + open("testcase", { name: "loads and runs", classname: file }), error, "    </testcase>"];
    return { tests: 1, failures: 0, errors: 1, xml: suiteXml(file, file, [1, 0, 1, 0], [], cases) };
  }
  const { summary } = outcome;
  const cases = casesOf(outcome);
  const { failed, skipped } = countCases(cases);
  // A scenario that asks nothing has still shown that it runs.
  const xml =
    cases.length === 0
      ? [`    ${open("testcase", { name: "runs (no expectations)", classname: summary.scenario }, true)}`]
      : cases.flatMap((each) => caseXml(each, summary.scenario, file));
  const tests = Math.max(cases.length, 1);
  const properties = [
    ["seed", String(summary.seed)],
    ["seeds", seedsInWords(summary)],
    ["scenarioHash", summary.scenarioHash],
    ["resultHash", summary.resultHash],
  ] as const;
  const numbers = [tests, failed, 0, skipped] as const;
  return { tests, failures: failed, errors: 0, xml: suiteXml(summary.scenario, file, numbers, properties, xml) };
}

function suiteXml(
  name: string,
  file: string,
  [tests, failures, errors, skipped]: readonly [number, number, number, number],
  properties: readonly (readonly [name: string, value: string])[],
  cases: readonly string[],
): string[] {
  const attributes = { name, tests: `${tests}`, failures: `${failures}`, errors: `${errors}`, skipped: `${skipped}` };
  return [
    `  ${open("testsuite", { ...attributes, file })}`,
    ...(properties.length === 0
      ? []
      : [
          "    <properties>",
          ...properties.map(([key, value]) => `      ${open("property", { name: key, value }, true)}`),
          "    </properties>",
        ]),
    ...cases,
    "  </testsuite>",
  ];
}

function caseXml(each: TestCase, scenario: string, file: string): string[] {
  const { title, status, actual } = each;
  const head = { name: title, classname: scenario };
  if (status === "passed") return [`    ${open("testcase", head, true)}`];
  const found = `${actual}${each.at === null ? "" : `, first at ${clock(each.at)}`}`;
  const text = `${title}\n${found}\n${place(file, each)}`;
  const inner =
    status === "failed"
      ? `<failure type="expectation" message="${attribute(found)}">${content(text)}</failure>`
      : status === "skipped"
        ? `<skipped message="${attribute(actual)}"/>`
        : `<system-out>${content(`warning: ${text}`)}</system-out>`;
  return [`    ${open("testcase", head)}`, `      ${inner}`, "    </testcase>"];
}

function open(tag: string, attributes: Readonly<Record<string, string>>, isEmpty = false): string {
  const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${attribute(value)}"`);
  return `<${tag}${list.join("")}${isEmpty ? "/" : ""}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" },
  ...{ "\n": "&#10;", "\t": "&#9;", "\r": "&#13;" },
};

/** Line breaks in an attribute would be read as blanks. */
function attribute(text: string): string {
  return legal(text).replace(/[&<>"\n\t\r]/g, (character) => ENTITIES[character]);
}

function content(text: string): string {
  return legal(text).replace(/[&<>\r]/g, (character) => ENTITIES[character]);
}

/** XML 1.0 has no way to write control characters and lone surrogates. */
function legal(text: string): string {
  return [...text].map((character) => (isLegal(character.codePointAt(0) ?? 0) ? character : "\ufffd")).join("");
}

function isLegal(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

import { describe, expect, it } from "vitest";
import type { Judged } from "../../src/measure/run-record.js";
import { githubAnnotations } from "../../src/report/github-annotations.js";
import { junitXml } from "../../src/report/junit.js";
import { outcomeLines } from "../../src/report/test-list.js";
import { testMarkdown } from "../../src/report/test-markdown.js";
import type { TestOutcome } from "../../src/report/test-outcome.js";
import { SAMPLE_SUMMARY as summary } from "./sample-run.js";

/**
 * What jenkinsci/xunit-plugin's junit-10.xsd allows: for each element its attributes (a star: required), its children,
 * and whether it holds text.
 */
const JUNIT_10: Readonly<Record<string, { attributes: string; children: string; text?: boolean }>> = {
  testsuites: { attributes: "name time tests failures errors", children: "testsuite" },
  testsuite: {
    attributes: "name* tests* failures* errors* group time skipped timestamp hostname id package file log url",
    children: "testsuite properties testcase system-out system-err",
  },
  properties: { attributes: "", children: "property" },
  property: { attributes: "name* value*", children: "" },
  testcase: {
    attributes: "name* time classname group",
    children: "skipped error failure rerunFailure rerunError flakyFailure flakyError system-out system-err",
  },
  failure: { attributes: "type message", children: "", text: true },
  error: { attributes: "type message", children: "", text: true },
  skipped: { attributes: "type message", children: "", text: true },
  "system-out": { attributes: "", children: "", text: true },
  "system-err": { attributes: "", children: "", text: true },
};

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  expect(text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/);
  return text.replace(/&(#\d+|\w+);/g, (_, name: string) =>
    name.startsWith("#") ? String.fromCodePoint(Number(name.slice(1))) : ENTITIES[name],
  );
}

/** As much of XML as the reporter writes: a prolog, elements, attributes in double quotes, text; anything else fails. */
function parsed(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, () => "");
  expect(body.length).toBeLessThan(xml.length);
  let end = 0;
  for (const tag of body.matchAll(/<(\/?)([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>/g)) {
    open[open.length - 1].text += decoded(body.slice(end, tag.index));
    end = tag.index + tag[0].length;
    const [, slash, name, attributes, closing] = tag;
    if (slash === "/") {
      expect(open.pop()?.name).toBe(name);
      continue;
    }
    const pairs = [...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, decoded(value)]);
    expect(new Set(pairs.map(([key]) => key)).size).toBe(pairs.length);
    const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: "" };
    open[open.length - 1].children.push(element);
    if (closing === "") open.push(element);
  }
  expect(open).toHaveLength(1);
  expect(root.children).toHaveLength(1);
  expect(decoded(body.slice(end)).trim()).toBe("");
  return root.children[0];
}

/** What of an element the schema does not allow. */
function violations({ name, attributes, children, text }: Element): string[] {
  const rule = JUNIT_10[name];
  if (rule === undefined) return [`unknown element ${name}`];
  const known = rule.attributes.split(" ").map((entry) => entry.replace("*", ""));
  const required = rule.attributes.split(" ").filter((entry) => entry.endsWith("*"));
  return [
    ...Object.keys(attributes)
      .filter((key) => !known.includes(key))
      .map((key) => `${name} has attribute ${key}`),
    ...required.filter((entry) => !(entry.slice(0, -1) in attributes)).map((entry) => `${name} lacks ${entry}`),
    ...children
      .filter((child) => !rule.children.split(" ").includes(child.name))
      .map((child) => `${child.name} in ${name}`),
    ...(rule.text !== true && text.trim() !== "" ? [`text in ${name}`] : []),
    ...children.flatMap(violations),
  ];
}

const judged = (expect: string, pass: boolean, more: Partial<Judged> = {}): Judged => ({
  ...{ expect, name: null, pass, level: "error", actual: "212ms", value: 212, unit: "ms", limit: 300, margin: -0.5 },
  ...{ at: null, line: 7, column: 5, ...more },
});

function outcome(expectations: readonly Judged[]): TestOutcome {
  return {
    file: "shop/sale.yaml",
    kind: "judged",
    summary: { ...summary, expectations: [...expectations] },
    baseline: null,
  };
}

const NASTY = 'a < b & "c" > d\u0000\n::error::x';

const OUTCOMES: readonly TestOutcome[] = [
  outcome([
    judged("p(95) < 300ms", true),
    judged("errors == 0", false, { actual: NASTY, at: 62.5 }),
    judged("max(pods) <= 3", false, { level: "warn", name: NASTY }),
    judged("p(95) <= baseline", true, { actual: "skipped: no baseline", value: null }),
  ]),
  outcome([]),
  {
    file: "bad.yaml",
    kind: "refused",
    errors: [
      { text: "bad.yaml:3:1: error: unknown key", file: "bad.yaml", line: 3, column: 1 },
      { text: "hello.yaml:9:2: error: must not be <0", file: "hello.yaml", line: 9, column: 2 },
    ],
  },
  { file: "defect.yaml", kind: "defect", message: "ready pods below zero" },
];

describe("JUnit XML", () => {
  const root = parsed(junitXml(OUTCOMES));

  it("has the structure that Jenkins reads (junit-10)", () => {
    expect(root.name).toBe("testsuites");
    expect(violations(root)).toEqual([]);
  });

  it("counts what it holds", () => {
    expect(root.attributes).toMatchObject({ tests: "7", failures: "1", errors: "2" });
    const [first, empty, refused, defect] = root.children;
    expect(first.attributes).toMatchObject({
      tests: "4",
      failures: "1",
      errors: "0",
      skipped: "1",
      file: "shop/sale.yaml",
    });
    expect(empty.attributes).toMatchObject({ tests: "1", failures: "0", errors: "0" });
    expect(refused.attributes).toMatchObject({ tests: "1", errors: "1" });
    expect(defect.attributes).toMatchObject({ tests: "1", errors: "1" });
    for (const suite of root.children) {
      const cases = suite.children.filter(({ name }) => name === "testcase");
      expect(String(cases.length)).toBe(suite.attributes.tests);
      const having = (name: string) =>
        cases.filter(({ children }) => children.some((child) => child.name === name)).length;
      expect(having("failure")).toBe(Number(suite.attributes.failures));
      expect(having("error")).toBe(Number(suite.attributes.errors));
      expect(having("skipped")).toBe(Number(suite.attributes.skipped));
    }
  });

  it("tells with a failure what was found, when it broke and where it is written, whatever it holds", () => {
    const cases = root.children[0].children.filter(({ name }) => name === "testcase");
    const [failure] = cases[1].children;
    // XML has no way to write U+0000: it becomes U+FFFD.
    const found = NASTY.replace("\u0000", "\ufffd");
    expect(failure.attributes.message).toBe(`${found}, first at 1m02.5s`);
    expect(failure.text).toBe(`errors == 0\n${found}, first at 1m02.5s\nshop/sale.yaml:7:5`);
    expect(cases[2].children.map(({ name }) => name)).toEqual(["system-out"]);
  });

  it("is well-formed without any scenario", () => {
    expect(violations(parsed(junitXml([])))).toEqual([]);
  });
});

describe("the other reporters", () => {
  it("annotate each failure at its line, and nothing that is text becomes a command of its own", () => {
    const lines = githubAnnotations(OUTCOMES, (file) => `repo/${file}`)
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(
      /^::error file=repo\/shop\/sale\.yaml,line=7,col=5,title=knsim%3A [^:,]+::errors == 0: a < b/,
    );
    expect(lines[0]).toContain("%0A::error::x, first at 1m02.5s");
    expect(lines[1]).toMatch(/^::warning /);
    expect(lines[3]).toBe("::error file=repo/hello.yaml,line=9,col=2::hello.yaml:9:2: error: must not be <0");
    expect(lines[4]).toContain("knsim itself failed: ready pods below zero");
  });

  it("keep tables of Markdown whole", () => {
    const rows = testMarkdown(OUTCOMES)
      .split("\n")
      .filter((line) => line.startsWith("|"));
    const cells = (row: string) => row.replace(/\\\|/g, "").split("|").length - 2;
    expect(new Set(rows.map(cells))).toEqual(new Set([8, 5]));
  });

  it("say in one line that all is well", () => {
    const text = outcomeLines(outcome([judged("p(95) < 300ms", true)]), { color: false, verbose: false });
    expect(text.split("\n")).toHaveLength(2);
    expect(text).toMatch(/^✓ shop\/sale\.yaml {2}.+ {2}1 expectation\n$/);
  });
});

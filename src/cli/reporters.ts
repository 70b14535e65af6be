import { mkdir, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { VERSION } from "../experiment/version.js";
import type { TestOutcome } from "../report/test-outcome.js";
import { nearestName } from "../scenario/nearest-name.js";
import { explaining, UserError } from "./user-error.js";

const NAMES = ["list", "junit", "json", "markdown", "github"] as const;

/** How results of `knsim test` are told. */
export interface Reporter {
  readonly name: (typeof NAMES)[number];
  /** null = standard output. */
  readonly file: string | null;
}

/**
 * Reads the values of `--reporter`: `junit=FILE`, or a name alone for standard output. The list is what one gets without
 * any for standard output; annotations are added on GitHub's runners.
 *
 * @throws UserError for an unknown name, or several for standard output
 */
export function parseReporters(texts: readonly string[]): readonly Reporter[] {
  const reporters = texts.map((text): Reporter => {
    const equals = text.indexOf("=");
    const written = equals < 0 ? text : text.slice(0, equals);
    const file = equals < 0 ? null : text.slice(equals + 1);
    const name = NAMES.find((known) => known === written);
    if (name === undefined) {
      const nearest = nearestName(written, NAMES);
      const meant = nearest === null ? `; accepted: ${NAMES.join(", ")}` : `; did you mean ${JSON.stringify(nearest)}?`;
      throw new UserError([`unknown reporter ${JSON.stringify(written)}${meant}`]);
    }
    if (file === "") throw new UserError([`--reporter ${name}= needs a file after the equals sign`]);
    return { name, file };
  });
  const printing = reporters.filter(({ name, file }) => file === null && name !== "github");
  if (printing.length > 1)
    throw new UserError([`only one reporter can print: give the others a file, as in ${printing[1].name}=FILE`]);
  const withList: Reporter[] = printing.length === 0 ? [{ name: "list", file: null }, ...reporters] : [...reporters];
  const isOnGitHub = process.env.GITHUB_ACTIONS === "true" && withList.every(({ name }) => name !== "github");
  return isOnGitHub ? [...withList, { name: "github", file: null }] : withList;
}

/** Makes sure, before anything is simulated, that the files of reporters can be written. */
export async function checkReporters(reporters: readonly Reporter[]): Promise<void> {
  for (const { file } of reporters) {
    if (file === null) continue;
    await explaining(`write ${JSON.stringify(file)}`, async () => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, "", { flag: "a" });
    });
  }
}

/** What a reporter other than the list says at the end. */
export async function renderReport(name: Reporter["name"], outcomes: readonly TestOutcome[]): Promise<string> {
  switch (name) {
    case "junit":
      return (await import("../report/junit.js")).junitXml(outcomes);
    case "json":
      return (await import("../report/test-json.js")).testJson(outcomes, VERSION);
    case "markdown":
      return (await import("../report/test-markdown.js")).testMarkdown(outcomes);
    case "github":
      return (await import("../report/github-annotations.js")).githubAnnotations(outcomes, pathInRepository);
    case "list": {
      const { outcomeLines, totalLines } = await import("../report/test-list.js");
      const plain = { color: false, verbose: false };
      return (
        outcomes.map((outcome) => outcomeLines(outcome, plain)).join("") +
        totalLines(outcomes, { color: false, skipped: 0 })
      );
    }
  }
}

/** GitHub wants paths from the checkout's root, whatever folder a step runs in. */
function pathInRepository(file: string): string {
  const root = process.env.GITHUB_WORKSPACE ?? process.cwd();
  return relative(root, resolve(file)).replaceAll("\\", "/");
}

/** Writes the files of reporters. @throws UserError when the operating system refuses */
export async function writeReporters(reporters: readonly Reporter[], outcomes: readonly TestOutcome[]): Promise<void> {
  for (const { name, file } of reporters) {
    if (file === null) continue;
    const text = await renderReport(name, outcomes);
    await explaining(`write ${JSON.stringify(file)}`, () => writeFile(file, text));
  }
}

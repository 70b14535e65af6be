import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BaselineFile, baselineJson, makeBaseline, parseBaseline } from "../experiment/baseline-file.js";
import type { BaselineFigures } from "../measure/baseline.js";
import type { Summary } from "../measure/run-record.js";
import { explaining, UserError } from "./user-error.js";

/** A baseline that was found: what expectations compare with, and the figures to hold, if it has any. */
export interface FoundBaseline {
  readonly path: string;
  readonly measured: BaselineFigures;
  /** null = a mere summary.json. */
  readonly file: BaselineFile | null;
}

/** `canary.yaml` → `canary.baseline.json`, beside it. */
export function baselinePath(scenario: string): string {
  return `${scenario.replace(/\.ya?ml$/, "")}.baseline.json`;
}

/**
 * The baseline of a scenario: from `--baseline`, a file or a folder (a report, or one that holds reports or baselines by
 * the scenario's name); else the file beside the scenario (contract details B2.9).
 *
 * @returns null when there is none
 * @throws UserError when the given place does not exist, or a file is no baseline
 */
export async function findBaseline(
  scenario: { readonly path: string; readonly name: string },
  given: string | null,
): Promise<FoundBaseline | null> {
  for (const path of await candidates(scenario, given)) {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
      throw error;
    });
    if (text === null) continue;
    const parsed = parseBaseline(text);
    if (!parsed.ok) throw new UserError([`${JSON.stringify(path)} ${parsed.error}`]);
    return { path, measured: parsed.measured, file: parsed.file };
  }
  return null;
}

async function candidates(
  { path, name }: { readonly path: string; readonly name: string },
  given: string | null,
): Promise<readonly string[]> {
  if (given === null) return path === "-" ? [] : [baselinePath(path)];
  const isFolder = (await explaining(`read ${JSON.stringify(given)}`, () => stat(given))).isDirectory();
  if (!isFolder) return [given];
  return [join(given, `${name}.baseline.json`), join(given, name, "summary.json"), join(given, "summary.json")];
}

/**
 * Writes what was measured as the scenario's baseline; its tolerances stay as they were.
 *
 * @throws UserError when the operating system refuses
 */
export async function writeBaseline(
  path: string,
  summaries: readonly Summary[],
  previous: BaselineFile | null,
): Promise<void> {
  const text = baselineJson(makeBaseline(summaries, previous));
  const draft = `${path}.writing-${process.pid}`;
  await explaining(`write ${JSON.stringify(path)}`, async () => {
    await writeFile(draft, text);
    await rename(draft, path);
  });
}

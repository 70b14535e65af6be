import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { explaining, UserError } from "./user-error.js";

/** A scenario to be tested. */
export interface ScenarioFile {
  /** As the user would open it; `-` is standard input. */
  readonly path: string;
  /** As the file says, or the file's base name (contract §2). */
  readonly name: string;
  /** What standard input held; null for a file. */
  readonly text: string | null;
}

/**
 * The scenarios that paths stand for, each once: a file is one, a folder stands for every `*.yaml` below it that holds
 * `kind: Scenario`, in order of their paths. Hidden folders and node_modules are left out.
 *
 * @throws UserError when a path cannot be read
 */
export async function findScenarios(paths: readonly string[]): Promise<readonly ScenarioFile[]> {
  const found = new Map<string, ScenarioFile>();
  for (const path of paths) {
    for (const file of await explaining(`read ${JSON.stringify(path)}`, () => scenariosAt(path))) {
      const key = file.path === "-" ? "-" : resolve(file.path);
      if (!found.has(key)) found.set(key, file);
    }
  }
  return [...found.values()];
}

async function scenariosAt(path: string): Promise<readonly ScenarioFile[]> {
  if (path === "-") return [await standardInput()];
  if (!(await stat(path)).isDirectory()) return [await named(path, (await textOf(path)) ?? "")];
  const files: ScenarioFile[] = [];
  for (const candidate of await yamlBelow(path)) {
    const text = await textOf(candidate);
    if (text !== null && (await isScenario(text))) files.push(await named(candidate, text));
  }
  return files;
}

/** Null when the file cannot be read as YAML: whoever loads it as a scenario says why. */
async function textOf(path: string): Promise<string | null> {
  const { readYamlText } = await import("../scenario/source-text.js");
  const { readInput } = await import("./input-files.js");
  const source = await readYamlText(path, readInput);
  return source.ok ? source.text : null;
}

/** The scenario on standard input, which can be read once. @throws UserError when it is no text, or too long to be YAML */
export async function standardInput(): Promise<ScenarioFile> {
  const { readYamlText } = await import("../scenario/source-text.js");
  const source = await readYamlText("<stdin>", () => process.stdin);
  if (!source.ok) throw new UserError([source.error]);
  return { ...(await named("stdin", source.text)), path: "-", text: source.text };
}

async function yamlBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: string[] = [];
  for (const { name, ...entry } of entries.map((each) => ({ name: each.name, isFolder: each.isDirectory() }))) {
    if (name.startsWith(".") || name === "node_modules") continue;
    if (entry.isFolder) files.push(...(await yamlBelow(join(folder, name))));
    else if (name.endsWith(".yaml")) files.push(join(folder, name));
  }
  return files.sort();
}

/** A file too broken to tell counts as a scenario when a line says so: its errors must not go unseen. */
async function isScenario(text: string): Promise<boolean> {
  if (!text.includes("Scenario")) return false;
  return (await headOf(text, "kind")) === "Scenario" || /^kind:\s*["']?Scenario["']?\s*(#.*)?$/m.test(text);
}

async function named(path: string, text: string): Promise<ScenarioFile> {
  const name = await headOf(text, "name");
  return { path, name: typeof name === "string" ? name : basename(path).replace(/\.[^.]+$/, ""), text: null };
}

/** A key of the first document's mapping; undefined when there is none. */
async function headOf(text: string, key: string): Promise<unknown> {
  const { isMap, parseAllDocuments } = await import("yaml");
  const documents = parseAllDocuments(text, { logLevel: "silent" });
  const contents = Array.isArray(documents) ? documents[0]?.contents : null;
  return isMap(contents) ? contents.get(key) : undefined;
}

/**
 * Those whose path or name holds one of the texts; all when there are none.
 *
 * @throws UserError when nothing is left, or when two have one name (contract details A32)
 */
export function selectScenarios(files: readonly ScenarioFile[], filters: readonly string[]): readonly ScenarioFile[] {
  if (files.length === 0) throw new UserError(["there is no scenario (*.yaml with kind: Scenario) below these paths"]);
  const selected = files.filter(
    ({ path, name }) => filters.length === 0 || filters.some((text) => path.includes(text) || name.includes(text)),
  );
  if (selected.length === 0) {
    const names = files.map(({ name }) => name).join(", ");
    throw new UserError([
      `no scenario has ${filters.map((text) => JSON.stringify(text)).join(" or ")} in its path or name; there are ${names}`,
    ]);
  }
  const messages = [...new Set(selected.map(({ name }) => name))].flatMap((name) => {
    const same = selected.filter((file) => file.name === name);
    if (same.length === 1) return [];
    return [
      `${same.map(({ path }) => path).join(" and ")} are both named ${JSON.stringify(name)}; give one another name`,
    ];
  });
  if (messages.length > 0) throw new UserError(messages);
  return selected;
}

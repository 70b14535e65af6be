import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { nearestName } from "../scenario/nearest-name.js";

/**
 * The content of a file as a stream, `-` being standard input, which is read once.
 *
 * @throws what the operating system says when the file is missing, is a directory or may not be read; for a missing one
 *   with the `nearest` path there is, if any is near
 */
export async function readInput(path: string): Promise<AsyncIterable<Uint8Array>> {
  if (path === "-") return process.stdin;
  const file = await open(path).catch(async (error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? Object.assign(error, { nearest: await nearestPath(path) }) : error;
  });
  if ((await file.stat()).isDirectory()) {
    await file.close();
    throw Object.assign(new Error(`${path} is a directory`), { code: "EISDIR" });
  }
  return file.createReadStream();
}

async function nearestPath(path: string): Promise<string | null> {
  const names = await readdir(dirname(path)).catch(() => []);
  const nearest = nearestName(basename(path), names.sort());
  return nearest === null ? null : join(dirname(path), nearest);
}

/**
 * The files that match a pattern: `*` and `?` stand for any characters of a name, `[a-c]` for one of a set, `**` for any
 * number of folders. Names that begin with a dot match only a pattern that does. Empty when nothing matches.
 */
export async function findFiles(pattern: string): Promise<readonly string[]> {
  const isAbsolute = pattern.startsWith("/");
  const steps = pattern.split("/").filter((step) => step !== "" && step !== ".");
  return matches(isAbsolute ? "/" : "", steps);
}

async function matches(folder: string, [step, ...rest]: readonly string[]): Promise<string[]> {
  if (step === undefined) return [];
  if (!/[*?[]/.test(step)) {
    const path = folder + step;
    if (rest.length > 0) return matches(`${path}/`, rest);
    return (await isFile(path)) ? [path] : [];
  }
  const entries = await readdir(folder === "" ? "." : folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = step === "**" ? await matches(folder, rest) : [];
  const name = step === "**" ? /^[^.]/ : namePattern(step);
  for (const entry of entries) {
    if (!name.test(entry.name)) continue;
    const path = folder + entry.name;
    if (step === "**" && entry.isDirectory()) found.push(...(await matches(`${path}/`, ["**", ...rest])));
    else if (step !== "**" && rest.length > 0) found.push(...(await matches(`${path}/`, rest)));
    else if (step !== "**" && (await isFile(path))) found.push(path);
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function namePattern(step: string): RegExp {
  const body = step.replace(/\[[^\]]+\]|[*?]|[\\^$.|+(){}[\]]/g, (token) => {
    if (token === "*") return ".*";
    if (token === "?") return ".";
    if (token.length > 1) return token.replace(/^\[!/, "[^").replace(/\\/g, "\\\\");
    return `\\${token}`;
  });
  return new RegExp(`^${step.startsWith(".") ? "" : "(?!\\.)"}${body}$`);
}

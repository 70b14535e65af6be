import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, mkdir, mkdtemp, open, readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ReportFile } from "../report/files.js";
import { explaining, UserError } from "./user-error.js";

/** Where reports go unless somebody says otherwise. */
export const DEFAULT_OUT = "reports";

/** A file that every report has: its presence tells a report from a folder that happens to have the same name. */
const MARK = "summary.json";

/** Names of files that only a report has. A folder of nothing else is one as well: a repository may keep the pictures alone. */
const REPORT_FILE =
  /^(index\.html|scenario\.json|(timeline|requests)\.csv|(decisions|events)\.jsonl|(latency|pods)\.(svg|png|vl\.json))$/;

/**
 * Makes sure, before anything is simulated, that reports of these names can be written below `out`.
 *
 * @throws UserError when the folder cannot be written, or when a report would replace a folder that is no report
 */
export async function checkOutput(out: string, names: readonly string[]): Promise<void> {
  await explaining(`write to ${JSON.stringify(out)}`, async () => {
    await makeFolder(out);
    await rmdir(await mkdtemp(join(out, ".knsim-")));
  });
  const messages: string[] = [];
  for (const name of names) {
    const target = join(out, name);
    const entries = await entriesOf(target);
    const isReport = entries !== null && (entries.includes(MARK) || entries.every((name) => REPORT_FILE.test(name)));
    if (!isReport)
      messages.push(`${JSON.stringify(target)} exists and is no report of knsim; choose another --out, or remove it`);
  }
  if (messages.length > 0) throw new UserError(messages);
}

/**
 * Makes a folder and those above it; one that is there already is fine. Node's own recursion never returns where a file
 * system refuses new folders with "no such file", as /proc does.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      if ((await stat(path)).isDirectory()) return;
      throw new UserError([`cannot write to ${JSON.stringify(path)}: it is a file, not a folder`]);
    }
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** What a folder holds: nothing when it does not exist, null when it is no folder. */
async function entriesOf(folder: string): Promise<readonly string[] | null> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? [] : null));
}

/**
 * Writes a report folder so that it is there as a whole or not at all: the files go to a folder beside it, which takes
 * its place at the end. When anything fails, or the run is aborted, the previous report is as it was.
 *
 * @returns the folder's path
 * @throws UserError when the operating system refuses; whatever `files` and `signal` throw
 */
export async function writeReport(
  out: string,
  name: string,
  files: AsyncIterable<ReportFile>,
  signal: AbortSignal,
): Promise<string> {
  const target = join(out, name);
  const writing = <T>(action: () => T | Promise<T>) => explaining(`write ${JSON.stringify(target)}`, action);
  // Of this process alone, and with the permissions of any folder: a temporary one would be closed to others.
  const draft = join(out, `.${name}${DRAFT_END}`);
  // An interrupt that does not wait must not leave the draft behind.
  const discard = () => rmSync(draft, { recursive: true, force: true });
  process.once("exit", discard);
  const written = new FileSequence(draft);
  try {
    await writing(() => rm(draft, { recursive: true, force: true }));
    await writing(() => makeFolder(draft));
    for await (const { name: file, bytes } of files) {
      signal.throwIfAborted();
      await writing(() => written.append(file, bytes));
    }
    await writing(() => written.close());
    await writing(() => replace(target, draft));
  } finally {
    process.off("exit", discard);
    await written.close();
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

/** How the folders end that this process is writing to. */
const DRAFT_END = `.writing-${process.pid}`;

/** Clears away what was being written below `out` when another thread of this process was ended. */
export function discardDrafts(out: string): void {
  const entries = existsSync(out) ? readdirSync(out) : [];
  for (const entry of entries)
    if (entry.endsWith(DRAFT_END)) rmSync(join(out, entry), { recursive: true, force: true, maxRetries: 3 });
}

/** Files of a folder that are written one after another. */
class FileSequence {
  private name = "";
  private handle: FileHandle | null = null;

  constructor(private readonly folder: string) {}

  /** A file of another name than the last one begins anew. */
  async append(name: string, bytes: Uint8Array): Promise<void> {
    if (this.handle === null || name !== this.name) {
      await this.close();
      this.handle = await open(join(this.folder, name), "w");
      this.name = name;
    }
    await this.handle.writeFile(bytes);
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = null;
    await handle?.close();
  }
}

/** Puts `draft` in the place of `target`. Nothing else runs between the two renames, so no signal comes between. */
async function replace(target: string, draft: string): Promise<void> {
  const previous = `${draft}.previous`;
  const hadOne = existsSync(target);
  if (hadOne) renameSync(target, previous);
  try {
    renameSync(draft, target);
  } catch (error) {
    if (hadOne) renameSync(previous, target);
    throw error;
  }
  await rm(previous, { recursive: true, force: true });
}

import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ReportFile } from "../report/files.js";
import { explaining } from "./user-error.js";

/**
 * Writes files into a folder that may hold others, which stay. Each is there as a whole or not at all.
 *
 * @param files pieces of a name follow each other
 * @returns their paths in the order of writing
 * @throws UserError when the operating system refuses
 */
export async function writeInto(folder: string, files: AsyncIterable<ReportFile>): Promise<readonly string[]> {
  return explaining(`write to ${JSON.stringify(folder)}`, async () => {
    await mkdir(folder, { recursive: true });
    const names: string[] = [];
    const draftOf = (name: string) => join(folder, `.${name}.writing-${process.pid}`);
    try {
      for await (const { name, bytes } of files) {
        const isBegun = names.includes(name);
        if (!isBegun) names.push(name);
        await (isBegun ? appendFile(draftOf(name), bytes) : writeFile(draftOf(name), bytes));
      }
      for (const name of names) await rename(draftOf(name), join(folder, name));
    } finally {
      for (const name of names) await rm(draftOf(name), { force: true });
    }
    return names.map((name) => join(folder, name));
  });
}

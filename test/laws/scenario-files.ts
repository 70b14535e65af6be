import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../scenarios/", import.meta.url));

/** Every scenario that ships, by its file's path. */
export const scenarioFiles: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml"))
  .filter((name) => /^kind: Scenario$/m.test(readFileSync(FOLDER + name, "utf8")))
  .sort()
  .map((name) => FOLDER + name);

/** What a scenario's loader reads files with. */
export function readFile(path: string): Uint8Array {
  return readFileSync(path);
}

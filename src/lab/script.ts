import type { Lab } from "./lab.js";
import { INTERRUPTED } from "./passing-time.js";

/** A command of a script. */
export interface ScriptLine {
  readonly text: string;
  /** Begins with `-`: it may fail. */
  readonly mayFail: boolean;
}

/** Commands that speak to the reader: the transcript shows what they say, not that they say it. */
const SPEAKING = /^(say|ask|pause)(\s|$)/;

/**
 * The commands of a script: a line that begins with `#` is a comment, one that ends with a backslash goes on in the next,
 * a prompt `$ ` in front is dropped.
 */
export function scriptLines(text: string): readonly ScriptLine[] {
  const lines: ScriptLine[] = [];
  let pending = "";
  for (const raw of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    const line = pending === "" ? raw.trim() : raw.trimEnd();
    if (pending === "" && (line === "" || line.startsWith("#"))) continue;
    if (/(^|[^\\])(\\\\)*\\$/.test(line)) {
      pending += line.slice(0, -1);
      continue;
    }
    lines.push(scriptLine(pending + line));
    pending = "";
  }
  if (pending.trim() !== "") lines.push(scriptLine(pending));
  return lines;
}

/**
 * Plays a script: the transcript shows each command after `$ ` and then what it prints.
 *
 * @param print the transcript
 * @returns whether every command succeeded that had to
 */
export async function playScript(text: string, lab: Lab, print: (text: string) => void): Promise<boolean> {
  let hasFailed = false;
  for (const { text: line, mayFail } of scriptLines(text)) {
    if (!SPEAKING.test(line)) print(`$ ${line}\n`);
    const status = await lab.run(line);
    if (status !== 0 && !mayFail) hasFailed = true;
    if (lab.hasEnded || status === INTERRUPTED) break;
  }
  return !hasFailed;
}

function scriptLine(written: string): ScriptLine {
  const line = written.trim();
  const mayFail = line.startsWith("-");
  return { text: (mayFail ? line.slice(1).trimStart() : line).replace(/^\$\s+/, ""), mayFail };
}

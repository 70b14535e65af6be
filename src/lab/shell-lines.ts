/** What a shell makes of a line before its words are looked at. */

/** One command of a list, and on what its turn depends. */
export interface ListedCommand {
  readonly text: string;
  /** Runs whatever came before (`;`), only after success (`&&`), only after failure (`||`). */
  readonly after: ";" | "&&" | "||";
  /** Ends with `&`: it goes on while others run. */
  readonly inBackground: boolean;
  /** Ends with `> /dev/null`: nothing of it is shown. */
  readonly isSilent: boolean;
}

/** Splits a line at `;`, `&&`, `||` and `&` outside of quotes and loops; a comment at its end is dropped. */
export function listedCommands(line: string): readonly ListedCommand[] {
  const commands: ListedCommand[] = [];
  let after: ListedCommand["after"] = ";";
  let text = "";
  const push = (inBackground: boolean) => {
    const { kept, isSilent } = withoutRedirection(text.trim());
    if (kept !== "") commands.push({ text: kept, after, inBackground, isSilent });
    text = "";
  };
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    const loop = text.trim() === "" ? loopLength(line.slice(index)) : 0;
    if (loop > 0) {
      text += line.slice(index, index + loop);
      index += loop - 1;
    } else if (character === "\\") text += character + (line[++index] ?? "");
    else if (character === "'" || character === '"') {
      const end = endOfQuote(line, index);
      text += line.slice(index, end + 1);
      index = end;
    } else if (character === "#" && (index === 0 || /\s/.test(line[index - 1]))) break;
    else if (character === ";") {
      push(false);
      after = ";";
    } else if ((character === "&" || character === "|") && line[index + 1] === character) {
      push(false);
      after = character === "&" ? "&&" : "||";
      index++;
    } else if (character === "&" && line[index - 1] !== ">") {
      push(true);
      after = ";";
    } else text += character;
  }
  push(false);
  return commands;
}

/** A loop: `for i in 1 2 3; do COMMAND; done`, also over `$(seq 13)` and `{1..13}`. */
export interface ShellLoop {
  readonly variable: string;
  readonly values: readonly string[];
  readonly body: string;
}

/** The loop that a command is; null = it is none. */
export function shellLoop(text: string): ShellLoop | null {
  const match = /^for\s+(\w+)\s+in\s+(.+?)\s*;\s*do\s+(.+?)\s*;?\s*done$/.exec(text);
  if (match === null) return null;
  const [, variable, list, body] = match;
  return { variable, values: list.split(/\s+(?![^(]*\))/).flatMap(expanded), body };
}

/** The body of a loop for one value. */
export function withVariable(body: string, variable: string, value: string): string {
  return body.replace(new RegExp(`\\$(?:${variable}\\b|\\{${variable}\\})`, "g"), () => value);
}

function expanded(word: string): string[] {
  const sequence = /^\$\(seq(?:\s+(\d+))?\s+(\d+)\)$/.exec(word) ?? /^\{(\d+)\.\.(\d+)\}$/.exec(word);
  if (sequence === null) return [word];
  const from = Number(sequence[1] ?? 1);
  return Array.from({ length: Math.max(0, Number(sequence[2]) - from + 1) }, (_, index) => String(from + index));
}

/** Characters from a `for` to its own `done`; 0 = no loop begins here. */
function loopLength(text: string): number {
  if (!/^for\s+\w+\s+in\s/.test(text)) return 0;
  let depth = 0;
  for (const { 0: word, index } of text.matchAll(/\bfor\s+\w+\s+in\s|(?<=[;&]\s*)done(?=[\s;&|]|$)/g)) {
    depth += word === "done" ? -1 : 1;
    if (depth === 0) return index + word.length;
  }
  return 0;
}

/** What stands inside a loop keeps its own. */
function withoutRedirection(text: string): { kept: string; isSilent: boolean } {
  const loop = loopLength(text);
  if (loop > 0) {
    const { kept, isSilent } = withoutRedirection(text.slice(loop));
    return { kept: text.slice(0, loop) + kept, isSilent };
  }
  const kept = text.replace(/\s*2>&1/g, "").replace(/\s*2>\s*\/dev\/null/g, "");
  const silent = kept.replace(/\s*&?>\s*\/dev\/null/g, "");
  return { kept: silent, isSilent: silent !== kept };
}

function endOfQuote(line: string, start: number): number {
  for (let index = start + 1; index < line.length; index++) {
    if (line[index] === "\\" && line[start] === '"') index++;
    else if (line[index] === line[start]) return index;
  }
  return line.length - 1;
}

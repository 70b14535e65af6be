/** One word of a command line. */
export interface ShellWord {
  /** Without quotes and escapes. */
  readonly text: string;
  /** Where it begins in the line, in UTF-16 units. */
  readonly offset: number;
}

export type ShellWords =
  | { readonly ok: true; readonly words: readonly ShellWord[] }
  | { readonly ok: false; readonly error: string; readonly offset: number };

/**
 * Splits a line as a POSIX shell splits a simple command: blanks separate, quotes and backslashes keep together.
 * Nothing is expanded: variables, globs and redirections stand for themselves.
 *
 * @see POSIX.1-2017 Shell Command Language 2.2 Quoting
 */
export function splitShellWords(line: string): ShellWords {
  const words: ShellWord[] = [];
  let at = 0;
  while (at < line.length) {
    if (isBlank(line[at])) {
      at++;
      continue;
    }
    const offset = at;
    let text = "";
    while (at < line.length && !isBlank(line[at])) {
      const character = line[at++];
      if (character === "'" || character === '"') {
        const closed = readQuoted(line, at, character);
        if (closed === null) return { ok: false, error: "unterminated quote", offset: at - 1 };
        text += closed.text;
        at = closed.end;
      } else if (character === "\\" && at < line.length) text += line[at++];
      else text += character;
    }
    words.push({ text, offset });
  }
  return { ok: true, words };
}

/** The quoted text that begins at `from`, and where its closing quote ends; null when it is never closed. */
function readQuoted(line: string, from: number, quote: string): { text: string; end: number } | null {
  let text = "";
  for (let at = from; at < line.length; at++) {
    if (line[at] === quote) return { text, end: at + 1 };
    // Between double quotes a backslash only escapes what would be special there.
    if (quote === '"' && line[at] === "\\" && '"\\$`'.includes(line[at + 1] ?? " ")) at++;
    text += line[at];
  }
  return null;
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}

import type { Source } from "../scenario/source-text.js";
import { textPieces, Unreadable } from "../scenario/text-pieces.js";

/** A line of a file without its end, from 1; or why the file cannot be read on, after which no line follows. */
export type TextLine =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly error: string };

/** Longer ones come only from files that have no lines, and would fill the memory. */
const LONGEST_LINE = 100_000_000;

/**
 * The lines of a text one by one, so that a large file never is one string. Bytes are UTF-8 or, with a byte order mark,
 * UTF-16, and may be compressed with gzip. Lines end with LF or CRLF; the empty text after the last end is no line.
 *
 * Rejects with whatever the stream itself fails with.
 */
export async function* textLines(source: Source): AsyncIterableIterator<TextLine> {
  let rest = "";
  let line = 1;
  try {
    for await (const piece of textPieces(source)) {
      const parts = piece.split("\n");
      parts[0] = rest + parts[0];
      rest = parts.pop()!;
      for (const part of parts) yield { line: line++, text: withoutReturn(part) };
      if (rest.length > LONGEST_LINE) throw new Unreadable("not text: a line is too long");
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    yield { line, error: error.message };
    return;
  }
  if (rest !== "") yield { line, text: withoutReturn(rest) };
}

function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

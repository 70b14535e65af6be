import type { Source } from "../scenario/source-text.js";

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
    for await (const piece of texts(source)) {
      const parts = piece.split("\n");
      parts[0] = rest + parts[0];
      rest = parts.pop()!;
      for (const part of parts) yield { line: line++, text: withoutReturn(part) };
      if (rest.length > LONGEST_LINE) throw new Unreadable("the line is too long");
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    yield { line, error: error.message };
    return;
  }
  if (rest !== "") yield { line, text: withoutReturn(rest) };
}

/** Why bytes are no lines of text; never leaves this file. */
class Unreadable extends Error {}

function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

async function* texts(source: Source): AsyncIterableIterator<string> {
  if (typeof source === "string") {
    yield source.startsWith("\uFEFF") ? source.slice(1) : source;
    return;
  }
  let decoder: TextDecoder | null = null;
  for await (const bytes of unpacked(source instanceof Uint8Array ? [source] : source)) {
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    yield decoded(decoder, bytes);
  }
  if (decoder !== null) yield decoded(decoder);
}

/** @param bytes none = the end */
function decoded(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    throw new Unreadable("not text: it must be UTF-8");
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

/** The bytes without compression, if there is any. The first piece is long enough to tell what they are. */
async function* unpacked(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  const pieces = withLongStart(source);
  const { done, value: first } = await pieces.next();
  if (done) return;
  const all = (async function* () {
    yield first;
    yield* pieces;
  })();
  const isCompressed = first[0] === 0x1f && first[1] === 0x8b;
  yield* isCompressed ? decompressed(all) : all;
}

/** The same bytes with at least two in the first piece, if there are that many. */
async function* withLongStart(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
  let start = new Uint8Array();
  let isLong = false;
  for await (const bytes of source) {
    if (isLong) {
      yield bytes;
      continue;
    }
    const joined = new Uint8Array(start.length + bytes.length);
    joined.set(start);
    joined.set(bytes, start.length);
    start = joined;
    isLong = start.length >= 2;
    if (isLong) yield start;
  }
  if (!isLong && start.length > 0) yield start;
}

async function* decompressed(pieces: AsyncIterableIterator<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  let isSourceBroken = false;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(Uint8Array.from(value));
      } catch (error) {
        isSourceBroken = true;
        throw error;
      }
    },
  });
  const reader = compressed.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
  } catch (error) {
    if (isSourceBroken || error instanceof Unreadable) throw error;
    throw new Unreadable("its compression with gzip is damaged");
  }
}

import type { Source } from "./source-text.js";

/** Why bytes cannot be used as text, as the end of a sentence that begins with the file's name and `is`. */
export class Unreadable extends Error {}

/** What a text may be. */
export interface TextLimits {
  /** For the sentence that refuses: `a YAML file`. */
  readonly what: string;
  /** It must have fewer; counted without compression. Of a text that is there as a whole: characters. */
  readonly largestBytes: number;
  /** The same in words. */
  readonly largest: string;
  readonly mayBeCompressed: boolean;
}

const NO_LIMITS: TextLimits = { what: "", largestBytes: Number.POSITIVE_INFINITY, largest: "", mayBeCompressed: true };

/** Text that is there as a whole is handed on in pieces too, so that what is made of a piece stays small. */
const LONGEST_PIECE = 65_536;

/**
 * A text piece by piece, cut anywhere, so that a large file never is one string. Bytes are UTF-8 or, with a byte order
 * mark, UTF-16, and may be compressed with gzip; the mark is left out.
 *
 * @throws Unreadable when they are no text or beyond the limits; whatever the stream itself fails with
 */
export async function* textPieces(source: Source, limits: TextLimits = NO_LIMITS): AsyncIterableIterator<string> {
  if (typeof source === "string") {
    checkSize(source.length, limits);
    const start = source.startsWith("\uFEFF") ? 1 : 0;
    for (let at = start; at < source.length; at += LONGEST_PIECE) yield source.slice(at, at + LONGEST_PIECE);
    return;
  }
  let decoder: TextDecoder | null = null;
  let size = 0;
  for await (const bytes of unpacked(source instanceof Uint8Array ? piecesOf(source) : source, limits)) {
    size += bytes.length;
    checkSize(size, limits);
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    yield decoded(decoder, bytes);
  }
  if (decoder !== null) yield decoded(decoder);
}

function checkSize(size: number, { what, largestBytes, largest }: TextLimits): void {
  if (size >= largestBytes) throw new Unreadable(`too large: ${what} must be smaller than ${largest}`);
}

function* piecesOf(bytes: Uint8Array): IterableIterator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += LONGEST_PIECE) yield bytes.subarray(at, at + LONGEST_PIECE);
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
async function* unpacked(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { what, mayBeCompressed }: TextLimits,
): AsyncIterableIterator<Uint8Array> {
  const pieces = withLongStart(source);
  const { done, value: first } = await pieces.next();
  if (done) return;
  const all = (async function* () {
    yield first;
    yield* pieces;
  })();
  const isCompressed = first[0] === 0x1f && first[1] === 0x8b;
  try {
    if (isCompressed && !mayBeCompressed) throw new Unreadable(`compressed: ${what} must be plain text`);
    yield* isCompressed ? decompressed(all) : all;
  } finally {
    // Whoever reads no further lets go of the file.
    await pieces.return?.();
  }
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

/** What is handed to the decompressor at once: it makes all that comes of it before it waits for a reader. */
const LONGEST_COMPRESSED = 4096;

async function* decompressed(pieces: AsyncIterableIterator<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  const { readable, writable } = new DecompressionStream("gzip");
  const reader = readable.getReader();
  const writer = writable.getWriter();
  let sourceFailure: { readonly error: unknown } | null = null;
  // Written one after another: a piped stream would hold hundreds of megabytes of a large file.
  const feed = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await pieces.next().catch((error: unknown) => {
        sourceFailure = { error };
        throw error;
      });
      if (done) return writer.close();
      for (let at = 0; at < value.length; at += LONGEST_COMPRESSED)
        await writer.write(new Uint8Array(value.subarray(at, at + LONGEST_COMPRESSED)));
    }
  };
  // Whatever fails here fails in the reader, too.
  feed().catch((error: unknown) => writer.abort(error).catch(() => {}));
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
  } catch {
    if (sourceFailure !== null) throw (sourceFailure as { readonly error: unknown }).error;
    throw new Unreadable("damaged: gzip cannot unpack it");
  } finally {
    await reader.cancel().catch(() => {});
  }
}

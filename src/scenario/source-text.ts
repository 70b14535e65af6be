/** Text, bytes (UTF-8 or UTF-16), or a stream of bytes (contract §9). */
export type Source = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Supplies the files a scenario names; throws or rejects when there is none. */
export type ReadFile = (path: string) => Source | Promise<Source>;

/** A file's text, or why it has none. */
export type SourceText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string };

interface Limits {
  /** For the sentence that refuses: `a YAML file`. */
  readonly what: string;
  readonly largestBytes: number;
  readonly largest: string;
  readonly mayBeCompressed: boolean;
}

/** YAML files are written by people; whatever is larger than this was picked by mistake. */
const YAML_FILE: Limits = { what: "a YAML file", largestBytes: 10_000_000, largest: "10 MB", mayBeCompressed: false };

/** Traces, but for timestamps, are read whole; a text of more than half a billion characters is more than an engine's string can hold. */
const TRACE_FILE: Limits = { what: "a trace", largestBytes: 500_000_000, largest: "500 MB", mayBeCompressed: true };

/**
 * Reads a YAML file as text: byte order marks removed, UTF-16 with a mark decoded.
 *
 * Refused with a sentence: a file that is missing, has 10 MB or more, is compressed, or is not text.
 */
export function readYamlText(path: string, read: ReadFile): Promise<SourceText> {
  return readText(path, read, YAML_FILE);
}

/** Reads a trace as text, which may be compressed with gzip; otherwise as readYamlText, up to 500 MB. */
export function readTraceText(path: string, read: ReadFile): Promise<SourceText> {
  return readText(path, read, TRACE_FILE);
}

async function readText(path: string, read: ReadFile, limits: Limits): Promise<SourceText> {
  const { what, largestBytes, largest, mayBeCompressed } = limits;
  let content: string | Uint8Array | null;
  try {
    const source = await read(path);
    content = typeof source === "string" || source instanceof Uint8Array ? source : await collect(source, largestBytes);
    if (mayBeCompressed && content instanceof Uint8Array && isCompressed(content))
      content = await collect(decompress(content), largestBytes);
  } catch (error) {
    return fail(`cannot read ${JSON.stringify(path)}: ${reasonOf(error)}`);
  }
  if (content === null || content.length >= largestBytes)
    return fail(`${JSON.stringify(path)} is too large: ${what} must be smaller than ${largest}`);
  if (content instanceof Uint8Array && isCompressed(content))
    return fail(`${JSON.stringify(path)} is compressed: ${what} must be plain text`);
  const decoded = typeof content === "string" ? content : decode(content);
  if (decoded === null) return fail(`${JSON.stringify(path)} is not text: it must be UTF-8`);
  const text = decoded.startsWith("\uFEFF") ? decoded.slice(1) : decoded;
  if (text.includes("\0")) return fail(`${JSON.stringify(path)} is not text: it contains a NUL byte`);
  return { ok: true, text };
}

function isCompressed(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function* decompress(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
}

function fail(error: string): SourceText {
  return { ok: false, error };
}

/** The whole stream, or null as soon as it is too large. */
async function collect(stream: AsyncIterable<Uint8Array>, largestBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= largestBytes) return null;
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** The text of the bytes, null when they are none. A byte order mark chooses the encoding; without one it is UTF-8. */
function decode(bytes: Uint8Array): string | null {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Node's and a browser's ways of saying that there is no such file, in words; anything else as it says itself. */
export function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code === "ENOENT") return "no such file";
  if (code === "EISDIR") return "it is a directory, not a file";
  if (code === "EACCES") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}

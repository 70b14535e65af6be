/** Text, bytes (UTF-8 or UTF-16), or a stream of bytes (contract §9). */
export type Source = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Supplies the files a scenario names; throws or rejects when there is none. */
export type ReadFile = (path: string) => Source | Promise<Source>;

/** A file's text, or why it has none. */
export type SourceText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string };

/** YAML files are written by people; whatever is larger than this was picked by mistake. */
const LARGEST_YAML_BYTES = 10_000_000;

/**
 * Reads a YAML file as text: byte order marks removed, UTF-16 with a mark decoded.
 *
 * Refused with a sentence: a file that is missing, has 10 MB or more, is compressed, or is not text.
 */
export async function readYamlText(path: string, read: ReadFile): Promise<SourceText> {
  let content: string | Uint8Array | null;
  try {
    const source = await read(path);
    content = typeof source === "string" || source instanceof Uint8Array ? source : await collect(source);
  } catch (error) {
    return fail(`cannot read ${JSON.stringify(path)}: ${reasonOf(error)}`);
  }
  if (content === null || content.length >= LARGEST_YAML_BYTES)
    return fail(`${JSON.stringify(path)} is too large: a YAML file must be smaller than 10 MB`);
  if (content[0] === 0x1f && content[1] === 0x8b)
    return fail(`${JSON.stringify(path)} is compressed: YAML must be plain text`);
  const decoded = typeof content === "string" ? content : decode(content);
  if (decoded === null) return fail(`${JSON.stringify(path)} is not text: it must be UTF-8`);
  const text = decoded.startsWith("\uFEFF") ? decoded.slice(1) : decoded;
  if (text.includes("\0")) return fail(`${JSON.stringify(path)} is not text: it contains a NUL byte`);
  return { ok: true, text };
}

function fail(error: string): SourceText {
  return { ok: false, error };
}

/** The whole stream, or null as soon as it is too large. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= LARGEST_YAML_BYTES) return null;
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
function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code === "ENOENT") return "no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}

import { type TextLimits, textPieces, Unreadable } from "./text-pieces.js";

/** Text, bytes (UTF-8 or UTF-16), or a stream of bytes (contract §9). */
export type Source = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Supplies the files a scenario names; throws or rejects when there is none. */
export type ReadFile = (path: string) => Source | Promise<Source>;

/** A file's text, or why it has none. */
export type SourceText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string };

/** YAML files are written by people; whatever is larger than this was picked by mistake. */
const YAML_FILE: TextLimits = {
  what: "a YAML file",
  largestBytes: 10_000_000,
  largest: "10 MB",
  mayBeCompressed: false,
};

/** Traces, but for timestamps, are read whole; a text of more than half a billion characters is more than an engine's string can hold. */
const TRACE_FILE: TextLimits = { what: "a trace", largestBytes: 500_000_000, largest: "500 MB", mayBeCompressed: true };

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

async function readText(path: string, read: ReadFile, limits: TextLimits): Promise<SourceText> {
  const name = JSON.stringify(path);
  const pieces: string[] = [];
  try {
    for await (const piece of textPieces(await read(path), limits)) pieces.push(piece);
  } catch (error) {
    return fail(
      error instanceof Unreadable ? `${name} is ${error.message}` : `cannot read ${name}: ${reasonOf(error)}`,
    );
  }
  const text = pieces.join("");
  return text.includes("\0") ? fail(`${name} is not text: it contains a NUL byte`) : { ok: true, text };
}

function fail(error: string): SourceText {
  return { ok: false, error };
}

/** Node's and a browser's ways of saying that there is no such file, in words; anything else as it says itself. */
export function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code === "ENOENT") return `no such file${meant(error)}`;
  if (code === "EISDIR") return "it is a directory, not a file";
  if (code === "EACCES") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}

/** Whoever reads files may know one of a similar name. */
function meant(error: unknown): string {
  const nearest = typeof error === "object" && error !== null && "nearest" in error ? error.nearest : null;
  return typeof nearest === "string" ? `; did you mean ${JSON.stringify(nearest)}?` : "";
}

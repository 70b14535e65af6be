import { isScalar } from "yaml";
import type { Place } from "./diagnostics.js";
import type { Path, YamlDocument } from "./yaml-document.js";

/**
 * Where the character at `offset` of a text stands. A text with escapes, or folded from several lines, has no such
 * place that could be counted out: then it is where the text begins.
 */
export function placeInText(document: YamlDocument, path: Path, offset: number): Place {
  const place = document.place(path);
  const scalar = document.find(path);
  if (place.line === 0 || !isScalar(scalar) || typeof scalar.value !== "string" || !scalar.range) return place;
  const [start, end] = scalar.range;
  const isQuoted = scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE";
  const isLiteral = end - start === scalar.value.length + (isQuoted ? 2 : 0);
  return isLiteral && (isQuoted || scalar.type === "PLAIN")
    ? { ...place, column: place.column + offset + (isQuoted ? 1 : 0) }
    : place;
}

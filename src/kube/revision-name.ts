import { quote } from "./go-format.js";
import { parseAtoi } from "./go-parse.js";

const CONSONANTS = "bcdfghjklmnpqrstvwxyz";

export interface RevisionNameContext {
  readonly service: string;
  /** Of the Service as it is, 0 before its creation: the name is for the next. */
  readonly generation: number;
  /** A uniform whole number in [0, n). */
  randomIndex(n: number): number;
}

/** A revision's name, null when the server is to number it; or what is wrong with its template. */
export type RevisionName =
  | { readonly ok: true; readonly name: string | null }
  | { readonly ok: false; readonly error: string };

/**
 * Fills in a `--revision-name`: `{{.Service}}`, `{{.Generation}}`, `{{.Random 5}}`; the service's name and a dash are put
 * before it where they are missing. An empty name leaves the naming to the server.
 *
 * Simplification: of Go's template language only these three.
 *
 * @see knative/client pkg/serving/revision_template.go (GenerateRevisionName)
 */
export function revisionName(template: string, context: RevisionNameContext): RevisionName {
  let error: string | null = null;
  const filled = template.replace(/\{\{(.*?)(\}\}|$)/g, (whole, inner: string, close: string) => {
    const [field, argument, ...surplus] = inner
      .replace(/^-\s|\s-$/g, "")
      .trim()
      .split(/\s+/);
    if (close !== "" && surplus.length === 0) {
      if (field === ".Service" && argument === undefined) return context.service;
      if (field === ".Generation" && argument === undefined) return String(context.generation + 1);
      const length = field === ".Random" && argument !== undefined ? parseAtoi(argument) : null;
      if (length?.ok && length.value >= 0 && length.value <= 63) return consonants(length.value, context);
    }
    error ??= `template: revisionName:1: cannot evaluate ${quote(whole)}`;
    return "";
  });
  if (error !== null) return { ok: false, error };
  if (filled === "") return { ok: true, name: null };
  const prefix = `${context.service}-`;
  return { ok: true, name: filled.startsWith(prefix) ? filled : prefix + filled };
}

function consonants(length: number, { randomIndex }: RevisionNameContext): string {
  return Array.from({ length }, () => CONSONANTS[randomIndex(CONSONANTS.length)]).join("");
}

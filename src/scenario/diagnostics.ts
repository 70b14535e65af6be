import { compareBytes } from "../kube/byte-order.js";
import { nearestName } from "./nearest-name.js";
import type { Position } from "./scenario.js";
import type { WarningId } from "./warning-ids.js";

/** What kind of problem it is; stable, so that scripts can select by it (contract details, part D and A35). */
export type DiagnosticId =
  | "E-syntax"
  | "E-key"
  | "E-type"
  | "E-range"
  | "E-ref"
  | "E-file"
  | "E-knative"
  | "E-expect"
  | "E-set"
  | "E-duplicate"
  | WarningId;

/** One thing wrong with what the user wrote: a value, never an exception. */
export interface Diagnostic {
  readonly id: DiagnosticId;
  readonly severity: "error" | "warning";
  /** As given by the user; `--set #2` when the value came from there. */
  readonly file: string;
  /** From 1; 0 when the place has no line (a `--set`). */
  readonly line: number;
  readonly column: number;
  /** Where in the document: `traffic[1].to`; empty = the document itself. */
  readonly path: string;
  readonly message: string;
  /** The whole as Knative prints it, paths and all, when the message is Knative's. */
  readonly text?: string;
  /** What was probably meant, ready to be typed instead. */
  readonly suggestion?: string;
}

/** `file:line:column: error: message; did you mean "x"?` */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { severity, file, line, column, suggestion } = diagnostic;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const meant = suggestion === undefined ? "" : `; did you mean ${JSON.stringify(suggestion)}?`;
  return `${place}: ${severity}: ${diagnostic.text ?? diagnostic.message}${meant}`;
}

/** Thrown when a scenario does not load; carries every problem found, warnings included. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(
      diagnostics
        .filter(({ severity }) => severity === "error")
        .map(formatDiagnostic)
        .join("\n"),
    );
  }
}

/** A position together with the path that leads there. */
export interface Place extends Position {
  readonly path: string;
}

/** Gathers problems while a scenario loads, so that all of them are shown together. */
export class DiagnosticList {
  private readonly diagnostics: Diagnostic[] = [];
  private readonly known = new Set<string>();
  private errors = 0;

  error(id: DiagnosticId, place: Place, message: string, suggestion?: string | null): void {
    this.errors++;
    this.add({ id, severity: "error", ...place, message, ...meant(suggestion) });
  }

  /** A problem in Knative's own words; `place.path` holds Knative's paths. */
  knative(place: Place, { message, text }: { readonly message: string; readonly text: string }): void {
    this.errors++;
    this.add({ id: "E-knative", severity: "error", ...place, message, text });
  }

  warning(id: WarningId, place: Place, message: string, suggestion?: string | null): void {
    this.add({ id, severity: "warning", ...place, message, ...meant(suggestion) });
  }

  /** Whether a key has been found misspelt that was meant to be this one. */
  suggests(key: string): boolean {
    return this.diagnostics.some(({ id, suggestion }) => id === "E-key" && suggestion === key);
  }

  /** An unknown name, with the closest accepted one as the suggestion. */
  unknownName(id: DiagnosticId, place: Place, message: string, found: string, accepted: Iterable<string>): void {
    this.error(id, place, message, nearestName(found, accepted));
  }

  get errorCount(): number {
    return this.errors;
  }

  /** By file in the order of their first problem, then by place; equal places in the order of finding. */
  sorted(): Diagnostic[] {
    const files = [...new Set(this.diagnostics.map(({ file }) => file))];
    return this.diagnostics
      .map((diagnostic, index) => ({ diagnostic, index }))
      .sort(
        (left, right) =>
          files.indexOf(left.diagnostic.file) - files.indexOf(right.diagnostic.file) ||
          left.diagnostic.line - right.diagnostic.line ||
          left.diagnostic.column - right.diagnostic.column ||
          left.index - right.index,
      )
      .map(({ diagnostic }) => diagnostic);
  }

  private add(diagnostic: Diagnostic): void {
    // One file may be read through several keys; its problem is one problem.
    const text = formatDiagnostic(diagnostic);
    if (this.known.has(text)) return;
    this.known.add(text);
    this.diagnostics.push(diagnostic);
  }
}

function meant(suggestion: string | null | undefined): { readonly suggestion?: string } {
  return suggestion === undefined || suggestion === null ? {} : { suggestion };
}

/** Names for a message: `"a", "b" or "c"`, or with `and`; sorted by byte order when `sort` is asked for. */
export function listNames(
  names: Iterable<string>,
  options: { readonly sort?: boolean; readonly word?: "or" | "and" } = {},
): string {
  const quoted = [...names];
  if (options.sort) quoted.sort(compareBytes);
  const texts = quoted.map((name) => JSON.stringify(name));
  if (texts.length < 2) return texts.join("");
  return `${texts.slice(0, -1).join(", ")} ${options.word ?? "or"} ${texts[texts.length - 1]}`;
}

import { compareBytes } from "../kube/byte-order.js";
import { nearestName } from "./nearest-name.js";
import type { Position } from "./scenario.js";

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
  | `W-${string}`;

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
  /** What was probably meant, ready to be typed instead. */
  readonly suggestion?: string;
}

/** `file:line:column: error: message; did you mean "x"?` */
export function formatDiagnostic({ severity, file, line, column, message, suggestion }: Diagnostic): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const meant = suggestion === undefined ? "" : `; did you mean ${JSON.stringify(suggestion)}?`;
  return `${place}: ${severity}: ${message}${meant}`;
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
  private errors = 0;

  error(id: DiagnosticId, place: Place, message: string, suggestion?: string | null): void {
    this.errors++;
    this.add("error", id, place, message, suggestion);
  }

  warning(id: `W-${string}`, place: Place, message: string): void {
    this.add("warning", id, place, message);
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

  private add(
    severity: "error" | "warning",
    id: DiagnosticId,
    place: Place,
    message: string,
    suggestion?: string | null,
  ): void {
    const { file, line, column, path } = place;
    const meant = suggestion === undefined || suggestion === null ? {} : { suggestion };
    const diagnostic: Diagnostic = { id, severity, file, line, column, path, message, ...meant };
    // One file may be read through several keys; its problem is one problem.
    const text = formatDiagnostic(diagnostic);
    if (!this.diagnostics.some((known) => known.id === id && formatDiagnostic(known) === text))
      this.diagnostics.push(diagnostic);
  }
}

/** Names for a message: `"a", "b" or "c"`; sorted by byte order when `sort` is asked for. */
export function listNames(names: Iterable<string>, options: { readonly sort?: boolean } = {}): string {
  const quoted = [...names];
  if (options.sort) quoted.sort(compareBytes);
  const texts = quoted.map((name) => JSON.stringify(name));
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts[texts.length - 1]}`;
}

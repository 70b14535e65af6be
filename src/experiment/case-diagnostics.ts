import { type Diagnostic, type DiagnosticId, DiagnosticList } from "../scenario/diagnostics.js";
import { parseYaml, pathText, type YamlDocument } from "../scenario/yaml-document.js";
import type { CaseProblem } from "./recorded-case.js";

/** What makes the difference between kinds of problems in scenarios does so here. */
const IDS: Readonly<Record<CaseProblem["kind"], DiagnosticId>> = {
  syntax: "E-syntax",
  unknown: "E-key",
  type: "E-type",
};

/** Problems of the case in a line of a file as diagnostics, with the column where each stands. */
export function caseDiagnostics(
  problems: readonly CaseProblem[],
  { file, line, text }: { readonly file: string; readonly line: number; readonly text: string },
): Diagnostic[] {
  const isJson = problems.every(({ kind }) => kind !== "syntax");
  const document = isJson ? documentOf(text) : null;
  return problems.map(({ path, kind, message, suggestion }) => ({
    id: IDS[kind],
    severity: "error",
    file,
    line,
    column: document === null ? 1 : document.keyPlaceOf(path).column,
    path: pathText(path),
    message: path.length > 0 ? `${pathText(path)}: ${message}` : message,
    ...(suggestion === null ? {} : { suggestion }),
  }));
}

/** The line once more, with the places of its parts: JSON is YAML. */
function documentOf(text: string): YamlDocument | null {
  return parseYaml("", text, new DiagnosticList())?.[0] ?? null;
}

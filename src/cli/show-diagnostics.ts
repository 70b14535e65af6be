import { type Diagnostic, formatDiagnostic } from "../scenario/diagnostics.js";
import { styled, type Terminal } from "./terminal.js";

/** Prints diagnostics to standard error, one a line, `error` and `warning` coloured on a terminal. */
export function showDiagnostics(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  for (const diagnostic of diagnostics) {
    const { severity } = diagnostic;
    const word = styled(severity, severity === "error" ? "red" : "yellow", terminal.colour.remarks);
    // The place comes first and may hold any text, so only the word after it is coloured.
    terminal.remark(`${formatDiagnostic(diagnostic).replace(`: ${severity}: `, () => `: ${word}: `)}\n`);
  }
}

/** `2 errors, 1 warning`; empty when there is nothing. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  return [
    ...(errors > 0 ? [`${errors} error${errors === 1 ? "" : "s"}`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? "" : "s"}`] : []),
  ].join(", ");
}

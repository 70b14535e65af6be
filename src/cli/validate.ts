import type { Diagnostic } from "../scenario/diagnostics.js";
import type { Command, Values } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { countDiagnostics, showDiagnostics } from "./show-diagnostics.js";
import type { Terminal } from "./terminal.js";
import { UserError } from "./user-error.js";

/** `knsim validate FILE…`: checks scenarios and Knative manifests, simulates nothing (contract §7, details A40). */
export const validateCommand: Command = {
  name: "validate",
  positionals: [{ name: "file", many: true, description: "scenarios or manifests; - reads standard input" }],
  summary: "checks scenarios and Knative manifests, simulates nothing",
  options: {
    json: { kind: "flag", description: "prints {ok, errors, warnings} as JSON" },
    strict: { kind: "flag", description: "exit status 1 also for warnings" },
    allow: { kind: "texts", value: "ID", description: "hides warnings with this id, such as W-volume; repeatable" },
    "skip-bad-lines": { kind: "flag", description: "leaves out bad lines of traces, with a warning" },
    quiet: { kind: "flag", description: "prints nothing about files that are fine" },
    "no-color": { kind: "flag", description: "no colours; so does the variable NO_COLOR" },
  },
  run: validate,
};

async function validate(values: Values, terminal: Terminal): Promise<ExitStatus> {
  const allowed = await allowedWarnings(values.texts("allow"));
  const found: Diagnostic[] = [];
  let isUnreadable = false;
  for (const file of values.texts("file")) {
    const judgement = await judge(file, values.flag("skip-bad-lines"));
    const diagnostics = judgement.diagnostics.filter(
      ({ severity, id }) => severity === "error" || !allowed.includes(id),
    );
    isUnreadable ||= !judgement.isReadable;
    found.push(...diagnostics);
    if (values.flag("json")) continue;
    showDiagnostics(diagnostics, terminal);
    if (!values.flag("quiet") || diagnostics.length > 0)
      terminal.print(`${file}: ${countDiagnostics(diagnostics) || "ok"}\n`);
  }
  const errors = found.filter(({ severity }) => severity === "error");
  const warnings = found.filter(({ severity }) => severity === "warning");
  const isFine = errors.length === 0 && !(values.flag("strict") && warnings.length > 0);
  if (values.flag("json"))
    terminal.print(`${JSON.stringify({ ok: isFine, errors: errors.map(asJson), warnings: warnings.map(asJson) })}\n`);
  if (isUnreadable) return ExitStatus.badInput;
  return isFine ? ExitStatus.fine : ExitStatus.no;
}

/** @throws UserError for what is no id of a warning */
async function allowedWarnings(ids: readonly string[]): Promise<readonly string[]> {
  const { WARNING_IDS } = await import("../scenario/warning-ids.js");
  const { nearestName } = await import("../scenario/nearest-name.js");
  const known: readonly string[] = WARNING_IDS;
  const messages = ids
    .filter((id) => !known.includes(id))
    .map((id) => {
      const nearest = nearestName(id, known);
      const meant = nearest === null ? `there are ${known.join(", ")}` : `did you mean ${JSON.stringify(nearest)}?`;
      return `--allow: no warning has the id ${JSON.stringify(id)}; ${meant}`;
    });
  if (messages.length > 0) throw new UserError(messages);
  return ids;
}

/** What is wrong with a file, and whether it could be read at all. */
async function judge(file: string, skipBadLines: boolean) {
  const { validateFile } = await import("./library.js");
  const { findFiles, readInput } = await import("./input-files.js");
  let isReadable = true;
  const read = async (path: string) => {
    try {
      return await readInput(path);
    } catch (error) {
      isReadable &&= path !== file;
      throw error;
    }
  };
  const diagnostics = await validateFile(file, read, { glob: findFiles, skipBadLines });
  return { isReadable, diagnostics };
}

/** The keys of contract §7 in its order, then the suggestion where there is one. */
function asJson({ id, file, line, column, path, message, text, suggestion }: Diagnostic): object {
  return { id, file, line, column, path, message, text: text ?? message, suggestion };
}

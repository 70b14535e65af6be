import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { InvariantError } from "../engine/invariant.js";
import type { Terminal } from "./terminal.js";

/** What was going on when knsim failed. */
export interface Circumstances {
  /** Of the run in which it happened; null outside of a run. */
  readonly run: { readonly scenario: string; readonly seed: string; readonly completed: unknown } | null;
  readonly args: readonly string[];
  readonly version: string;
}

/**
 * Says that knsim itself is wrong, where it happened and with which seed, and leaves a file to attach to a report: in the
 * working directory, or in the folder for temporary files when that cannot be written.
 */
export function reportDefect(error: unknown, circumstances: Circumstances, terminal: Terminal): void {
  const { run } = circumstances;
  const name = `knsim-defect${run === null ? "" : `-${run.scenario}`}.txt`;
  const file = [".", tmpdir()].map((folder) => join(folder, name)).find((path) => wrote(path, error, circumstances));
  const lines = [
    `knsim: defect: ${messageOf(error)}`,
    ...(error instanceof InvariantError ? [`  event: ${detailsText(error.details)}`] : []),
    ...(run === null ? [] : [`  scenario: ${run.scenario}, seed: ${run.seed}`]),
    "This is a mistake in knsim, not in what you wrote.",
    file === undefined
      ? "Please report it with this message."
      : `Please report it with this file attached: ${resolve(file)}`,
  ];
  terminal.remark(`${lines.join("\n")}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `revision=hello-00001 t=62.500000s`: instants in seconds, everything else as it is. */
function detailsText(details: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(details).map(([key, value]) => {
    const isInstant = typeof value === "number" && (key === "t" || key.endsWith("Us"));
    return isInstant ? `${key.replace(/Us$/, "")}=${(value / 1e6).toFixed(6)}s` : `${key}=${text(value)}`;
  });
  return parts.length === 0 ? "not known" : parts.join(" ");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

function wrote(path: string, error: unknown, { run, args, version }: Circumstances): boolean {
  const parts = [
    `knsim ${version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `arguments: ${args.map(text).join(" ")}`,
    ...(run === null ? [] : [`scenario: ${run.scenario}`, `seed: ${run.seed}`]),
    error instanceof InvariantError ? `details: ${text(error.details)}` : "",
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    run === null ? "" : JSON.stringify(run.completed, null, 2),
  ];
  try {
    writeFileSync(path, `${parts.filter((part) => part !== "").join("\n\n")}\n`);
    return true;
  } catch {
    return false;
  }
}

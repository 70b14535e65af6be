import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Lab } from "../lab/lab.js";
import type { KnVersion, LabFiles } from "../lab/lab-session.js";
import { quotedForShell } from "../lab/shell-quoting.js";
import type { Scenario } from "../scenario/scenario.js";
import type { Command, Values } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import { LineReader, Screen } from "./line-reader.js";
import { favourQuickStart } from "./quick-start.js";
import { checkOutput, writeReport } from "./report-folder.js";
import { showDiagnostics } from "./show-diagnostics.js";
import type { Terminal } from "./terminal.js";
import { explaining, UserError } from "./user-error.js";

/** `knsim lab [FILE…]`: a cluster on a virtual clock at a prompt, or a script with its transcript (contract §8). */
export const labCommand: Command = {
  name: "lab",
  positionals: [
    { name: "file", many: true, isOptional: true, description: "a script to play, or a scenario to start from" },
  ],
  summary: "a cluster on a virtual clock at a prompt: kn, kubectl, curl, hey, sleep; plays scripts as well",
  options: {
    scenario: { kind: "text", value: "FILE", description: "the cluster to start from (default: an empty one)" },
    kn: { kind: "text", value: "VERSION", description: "0.26: speaks like that older client" },
    seed: { kind: "text", value: "N", description: "instead of the scenario's seed; any text" },
    "skip-bad-lines": { kind: "flag", description: "leaves out bad lines of the scenario's traces, with a warning" },
    "no-color": { kind: "flag", description: "no colours; so does the variable NO_COLOR" },
  },
  run: lab,
};

async function lab(values: Values, terminal: Terminal): Promise<ExitStatus> {
  const knVersion = versionOf(values.text("kn"));
  const { scenarioFile, scriptFile } = await sortedFiles(values);
  const scenario = scenarioFile === null ? undefined : await loadStart(scenarioFile, values, terminal);
  if (scenario === null) return ExitStatus.badInput;
  const script = await scriptText(scriptFile);
  const isAttended = process.stdin.isTTY === true;
  const reader = isAttended ? new LineReader() : null;
  const { Lab } = await import("../lab/lab.js");
  const screen = new Screen(terminal);
  const created = await Lab.create({
    scenario,
    invocation: invocationOf(scenarioFile, values),
    seed: values.text("seed") ?? undefined,
    knVersion,
    files: labFiles(),
    learner: reader,
    breathe: reader === null ? null : () => reader.breathe(),
    print: (text) => screen.print(text),
  });
  reader?.serve(created, screen);
  try {
    if (script === null) return await converse(created, reader!, screen);
    const { playScript } = await import("../lab/script.js");
    const isFine = await playScript(script, created, (text) => screen.print(text));
    return isFine ? ExitStatus.fine : ExitStatus.no;
  } finally {
    reader?.close();
  }
}

/** Reads lines until `exit` or the end of the input. */
async function converse(created: Lab, reader: LineReader, screen: Screen): Promise<ExitStatus> {
  screen.print('A Knative cluster on a virtual clock. Type "help" to see what there is, "exit" to leave.\n');
  while (!created.hasEnded) {
    const line = await reader.ask(`[${created.clock}] $ `);
    if (line === null) {
      screen.print("\n");
      break;
    }
    await created.run(line);
  }
  return ExitStatus.fine;
}

/** What of the command line bears on what happens. */
function invocationOf(scenarioFile: string | null, values: Values): string {
  const options = ["seed", "kn"].flatMap((name) => {
    const value = values.text(name);
    return value === null ? [] : [`--${name}`, quotedForShell(value)];
  });
  const scenario = scenarioFile === null ? [] : ["--scenario", quotedForShell(basename(scenarioFile))];
  const skipping = values.flag("skip-bad-lines") ? ["--skip-bad-lines"] : [];
  return ["knsim", "lab", ...scenario, ...options, ...skipping].join(" ");
}

function versionOf(text: string | null): KnVersion {
  if (text === null || text === "current") return "current";
  if (/^v?0\.26(\.\d+)?$/.test(text)) return "0.26";
  throw new UserError([`option "--kn": expected 0.26 or current, found ${JSON.stringify(text)}`]);
}

/** Of the files of the command line a scenario is where the lab starts, anything else is a script (contract details A36). */
async function sortedFiles(values: Values): Promise<{ scenarioFile: string | null; scriptFile: string | null }> {
  let scenarioFile = values.text("scenario");
  let scriptFile: string | null = null;
  for (const file of values.texts("file")) {
    if (await isScenario(file)) {
      if (scenarioFile !== null) throw new UserError([`two scenarios to start from: ${scenarioFile} and ${file}`]);
      scenarioFile = file;
    } else {
      if (scriptFile !== null) throw new UserError([`two scripts to play: ${scriptFile} and ${file}`]);
      scriptFile = file;
    }
  }
  return { scenarioFile, scriptFile };
}

async function isScenario(file: string): Promise<boolean> {
  if (file === "-" || !/\.ya?ml$/i.test(file)) return false;
  const text = await explaining(`read ${JSON.stringify(file)}`, () => readFile(file, "utf8"));
  return /^kind:\s*["']?Scenario\b/m.test(text);
}

async function loadStart(file: string, values: Values, terminal: Terminal): Promise<Scenario | null> {
  const { loadScenario, ScenarioError } = await import("./library.js");
  const { findFiles, readInput } = await import("./input-files.js");
  try {
    const { scenario, diagnostics } = await loadScenario(file, readInput, {
      seed: values.text("seed") ?? undefined,
      glob: findFiles,
      holdTraces: true,
      skipBadLines: values.flag("skip-bad-lines"),
    });
    showDiagnostics(diagnostics, terminal);
    return scenario;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    showDiagnostics(error.diagnostics, terminal);
    return null;
  }
}

/** The script to play; null = there is a person at the terminal. */
async function scriptText(file: string | null): Promise<string | null> {
  if (file !== null && file !== "-") return explaining(`read ${JSON.stringify(file)}`, () => readFile(file, "utf8"));
  if (process.stdin.isTTY === true && file === null) return null;
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
  return text;
}

function labFiles(): LabFiles {
  return {
    readText: (path) => readFile(path, "utf8"),
    async writeReport(folder, files) {
      const [out, name] = [dirname(folder), basename(folder)];
      await import("./library.js");
      favourQuickStart();
      await checkOutput(out, [name]);
      return writeReport(out, name, files, new AbortController().signal);
    },
  };
}

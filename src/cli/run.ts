import { stat } from "node:fs/promises";
import { BASELINE_OPTION } from "./baseline-option.js";
import type { Command } from "./command.js";
import { CommandThread, LARGE_YOUNG_MEBIBYTES } from "./command-thread.js";
import { FORCE_OPTION } from "./cost-check.js";
import { interruptible } from "./interruption.js";
import { DEFAULT_OUT, discardDrafts } from "./report-folder.js";
import { SEED_OPTIONS } from "./seed-options.js";

const THREAD = "./run-thread.js";

/** Scenarios of more than this hold hundreds of services. */
const FLEET_BYTES = 65_536;

/** `knsim run FILE…`: simulates each scenario, writes a report folder for each, prints a summary. */
export const runCommand: Command = {
  name: "run",
  positionals: [{ name: "file", many: true, description: "scenarios; - reads one from standard input" }],
  summary: "simulates scenarios, writes a report folder for each, prints a summary",
  options: {
    out: { kind: "text", value: "DIR", description: `where report folders go (default: ${DEFAULT_OUT})` },
    ...SEED_OPTIONS,
    duration: { kind: "text", value: "D", description: "instead of the scenario's duration, such as 90s" },
    set: { kind: "texts", value: "PATH=VALUE", description: "changes a key of the scenario; repeatable" },
    "skip-bad-lines": { kind: "flag", description: "leaves out bad lines of traces, with a warning" },
    json: { kind: "flag", description: "prints the summary as JSON, one line per scenario" },
    baseline: BASELINE_OPTION,
    check: { kind: "flag", description: "exit status 1 if an expectation fails" },
    workers: { kind: "text", value: "N", description: "replications run at once (default: one per processor)" },
    "no-charts": { kind: "flag", description: "writes data only: no SVG, no PNG" },
    requests: { kind: "flag", description: "also writes requests.csv, one line per request" },
    "verbose-events": { kind: "flag", description: "events.jsonl also has a line for each request that failed" },
    force: FORCE_OPTION,
    quiet: { kind: "flag", description: "prints nothing but errors and failed expectations" },
    "no-color": { kind: "flag", description: "no colours; so does the variable NO_COLOR" },
  },
  thread: THREAD,
  async run(values, terminal, thread) {
    const out = values.text("out") ?? DEFAULT_OUT;
    // An interrupt that does not wait ends the thread before it can clear away what it was writing.
    const discard = () => discardDrafts(out);
    process.once("exit", discard);
    try {
      const files = values.texts("file");
      const fitting = (await bytesOf(files)) < FLEET_BYTES ? thread! : await largeThread(thread!);
      const readsInput = files.includes("-");
      return await interruptible((signal) => fitting.run({ values, terminal, signal, readsInput }));
    } finally {
      process.off("exit", discard);
    }
  },
};

/** Instead of the thread that has begun to load, which is ended. */
async function largeThread(small: CommandThread): Promise<CommandThread> {
  await small.dismiss();
  return new CommandThread(THREAD, LARGE_YOUNG_MEBIBYTES);
}

/** The length of all files together; what cannot be read counts as nothing here. */
async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

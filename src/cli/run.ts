import { BASELINE_OPTION } from "./baseline-option.js";
import type { Command } from "./command.js";
import { FORCE_OPTION } from "./cost-check.js";
import { interruptible } from "./interruption.js";
import { DEFAULT_OUT, discardDrafts } from "./report-folder.js";
import { SEED_OPTIONS } from "./seed-options.js";

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
  thread: "./run-thread.js",
  async run(values, terminal, thread) {
    const out = values.text("out") ?? DEFAULT_OUT;
    // An interrupt that does not wait ends the thread before it can clear away what it was writing.
    const discard = () => discardDrafts(out);
    process.once("exit", discard);
    try {
      const readsInput = values.texts("file").includes("-");
      return await interruptible((signal) => thread!.run({ values, terminal, signal, readsInput }));
    } finally {
      process.off("exit", discard);
    }
  },
};

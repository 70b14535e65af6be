#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { VERSION } from "../experiment/version.js";
import type { Command } from "./command.js";
import { parseCommandLine } from "./command-line.js";
import { CommandThread } from "./command-thread.js";
import { compareCommand } from "./compare.js";
import { decideCommand } from "./decide.js";
import { reportDefect } from "./defect.js";
import { ExitStatus } from "./exit-status.js";
import { explainCommand } from "./explain.js";
import { initCommand } from "./init.js";
import { labCommand } from "./lab.js";
import { runCommand } from "./run.js";
import { RunFailure } from "./run-failure.js";
import { schemaCommand } from "./schema.js";
import { processTerminal, styled, withoutColour } from "./terminal.js";
import { testCommand } from "./test.js";
import { UserError } from "./user-error.js";
import { validateCommand } from "./validate.js";

/** The command `knsim`: reads the arguments, runs one command, and turns whatever happens into words and a status. */

const COMMANDS = [
  runCommand,
  validateCommand,
  testCommand,
  compareCommand,
  labCommand,
  explainCommand,
  decideCommand,
  schemaCommand,
  initCommand,
];

// A request passes through some forty small methods: with V8's own limit (920) too many stay calls, which costs a tenth.
setFlagsFromString("--max-inlined-bytecode-size-cumulative=3000");
// V8 optimises what has run for a while (135168) and often once more when it has run longer; waiting for four times as long
// spares more than half of the compiler's second in a run of 10 million requests. Node 22 counts in another way.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=500000");

// Whoever reads our output may have seen enough: `knsim schema | head` is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? ExitStatus.fine);
});

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<ExitStatus> {
  const terminal = processTerminal();
  let thread = threadOf(COMMANDS.find(({ name }) => name === args[0]));
  try {
    const request = await parseCommandLine(args, COMMANDS, VERSION);
    if (request.kind === "command") {
      const { command, values } = request;
      thread ??= threadOf(command);
      return await command.run(values, values.flag("no-color") ? withoutColour(terminal) : terminal, thread);
    }
    terminal.print(request.text);
    return ExitStatus.fine;
  } catch (error) {
    if (error instanceof UserError) {
      const word = styled("error", "red", terminal.colour.remarks);
      for (const message of error.messages) terminal.remark(`knsim: ${word}: ${message}\n`);
      return ExitStatus.badInput;
    }
    const run = error instanceof RunFailure ? error.run : null;
    reportDefect(error instanceof RunFailure ? error.cause : error, { run, args, version: VERSION }, terminal);
    return ExitStatus.defect;
  } finally {
    await thread?.dismiss();
  }
}

function threadOf(command: Command | undefined): CommandThread | null {
  return command?.thread === undefined ? null : new CommandThread(command.thread);
}

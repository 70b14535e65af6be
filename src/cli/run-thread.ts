import { parentPort } from "node:worker_threads";
import { Values } from "./command.js";
import type { ThreadMessage, ThreadOrder } from "./command-thread.js";
import { Interrupted } from "./interruption.js";
import { RunFailure } from "./run-failure.js";
import { runScenarios } from "./run-scenarios.js";
import { sentError } from "./sent-error.js";
import type { Terminal } from "./terminal.js";
import { UserError } from "./user-error.js";

/** The thread of `knsim run`: does its work when it is told to, says how it ended, and ends. */
const port = parentPort!;
const say = (message: ThreadMessage) => port.postMessage(message);
const interruption = new AbortController();

port.on("message", (order: ThreadOrder) => {
  if (order.kind === "begin") void run(order);
  else interruption.abort(new Interrupted());
});

async function run({ values, terminal }: Extract<ThreadOrder, { kind: "begin" }>): Promise<void> {
  const voice: Terminal = {
    ...terminal,
    print: (text) => say({ kind: "print", text }),
    remark: (text) => say({ kind: "remark", text }),
  };
  try {
    const status = await runScenarios(new Values(values), voice, interruption.signal);
    say({ kind: "ended", status });
  } catch (error) {
    say(lastWord(error));
  }
  port.close();
}

function lastWord(error: unknown): ThreadMessage {
  if (error instanceof UserError) return { kind: "refused", messages: error.messages };
  if (error instanceof RunFailure) return { kind: "failed", error: sentError(error.cause), run: error.run };
  return { kind: "failed", error: sentError(error), run: null };
}

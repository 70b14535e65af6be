import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { Values } from "./command.js";
import type { ExitStatus } from "./exit-status.js";
import { type FailedRun, RunFailure } from "./run-failure.js";
import { receivedError, type SentError } from "./sent-error.js";
import type { Terminal } from "./terminal.js";
import { UserError } from "./user-error.js";

/** What a thread that does a command's work is told: first what to do, then perhaps to stop. Plain data. */
export type ThreadOrder =
  | { readonly kind: "begin"; readonly values: Values["values"]; readonly terminal: TerminalTraits }
  /** The user has interrupted it. */
  | { readonly kind: "interrupt" };

export type TerminalTraits = Omit<Terminal, "print" | "remark">;

/** What such a thread says; its last word is one of `ended`, `refused`, `failed`. */
export type ThreadMessage =
  | { readonly kind: "print" | "remark"; readonly text: string }
  | { readonly kind: "ended"; readonly status: ExitStatus }
  /** The user can put it right. */
  | { readonly kind: "refused"; readonly messages: readonly string[] }
  | { readonly kind: "failed"; readonly error: SentError; readonly run: FailedRun | null };

/**
 * Size of the young part of a thread's heap, MiB, which the thread of a process cannot choose for itself. It fills in the
 * course of a long run, however little is alive: with V8's own 48, 100 million requests take 23 MiB more than 10 million,
 * with these 7.
 */
const YOUNG_MEBIBYTES = 24;

/** The same where much is alive at a time: 10,000 revisions spend 6 % of their time on collecting garbage instead of 12. */
export const LARGE_YOUNG_MEBIBYTES = 192;

const OUT_OF_MEMORY =
  "out of memory: this takes more than Node.js may use; NODE_OPTIONS=--max-old-space-size=N gives it N MiB";

export interface ThreadTask {
  readonly values: Values;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Whether it reads standard input. */
  readonly readsInput: boolean;
}

/** A thread that does a command's work, for the sake of V8's settings, which count for threads begun later. */
export class CommandThread {
  private readonly worker: Worker;
  private hasBegun = false;

  /** @param file of the thread, beside this one; it begins to load */
  constructor(file: string, youngMebibytes = YOUNG_MEBIBYTES) {
    // Compiled beside the run, the hot path costs a tenth more and comes out differently each time; it is waited for instead.
    setFlagsFromString("--no-concurrent-recompilation");
    this.worker = new Worker(new URL(file, import.meta.url), {
      stdin: true,
      resourceLimits: { maxYoungGenerationSizeMb: youngMebibytes },
    });
  }

  /**
   * @returns when the thread has said its last word
   * @throws UserError, RunFailure, whatever the thread failed with
   */
  async run({ values, terminal, signal, readsInput }: ThreadTask): Promise<ExitStatus> {
    const { worker } = this;
    this.hasBegun = true;
    const { isInteractive, colour, columns } = terminal;
    this.tell({ kind: "begin", values: values.values, terminal: { isInteractive, colour, columns } });
    signal.addEventListener("abort", () => this.tell({ kind: "interrupt" }));
    if (readsInput) process.stdin.pipe(worker.stdin!);
    try {
      return await lastWord(worker, terminal);
    } finally {
      // It need not have read to the end, and would wait for more.
      if (readsInput) {
        process.stdin.destroy();
        await worker.terminate();
      }
    }
  }

  /** Ends it if it was not needed. */
  async dismiss(): Promise<void> {
    if (!this.hasBegun) await this.worker.terminate();
  }

  private tell(order: ThreadOrder): void {
    this.worker.postMessage(order);
  }
}

/** Passes on what the thread says, until its last word. */
function lastWord(thread: Worker, terminal: Terminal): Promise<ExitStatus> {
  return new Promise((resolve, reject) => {
    thread.on("message", (message: ThreadMessage) => {
      switch (message.kind) {
        case "print":
          return terminal.print(message.text);
        case "remark":
          return terminal.remark(message.text);
        case "ended":
          return resolve(message.status);
        case "refused":
          return reject(new UserError(message.messages));
        case "failed": {
          const error = receivedError(message.error);
          return reject(message.run === null ? error : new RunFailure(error, message.run));
        }
      }
    });
    thread.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? new UserError([OUT_OF_MEMORY]) : error);
    });
    thread.on("exit", () => reject(new Error("a thread ended without a word")));
  });
}

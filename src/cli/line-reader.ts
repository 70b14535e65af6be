import { createInterface, type Interface } from "node:readline";
import type { Lab } from "../lab/lab.js";
import type { Learner } from "../lab/lab-session.js";
import type { Terminal } from "./terminal.js";

/** What is printed, and whether it ended with a line break. */
export class Screen {
  private isAtLineStart = true;

  constructor(private readonly terminal: Terminal) {}

  print(text: string): void {
    if (text === "") return;
    this.isAtLineStart = text.endsWith("\n");
    this.terminal.print(text);
  }

  /** A prompt is drawn from the first column: it would cover a body without a final line break. */
  startLine(): void {
    if (!this.isAtLineStart) this.print("\n");
  }
}

/**
 * A person's terminal: history, completion, and what a lesson asks.
 *
 * Lines that are typed or pasted while a command runs wait for their turn. Ctrl-C drops the line, or what runs.
 */
export class LineReader implements Learner {
  private readonly lines: Interface;
  private readonly early: string[] = [];
  private waiting: ((line: string | null) => void) | null = null;
  private complete: (line: string) => readonly string[] = () => [];
  private screen: Screen | null = null;
  private isClosed = false;
  private isInterrupted = false;

  constructor() {
    this.lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      historySize: 1000,
      removeHistoryDuplicates: true,
      completer: (line: string): [string[], string] => [
        spaced(this.complete(line)),
        line.slice(line.lastIndexOf(" ") + 1),
      ],
    });
    this.lines.on("line", (line) => this.take(line));
    this.lines.on("SIGINT", () => this.interrupt());
    this.lines.on("close", () => {
      this.isClosed = true;
      this.answer(null);
    });
  }

  /** Completes for a lab, and asks on its screen. */
  serve(created: Lab, screen: Screen): void {
    this.complete = (line) => created.complete(line);
    this.screen = screen;
  }

  async ask(prompt: string): Promise<string | null> {
    this.isInterrupted = false;
    this.screen?.startLine();
    const line = this.early.shift();
    if (line !== undefined) {
      this.screen?.print(`${prompt}${line}\n`);
      return line;
    }
    if (this.isClosed) return null;
    this.lines.setPrompt(prompt);
    this.lines.prompt();
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  /** Lets the keyboard have its turn while a command runs. @returns whether somebody pressed Ctrl-C */
  async breathe(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.isInterrupted;
  }

  close(): void {
    this.lines.close();
  }

  private take(line: string): void {
    if (this.waiting === null) this.early.push(line);
    else this.answer(line);
  }

  private answer(line: string | null): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.(line);
  }

  private interrupt(): void {
    this.early.length = 0;
    if (this.waiting === null) {
      this.isInterrupted = true;
      return;
    }
    this.lines.write(null, { ctrl: true, name: "e" });
    this.lines.write(null, { ctrl: true, name: "u" });
    this.screen?.print("^C\n");
    this.lines.prompt();
  }
}

/** The only way to go on is a finished word, unless a value follows at once. */
function spaced(words: readonly string[]): string[] {
  const [only] = words;
  return words.length === 1 && !only.endsWith("=") ? [`${only} `] : [...words];
}

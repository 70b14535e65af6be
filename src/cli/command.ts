import type { CommandThread } from "./command-thread.js";
import type { ExitStatus } from "./exit-status.js";
import type { Terminal } from "./terminal.js";

/** One option of a command. */
export interface OptionSpec {
  readonly kind: "flag" | "text" | "texts";
  /** What stands for the value in the help: `DIR`. */
  readonly value?: string;
  readonly description: string;
}

/** One command of knsim: how it is called and what it does. Whatever is slow to load is loaded in `run`. */
export interface Command {
  readonly name: string;
  /** Positional arguments: name, whether any number of them (one at least unless optional), how the help describes them. */
  readonly positionals: readonly {
    readonly name: string;
    readonly many: boolean;
    readonly isOptional?: boolean;
    readonly description: string;
  }[];
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** The file of a thread that does the work: it loads while the command line is read, and `run` is given it. */
  readonly thread?: string;
  run(values: Values, terminal: Terminal, thread: CommandThread | null): Promise<ExitStatus>;
}

/** The values of a parsed command line. */
export class Values {
  /** @param values plain data, so that another thread can be sent it */
  constructor(readonly values: Readonly<Record<string, unknown>>) {}

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** The value of an option or a single positional argument; null when it is absent. */
  text(name: string): string | null {
    const value = this.values[name];
    return typeof value === "string" ? value : null;
  }

  /** All values of a repeatable option or argument, in order; empty when it is absent. */
  texts(name: string): readonly string[] {
    const value = this.values[name];
    if (Array.isArray(value)) return value.map(String);
    return typeof value === "string" ? [value] : [];
  }
}

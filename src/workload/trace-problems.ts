/** What is wrong with a trace. */
export interface TraceProblem {
  /** From 1; 0 = the file as a whole. */
  readonly line: number;
  readonly message: string;
}

/** Lines that were left out. */
export interface SkippedLines {
  readonly count: number;
  /** The first of them, from 1. */
  readonly lines: readonly number[];
}

/** What a trace says; or, unless wrong lines are skipped, nothing but what is wrong with it. */
export type Trace<Value> =
  | { readonly ok: true; readonly value: Value; readonly skipped: SkippedLines }
  | { readonly ok: false; readonly problems: readonly TraceProblem[] };

/** Nobody reads further; a file with this many wrong lines has another format. */
const MOST_PROBLEMS = 20;

/** The wrong lines of a trace, in the order of the file. */
export class TraceProblems {
  private readonly list: TraceProblem[] = [];
  private readonly lines: number[] = [];
  private ofFile: TraceProblem | null = null;
  private lastLine = 0;
  private count = 0;

  /** @param skipsBadLines whether a file with wrong lines is still worth something */
  constructor(private readonly skipsBadLines: boolean) {}

  /** A line may be wrong in several ways. */
  add(line: number, message: string): void {
    if (this.list.length < MOST_PROBLEMS) this.list.push({ line, message });
    if (line === this.lastLine) return;
    this.lastLine = line;
    this.count++;
    if (this.lines.length < MOST_PROBLEMS) this.lines.push(line);
  }

  /** The file is of no use, whatever is skipped. */
  addFile(message: string): void {
    this.ofFile ??= { line: 0, message };
  }

  result<Value>(value: Value): Trace<Value> {
    const { ofFile, list, count, lines } = this;
    if (ofFile === null && (count === 0 || this.skipsBadLines)) return { ok: true, value, skipped: { count, lines } };
    // Of lines that are wrong the user hears first; that nothing was left is their consequence.
    const isConsequence = count > 0 && !this.skipsBadLines;
    const more = count > lines.length ? [{ line: 0, message: `has ${count} bad lines; the first are listed` }] : [];
    return { ok: false, problems: [...list, ...more, ...(ofFile === null || isConsequence ? [] : [ofFile])] };
  }
}

/** A file whose header says that it is something else. */
export function failedTrace<Value>(line: number, message: string): Trace<Value> {
  return { ok: false, problems: [{ line, message }] };
}

/** A command that goes on while others are typed. */
export interface BackgroundJob {
  readonly line: string;
  readonly isDone: boolean;
  /** What it prints at its end. */
  output(): string;
}

/** Commands that were started with a `&` at their end, as a shell keeps them. */
export class BackgroundJobs {
  private readonly running = new Map<number, BackgroundJob>();

  /** @returns its number, the lowest free one */
  start(job: BackgroundJob): number {
    let number = 1;
    while (this.running.has(number)) number++;
    this.running.set(number, job);
    return number;
  }

  get areAllDone(): boolean {
    return [...this.running.values()].every(({ isDone }) => isDone);
  }

  get count(): number {
    return this.running.size;
  }

  /** What those print that have ended since the last call, with the shell's word. */
  takeFinished(): string {
    let text = "";
    for (const [number, job] of this.running) {
      if (!job.isDone) continue;
      this.running.delete(number);
      text += `${job.output()}[${number}]   Done                    ${job.line}\n`;
    }
    return text;
  }
}

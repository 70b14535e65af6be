import type { Terminal } from "./terminal.js";

/** How far a run has come: virtual seconds, and requests that arrived so far. */
export interface RunProgress {
  readonly t: number;
  readonly until: number;
  readonly requests: number;
}

/** A line that is rewritten more often than this only flickers. */
const MIN_INTERVAL_MS = 100;

/**
 * One line on standard error that shows how far a run has come, its speed, and how long it will take. Written to a
 * terminal only, and to none when `isOn` is false; `clear` removes it.
 */
export class ProgressLine {
  private readonly startedMs: number;
  private writtenMs: number;
  private isShown = false;

  constructor(
    private readonly name: string,
    private readonly terminal: Terminal,
    private readonly isOn: boolean,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.startedMs = nowMs();
    // A run that ends at once shows no line at all.
    this.writtenMs = this.startedMs;
  }

  update(progress: RunProgress): void {
    const nowMs = this.nowMs();
    if (!this.isOn || !this.terminal.isInteractive || nowMs - this.writtenMs < MIN_INTERVAL_MS) return;
    this.writtenMs = nowMs;
    this.isShown = true;
    const line = progressText(this.name, progress, (nowMs - this.startedMs) / 1000);
    this.terminal.remark(`\r\u001b[K${line.slice(0, Math.max(this.terminal.columns - 1, 20))}`);
  }

  clear(): void {
    if (this.isShown) this.terminal.remark("\r\u001b[K");
    this.isShown = false;
  }
}

/** `canary   43 %  258 of 600 s  1.2 M requests  2.3 M/s  ETA 3 s`; the estimate supposes that the rest goes as fast. */
export function progressText(name: string, { t, until, requests }: RunProgress, elapsedSeconds: number): string {
  const done = until > 0 ? Math.min(t / until, 1) : 1;
  const percent = `${Math.floor(done * 100)}`.padStart(3);
  const speed = elapsedSeconds > 0 ? requests / elapsedSeconds : 0;
  const remaining = done > 0 ? Math.ceil((elapsedSeconds * (1 - done)) / done) : null;
  const estimate = remaining === null ? "" : `  ETA ${duration(remaining)}`;
  const virtual = `${Math.floor(t)} of ${Math.ceil(until)} s`;
  return `${name}  ${percent} %  ${virtual}  ${count(requests)} requests  ${count(speed)}/s${estimate}`;
}

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function count(number: number): string {
  if (number >= 1e6) return `${(number / 1e6).toFixed(1)} M`;
  return number >= 1e4 ? `${(number / 1e3).toFixed(0)} k` : `${Math.round(number)}`;
}

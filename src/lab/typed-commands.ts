import { formatDuration, type Instant } from "../engine/time.js";
import { INTERRUPTED } from "./passing-time.js";
import type { ListedCommand } from "./shell-lines.js";

/** Commands that leave a cluster as it is, and take no time. */
const WITHOUT_EFFECT = /^(say|ask|pause|help|why|status|report|exit)(\s|$)/;

/** What was typed in a lab, as a script that does it again. */
export class TypedCommands {
  private readonly lines: string[] = [];
  private pauses = 0;

  /** @returns by which `ended` knows it; −1 = it is not worth keeping */
  add({ text, inBackground, isSilent }: ListedCommand): number {
    if (this.pauses > 0 || WITHOUT_EFFECT.test(text)) return -1;
    this.lines.push(`${text}${isSilent ? " > /dev/null" : ""}${inBackground ? " &" : ""}`);
    return this.lines.length - 1;
  }

  /** A command that failed may fail again; one that was interrupted lasts as long as it did. */
  ended(entry: number, status: number, nowUs: Instant): void {
    if (entry < 0) return;
    if (status === INTERRUPTED) this.lines[entry] = `# interrupted: ${this.lines[entry]}\nat ${formatDuration(nowUs)}`;
    else if (status !== 0) this.lines[entry] = `-${this.lines[entry]}`;
  }

  /** What runs from here on is a part of the command before. */
  pause(): void {
    this.pauses++;
  }

  goOn(): void {
    this.pauses--;
  }

  /** The command line for a shell, with everything so far on its standard input. */
  script(invocation: string): string {
    return `${invocation} - <<'END'\n${this.lines.map((line) => `${line}\n`).join("")}END`;
  }
}

import { type Duration, fromSeconds, SECOND } from "../engine/time.js";
import { clock } from "../report/number-words.js";
import { type LabCommand, ToolError } from "./lab-session.js";
import { passTime } from "./passing-time.js";
import { quotedForShell } from "./shell-quoting.js";
import { lengthOf } from "./time-commands.js";

const LENGTH_US: Duration = 30 * SECOND;
const PERIOD_US: Duration = 2 * SECOND;

/** Runs a command again and again while virtual time passes, and shows its output whenever it changed. */
export const watchCommand: LabCommand = {
  name: "watch",
  usage: "watch [-n SECONDS] [DURATION] [COMMAND]",
  summary: "shows what changes in the output of a command (kubectl get pods) for some time (30s)",
  async run(words, session) {
    const rest = words.map(({ text }) => text);
    let periodUs = PERIOD_US;
    if (rest[0] === "-n") {
      const seconds = Number(rest[1]);
      if (!(seconds > 0)) throw new ToolError("watch: failed to parse argument: '-n'\n");
      periodUs = fromSeconds(seconds);
      rest.splice(0, 2);
    }
    const length = rest.length > 0 ? lengthOf(rest[0]) : null;
    if (length !== null) rest.shift();
    const line = rest.length === 0 ? "kubectl get pods" : rest.map(quotedForShell).join(" ");
    const { simulation } = session;
    const until = simulation.nowUs + (length ?? LENGTH_US);
    let shown: string | null = null;
    for (;;) {
      const output = await session.capture(line);
      if (shown === null || withoutAges(output) !== withoutAges(shown)) {
        session.print(`${shown === null ? "" : "\n"}at ${clock(simulation.nowUs / SECOND)}\n${output}`);
        shown = output;
      }
      if (simulation.nowUs >= until) return 0;
      await passTime(session, Math.min(simulation.nowUs + periodUs, until));
    }
  },
};

/** Ages change all the time and tell nothing. */
function withoutAges(text: string): string {
  return text.replace(/\b(\d+[smhdy])+\b/g, "").replace(/ +/g, " ");
}

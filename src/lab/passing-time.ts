import { type Instant, MINUTE } from "../engine/time.js";
import { type LabSession, ToolError } from "./lab-session.js";

/** The exit status of a command that Ctrl-C ended, as a shell has it. */
export const INTERRUPTED = 130;
/** Events between two looks at the keyboard: some milliseconds. */
const EVENTS_AT_ONCE = 5_000;
const TIME_AT_ONCE_US = MINUTE;

/** Lets virtual time pass up to `until`. @throws ToolError when somebody interrupts it: time has passed up to then */
export async function passTime({ simulation, breathe }: LabSession, until: Instant): Promise<void> {
  if (breathe === null) return simulation.passTime(until);
  do {
    simulation.passTime(Math.min(simulation.nowUs + TIME_AT_ONCE_US, until));
    if (await breathe()) throw interrupted();
  } while (simulation.nowUs < until);
}

/** Lets virtual time pass until the condition holds, or to `until`. @throws ToolError when somebody interrupts it */
export async function passTimeUntil(
  { simulation, breathe }: LabSession,
  isFulfilled: () => boolean,
  until: Instant,
): Promise<void> {
  for (let event = 1; !isFulfilled() && simulation.passEvent(until); event++) {
    if (breathe !== null && event % EVENTS_AT_ONCE === 0 && (await breathe())) throw interrupted();
  }
}

function interrupted(): ToolError {
  return new ToolError("^C\n", INTERRUPTED);
}

import { type Duration, fromSeconds, NEVER, parseDuration, toSeconds } from "../engine/time.js";
import { clock } from "../report/number-words.js";
import { type LabCommand, ToolError } from "./lab-session.js";
import { passTime, passTimeUntil } from "./passing-time.js";

/**
 * A length of virtual time: Go's syntax, days as well (`9d`, `2d12h`), or seconds without a unit as for sleep(1).
 *
 * @returns null when the text is none
 */
export function lengthOf(text: string): Duration | null {
  if (/^\d+(\.\d+)?$/.test(text)) return fromSeconds(Number(text));
  const inHours = text.replace(/(\d+(?:\.\d+)?)d/g, (_, days: string) => `${Number(days) * 24}h`);
  const parsed = parseDuration(inHours);
  return parsed.ok && parsed.us >= 0 ? parsed.us : null;
}

/** Lets virtual time pass. */
export const sleepCommand: LabCommand = {
  name: "sleep",
  usage: "sleep DURATION",
  summary: "lets virtual time pass: 30s, 4m, 2h, 9d",
  async run([word, ...surplus], session) {
    if (word === undefined || surplus.length > 0) throw new ToolError("usage: sleep DURATION, such as 30s, 4m or 9d\n");
    const length = lengthOf(word.text);
    if (length === null) throw new ToolError(`sleep: invalid time interval '${word.text}'\n`);
    await passTime(session, session.simulation.nowUs + length);
    return 0;
  },
};

/** Lets virtual time pass up to a moment. */
export const atCommand: LabCommand = {
  name: "at",
  usage: "at TIME",
  summary: "lets virtual time pass up to TIME, counted from the start",
  async run([word, ...surplus], session) {
    const { simulation } = session;
    if (word === undefined || surplus.length > 0) throw new ToolError("usage: at TIME, such as 90s or 10m\n");
    const at = lengthOf(word.text);
    if (at === null) throw new ToolError(`at: invalid time '${word.text}'\n`);
    if (at < simulation.nowUs) {
      throw new ToolError(`at: ${word.text} is over: it is ${clock(toSeconds(simulation.nowUs))} already\n`);
    }
    await passTime(session, at);
    return 0;
  },
};

/** Waits for what was started with a `&`. */
export const waitCommand: LabCommand = {
  name: "wait",
  usage: "wait",
  summary: "lets virtual time pass until every command started with & is over",
  async run(_words, session) {
    await passTimeUntil(session, () => session.jobs.areAllDone, NEVER);
    return 0;
  },
};

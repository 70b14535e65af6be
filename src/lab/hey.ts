import { type Instant, NEVER, parseDuration, SECOND } from "../engine/time.js";
import type { Answer } from "../experiment/open-simulation.js";
import type { ShellWord } from "../kube/shell-words.js";
import { Status } from "../model/observer.js";
import { bodyOf, requestedSleep } from "./answer-body.js";
import { type HeyResult, heyCsv, heySummary } from "./hey-summary.js";
import { HeyWorkers } from "./hey-workers.js";
import { type HostTarget, hostOf, hostTarget } from "./host-names.js";
import { type LabCommand, type LabSession, ToolError } from "./lab-session.js";
import { passTimeUntil } from "./passing-time.js";

const FLAGS = ["n", "c", "q", "z", "t", "m", "H", "host", "d", "D", "o", "T", "A", "a", "x"];
const SWITCHES = ["disable-keepalive", "disable-compression", "disable-redirects", "h2"];
const TIMEOUT_ERROR = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

interface HeyOptions {
  readonly url: string;
  readonly host: string;
  readonly requests: number;
  readonly workers: number;
  readonly ratePerWorker: number;
  /** null = by number of requests. */
  readonly durationUs: number | null;
  readonly timeoutUs: number | null;
  readonly isCsv: boolean;
}

/** Sends load in a closed loop and summarizes the answers (knative/kn-cli.md §16). */
export const heyCommand: LabCommand = {
  name: "hey",
  usage: "hey [-z DURATION | -n REQUESTS] [-c WORKERS] [-q RATE] [-t SECONDS] [-host NAME] URL [&]",
  summary: "sends load from workers that wait for each answer, and prints a summary",
  details: [
    "-n 200 requests from -c 50 workers unless told otherwise; -q requests per second of each worker",
    "With & at the end the load goes on while you type; its summary comes when it is over.",
  ],
  async run(words, session) {
    const run = startHey(words, session);
    try {
      await passTimeUntil(session, () => run.isDone, NEVER);
    } catch (error) {
      // As hey does on Ctrl-C: what it has is summed up, and nothing more is sent.
      run.stop();
      session.print(run.output());
      throw error;
    }
    session.print(run.output());
    return 0;
  },
};

/** A load that is being sent; time must pass for it to go on. @throws ToolError */
export function startHey(words: readonly ShellWord[], session: LabSession) {
  const options = heyOptions(words.map(({ text }) => text));
  const { simulation } = session;
  const target = hostTarget(simulation.objects(), options.host);
  const results: HeyResult[] = [];
  const startUs = simulation.nowUs;
  let lastUs: Instant = startUs;
  const workers = new HeyWorkers({
    startUs,
    workers: options.workers,
    requestsEach: options.durationUs === null ? Math.floor(options.requests / options.workers) : NEVER,
    untilUs: options.durationUs === null ? NEVER : startUs + options.durationUs,
    tickUs: options.ratePerWorker === 0 ? 0 : Math.round(SECOND / options.ratePerWorker),
  });
  if (target === null) throw new ToolError(`hey: no service of the cluster has the host "${options.host}"\n`);
  const sleep = requestedSleep(options.url);
  const destination = {
    ...target,
    timeoutUs: options.timeoutUs,
    serviceTime: sleep?.serviceTime(target, session) ?? null,
  };
  const sizes = new BodySizes(target, options.url, session);
  const stop = simulation.addSource("hey", destination, workers, (answer) => {
    lastUs = simulation.nowUs;
    const hasTimedOut = answer.status === Status.timeout;
    results.push({
      latencySeconds: answer.latencyUs / SECOND,
      status: hasTimedOut ? null : answer.status,
      error: hasTimedOut ? `Get "${options.url}": ${TIMEOUT_ERROR}` : "",
      bodyBytes: hasTimedOut ? 0 : sizes.of(answer),
    });
  });
  return {
    get isDone() {
      return workers.isDone;
    },
    /** Sends nothing more; what is on its way goes on. */
    stop,
    output: () => (options.isCsv ? heyCsv : heySummary)(results, (lastUs - startUs) / SECOND),
  };
}

/** Sizes of bodies, which are the same for all answers of a revision. */
class BodySizes {
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly target: HostTarget,
    private readonly url: string,
    private readonly session: LabSession,
  ) {}

  of(answer: Answer): number {
    const key = answer.status === 200 ? `200 ${answer.revision}` : answer.text;
    let size = this.sizes.get(key);
    if (size === undefined) {
      const body = bodyOf(answer, this.target.service, this.session, requestedSleep(this.url));
      size = new TextEncoder().encode(body).length;
      this.sizes.set(key, size);
    }
    return size;
  }
}

/** @throws ToolError with hey's own texts */
function heyOptions(words: readonly string[]): HeyOptions {
  const given = new Map<string, string>();
  const names: string[] = [];
  let host: string | null = null;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (!word.startsWith("-")) {
      names.push(word);
      continue;
    }
    const [flag, attached] = splitAtEquals(word.replace(/^--?/, ""));
    if (SWITCHES.includes(flag)) continue;
    if (!FLAGS.includes(flag)) throw new ToolError(`flag provided but not defined: -${flag}\n${USAGE}`, 2);
    const value = attached ?? words[++index];
    if (value === undefined) throw new ToolError(`flag needs an argument: -${flag}\n${USAGE}`, 2);
    if (flag === "H") host = /^host:\s*(.*?)\s*$/i.exec(value)?.[1] ?? host;
    else given.set(flag, value);
  }
  if (names.length < 1) throw new ToolError(USAGE);
  const workers = wholeNumber(given.get("c") ?? "50", "c");
  const requests = wholeNumber(given.get("n") ?? "200", "n");
  const durationUs = given.has("z") ? durationOf(given.get("z")!) : null;
  if (workers <= 0 || requests <= 0) throw new ToolError(`-n and -c cannot be smaller than 1.\n\n${USAGE}`);
  if (durationUs === null && requests < workers) throw new ToolError(`-n cannot be less than -c.\n\n${USAGE}`);
  const timeoutSeconds = wholeNumber(given.get("t") ?? "20", "t");
  const url = names[names.length - 1];
  return {
    url,
    host: given.get("host") ?? host ?? hostOf(url),
    requests,
    workers,
    ratePerWorker: decimal(given.get("q") ?? "0", "q"),
    durationUs,
    timeoutUs: timeoutSeconds === 0 ? null : timeoutSeconds * SECOND,
    isCsv: given.get("o") === "csv",
  };
}

const USAGE = "Usage: hey [options...] <url>\n";

function splitAtEquals(flag: string): [string, string | null] {
  const equals = flag.indexOf("=");
  return equals < 0 ? [flag, null] : [flag.slice(0, equals), flag.slice(equals + 1)];
}

function wholeNumber(text: string, flag: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new ToolError(`invalid value "${text}" for flag -${flag}: parse error\n${USAGE}`, 2);
}

function decimal(text: string, flag: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw new ToolError(`invalid value "${text}" for flag -${flag}: parse error\n${USAGE}`, 2);
}

function durationOf(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.ok && parsed.us > 0) return parsed.us;
  throw new ToolError(`invalid value "${text}" for flag -z: parse error\n${USAGE}`, 2);
}

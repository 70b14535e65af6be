import type { AppPlan } from "../kube/cluster-plan.js";
import { DEFAULT_APP } from "../scenario/apps.js";
import { type LabCommand, type LabSession, ToolError } from "./lab-session.js";
import { sampleApp } from "./sample-images.js";

const COLD_START = ["control", "schedule", "imagePull", "containerStart", "boot", "readiness", "termination"] as const;
const KEYS = ["serviceTime", "cpu", "response", "queueDepth", "fault", ...COLD_START];
const EXAMPLE = "image example/app serviceTime=80ms imagePull=20s";

/** Says what a container image does, which no manifest can say. */
export const imageCommand: LabCommand = {
  name: "image",
  usage: "image NAME KEY=VALUE… | image -f FILE",
  summary: "says what an image does: how long a request runs, how long it takes to pull and start",
  details: [
    `KEY: ${KEYS.join(", ")}`,
    "VALUE as under apps: in a scenario: 80ms, {lognormal: {mean: 80ms, cv: 0.5}}, fault={kind: crash}",
    "FILE holds the entries of apps:, images and what they do.",
  ],
  async run(words, session) {
    const [name, ...pairs] = words.map(({ text }) => text);
    if (name === undefined) throw new ToolError(`usage: ${EXAMPLE}\n`);
    if (name === "-f") {
      for (const app of await session.manifests.apps(pairs[0] ?? "")) change(app, session);
      return 0;
    }
    if (pairs.length === 0) throw new ToolError(`image: nothing said about ${name}; for example: ${EXAMPLE}\n`);
    const written = new Map(whole(pairs).map(splitPair));
    const changed = await session.manifests.app(name, writtenApp(written));
    const base = session.images.find(name) ?? sampleApp(name) ?? DEFAULT_APP;
    change(merged(base, changed, written), session);
    return 0;
  },
};

function change(app: AppPlan, { images, simulation }: LabSession): void {
  images.change(app);
  simulation.apply({ kind: "set-app", app });
}

/** Braces hold a value together, blanks and all, without quotes around them. */
function whole(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let depth = 0;
  for (const word of words) {
    if (depth > 0) joined.push(`${joined.pop()} ${word}`);
    else joined.push(word);
    depth += word.split("{").length - word.split("}").length;
  }
  return joined;
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  const key = pair.slice(0, equals);
  if (equals < 1) throw new ToolError(`image: expected KEY=VALUE, found "${pair}"\n`);
  if (!KEYS.includes(key)) throw new ToolError(`image: unknown key "${key}"; known: ${KEYS.join(", ")}\n`);
  return [key, pair.slice(equals + 1)];
}

function writtenApp(written: ReadonlyMap<string, string>): string {
  const entry = ([key, value]: readonly [string, string]) => `${key}: ${flowValue(key, value)}`;
  const all = [...written];
  const stages = all.filter(([key]) => isStage(key));
  const others = all.filter(([key]) => !isStage(key)).map(entry);
  return [...others, ...(stages.length > 0 ? [`coldStart: {${stages.map(entry).join(", ")}}`] : [])].join(", ");
}

/** A response is any text; the fault of a single word is its kind. */
function flowValue(key: string, value: string): string {
  if (key === "response") return JSON.stringify(value.replaceAll("\\n", "\n"));
  if (key === "fault" && /^\w+$/.test(value) && value !== "none") return `{kind: ${value}}`;
  return value;
}

/** What was written now over what was known before. */
function merged(base: AppPlan, changed: AppPlan, written: ReadonlyMap<string, string>): AppPlan {
  const takes = <Key extends string>(key: Key) => written.has(key);
  const stages = COLD_START.map((stage) => [stage, (takes(stage) ? changed : base).coldStart[stage]]);
  return {
    image: changed.image,
    serviceTime: (takes("serviceTime") ? changed : base).serviceTime,
    cpu: (takes("cpu") ? changed : base).cpu,
    response: (takes("response") ? changed : base).response,
    queueDepth: (takes("queueDepth") ? changed : base).queueDepth,
    fault: (takes("fault") ? changed : base).fault,
    coldStart: Object.fromEntries(stages) as AppPlan["coldStart"],
  };
}

function isStage(key: string): boolean {
  return (COLD_START as readonly string[]).includes(key);
}

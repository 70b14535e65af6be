import { fromSeconds } from "../engine/time.js";
import { listNames } from "../scenario/diagnostics.js";
import { nearestName } from "../scenario/nearest-name.js";

/** An autoscaler's settings as recorded, in seconds and ratios (golden family `kpa-decisions`). */
export interface RecordedSpec {
  readonly scalingMetric: string;
  /** Of the metric per pod, after utilization. */
  readonly targetValue: number;
  /** Before utilization. */
  readonly totalValue: number;
  readonly targetBurstCapacity: number;
  /** A ratio: 2 = 200 %. */
  readonly panicThreshold: number;
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  readonly stableWindow: number;
  readonly panicWindow: number;
  /** 0 = none, as for activationScale. */
  readonly scaleDownDelay: number;
  readonly activationScale: number;
  readonly reachable: boolean;
  readonly aggregation: string;
  readonly scraped: boolean;
  /** Ready pods at t = 0, when the autoscaler is created. */
  readonly initialReady: number;
}

/** One report; what is absent is 0. */
export interface RecordedStat {
  readonly concurrency?: number;
  readonly proxiedConcurrency?: number;
  readonly requests?: number;
  readonly proxiedRequests?: number;
}

/** What a decision came out as; only what is there is compared. */
export type RecordedWant = Readonly<Record<string, number | boolean | null>>;

/** One of `stat`, `update` and `scale` is there; `want` only beside `scale`. */
export interface RecordedStep {
  /** Seconds; may be earlier than that of the step before. */
  readonly t: number;
  readonly stat?: RecordedStat;
  readonly update?: Partial<RecordedSpec>;
  readonly scale?: { readonly ready: number };
  readonly want?: RecordedWant;
}

/** Reports and decisions of one autoscaler in the order in which they happened. */
export interface RecordedCase {
  readonly name: string;
  readonly spec: RecordedSpec;
  readonly steps: readonly RecordedStep[];
}

/** What is wrong with a case. */
export interface CaseProblem {
  /** Keys and indices from the case to the place. */
  readonly path: readonly (string | number)[];
  readonly kind: "syntax" | "unknown" | "type";
  readonly message: string;
  readonly suggestion: string | null;
}

/** Nobody reads on; a case with this many problems has another format. */
const MOST_PROBLEMS = 20;

/**
 * Reads one case from its line, a JSON object: every field known, present and within the range the autoscaler can
 * work with. With a problem there is no case.
 *
 * @param isChecked whether every decision must say what it came out as
 */
export function parseRecordedCase(
  text: string,
  isChecked: boolean,
): { readonly recorded: RecordedCase } | { readonly problems: readonly CaseProblem[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = `not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { problems: [{ path: [], kind: "syntax", message, suggestion: null }] };
  }
  const problems = new CaseReader(isChecked).problemsOf(value);
  return problems.length === 0 ? { recorded: value as RecordedCase } : { problems: problems.slice(0, MOST_PROBLEMS) };
}

type Check = readonly [expected: string, accepts: (value: unknown) => boolean];
type Fields = Readonly<Record<string, Check>>;

const isFiniteNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const LARGEST_COUNT = 2_147_483_647;

const text: Check = ["a text", (value) => typeof value === "string"];
const truth: Check = ["true or false", (value) => typeof value === "boolean"];
const finite: Check = ["a number", isFiniteNumber];
const aboveZero: Check = ["a number above 0", (value) => isFiniteNumber(value) && value > 0];
const count: Check = [
  "a whole number of pods",
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_COUNT,
];
const instant: Check = [
  "a number of seconds",
  (value) => isFiniteNumber(value) && Number.isSafeInteger(fromSeconds(value)),
];
/** Windows hold one bucket a second, so their number is bounded. */
const LONGEST_WINDOW_SECONDS = 86_400;
const window: Check = [
  "a window from 1 to 86400 seconds",
  (value) => isFiniteNumber(value) && value >= 1 && value <= LONGEST_WINDOW_SECONDS,
];
const delay: Check = [
  "a delay from 0 to 86400 seconds",
  (value) => isFiniteNumber(value) && value >= 0 && value <= LONGEST_WINDOW_SECONDS,
];
const oneOf = (...names: string[]): Check => [listNames(names), (value) => names.includes(value as string)];
const burstCapacity: Check = [
  "-1 or a number of at least 0",
  (value) => value === -1 || (isFiniteNumber(value) && value >= 0),
];

/** What may change while an autoscaler runs. */
const CHANGEABLE = {
  scalingMetric: oneOf("concurrency", "rps"),
  targetValue: aboveZero,
  totalValue: aboveZero,
  targetBurstCapacity: burstCapacity,
  panicThreshold: aboveZero,
  maxScaleUpRate: aboveZero,
  maxScaleDownRate: aboveZero,
  stableWindow: window,
  panicWindow: window,
  scaleDownDelay: delay,
  activationScale: count,
  reachable: truth,
  scraped: truth,
} satisfies Fields;

const SPEC = {
  ...CHANGEABLE,
  aggregation: oneOf("linear", "weighted-exponential"),
  initialReady: count,
} satisfies Record<keyof RecordedSpec, Check>;

const STAT = {
  concurrency: finite,
  proxiedConcurrency: finite,
  requests: finite,
  proxiedRequests: finite,
} satisfies Record<keyof RecordedStat, Check>;

const SCALE: Fields = { ready: count };

/** Figures may be null, as in the decisions that are printed. */
const orNull = ([expected, accepts]: Check): Check => [
  `${expected} or null`,
  (value) => value === null || accepts(value),
];
const WANT: Fields = {
  t: finite,
  valid: truth,
  desired: orNull(finite),
  excessBurstCapacity: orNull(finite),
  stable: orNull(finite),
  panic: orNull(finite),
  panicking: truth,
  maxPanicPods: finite,
};

const KINDS = ["stat", "update", "scale"];
const anything: Check = ["anything", () => true];
const list: Check = ["a list of steps", Array.isArray];
const CASE: Fields = { name: text, spec: anything, steps: list };
const STEP: Fields = { t: instant, stat: anything, update: anything, scale: anything, want: anything };

class CaseReader {
  private readonly problems: CaseProblem[] = [];

  constructor(private readonly isChecked: boolean) {}

  problemsOf(value: unknown): readonly CaseProblem[] {
    const recorded = this.object(value, [], CASE, Object.keys(CASE));
    if (recorded === null) return this.problems;
    if ("spec" in recorded) this.object(recorded.spec, ["spec"], SPEC, Object.keys(SPEC));
    const { steps } = recorded;
    if (Array.isArray(steps))
      for (let index = 0; index < steps.length && this.problems.length < MOST_PROBLEMS; index++)
        this.step(steps[index], ["steps", index]);
    return this.problems;
  }

  private step(value: unknown, path: CaseProblem["path"]): void {
    const step = this.object(value, path, STEP, ["t"]);
    if (step === null) return;
    const kinds = KINDS.filter((kind) => kind in step);
    const hasUnknown = Object.keys(step).some((key) => !Object.hasOwn(STEP, key));
    // An unknown field is likely a misspelt kind, and that has been said.
    if (kinds.length > 1 || (kinds.length === 0 && !hasUnknown))
      this.add("type", path, `expected a step with one of ${listNames(KINDS)}`);
    if ("stat" in step) this.object(step.stat, [...path, "stat"], STAT, []);
    if ("update" in step) this.object(step.update, [...path, "update"], CHANGEABLE, []);
    if ("scale" in step) this.object(step.scale, [...path, "scale"], SCALE, ["ready"]);
    if ("want" in step) {
      this.object(step.want, [...path, "want"], WANT, []);
      if (!("scale" in step)) this.add("type", path, '"want" belongs to a step with "scale"');
    } else if (this.isChecked && "scale" in step)
      this.add("type", path, 'missing field "want", which is to be checked');
  }

  /** The value as an object whose fields are known and right, as far as they are; null when it is none. */
  private object(
    value: unknown,
    path: CaseProblem["path"],
    fields: Fields,
    required: readonly string[],
  ): Readonly<Record<string, unknown>> | null {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.add("type", path, `expected an object, found ${shortened(value)}`);
      return null;
    }
    for (const [key, field] of Object.entries(value)) {
      if (!Object.hasOwn(fields, key)) {
        const nearest = nearestName(key, Object.keys(fields));
        this.add("unknown", [...path, key], `unknown field ${JSON.stringify(key)}`, nearest);
        continue;
      }
      const [expected, accepts] = fields[key];
      if (!accepts(field)) this.add("type", [...path, key], `expected ${expected}, found ${shortened(field)}`);
    }
    const missing = required.filter((key) => !Object.hasOwn(value, key));
    if (missing.length > 0)
      this.add("type", path, `missing field${missing.length > 1 ? "s" : ""} ${listNames(missing, { word: "and" })}`);
    return value as Readonly<Record<string, unknown>>;
  }

  private add(
    kind: CaseProblem["kind"],
    path: CaseProblem["path"],
    message: string,
    suggestion: string | null = null,
  ): void {
    this.problems.push({ path, kind, message, suggestion });
  }
}

/** A value as a message can hold it. */
function shortened(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  // JSON has no name for the infinity that a number of too many digits becomes.
  const written = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  return written.length <= 60 ? written : `${written.slice(0, 60)}…`;
}

import { type Instant, parseDuration } from "../engine/time.js";
import type {
  DecisionRow,
  EventRow,
  Judged,
  RequestRow,
  RunRecord,
  Summary,
  TimelineRow,
} from "../measure/run-record.js";
import type { Fact, Observer } from "../model/observer.js";
import { type ReportFile, reportFiles } from "../report/files.js";
import { loadScenarioText } from "../scenario/load.js";
import type { Scenario } from "../scenario/scenario.js";
import type { ReadFile } from "../scenario/source-text.js";
import type { ClusterView } from "./cluster-view.js";
import { Run, type ScenarioEvent } from "./run.js";

/** How a scenario is simulated; everything is optional. */
export interface SimulateOptions {
  /** Wins over the scenario's; a scenario given as an object keeps its other contents. */
  readonly seed?: string | number;
  /** Supplies the files that a scenario given as text names. */
  readonly read?: ReadFile;
  readonly keep?: {
    /** Whether `requests()` and requests.csv have anything to show; it takes memory for each request. */
    readonly requests?: boolean;
  };
  /** Changes keys of a scenario given as text, by path: `{"services[hello].annotations[…]": "10"}`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Told of every fact as it is announced. */
  readonly observer?: Partial<Observer>;
  /** Ends the run early: `simulate` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called now and then; a promise it returns is awaited, so that others get their turn. Times in seconds. */
  onProgress?(progress: { t: number; until: number; requests: number }): void | Promise<void>;
}

/** What `files` puts into a report. */
export interface FileOptions {
  /** Default true. */
  readonly charts?: boolean;
  /** Default: whether requests were kept. */
  readonly requests?: boolean;
  /** The command that repeats the run, for scenario.json. */
  readonly command?: string;
}

/** A finished run. */
export interface Result {
  readonly summary: Summary;
  timeline(): Iterable<TimelineRow>;
  decisions(): Iterable<DecisionRow>;
  events(): Iterable<EventRow>;
  /** Empty unless requests were kept. */
  requests(): Iterable<RequestRow>;
  readonly expectations: readonly Judged[];
  /** The files of the report folder, one after another. */
  files(options?: FileOptions): AsyncIterable<ReportFile>;
}

/** A run that is taken step by step. Times in seconds. */
export interface Simulation {
  readonly now: number;
  /** Runs to the next fact; undefined = the run is over. */
  step(): Fact | undefined;
  /** Does one of the things a scenario's `events` can do, now. @returns why it was refused, or null */
  apply(event: ScenarioEvent): string | null;
  /** Lets time pass, to the end of the run at most. A number is in seconds, a text a Go duration; both count from the start. */
  runUntil(t: string | number): void;
  state(): ClusterView;
  /** Runs to the end first if that has not been reached. */
  result(): Result;
}

/** Between two looks at the signal and calls of `onProgress`: so many requests, or so much virtual time. */
const REQUESTS_PER_TURN = 20_000;
const LONGEST_TURN_US = 600_000_000;
const SHORTEST_TURN_US = 1_000_000;

/**
 * Runs a scenario to its end.
 *
 * @param scenario loaded, or as YAML text
 * @throws ScenarioError when the text is no scenario, InvariantError for a defect of the simulator
 */
export async function simulate(scenario: Scenario | string, options: SimulateOptions = {}): Promise<Result> {
  const loaded = await loadedScenario(scenario, options);
  const run = new Run(loaded, {
    keepRequests: options.keep?.requests ?? false,
    observers: options.observer === undefined ? [] : [options.observer],
  });
  const { signal, onProgress } = options;
  const until = loaded.durationUs / 1e6;
  for (let turn = SHORTEST_TURN_US; run.now < loaded.durationUs && !run.isOver; ) {
    signal?.throwIfAborted();
    const before = run.requestCount;
    run.advanceTo(Math.min(run.now + turn, loaded.durationUs - 1));
    const arrived = run.requestCount - before;
    await onProgress?.({ t: run.now / 1e6, until, requests: run.requestCount });
    if (run.now >= loaded.durationUs - 1) break;
    if (arrived < REQUESTS_PER_TURN / 2) turn = Math.min(turn * 2, LONGEST_TURN_US);
    else if (arrived > REQUESTS_PER_TURN * 2) turn = Math.max(Math.floor(turn / 2), SHORTEST_TURN_US);
  }
  signal?.throwIfAborted();
  return resultOf(run.finish(), loaded, options.keep?.requests ?? false);
}

/** A run to be taken step by step: for teaching, for tests, for whoever wants to interfere. */
export function createSimulation(scenario: Scenario, options: SimulateOptions = {}): Simulation {
  const loaded = withSeed(scenario, options.seed);
  const keepRequests = options.keep?.requests ?? false;
  const run = new Run(loaded, {
    keepRequests,
    observers: options.observer === undefined ? [] : [options.observer],
    catchFacts: true,
  });
  return {
    get now() {
      return run.now / 1e6;
    },
    step: () => run.step(),
    apply: (event) => run.apply(event),
    runUntil: (t) => run.advanceTo(instantOf(t)),
    state: () => run.state(),
    result: () => resultOf(run.finish(), loaded, keepRequests),
  };
}

async function loadedScenario(scenario: Scenario | string, options: SimulateOptions): Promise<Scenario> {
  if (typeof scenario !== "string") return withSeed(scenario, options.seed);
  const { read, set, seed } = options;
  return (await loadScenarioText(scenario, { read, set, seed })).scenario;
}

function withSeed(scenario: Scenario, seed: string | number | undefined): Scenario {
  return seed === undefined ? scenario : { ...scenario, seed: String(seed) };
}

function instantOf(t: string | number): Instant {
  if (typeof t === "number") return Math.round(t * 1e6);
  const parsed = parseDuration(t);
  if (!parsed.ok) throw new RangeError(parsed.error);
  return parsed.us;
}

function resultOf(record: RunRecord, scenario: Scenario, hasRequests: boolean): Result {
  return {
    summary: record.summary,
    timeline: () => record.timeline(),
    decisions: () => record.decisions(),
    events: () => record.events(),
    requests: () => record.requests(),
    expectations: record.summary.expectations,
    files: ({ charts = true, requests = hasRequests, command = `knsim run ${scenario.name}.yaml` } = {}) =>
      reportFiles(record, scenario, { charts, requests, command }),
  };
}

import { type Instant, parseDuration } from "../engine/time.js";
import type { BaselineFigures } from "../measure/baseline.js";
import type {
  DecisionRow,
  EventRow,
  Judged,
  RequestRow,
  RunRecord,
  Summary,
  TimelineRow,
} from "../measure/run-record.js";
import type { ClusterObjects } from "../model/object-status.js";
import type { Fact, Observer } from "../model/observer.js";
import { type ReportFile, reportFiles } from "../report/files.js";
import { ScenarioError } from "../scenario/diagnostics.js";
import { parseExpectation } from "../scenario/expectation.js";
import { readEvent, type WrittenEvent } from "../scenario/live-event.js";
import { loadScenarioText } from "../scenario/load.js";
import type { Scenario } from "../scenario/scenario.js";
import type { ReadFile } from "../scenario/source-text.js";
import type { ClusterView } from "./cluster-view.js";
import { requireHeldTraces } from "./held-traces.js";
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
    /** Whether `events()` also has `PanicExtended`, and `ClientGaveUp` and `RequestFailed` of single requests. */
    readonly verboseEvents?: boolean;
  };
  /** Changes keys of a scenario given as text, by path: `{"services[hello].annotations[…]": "10"}`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** What expectations against a baseline are judged by: the summary of another run, or what a baseline's file keeps. */
  readonly baseline?: BaselineFigures | null;
  /** Whether an expectation against a baseline fails when there is none; default false: it is skipped with a note. */
  readonly requireBaseline?: boolean;
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
  /** Instead of the run's own summary: the same with what was made of several replications. */
  readonly summary?: Summary;
  /** Length of a file's pieces in bytes: less waits in memory to be written. Default 32 MiB: nearly every file is one piece. */
  readonly pieceBytes?: number;
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
  /**
   * Judges the run by a line of `expect:` that the scenario does not have. The run is repeated for it, as its facts are
   * not kept: it takes as long again.
   *
   * @throws ScenarioError when the text is no expectation; RangeError for a run in which somebody interfered or whose trace
   *   is too long to be held
   */
  judge(expectation: string): Judged;
  /** The files of the report folder, one after another. */
  files(options?: FileOptions): AsyncIterable<ReportFile>;
}

/** A run that is taken step by step. Times in seconds. */
export interface Simulation {
  readonly now: number;
  /** Runs to the next fact; undefined = the run is over. */
  step(): Fact | undefined;
  /**
   * Does one of the things a scenario's `events` can do, now: written as there without `at`, such as
   * `{kn: "service update hello --env A=1"}`, or an action of a loaded scenario's events.
   *
   * @returns why the cluster refused it, or null
   * @throws ScenarioError when it is no event
   */
  apply(event: WrittenEvent | ScenarioEvent): string | null;
  /**
   * Lets time pass, to the end of the run at most; a moment that has passed changes nothing. A number is in seconds, a
   * text a Go duration; both count from the start.
   *
   * @throws ScenarioError when it is neither
   */
  runUntil(t: string | number): void;
  state(): ClusterView;
  /** The cluster as its API server shows it; each call of one of its lists shows the moment of that call. */
  objects(): ClusterObjects;
  /** Runs to the end first if that has not been reached. */
  result(): Result;
}

/** Between two looks at the signal and calls of `onProgress`: so many requests, or so much virtual time. */
const REQUESTS_PER_TURN = 20_000;
const LONGEST_TURN_US = 600_000_000;
const SHORTEST_TURN_US = 10_000;

/**
 * Runs a scenario to its end.
 *
 * @param scenario loaded, or as YAML text
 * @throws ScenarioError when the text is no scenario or a trace changes meanwhile, InvariantError for a defect of the
 *   simulator
 */
export async function simulate(scenario: Scenario | string, options: SimulateOptions = {}): Promise<Result> {
  const loaded = await loadedScenario(scenario, options);
  const run = new Run(loaded, {
    keepRequests: options.keep?.requests ?? false,
    verboseEvents: options.keep?.verboseEvents,
    observers: options.observer === undefined ? [] : [options.observer],
    baseline: options.baseline,
    requireBaseline: options.requireBaseline,
  });
  const { signal, onProgress } = options;
  const until = loaded.durationUs / 1e6;
  try {
    for (let turn = SHORTEST_TURN_US; !run.isOver; ) {
      if (signal !== undefined) await othersTurn();
      signal?.throwIfAborted();
      await run.readAhead();
      const before = run.requestCount;
      run.advanceTo(Math.min(run.now + turn, run.knownUntil));
      const arrived = run.requestCount - before;
      await onProgress?.({ t: run.now / 1e6, until, requests: run.requestCount });
      if (arrived < REQUESTS_PER_TURN / 2) turn = Math.min(turn * 2, LONGEST_TURN_US);
      else if (arrived > REQUESTS_PER_TURN * 2) turn = Math.max(Math.floor(turn / 2), SHORTEST_TURN_US);
    }
  } finally {
    await run.stopReading();
  }
  signal?.throwIfAborted();
  return resultOf(run.finish(), loaded, {
    hasRequests: options.keep?.requests ?? false,
    judge: (expectation) => judgeAgain(loaded, expectation, options),
  });
}

/** One expectation, judged by a run of its own: a run is a function of its scenario and seed. */
function judgeAgain(scenario: Scenario, expectation: string, options: SimulateOptions): Judged {
  requireHeldTraces(scenario);
  const { warmupUs, durationUs } = scenario;
  const position = { file: "expectation", line: 1, column: 1 };
  const parsed = parseExpectation(expectation, { warmupUs, durationUs });
  if (!parsed.ok) {
    const { error: message, offset, suggestion } = parsed;
    const place = { ...position, column: offset + 1, path: "" };
    const meant = suggestion === null ? {} : { suggestion };
    throw new ScenarioError([{ id: "E-expect", severity: "error", ...place, message, ...meant }]);
  }
  const line = { text: expectation, name: null, level: "error", over: "each", position } as const;
  const run = new Run(
    { ...scenario, expectations: [line] },
    { keepRequests: false, observers: [], baseline: options.baseline, requireBaseline: options.requireBaseline },
  );
  return run.finish().summary.expectations[0];
}

/** Lets whatever else waits in this thread happen: without it no timer could abort a run. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * A run to be taken step by step: for teaching, for tests, for whoever wants to interfere.
 *
 * @throws RangeError when a trace is too long to be held, unless the scenario was loaded with `holdTraces`
 */
export function createSimulation(scenario: Scenario, options: SimulateOptions = {}): Simulation {
  requireHeldTraces(scenario);
  const loaded = withSeed(scenario, options.seed);
  const keepRequests = options.keep?.requests ?? false;
  const run = new Run(loaded, {
    keepRequests,
    verboseEvents: options.keep?.verboseEvents,
    observers: options.observer === undefined ? [] : [options.observer],
    catchFacts: true,
    baseline: options.baseline,
    requireBaseline: options.requireBaseline,
  });
  let isUntouched = true;
  return {
    get now() {
      return run.now / 1e6;
    },
    step: () => run.step(),
    apply(event) {
      isUntouched = false;
      if (isAction(event)) return run.apply(event);
      let refusal: string | null = null;
      for (const action of readEvent(event, loaded)) refusal ??= run.apply(action);
      return refusal;
    },
    runUntil: (t) => run.advanceTo(instantOf(t)),
    state: () => run.state(),
    objects: () => run.objects(),
    result: () =>
      resultOf(run.finish(), loaded, {
        hasRequests: keepRequests,
        judge(expectation) {
          if (isUntouched) return judgeAgain(loaded, expectation, options);
          throw new RangeError("somebody interfered in this run, so that it cannot be repeated; put it under expect:");
        },
      }),
  };
}

/** No key of `events:` is called `kind`. */
function isAction(event: WrittenEvent | ScenarioEvent): event is ScenarioEvent {
  return typeof event.kind === "string";
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
  const parsed = typeof t === "number" ? null : parseDuration(t);
  if (parsed?.ok) return parsed.us;
  if (typeof t === "number" && !Number.isNaN(t)) return Math.round(t * 1e6);
  const message = `expected seconds or a duration such as 1m30s, found ${JSON.stringify(String(t))}`;
  const place = { file: "runUntil", line: 0, column: 0, path: "" };
  throw new ScenarioError([{ id: "E-type", severity: "error", ...place, message }]);
}

interface ResultOptions {
  readonly hasRequests: boolean;
  readonly judge: Result["judge"];
}

function resultOf(record: RunRecord, scenario: Scenario, { hasRequests, judge }: ResultOptions): Result {
  return {
    summary: record.summary,
    timeline: () => record.timeline(),
    decisions: () => record.decisions(),
    events: () => record.events(),
    requests: () => record.requests(),
    expectations: record.summary.expectations,
    judge,
    files({ charts = true, requests = hasRequests, command, summary = record.summary, pieceBytes } = {}) {
      const options = { charts, requests, command: command ?? `knsim run ${scenario.name}.yaml`, pieceBytes };
      return reportFiles({ ...record, summary }, scenario, options);
    },
  };
}

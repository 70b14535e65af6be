import { type Duration, formatDuration, HOUR } from "../engine/time.js";
import type {
  Expectation,
  Measurement,
  MetricUse,
  Selector,
  Test,
  Value,
  Window,
  WindowTime,
} from "./expectation-ast.js";
import { ExpectationError, ExpectationParser } from "./expectation-parser.js";
import { tokenize } from "./expectation-tokens.js";
import { dimensionOf, usesOf } from "./metric-pairing.js";

export type * from "./expectation-ast.js";

interface Refused {
  readonly ok: false;
  readonly error: string;
  /** Where in the text, from 0, in UTF-16 units. */
  readonly offset: number;
  /** The accepted spelling nearest to what was written; null when none is near. */
  readonly suggestion: string | null;
}

export type ParsedExpectation = { readonly ok: true; readonly expectation: Expectation } | Refused;
export type ParsedMeasurement = { readonly ok: true; readonly measurement: Measurement } | Refused;

/** What the ends of windows are checked against; without it only what the text alone shows is. */
export interface RunBounds {
  readonly warmupUs: Duration;
  readonly durationUs: Duration;
}

/** Reads one line of `expect:` (contract details B). */
export function parseExpectation(text: string, run?: RunBounds): ParsedExpectation {
  return parsed(text, (parser) => {
    const selector = parser.selector();
    const value = parser.value();
    const test = parser.test(value);
    const window = checkedWindow(parser, value, run);
    const measurement = measured(text, selector, value, window);
    return { ok: true, expectation: { ...measurement, test, notes: notesOn(value, test) } };
  });
}

/** Reads an expectation without a verdict: `hello: p(95) during 1m..5m`. */
export function parseMeasurement(text: string, run?: RunBounds): ParsedMeasurement {
  return parsed(text, (parser) => {
    const selector = parser.selector();
    const value = parser.value();
    const window = checkedWindow(parser, value, run);
    return { ok: true, measurement: measured(text, selector, value, window) };
  });
}

function parsed<Result>(text: string, read: (parser: ExpectationParser) => Result): Result | Refused {
  const tokens = tokenize(text);
  if (!tokens.ok) return { ...tokens, suggestion: null };
  try {
    return read(new ExpectationParser(tokens.tokens));
  } catch (error) {
    if (!(error instanceof ExpectationError)) throw error;
    return { ok: false, error: error.message, offset: error.offset, suggestion: error.suggestion };
  }
}

function measured(text: string, selector: Selector | null, value: Value, window: Window | null): Measurement {
  for (const use of usesOf(value)) checkScope(selector, use);
  return { text, selector, value, dimension: dimensionOf(value), window };
}

/** Not every figure can be told apart by source, tag or revision. */
function checkScope(selector: Selector | null, { written, metric: { scope } }: MetricUse): void {
  const offset = selector?.offset ?? 0;
  const refuse = (reason: string) => new ExpectationError(`"${written}" ${reason}`, offset);
  if (scope === "share" && (selector === null || selector.kind === "service" || selector.kind === "source")) {
    throw refuse("is a revision's part of its service: put the revision before it, as in hello-00002: share >= 10%");
  }
  if (selector === null) return;
  if (scope === "run") throw refuse("is about the whole run and takes no selector");
  if (selector.kind === "source" && (scope === "revision" || scope === "share")) throw refuse("is not known by source");
  if (selector.kind === "revision" && scope === "call") throw refuse("is not known by revision");
  if (selector.tag !== null && scope !== "request") throw refuse("is not known by tag");
}

function checkedWindow(parser: ExpectationParser, value: Value, run: RunBounds | undefined): Window | null {
  const offset = parser.offset;
  const window = parser.window();
  parser.end();
  if (window === null) return null;
  if (window.kind === "at") {
    const whole = usesOf(value).find(({ metric }) => metric.kind !== "gauge");
    if (whole) {
      throw new ExpectationError(
        `"${whole.written}" is no figure of one moment: use "during 1m..5m" instead of "at"`,
        offset,
      );
    }
    if (value.kind === "elapsed")
      throw new ExpectationError(`"${value.what}" needs time to pass: use "during" or "after"`, offset);
  }
  if (run) checkBounds(window, run, offset);
  return window;
}

function checkBounds(window: Window, run: RunBounds, offset: number): void {
  const at = (time: WindowTime | null, byDefault: Duration): Duration | null => {
    if (time === null) return byDefault;
    const { kind } = time.anchor;
    if (kind === "start") return time.offsetUs;
    if (kind === "warmup") return run.warmupUs + time.offsetUs;
    return kind === "end" ? run.durationUs + time.offsetUs : null;
  };
  const from = at(window.from, run.warmupUs);
  const until = at(window.until, run.durationUs);
  for (const time of [from, until]) {
    if (time === null) continue;
    if (time < 0) throw new ExpectationError(`${formatDuration(time)} lies before the start`, offset);
    if (time > run.durationUs + HOUR) {
      const end = formatDuration(run.durationUs);
      throw new ExpectationError(
        `${formatDuration(time)} lies more than 1h after the end of the run at ${end}`,
        offset,
      );
    }
  }
  if (from !== null && until !== null && until < from)
    throw new ExpectationError("window ends before it begins", offset);
}

function notesOn(value: Value, test: Test): string[] {
  const isExact = test.kind === "compare" && (test.op === "==" || test.op === "!=");
  const isMeasured =
    value.kind === "elapsed" ||
    usesOf(value).some(({ metric }) => metric.kind !== "counter" && metric.kind !== "gauge");
  const isCount = value.kind === "aggregate" && value.aggregate === "count";
  return isExact && isMeasured && !isCount ? ['compares a measured figure exactly: "in A..B" allows for a range'] : [];
}

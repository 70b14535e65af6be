import { type Duration, formatDuration, type Instant, SECOND } from "../engine/time.js";
import type { ColdStartStages } from "../model/observer.js";
import type { Aggregate, MetricUse, Operator, Value } from "../scenario/expectation-ast.js";
import { type Figure, type FigureContext, figureOf, QuotientFigure } from "./figures.js";
import { GaugeTrack } from "./gauge-track.js";
import { type GaugePiece, type GaugeQuestions, GaugeWindow } from "./gauge-window.js";
import type { LatencyStore } from "./latency-store.js";
import { requestTime } from "./request-metrics.js";
import { WindowSample } from "./window-counts.js";
import { pieceEnd, pieceStart, type Span } from "./window-span.js";

/** What a value was in one piece of its window. */
export interface Reading {
  /** In base units; null = there is none. */
  readonly value: number | null;
  /** When the assertion first broke; null when it held or is not about moments. */
  readonly at: Instant | null;
  /** Why there is no value. */
  readonly missing: string;
  /** True: the lack of a value is itself the answer (`never within 5m`). */
  readonly isNever: boolean;
}

/** Measures one value in one scope while a run goes on. */
export interface Probe {
  /** What it has measured up to `endUs`, by piece of the window, which may have been unknown until now. */
  over(span: Span, endUs: Instant): (piece: number) => Reading;
}

/** What a value must satisfy, for those that are judged at every moment. */
export interface Assertion {
  readonly holds: (value: number) => boolean;
  /** The side on which the worst value lies: the largest, the smallest, or neither. */
  readonly worst: "max" | "min" | null;
}

const reading = (value: number | null, missing: string, at: Instant | null = null): Reading => ({
  ...{ value, missing, at, isNever: false },
});

export function probeOf(value: Value, assertion: Assertion, context: FigureContext): Probe {
  switch (value.kind) {
    case "quotient":
      if (value.numerator.metric.kind === "gauge") {
        return new GaugeProbe(quotientTrack(value, context), "bare", 0, assertion, context.span);
      }
      return new FigureProbe(
        new QuotientFigure(figureOf(value.numerator, context), figureOf(value.denominator, context)),
        `0 ${value.denominator.written}`,
      );
    case "elapsed":
      return new ElapsedProbe(trackOf(value.use, context), value, context.span);
    case "percentile":
      if (value.use.metric.kind === "distribution")
        return new SampleProbe(value.use, (store) => quantile(store, value.q), context);
      return new GaugeProbe(trackOf(value.use, context), "p", value.q, assertion, context.span);
    case "aggregate":
      return aggregateProbe(value, assertion, context);
    default:
      if (value.use.metric.kind === "gauge") {
        return new GaugeProbe(trackOf(value.use, context), "bare", 0, assertion, context.span);
      }
      return new FigureProbe(figureOf(value.use, context), noDenominator(value.use.metric.name));
  }
}

function aggregateProbe(
  { use, aggregate }: Extract<Value, { readonly kind: "aggregate" }>,
  assertion: Assertion,
  context: FigureContext,
): Probe {
  if (use.metric.kind === "counter") return new RateProbe(figureOf(use, context));
  if (use.metric.kind === "gauge") {
    return new GaugeProbe(trackOf(use, context), aggregate, 0, assertion, context.span);
  }
  return new SampleProbe(use, OF_STORE[aggregate] ?? (() => null), context);
}

function trackOf({ metric }: MetricUse, { facts, scope }: FigureContext): GaugeTrack {
  return facts.track(metric.name, scope);
}

/** One gauge divided by another at every moment; without a value where the other is 0. */
function quotientTrack(value: Extract<Value, { readonly kind: "quotient" }>, context: FigureContext): GaugeTrack {
  const numerator = trackOf(value.numerator, context);
  const denominator = trackOf(value.denominator, context);
  const current = (): number => (denominator.value === 0 ? Number.NaN : numerator.value / denominator.value);
  const track = new GaugeTrack(current());
  for (const part of [numerator, denominator]) part.follow((t) => track.set(t, current()));
  return track;
}

/** What a ratio has none of when it has no value. */
function noDenominator(name: string): string {
  switch (name) {
    case "share":
      return "0 requests offered to the service";
    case "utilization":
      return "no ready pod with a concurrency limit";
    case "gib_seconds":
      return "no container asks for memory";
    default:
      return "0 ended requests";
  }
}

class FigureProbe implements Probe {
  constructor(
    private readonly figure: Figure,
    private readonly missing: string,
  ) {}

  over(span: Span, endUs: Instant): (piece: number) => Reading {
    const values = this.figure.over(span, endUs);
    return (piece) => reading(values(piece), this.missing);
  }
}

/** A counter per second of the piece. */
class RateProbe implements Probe {
  constructor(private readonly figure: Figure) {}

  over(span: Span, endUs: Instant): (piece: number) => Reading {
    const counts = this.figure.over(span, endUs);
    return (piece) => {
      const us = pieceEnd(span, piece, endUs) - pieceStart(span, piece);
      return reading(us > 0 ? ((counts(piece) ?? 0) * SECOND) / us : null, "the window is empty");
    };
  }
}

const OF_STORE: Readonly<Partial<Record<Aggregate, (store: LatencyStore) => number | null>>> = {
  mean: (store) => store.meanUs,
  median: (store) => quantile(store, 0.5),
  min: (store) => store.minUs,
  max: (store) => store.maxUs,
  stddev: (store) => store.stddevUs,
  count: (store) => store.count,
};

function quantile(store: LatencyStore, q: number): number | null {
  return store.sample.quantiles([q])[0];
}

const STAGES: Readonly<Record<string, keyof ColdStartStages>> = {
  control: "control",
  schedule: "schedule",
  image_pull: "imagePull",
  container_start: "containerStart",
  boot: "boot",
};

class SampleProbe implements Probe {
  private readonly sample: WindowSample;
  private readonly population: string;

  constructor(
    use: MetricUse,
    private readonly statistic: (store: LatencyStore) => number | null,
    { facts, scope, span }: FigureContext,
  ) {
    const sample = new WindowSample(span);
    this.sample = sample;
    const time = requestTime(use);
    this.population = time?.population ?? "cold starts";
    const { from, to } = use.argument ?? { from: 0, to: 0 };
    if (time) {
      facts.onEnded(scope, (t, ended) => {
        if (time.counts(ended, from, to)) sample.add(ended.arrivalUs, time.us(t, ended));
      });
      return;
    }
    const part = use.metric.name.split(".")[1];
    facts.onFact(scope, (fact) => {
      if (fact.kind !== "PodServing" && fact.kind !== "PodReady") return;
      const createdAt = facts.createdAtOf(fact.pod);
      if (createdAt === null) return;
      if (fact.kind === "PodReady") {
        if (part === "readiness") sample.add(createdAt, fact.readiness);
      } else if (part === undefined) sample.add(createdAt, fact.t - createdAt);
      else if (part !== "readiness") sample.add(createdAt, fact.stages[STAGES[part]]);
    });
  }

  over(span: Span): (piece: number) => Reading {
    const stores = this.sample.over(span);
    return (piece) => reading(this.statistic(stores(piece)), `0 ${this.population}`);
  }
}

/** A gauge: at every moment (bare), or one figure of its course. */
class GaugeProbe implements Probe {
  private readonly window: GaugeWindow;

  constructor(
    track: GaugeTrack,
    private readonly form: "bare" | "p" | Aggregate,
    private readonly q: number,
    private readonly assertion: Assertion,
    span: Span | null,
  ) {
    // `pods <= 10` says the same as `max(pods) <= 10`, so that both tell when it broke.
    const isMomentary = form === "bare" || form === assertion.worst;
    const holds = isMomentary ? assertion.holds : null;
    this.window = new GaugeWindow(track, span, { keepsWeights: form === "p", condition: null, holds });
  }

  over(span: Span, endUs: Instant): (piece: number) => Reading {
    const pieces = this.window.over(span, endUs);
    return (index) => {
      const piece = pieces(index);
      return reading(piece.isEmpty ? null : this.figure(piece), "it had no value", piece.brokeAt);
    };
  }

  private figure(piece: GaugePiece): number | null {
    switch (this.form) {
      case "p":
        return piece.quantile(this.q);
      case "mean":
        return piece.weightUs === 0 ? piece.last : piece.area / piece.weightUs;
      case "min":
        return piece.min;
      case "max":
        return piece.max;
      case "first":
        return piece.first;
      case "last":
        return piece.last;
      default: {
        const { worst } = this.assertion;
        if (worst !== null) return piece[worst];
        return piece.brokeAt === null ? piece.last : piece.brokenValue;
      }
    }
  }
}

class ElapsedProbe implements Probe {
  private readonly window: GaugeWindow;
  private readonly what: "time_to" | "time_while";

  constructor(track: GaugeTrack, value: Extract<Value, { readonly kind: "elapsed" }>, span: Span | null) {
    const { op, limit, what } = value;
    this.what = what;
    const questions: GaugeQuestions = {
      keepsWeights: false,
      condition: (found) => compare(found, op, limit),
      holds: null,
    };
    this.window = new GaugeWindow(track, span, questions);
  }

  over(span: Span, endUs: Instant): (piece: number) => Reading {
    const pieces = this.window.over(span, endUs);
    return (index) => {
      const { metAt, metUs } = pieces(index);
      if (this.what === "time_while") return reading(metUs, "");
      const start = pieceStart(span, index);
      if (metAt !== null) return reading(metAt - start, "");
      const length: Duration = pieceEnd(span, index, endUs) - start;
      return { value: null, at: null, missing: `never within ${formatDuration(length)}`, isNever: true };
    };
  }
}

export function compare(value: number, op: Operator, limit: number): boolean {
  switch (op) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "==":
      return value === limit;
    case "!=":
      return value !== limit;
  }
}

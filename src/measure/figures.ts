import type { Duration, Instant } from "../engine/time.js";
import { SECOND } from "../engine/time.js";
import type { MetricUse } from "../scenario/expectation-ast.js";
import { factTest } from "./fact-counters.js";
import { GaugeWindow } from "./gauge-window.js";
import type { JudgedFacts } from "./judged-facts.js";
import { JudgedScope } from "./judged-scope.js";
import { requestTest } from "./request-metrics.js";
import { WindowCounter } from "./window-counts.js";
import type { Span } from "./window-span.js";

/** A counter, total or ratio over the pieces of a window; null = there is no such number. */
export interface Figure {
  /** Up to `endUs`, by piece of the window; that of the context if it was known there. */
  over(span: Span, endUs: Instant): (piece: number) => number | null;
}

/** Everything that a figure listens to, and the window if it is known. */
export interface FigureContext {
  readonly facts: JudgedFacts;
  readonly scope: JudgedScope;
  readonly span: Span | null;
  /** Counted from the beginning for scopes that come later; null = the figure counts for itself. */
  readonly offered: OfferedByService | null;
}

/** Of totals: the gauge whose integral they are. */
const INTEGRANDS: Readonly<Record<string, string>> = {
  pod_seconds: "pods_total",
  cpu_seconds: "cpu_requested",
  gib_seconds: "memory_requested",
  panic_seconds: "revisions_panicking",
  proxy_seconds: "revisions_proxied",
  unschedulable_seconds: "unschedulable",
  node_seconds: "nodes",
};

/** The figure of a metric that is no distribution and no gauge. */
export function figureOf({ metric, argument }: MetricUse, context: FigureContext): Figure {
  const { name, kind } = metric;
  if (kind === "counter") return new CounterFigure(name, argument, context);
  if (kind === "total") {
    const integral = new IntegralFigure(INTEGRANDS[name], context);
    return name === "gib_seconds" ? new FigureIfMemory(integral, context) : integral;
  }
  const counter = (counted: string): Figure => new CounterFigure(counted, null, context);
  switch (name) {
    case "error_rate":
      return new QuotientFigure(counter("failed"), counter("ended"));
    case "cold_rate":
      return new QuotientFigure(counter("cold"), counter("ended"));
    case "apdex":
      return new ApdexFigure((argument?.from ?? 0) * 1000, context);
    case "share":
      return new QuotientFigure(counter("offered"), new OwnersOffered(context));
    default:
      return new QuotientFigure(new IntegralFigure("executing_limited", context), new IntegralFigure("slots", context));
  }
}

class CounterFigure implements Figure {
  private readonly counter: WindowCounter;

  constructor(name: string, argument: MetricUse["argument"], { facts, scope, span }: FigureContext) {
    const counter = new WindowCounter(span);
    this.counter = counter;
    const test = requestTest(name);
    const { from, to } = argument ?? { from: 0, to: 0 };
    const add = (t: Instant): void => counter.add(t);
    if (test) {
      facts.onEnded(scope, (_t, ended) => {
        if (test(ended, from, to)) counter.add(ended.arrivalUs);
      });
    } else if (factTest(name)) facts.onCounted(name, scope, add);
    else if (name === "pods_started") facts.onPodCreated(scope, add);
    else if (name === "decisions") facts.onDecision(scope, add);
    else if (name === "cold_starts") {
      facts.onFact(scope, (fact) => {
        const createdAt = fact.kind === "PodServing" ? facts.createdAtOf(fact.pod) : null;
        if (createdAt !== null) counter.add(createdAt);
      });
    } else if (name === "calls" || name === "calls_failed") {
      facts.onCall(scope, (firstSentAt, succeeded) => {
        if (name === "calls" || !succeeded) counter.add(firstSentAt);
      });
    } else {
      const sign = name === "scale_ups" ? 1 : -1;
      facts.onScaling(scope, (t, by) => {
        if (by * sign > 0) counter.add(t);
      });
    }
  }

  over(span: Span): (piece: number) => number {
    return this.counter.over(span);
  }
}

/** The integral of a gauge over time, in seconds. */
class IntegralFigure implements Figure {
  private readonly window: GaugeWindow;

  constructor(gauge: string, { facts, scope, span }: FigureContext) {
    const questions = { keepsWeights: false, condition: null, holds: null };
    this.window = new GaugeWindow(facts.track(gauge, scope), span, questions);
  }

  over(span: Span, endUs: Instant): (piece: number) => number {
    const pieces = this.window.over(span, endUs);
    return (piece) => pieces(piece).area / SECOND;
  }
}

/** Nobody asks for memory: there is no such total, rather than one of 0 (contract details A33). */
class FigureIfMemory implements Figure {
  constructor(
    private readonly figure: Figure,
    private readonly context: FigureContext,
  ) {}

  over(span: Span, endUs: Instant): (piece: number) => number | null {
    const { facts, scope } = this.context;
    return facts.asksForMemory(scope) ? this.figure.over(span, endUs) : () => null;
  }
}

/** One figure divided by another; null where the other is 0. */
export class QuotientFigure implements Figure {
  constructor(
    private readonly numerator: Figure,
    private readonly denominator: Figure,
  ) {}

  over(span: Span, endUs: Instant): (piece: number) => number | null {
    const numerators = this.numerator.over(span, endUs);
    const denominators = this.denominator.over(span, endUs);
    return (piece) => {
      const numerator = numerators(piece);
      const denominator = denominators(piece);
      return numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;
    };
  }
}

/**
 * Satisfied requests (up to T) count 1, tolerated ones (up to 4 T) a half, others and failures nothing.
 *
 * @see Apdex Alliance, Application Performance Index Technical Specification 1.1
 */
class ApdexFigure implements Figure {
  private readonly ended: WindowCounter;
  private readonly satisfied: WindowCounter;
  private readonly tolerated: WindowCounter;

  constructor(targetUs: Duration, { facts, scope, span }: FigureContext) {
    const hasEnded = requestTest("ended")!;
    const [ended, satisfied, tolerated] = [new WindowCounter(span), new WindowCounter(span), new WindowCounter(span)];
    [this.ended, this.satisfied, this.tolerated] = [ended, satisfied, tolerated];
    facts.onEnded(scope, (t, request) => {
      if (!hasEnded(request, 0, 0)) return;
      const { arrivalUs, completed } = request;
      ended.add(arrivalUs);
      if (completed && t - arrivalUs <= targetUs) satisfied.add(arrivalUs);
      else if (completed && t - arrivalUs <= 4 * targetUs) tolerated.add(arrivalUs);
    });
  }

  over(span: Span): (piece: number) => number | null {
    const [ended, satisfied, tolerated] = [this.ended, this.satisfied, this.tolerated].map((counter) =>
      counter.over(span),
    );
    return (piece) => (ended(piece) === 0 ? null : (satisfied(piece) + tolerated(piece) / 2) / ended(piece));
  }
}

const EVERYTHING = new JudgedScope(null, null, null);

/** Requests offered to each service, of which a revision's share is a part. */
export class OfferedByService {
  private readonly counters = new Map<number, WindowCounter>();

  constructor(facts: JudgedFacts, span: Span | null) {
    facts.onEnded(EVERYTHING, (_t, { service, arrivalUs }) => {
      let counter = this.counters.get(service);
      if (!counter) this.counters.set(service, (counter = new WindowCounter(span)));
      counter.add(arrivalUs);
    });
  }

  /** Of the services given, added up. */
  over(span: Span, services: ReadonlySet<number>): (piece: number) => number {
    const counts = [...services].flatMap((service) => this.counters.get(service)?.over(span) ?? []);
    return (piece) => counts.reduce((sum, count) => sum + count(piece), 0);
  }
}

/** What the services of the scope's revisions were offered, also before the revisions existed. */
class OwnersOffered implements Figure {
  private readonly offered: OfferedByService;

  constructor(private readonly context: FigureContext) {
    this.offered = context.offered ?? new OfferedByService(context.facts, context.span);
  }

  over(span: Span): (piece: number) => number {
    return this.offered.over(span, this.context.scope.owners);
  }
}

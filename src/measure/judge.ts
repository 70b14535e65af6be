import { invariant } from "../engine/invariant.js";
import { formatDuration, type Instant, SECOND } from "../engine/time.js";
import type { Observer } from "../model/observer.js";
import { parseExpectation } from "../scenario/expectation.js";
import type { Expectation, Selector } from "../scenario/expectation-ast.js";
import { usesOf } from "../scenario/metric-pairing.js";
import type { Scenario } from "../scenario/scenario.js";
import { type BaselineFigures, baselineValue } from "./baseline.js";
import { OfferedByService } from "./figures.js";
import { type Call, observerCalls } from "./judge-needs.js";
import { JudgedFacts } from "./judged-facts.js";
import type { JudgedScope } from "./judged-scope.js";
import { inUnit, unitName } from "./judged-units.js";
import { type Assertion, type Probe, probeOf } from "./probes.js";
import { sixDecimals, sixDecimalsOrNull } from "./rounding.js";
import type { Judged } from "./run-record.js";
import {
  assertionOf,
  judgeReading,
  limitFor,
  type PieceVerdict,
  type Resolved,
  resolveTest,
  usesBaseline,
  worstOf,
} from "./verdict.js";
import { type Moments, pieceCount, pieceStart, type RunWindow, type Span, spanOf } from "./window-span.js";

/** The run that is judged. */
export interface JudgedRun extends RunWindow {
  /** What the run to compare with measured: its summary, or the part kept in a baseline; null or absent = none. */
  readonly baseline?: BaselineFigures | null;
  /** Of the cluster at the beginning; absent = the one without limits. */
  readonly nodes?: number;
  /** True: an expectation against a missing baseline fails; else it is skipped and passes with a note. */
  readonly requireBaseline?: boolean;
}

export interface Judge {
  /** Only the calls that the expectations need; empty when there are none, so that a run without them pays nothing. */
  readonly observer: Partial<Observer>;
  /**
   * The verdicts on what was announced so far, in order of the expectations. At the end of a run the facts about requests
   * in flight must have come before. Nothing collected is changed: a run that is looked at on its way can go on.
   *
   * @param endUs E of contract details A7, or now
   */
  judge(endUs: Instant): Judged[];
}

/** A line of `expect:` that was checked at load. */
export type ExpectedLine = Pick<Scenario["expectations"][number], "text" | "name" | "level" | "position">;

/** Collects during a run what its expectations need, and judges them at its end (contract details B2). */
export function createJudge(lines: readonly ExpectedLine[], run: JudgedRun): Judge {
  const facts = new JudgedFacts(run.nodes ?? 1);
  const cases = lines.map((line) => new Case(line, facts, run));
  return {
    observer: bound(facts, observerCalls(cases.map(({ expectation }) => expectation))),
    judge: (endUs) => cases.map((item) => item.judge(endUs)),
  };
}

function bound(facts: JudgedFacts, calls: ReadonlySet<Call>): Partial<Observer> {
  const entries = [...calls].map((call) => [call, (facts[call] as (...args: never[]) => void).bind(facts)] as const);
  return Object.fromEntries(entries);
}

/** How `actual` begins when there was no baseline to judge by, and none was required. */
const SKIPPED = "skipped";

const ANY_VALUE: Resolved = { kind: "in", low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** Whether an expectation was not judged, for want of a baseline: it passes, with a note. */
export function isSkipped({ pass, actual }: Pick<Judged, "pass" | "actual">): boolean {
  return pass && actual.startsWith(`${SKIPPED}: `);
}

/** An expectation about one scope. */
interface Subject {
  readonly scope: JudgedScope;
  readonly probe: Probe;
}

interface SubjectVerdict extends PieceVerdict {
  readonly name: string;
}

class Case {
  readonly expectation: Expectation;
  private readonly subjects: Subject[] = [];
  /** null = the baseline has no such value. */
  private readonly test: Resolved | null;
  /** null = known at the end only. */
  private readonly span: Span | null;
  private readonly offered: OfferedByService | null;

  constructor(
    private readonly line: ExpectedLine,
    private readonly facts: JudgedFacts,
    private readonly run: JudgedRun,
  ) {
    const parsed = parseExpectation(line.text);
    invariant(parsed.ok, "an expectation was not checked at load", { text: line.text });
    this.expectation = parsed.expectation;
    const { selector, value, window, test } = this.expectation;
    const baseline = run.baseline && usesBaseline(test) ? baselineValue(this.expectation, run.baseline) : null;
    this.test = resolveTest(test, baseline);
    this.span = spanOf(window, run, null);
    const needsOffered = usesOf(value).some(({ metric }) => metric.name === "share");
    this.offered = needsOffered && this.span !== null ? new OfferedByService(facts, this.span) : null;
    if (isFamily(selector)) facts.book.eachScope(selector, (scope) => this.add(scope));
    else this.add(facts.book.scope(selector));
  }

  judge(endUs: Instant): Judged {
    if (this.test === null) return this.withoutBaseline(endUs);
    const { test } = this;
    const { selector, dimension } = this.expectation;
    // Of all services, those without the tag are not meant.
    const meant = isFamily(selector)
      ? this.subjects.filter(({ scope }) => this.facts.book.missingTag(scope) === null)
      : this.subjects;
    const verdicts = meant.map((subject) => this.judgeSubject(subject, test, endUs));
    const worst = worstOf(verdicts);
    if (worst === undefined) {
      const tagged = selector?.tag ? ` with the tag ${selector.tag}` : "";
      return this.judged({ pass: false, actual: `there was no ${selector?.kind ?? "service"}${tagged}` });
    }
    return this.judged({
      pass: worst.pass,
      actual: isFamily(selector) ? `${worst.name}: ${worst.actual}` : worst.actual,
      value: inUnit(worst.value, dimension),
      limit: inUnit(limitFor(test, worst.value), dimension),
      margin: sixDecimalsOrNull(worst.margin),
      at: worst.at === null ? null : sixDecimals(worst.at / SECOND),
    });
  }

  private add(scope: JudgedScope): void {
    const { facts, span, offered } = this;
    const { value, window } = this.expectation;
    for (const time of [window?.from, window?.until]) {
      if (time?.anchor.kind === "first" || time?.anchor.kind === "last") facts.watch(time.anchor, scope);
    }
    const assertion = this.test === null ? this.unasked() : assertionOf(this.test);
    this.subjects.push({ scope, probe: probeOf(value, assertion, { facts, scope, span, offered }) });
  }

  private judgeSubject({ scope, probe }: Subject, test: Resolved, endUs: Instant): SubjectVerdict {
    const name = scope.name ?? "";
    const fails = (actual: string): SubjectVerdict => ({
      ...{ name, pass: false, value: null, margin: null, at: null, actual },
    });
    const problem = this.facts.book.problem(scope);
    if (problem !== null) return fails(problem);
    const moments: Moments = { endUs, momentOf: (anchor) => this.facts.momentOf(anchor, scope) };
    const span = spanOf(this.expectation.window, this.run, moments);
    if ("reason" in span) return fails(`no data (${span.reason})`);
    if (span.from > endUs) return fails(`no data (the run ended at ${formatDuration(endUs)})`);
    const read = probe.over(span, endUs);
    const readings = Array.from({ length: pieceCount(span, endUs) }, (_, piece) => ({ piece, reading: read(piece) }));
    // Of several pieces only those that have data are judged; that all lack it is a failure like any other lack.
    const withData = readings.filter(({ reading }) => reading.value !== null || reading.isNever);
    const judged = withData.length > 0 ? withData : readings.slice(0, 1);
    const verdicts = judged.map(({ piece, reading }) =>
      judgeReading(reading, test, this.expectation.dimension, span.everyUs === null ? null : pieceStart(span, piece)),
    );
    return { name, ...worstOf(verdicts)! };
  }

  /** No verdict, but the value: the run may become the baseline of later ones. */
  private withoutBaseline(endUs: Instant): Judged {
    const { baseline, requireBaseline = false } = this.run;
    const reason = baseline ? "the baseline has no such value" : "no baseline";
    const { selector, dimension } = this.expectation;
    const value = isFamily(selector) ? null : this.judgeSubject(this.subjects[0], ANY_VALUE, endUs).value;
    const verdict = requireBaseline
      ? { pass: false, actual: `error: ${reason}` }
      : { pass: true, actual: `${SKIPPED}: ${reason}` };
    return this.judged({ ...verdict, value: inUnit(value, dimension) });
  }

  /** Of a test against a missing baseline only the side on which the worst value lies is known. */
  private unasked(): Assertion {
    const test = resolveTest(this.expectation.test, 0);
    return { holds: () => true, worst: test === null ? null : assertionOf(test).worst };
  }

  private judged(verdict: Partial<Judged> & Pick<Judged, "pass" | "actual">): Judged {
    const { text, name, level, position } = this.line;
    return {
      expect: text,
      name,
      pass: verdict.pass,
      level,
      actual: verdict.actual,
      value: verdict.value ?? null,
      unit: unitName(this.expectation.dimension),
      limit: verdict.limit ?? null,
      margin: verdict.margin ?? null,
      at: verdict.at ?? null,
      line: position.line,
      column: position.column,
      ...(this.expectation.notes.length > 0 ? { note: this.expectation.notes.join("; ") } : {}),
    };
  }
}

function isFamily(selector: Selector | null): selector is Selector {
  return selector?.name === "*";
}

import type { DecisionRow, EventRow, Summary } from "../measure/run-record.js";
import { ColdStartStory, coldRequests } from "./cold-start-story.js";
import type { ReadTimelineRow } from "./timeline-csv.js";
import { trafficStory } from "./traffic-story.js";
import { decisionInWords, eventInWords, type ScalingTerms, type Sentence } from "./words.js";
import { ZeroStory } from "./zero-story.js";

/** What a finished run left behind; events, decisions and rows in order of time, as in their files. */
export interface ExplainedRun {
  readonly summary: Summary;
  readonly events: Iterable<EventRow>;
  readonly decisions: Iterable<DecisionRow>;
  readonly timeline: Iterable<Pick<ReadTimelineRow, "t" | "service" | "offered">>;
  readonly termsOf: (revision: string) => ScalingTerms;
  /** The min-scale of a service's manifest; 0 when there is none. */
  readonly minScaleOf: (service: string) => number;
}

export interface ExplanationOptions {
  /** Only this revision, the traffic of its service, and what concerns the whole cluster. */
  readonly revision?: string | null;
  /** Only what happened in [from, until], seconds. */
  readonly from?: number | null;
  readonly until?: number | null;
}

/**
 * The story of a run in order of time: what traffic did, each change of the desired count with the clamp that decided
 * it, panic, changes of the request path, cold starts stage by stage, what the user did, and at the end what the cold
 * requests waited for and why each revision did or did not reach zero.
 */
export function explanation(run: ExplainedRun, options: ExplanationOptions = {}): Sentence[] {
  const { summary, termsOf } = run;
  const { revision = null, from = null, until = null } = options;
  const told = new DecisionsAndEvents(termsOf);
  const pending = run.decisions[Symbol.iterator]();
  let next = pending.next();
  for (const event of run.events) {
    // A decision at the instant of a scale change is its cause.
    for (; !next.done && next.value.t <= event.t; next = pending.next()) told.addDecision(next.value);
    told.addEvent(event);
  }
  for (; !next.done; next = pending.next()) told.addDecision(next.value);
  const end = Math.max(summary.to, summary.drainedAt);
  const service = revision === null ? null : (told.serviceOf.get(revision) ?? null);
  const traffic = trafficStory(run.timeline, end).filter(
    (sentence) => service === null || sentence.service === service || sentence.service === "",
  );
  const sentences = told
    .finish(summary, run.minScaleOf)
    .filter(({ revision: about, kind }) => revision === null || about === revision || CONCERNS_ALL.has(kind));
  return [...traffic, ...sentences]
    .filter(({ t }) => (from === null || t >= from) && (until === null || t <= until))
    .map((sentence, index) => ({ sentence, index }))
    .sort((a, b) => a.sentence.t - b.sentence.t || a.index - b.index)
    .map(({ sentence: { t, kind, revision: about, text } }) => ({ t, kind, revision: about, text }));
}

/** What happens to the cluster happens to every revision. */
const CONCERNS_ALL: ReadonlySet<string> = new Set([
  "ComponentDown",
  "ComponentUp",
  "ConfigChanged",
  "NodeReady",
  "NodeRemoved",
]);

class DecisionsAndEvents {
  readonly serviceOf = new Map<string, string>();
  private readonly sentences: Sentence[] = [];
  private readonly latest = new Map<string, DecisionRow>();
  /** Changes of a wish that no scale change has followed yet: the index of their sentence. */
  private readonly untold = new Map<string, number>();
  private readonly coldStarts = new ColdStartStory();
  private readonly zero = new ZeroStory();

  constructor(private readonly termsOf: (revision: string) => ScalingTerms) {}

  addDecision(decision: DecisionRow): void {
    this.zero.addDecision(decision);
    if (!decision.valid) return;
    const { revision, desired, t } = decision;
    const before = this.latest.get(revision)?.desired ?? null;
    this.latest.set(revision, decision);
    this.untold.delete(revision);
    if (desired === before) return;
    const was = before === null ? "" : ` instead of ${before}`;
    const text = decisionInWords(decision, this.termsOf(revision)).replace(/^([^:]*):/, `$1${was}:`);
    this.untold.set(revision, this.sentences.length);
    this.sentences.push({ t, kind: "Decision", revision, text });
  }

  addEvent(event: EventRow): void {
    const revision = event.revision ?? "";
    if (event.service !== undefined && revision !== "") this.serviceOf.set(revision, event.service);
    this.zero.addEvent(event);
    this.coldStarts.add(event);
    const text = eventInWords(event, this.latest.get(revision) ?? null, this.termsOf(revision));
    if (text === null) return;
    const sentence = { t: event.t, kind: event.kind, revision, text };
    const cause = event.kind === "ScaledTo" ? this.untold.get(revision) : undefined;
    if (event.kind === "ScaledTo") this.untold.delete(revision);
    // The scale change says the same as the wish behind it, unless something stood between them.
    if (cause !== undefined && event.to === this.latest.get(revision)?.desired) this.sentences[cause] = sentence;
    else this.sentences.push(sentence);
  }

  finish(summary: Summary, minScaleOf: (service: string) => number): Sentence[] {
    this.coldStarts.end();
    const minScaleOfRevision = (revision: string) => minScaleOf(this.serviceOf.get(revision) ?? "");
    return [
      ...this.sentences,
      ...this.coldStarts.sentences,
      ...coldRequests(summary),
      ...this.zero.sentences(summary, { termsOf: this.termsOf, minScaleOf: minScaleOfRevision }),
    ];
  }
}

import type { SimulateOptions, Summary, TimelineRow } from "../../src/index.js";
import { type DecisionRow, type EventRow, type RequestRow, type Result, simulate } from "../../src/index.js";

/** A finished run with everything it left behind, and the texts of the platform's replies. */
export interface Played {
  readonly result: Result;
  readonly summary: Summary;
  readonly requests: readonly RequestRow[];
  readonly events: readonly EventRow[];
  readonly decisions: readonly DecisionRow[];
  /** Bodies of replies that were not 200, by the request's position among all arrivals. */
  readonly texts: ReadonlyMap<number, string>;
  timeline(): readonly TimelineRow[];
  /** Events of one kind, of one revision if it is given. */
  of(kind: string, revision?: string): readonly EventRow[];
  /** Times of `of`. */
  times(kind: string, revision?: string): readonly number[];
}

/** Runs a scenario given without its first three lines; every request is kept. */
export async function play(body: string, options: SimulateOptions = {}): Promise<Played> {
  const texts = new Map<number, string>();
  const result = await simulate(scenario(body), {
    keep: { requests: true },
    observer: { requestEnded: (_, { request, text }) => void (text !== "" && texts.set(request, text)) },
    ...options,
  });
  const events = [...result.events()];
  const of = (kind: string, revision?: string): EventRow[] =>
    events.filter((event) => event.kind === kind && (revision === undefined || event.revision === revision));
  return {
    result,
    summary: result.summary,
    requests: [...result.requests()],
    events,
    decisions: [...result.decisions()],
    texts,
    timeline: () => [...result.timeline()],
    of,
    times: (kind, revision) => of(kind, revision).map(({ t }) => t),
  };
}

export function scenario(body: string): string {
  return `apiVersion: knsim/v1\nkind: Scenario\nname: test\n${body}`;
}

/** Kinds of requests counted by a property of theirs. */
export function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

/** A cold start of exactly so long: the stages before the container's start take no time, nor do those after it. */
export function coldStart(duration: string): string {
  return `{control: 0s, schedule: 0s, imagePull: 0s, containerStart: ${duration}, boot: 0s, readiness: 0s}`;
}

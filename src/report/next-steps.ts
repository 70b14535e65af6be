import type { Summary } from "../measure/run-record.js";
import { clock, counted, latency, plain, share } from "./number-words.js";

/** Beyond this ratio of p99 to p50 the tail is a story of its own. */
const LONG_TAIL = 5;
const MOST_HINTS = 3;

/** Stages reported beside a cold start, before it begins and after it ends (contract details A26). */
const OUTSIDE_COLD_START: ReadonlySet<string> = new Set(["control", "readiness"]);

/** What a reader should look at next, the most pressing first; at most three, none when all is calm. */
export function whatNext(summary: Summary): string[] {
  return [failedExpectation(summary), failures(summary), coldRequests(summary), longTail(summary), panic(summary)]
    .filter((hint) => hint !== null)
    .slice(0, MOST_HINTS);
}

function failedExpectation({ expectations }: Summary): string | null {
  const failed = expectations.find(({ pass, level }) => !pass && level === "error");
  if (failed === undefined) return null;
  const when = failed.at === null ? "" : `, first broken at ${clock(failed.at)}`;
  return `"${failed.expect}" fails with ${failed.actual}${when}: see timeline.csv and the story of decisions around it`;
}

function failures({ requests, revisions }: Summary): string | null {
  if (requests.failed === 0) return null;
  const [worst] = Object.entries(revisions).sort(([, a], [, b]) => b.requests.failed - a.requests.failed);
  const failed = `${counted(requests.failed, "request")} failed (${share(requests.failed, requests.completed + requests.failed)})`;
  if (worst === undefined || worst[1].requests.failed === 0) {
    return `${failed} before they were sent to any revision: see in events.jsonl when the route was programmed, and why not earlier`;
  }
  return `${failed}, most of them at ${worst[0]}: see the red marks in latency.svg`;
}

function coldRequests({ requests, coldStart }: Summary): string | null {
  if (requests.cold === 0) return null;
  const stages = Object.entries(coldStart.stages)
    .filter(([name, { p50 }]) => !OUTSIDE_COLD_START.has(name) && p50 !== null)
    .sort(([, a], [, b]) => (b.p50 ?? 0) - (a.p50 ?? 0));
  const longest = stages.length === 0 ? "" : `; its longest stage is ${stages[0][0]}, p50 ${latency(stages[0][1].p50)}`;
  return `${counted(requests.cold, "request")} waited for a pod to start: a cold start takes ${latency(coldStart.p50)} (p50)${longest}`;
}

function longTail({ latency: { p50, p99 }, requests }: Summary): string | null {
  if (p50 === null || p99 === null || p50 === 0 || p99 / p50 < LONG_TAIL || requests.cold > 0) return null;
  return `p99 is ${plain(p99 / p50, 1)} times p50 without a cold request behind it: compare concurrency with the target in index.html`;
}

function panic({ revisions }: Summary): string | null {
  const panicked = Object.entries(revisions).filter(([, { panicSeconds }]) => panicSeconds > 0);
  if (panicked.length === 0) return null;
  const [[name, { panicSeconds }]] = panicked.sort(([, a], [, b]) => b.panicSeconds - a.panicSeconds);
  const others = panicked.length === 1 ? "" : ` (and ${counted(panicked.length - 1, "other revision")})`;
  return `${name} was in panic for ${plain(panicSeconds, 1)} s${others}: see the shaded intervals in pods.svg`;
}

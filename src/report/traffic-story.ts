import { plain } from "./number-words.js";
import type { ReadTimelineRow } from "./timeline-csv.js";
import type { Sentence } from "./words.js";

/** Counts are compared over pieces of this length, longer in long runs. */
const SHORTEST_PIECE_SECONDS = 10;
const MOST_PIECES = 240;

/** More services than this are told together. */
const MOST_SERVICES = 8;

/** A change must be this many standard deviations of a Poisson count, and this part of the larger count. */
const DEVIATIONS = 4;
const LEAST_PART = 0.3;

/** A sentence about the requests of one service; `service` is "" when it is about all. */
export interface TrafficSentence extends Sentence {
  readonly service: string;
}

/**
 * What traffic did: when it began, changed beyond what chance explains, and ended. The moments are those of pieces of ten
 * seconds or more, and rates the means between two changes.
 *
 * @param rows in order of time
 */
export function trafficStory(
  rows: Iterable<Pick<ReadTimelineRow, "t" | "service" | "offered">>,
  end: number,
): TrafficSentence[] {
  const length = Math.max(SHORTEST_PIECE_SECONDS, Math.ceil(end / MOST_PIECES));
  const pieces = Math.max(1, Math.ceil(end / length));
  const byService = new Map<string, number[]>();
  for (const { t, service, offered } of rows) {
    let counts = byService.get(service);
    if (counts === undefined) byService.set(service, (counts = new Array<number>(pieces).fill(0)));
    counts[Math.min(pieces - 1, Math.floor(t / length))] += offered;
  }
  if (byService.size > MOST_SERVICES) {
    const total = new Array<number>(pieces).fill(0);
    for (const counts of byService.values()) for (const [index, count] of counts.entries()) total[index] += count;
    return sentences("", total, length);
  }
  return [...byService].flatMap(([service, counts]) => sentences(service, counts, length));
}

/** Pieces [from, to) with one rate. */
interface Stretch {
  readonly from: number;
  to: number;
  total: number;
}

function sentences(service: string, counts: readonly number[], length: number): TrafficSentence[] {
  const stretches = settled(stretchesOf(counts));
  const who = service === "" ? "all services together" : service;
  return stretches.flatMap((stretch, index) => {
    const rate = rateOf(stretch, length);
    const before = index === 0 ? 0 : rateOf(stretches[index - 1], length);
    const text = change(who, before, rate);
    if (text === null) return [];
    return [{ t: stretch.from * length, kind: "Traffic", revision: "", service, text }];
  });
}

function change(who: string, before: number, rate: number): string | null {
  if (before === 0 && rate === 0) return null;
  if (before === 0) return `traffic to ${who} begins, ${about(rate)}`;
  if (rate === 0) return `traffic to ${who} ends; it was ${about(before)}`;
  return `traffic to ${who} ${rate > before ? "rises" : "falls"} from ${about(before)} to ${about(rate)}`;
}

function about(rate: number): string {
  return `about ${plain(rate, rate < 1 ? 2 : rate < 10 ? 1 : 0)} requests/s`;
}

function stretchesOf(counts: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, count] of counts.entries()) {
    const current = stretches.at(-1);
    if (current === undefined || differs(current.total / (current.to - current.from), count)) {
      stretches.push({ from: index, to: index + 1, total: count });
    } else {
      current.to = index + 1;
      current.total += count;
    }
  }
  return stretches;
}

function differs(expected: number, count: number): boolean {
  const larger = Math.max(expected, count);
  const difference = Math.abs(count - expected);
  return difference > DEVIATIONS * Math.sqrt(larger) && difference > LEAST_PART * larger;
}

/** A change within a piece gives that piece a rate between its neighbours': it belongs to what comes after. */
function settled(stretches: readonly Stretch[]): Stretch[] {
  const kept: Stretch[] = [];
  for (const [index, stretch] of stretches.entries()) {
    const [before, after] = [stretches[index - 1], stretches[index + 1]];
    const isBetween =
      before !== undefined &&
      after !== undefined &&
      stretch.to - stretch.from === 1 &&
      (stretch.total - rateOf(before, 1)) * (rateOf(after, 1) - stretch.total) > 0;
    if (isBetween) stretches = stretches.with(index + 1, { ...after, from: stretch.from });
    else kept.push(stretches[index]);
  }
  return kept;
}

/** Of a stretch that took over a piece of transition the rate is that of its own pieces, about. */
function rateOf({ from, to, total }: Stretch, length: number): number {
  return total / ((to - from) * length);
}

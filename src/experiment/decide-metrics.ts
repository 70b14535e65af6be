import { type Duration, type Instant, MILLISECOND, parseDuration, SECOND } from "../engine/time.js";
import type { Decision } from "../model/autoscaler/decider.js";
import { type ClusterMetrics, medianSpacing } from "./cluster-metrics.js";
import { DeciderReplay, type ReplaySettings } from "./decide.js";

/** How metrics are fed to the autoscaler (contract details A18). */
export interface MetricsReplay {
  /** Between two decisions. */
  readonly tickUs: Duration;
  /** A longer time between two rows is no data. */
  readonly maxGapUs: Duration;
  /** Whether the autoscaler is as after its restart: panicking, when there is more than one pod. */
  readonly isRestarted: boolean;
}

/** A decision and when it was made. */
export interface TimedDecision {
  readonly nowUs: Instant;
  readonly decision: Decision;
}

/** A little more than a year of decisions every two seconds. */
const MOST_DECISIONS = 20_000_000;

/**
 * How to feed these metrics, from what the user wrote.
 *
 * @param written durations in Go's syntax; null = a tick of 2 s, and gaps longer than three usual distances of rows
 * @returns or what is wrong, one sentence each
 */
export function metricsReplay(
  metrics: ClusterMetrics,
  written: { readonly tick: string | null; readonly maxGap: string | null; readonly isRestarted: boolean },
): { readonly replay: MetricsReplay } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = (option: string, text: string | null, byDefault: Duration): Duration => {
    const parsed = text === null ? null : parseDuration(text);
    if (parsed === null) return byDefault;
    const meant = /^\d+(\.\d+)?$/.test(text ?? "") ? `; did you mean "${text}s"?` : "";
    if (!parsed.ok) problems.push(`${option}: expected a duration such as 2s: ${parsed.error}${meant}`);
    else if (parsed.us < MILLISECOND) problems.push(`${option}: expected at least 1ms, found ${JSON.stringify(text)}`);
    return parsed.ok ? parsed.us : byDefault;
  };
  const tickUs = read("--tick", written.tick, 2 * SECOND);
  const maxGapUs = read("--max-gap", written.maxGap, 3 * medianSpacing(metrics));
  const decisions = (endOfMetrics(metrics) - metrics.timesUs[0]) / tickUs;
  if (problems.length === 0 && decisions > MOST_DECISIONS)
    problems.push(
      "the metrics span more than 20 million decisions; are their times right? A longer --tick makes fewer",
    );
  return problems.length > 0 ? { problems } : { replay: { tickUs, maxGapUs, isRestarted: written.isRestarted } };
}

/** When metrics end: the last row holds as long as rows usually do. */
export function endOfMetrics(metrics: ClusterMetrics): Instant {
  return metrics.timesUs[metrics.timesUs.length - 1] + medianSpacing(metrics);
}

/**
 * What the autoscaler would have decided: at the first row and every tick from there on.
 *
 * Each row holds until the next one and is recorded once a second, before the decision at the same instant. Of a row
 * before a gap only its first second is recorded; the number of its pods holds through the gap.
 */
export function* decideMetrics(
  metrics: ClusterMetrics,
  settings: ReplaySettings,
  { tickUs, maxGapUs, isRestarted }: MetricsReplay,
): IterableIterator<TimedDecision> {
  const { timesUs, ready, concurrency, rps } = metrics;
  const startUs = timesUs[0];
  const endUs = endOfMetrics(metrics);
  const replay = new DeciderReplay(settings, { nowUs: startUs, ready: isRestarted ? ready[0] : 0 });
  let row = 0;
  let recordUs = startUs;
  for (let tick = 0; startUs + tick * tickUs < endUs; tick++) {
    const nowUs = startUs + tick * tickUs;
    for (; recordUs <= nowUs; recordUs += SECOND) {
      row = rowAt(timesUs, recordUs, row);
      const heldUs = (timesUs[row + 1] ?? endUs) - timesUs[row];
      const hasData = row === timesUs.length - 1 || heldUs <= maxGapUs || recordUs - timesUs[row] < SECOND;
      if (hasData) replay.record(recordUs, concurrency[row], rps === null ? 0 : rps[row]);
    }
    row = rowAt(timesUs, nowUs, row);
    yield { nowUs, decision: replay.decide(nowUs, ready[row]) };
  }
}

/** The last row until `nowUs`, from `row` on. */
function rowAt(timesUs: readonly Instant[], nowUs: Instant, row: number): number {
  let at = row;
  while (at + 1 < timesUs.length && timesUs[at + 1] <= nowUs) at++;
  return at;
}

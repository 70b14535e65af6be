import { toSeconds } from "../engine/time.js";
import { DecisionSeries } from "../report/decision-series.js";
import { DecisionTally, decisionTableHead, decisionTableRow } from "../report/decision-table.js";
import { decisionsChart } from "../report/decisions-chart.js";
import { chartFiles, type ReportFile } from "../report/files.js";
import { plain, span } from "../report/number-words.js";
import { TextBytes } from "../report/text-bytes.js";
import { utcTime } from "../report/utc-time.js";
import { drawSvg } from "../report/vega.js";
import type { ClusterMetrics } from "./cluster-metrics.js";
import { decisionLine, type ReplaySettings } from "./decide.js";
import { decideMetrics, endOfMetrics, type MetricsReplay, type TimedDecision } from "./decide-metrics.js";
import type { ScalingSpec } from "./scaling-spec.js";

/**
 * What the autoscaler would have decided on recorded metrics, in every form it is shown in. Each form decides afresh,
 * so that a long record never is in memory as a whole.
 */
export class MetricsReport {
  private readonly settings: ReplaySettings;

  constructor(
    private readonly metrics: ClusterMetrics,
    private readonly spec: ScalingSpec,
    private readonly replay: MetricsReplay,
  ) {
    const { settings } = spec;
    this.settings = { ...settings, reachable: true, isScraped: settings.targetBurstCapacity !== -1 };
  }

  /** One line that says whose decisions these are: `hello: concurrency, target 70 of 100 per pod, …`. */
  heading(): string {
    const { name, settings } = this.spec;
    return `${name}: ${this.policy()}${boundsText(settings)}\n`;
  }

  /** A line for each decision below a head. */
  *table(): IterableIterator<string> {
    const timeWidth = this.timeText(endOfMetrics(this.metrics)).length;
    yield decisionTableHead(timeWidth);
    for (const { nowUs, decision } of this.decisions())
      yield decisionTableRow(this.timeText(nowUs), decision, timeWidth);
  }

  /**
   * One line of JSON as for a recorded case (contract §6), in pieces. Times are those of the metrics; dates count from
   * the first one, which `start` holds.
   */
  *json(): IterableIterator<string> {
    const { isDated, timesUs } = this.metrics;
    const originUs = isDated ? timesUs[0] : 0;
    yield `{"name":${JSON.stringify(this.spec.name)},"decisions":[`;
    let separator = "";
    for (const { nowUs, decision } of this.decisions()) {
      yield separator + JSON.stringify(decisionLine(nowUs - originUs, decision));
      separator = ",";
    }
    yield isDated ? `],"start":${JSON.stringify(utcTime(originUs))}}\n` : "]}\n";
  }

  /** One line: how many decisions, the highest wish, the time in panic. */
  summary(): string {
    const tally = new DecisionTally();
    for (const { nowUs, decision } of this.decisions()) tally.add(this.timeText(nowUs), decision);
    return tally.text(toSeconds(this.replay.tickUs));
  }

  /** The decisions as JSON, and a picture of them. */
  async *files(): AsyncIterableIterator<ReportFile> {
    const bytes = new TextBytes();
    for (const text of this.json()) {
      bytes.add(text);
      if (bytes.isFull) yield { name: "decide.jsonl", bytes: bytes.take() };
    }
    yield { name: "decide.jsonl", bytes: bytes.take() };
    const chart = this.chart();
    yield* chartFiles("decide", chart, await drawSvg(chart));
  }

  private chart() {
    const { metrics, spec } = this;
    const startUs = metrics.timesUs[0];
    const series = new DecisionSeries(toSeconds(endOfMetrics(metrics) - startUs));
    for (const { nowUs, decision } of this.decisions()) series.add({ ...decision, t: toSeconds(nowUs - startUs) });
    const since = metrics.isDated ? utcTime(startUs) : startUs === 0 ? "" : this.timeText(startUs);
    return decisionsChart(series, {
      title: `${spec.name}: pods that Knative would have wanted`,
      subtitle: this.policy(),
      timeTitle: since === "" ? "time" : `time since ${since}`,
      load: this.settings.metric === "rps" ? "requests per second" : "requests in flight",
    });
  }

  private decisions(): IterableIterator<TimedDecision> {
    return decideMetrics(this.metrics, this.settings, this.replay);
  }

  private policy(): string {
    const { metric, target, total, targetBurstCapacity, stableWindowUs, panicWindowUs } = this.spec.settings;
    return [
      `${metric}, target ${plain(target)} of ${plain(total)} per pod`,
      `windows ${span(toSeconds(stableWindowUs))} and ${span(toSeconds(panicWindowUs))}`,
      `target-burst-capacity ${plain(targetBurstCapacity)}`,
    ].join(", ");
  }

  /** A time as the metrics have theirs. */
  private timeText(us: number): string {
    return this.metrics.isDated ? utcTime(us) : String(toSeconds(us));
  }
}

/** Bounds are the pod autoscaler's business, which comes after every decision. */
function boundsText({ minScale, maxScale }: { readonly minScale: number; readonly maxScale: number }): string {
  const bounds = [
    ...(minScale > 0 ? [`min-scale ${minScale}`] : []),
    ...(maxScale > 0 ? [`max-scale ${maxScale}`] : []),
  ];
  return bounds.length === 0 ? "" : `; desired is before ${bounds.join(" and ")}`;
}

import { type Axis, countAxis } from "./axis.js";
import type { ColdStart } from "./event-digest.js";
import { clock, counted, latency, plain } from "./number-words.js";
import { SERIES } from "./palette.js";
import { legendHtml, Plot } from "./plot.js";
import type { RunDigest } from "./run-digest.js";
import { fitText, textWidth } from "./text-width.js";

const ROW_HEIGHT = 20;
const LABEL_SIZE = 11.5;
const LONGEST_LABEL = 330;

/** What the stages of contract details C5 mean to a reader; the order is that of time. */
const STAGES: readonly (readonly [name: string, meaning: string])[] = [
  ["control", "decision to pod object"],
  ["schedule", "scheduling"],
  ["imagePull", "image pull"],
  ["containerStart", "container start"],
  ["boot", "boot of the application"],
  ["detect", "until the activator finds it healthy"],
];

/**
 * The slowest cold starts as a Gantt chart, in order of time: each row begins with the decision for the pod. HTML.
 */
export function coldStartGantt(digest: RunDigest): string {
  const { count, shown } = digest.events.slowestColdStarts();
  if (count === 0) return "<p>No pod started from cold.</p>";
  const longest = shown.reduce((most, { stages }) => Math.max(most, total(stages)), 0);
  const labels = shown.map(({ servingAt, pod }) => fitText(`${clock(servingAt)} · ${pod}`, LABEL_SIZE, LONGEST_LABEL));
  const plot = new Plot({
    x: millisecondAxis(longest),
    y: { scale: "linear", domain: [0, 1], ticks: [] },
    height: shown.length * ROW_HEIGHT,
    left: Math.ceil(Math.max(...labels.map((label) => textWidth(label, LABEL_SIZE)))) + 24,
    title: null,
    xTitle: "time since the decision for the pod",
    label: "stages of cold starts",
  });
  const top = plot.y(1);
  shown.forEach(({ stages, ms }, row) => {
    const y = top + row * ROW_HEIGHT;
    plot.text(plot.x(0) - 10, y + 14, labels[row], "tick", "end");
    let at = 0;
    for (const [name, length] of stages) {
      if (length > 0) plot.rect(plot.x(at), y + 4, plot.x(at + length) - plot.x(at), ROW_HEIGHT - 7, colorOf(name));
      at += length;
    }
    plot.text(plot.x(at) + 6, y + 14, latency(ms), "note", "start");
  });
  const used = STAGES.filter(([name]) =>
    shown.some(({ stages }) => stages.some(([stage, ms]) => stage === name && ms > 0)),
  );
  const legend = legendHtml(used.map(([name, meaning]) => ({ label: meaning, color: colorOf(name) })));
  const which =
    shown.length < count
      ? `The ${shown.length} slowest of ${counted(count, "cold start")}`
      : counted(count, "cold start");
  return `<figure><figcaption>${which}, by the moment the pod could serve; the figure is from its creation on</figcaption>${legend}${plot.svg()}</figure>`;
}

/** Room at the right for the figure behind the longest bar. */
function millisecondAxis(longest: number): Axis {
  const { domain, ticks } = countAxis(longest * 1.1, { whole: false });
  const label = (ms: number) => (ms < 1000 ? `${plain(ms)} ms` : `${plain(ms / 1000)} s`);
  return { scale: "linear", domain, ticks: ticks.map(({ value }) => ({ value, label: label(value) })) };
}

function total(stages: ColdStart["stages"]): number {
  return stages.reduce((sum, [, ms]) => sum + ms, 0);
}

function colorOf(stage: string): string {
  const number = STAGES.findIndex(([name]) => name === stage);
  return number < 0 ? SERIES[7] : STAGE_COLORS[number];
}

const STAGE_COLORS = ["#9aa7b5", "#a663b5", "#d1605e", "#e39b32", "#4fa88f", "#3f86c8"] as const;

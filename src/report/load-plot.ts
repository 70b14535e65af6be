import { countAxis, timeAxis } from "./axis.js";
import { PANIC } from "./palette.js";
import { legendHtml, Plot } from "./plot.js";
import type { RunDigest } from "./run-digest.js";
import type { LoadPoint } from "./timeline-digest.js";
import type { ScalingTerms } from "./words.js";

/** Readable on light and dark paper alike. */
const LOAD = "#8fa3b8";
const STABLE = "#3f86c8";
const BURST = "#e39b32";
const CAPACITY = "#4fa88f";

/**
 * What the autoscaler compares, per revision: the load, its averages over both windows, and what the ready pods should
 * carry. HTML.
 */
export function loadAgainstTarget(digest: RunDigest, terms: ScalingTerms): string {
  const isRate = terms.metric === "rps";
  const x = timeAxis(digest.heading.endSeconds);
  const plots = digest.revisions.map((series, index, all) => {
    const { revision } = series;
    const points = series
      .loads()
      .map((point) => ({ ...point, load: isRate ? point.completedPerSecond : point.concurrency }));
    const capacity = points.map((point): [number, number | null] => [
      point.t,
      carried(point, digest.events.targetAt(revision, point.t)),
    ]);
    const highest = points.reduce(
      (most, { load, stable, panic }, at) => Math.max(most, load, stable ?? 0, panic ?? 0, capacity[at][1] ?? 0),
      1,
    );
    const plot = new Plot({
      x,
      y: countAxis(highest, { whole: false }),
      height: all.length === 1 ? 200 : 110,
      left: 56,
      title: revision,
      xTitle: index === all.length - 1 ? "virtual time since the start of the run" : null,
      label: `load of ${revision} against what its ready pods should carry, over time`,
    });
    for (const { from, to } of digest.events.panicIntervals(revision)) plot.band(from, to, PANIC);
    plot.line(
      points.map(({ t, load }) => [t, load]),
      LOAD,
      { width: 1 },
    );
    plot.line(capacity, CAPACITY, { steps: true, dashed: true, width: 2 });
    plot.line(
      points.map(({ t, panic }) => [t, panic]),
      BURST,
    );
    plot.line(
      points.map(({ t, stable }) => [t, stable]),
      STABLE,
      { width: 2 },
    );
    return plot.svg();
  });
  if (plots.length === 0) return "<p>The run has no timeline.</p>";
  const unit = isRate ? "requests per second" : "requests in flight";
  const legend = legendHtml([
    { label: unit, color: LOAD, line: true },
    { label: "stable window's average", color: STABLE, line: true },
    { label: "panic window's average", color: BURST, line: true },
    { label: "target × ready pods", color: CAPACITY, line: true },
    { label: "panic", color: `${PANIC}33` },
  ]);
  return `<figure><figcaption>${isRate ? "Requests per second" : "Requests in flight"} of each revision, as the autoscaler averages them, against what its ready pods should carry</figcaption>${legend}${plots.join("")}</figure>`;
}

function carried({ ready }: LoadPoint, target: number | null): number | null {
  return target === null ? null : ready * target;
}

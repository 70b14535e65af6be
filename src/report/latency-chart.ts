import { type Axis, latencyAxis, timeAxis } from "./axis.js";
import type { ColdStart } from "./event-digest.js";
import { framed } from "./frame.js";
import { cross, diamond, type LegendEntry } from "./legend.js";
import { COLD, ERROR, PERCENTILES } from "./palette.js";
import { atTime, atValue, backdropLegend, outsideOf, panel, panelHeight } from "./panel.js";
import type { RunDigest } from "./run-digest.js";
import type { Spec } from "./spec.js";
import type { LatencyPoint } from "./timeline-digest.js";

/**
 * Response times over time: p50, p95 and p99 of each row's completed requests, cold starts at their length, errors at the
 * top edge, panic shaded. One panel per revision, all with the same axis of time and of latency.
 */
export function latencyChart(digest: RunDigest): Spec {
  const { revisions, events, timeline, heading } = digest;
  const x = timeAxis(heading.endSeconds);
  const shown = revisions.map((series) => ({
    name: series.revision,
    points: series.latencies(),
    errors: series.errors(),
    coldStarts: events.coldStarts(series.revision),
  }));
  if (shown.length === 0) shown.push({ name: "", points: [], errors: [], coldStarts: [] });
  const y = commonAxis(shown);
  const markers = events.markers();
  const hasErrors = shown.some(({ errors }) => errors.length > 0);
  const hasColdStarts = shown.some(({ coldStarts }) => coldStarts.length > 0);
  const hasPanic = shown.some(({ name }) => events.panicIntervals(name).length > 0);
  return framed({
    title: `${heading.scenario}: response time of completed requests`,
    subtitle: `p50, p95 and p99 of each ${heading.step} of virtual time${y.scale === "log" ? ", logarithmic" : ""} · ${heading.origin}`,
    legend: [
      { label: "p50", symbol: "line", color: PERCENTILES.p50 },
      { label: "p95", symbol: "line", color: PERCENTILES.p95 },
      { label: "p99", symbol: "line", color: PERCENTILES.p99 },
      ...when(hasColdStarts, { label: "cold start of a pod", symbol: "diamond", color: COLD }),
      ...when(hasErrors, { label: "failed requests", symbol: "cross", color: ERROR }),
      ...backdropLegend({ hasPanic, hasOutside: outsideOf(heading.window, heading.endSeconds).length > 0 }),
    ],
    panels: shown.map(({ name, points, errors, coldStarts }, index) =>
      panel({
        title: shown.length > 1 ? name : null,
        height: panelHeight(shown.length),
        x,
        y,
        yTitle: "latency",
        isLast: index === shown.length - 1,
        backdrop: {
          panics: events.panicIntervals(name),
          markers: markers.shown,
          numbered: index === 0,
          window: heading.window,
        },
        layers: [
          ...curves(points, timeline.longestGapSeconds),
          ...(coldStarts.length > 0 ? [coldStartMarks(coldStarts)] : []),
          ...(errors.length > 0 ? [errorMarks(errors)] : []),
        ],
      }),
    ),
    markers: markers.shown,
    notes: [
      ...(shown.every(({ points }) => points.length === 0) ? ["no request completed"] : []),
      ...digest.notes(markers.count, { othersAreShown: false }),
    ],
  });
}

function commonAxis(
  shown: readonly { readonly points: readonly LatencyPoint[]; readonly coldStarts: readonly ColdStart[] }[],
): Axis {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const { points, coldStarts } of shown) {
    for (const { p50, p99 } of points) {
      min = Math.min(min, p50);
      max = Math.max(max, p99);
    }
    for (const { ms } of coldStarts) {
      min = Math.min(min, ms);
      max = Math.max(max, ms);
    }
  }
  return latencyAxis(min, max);
}

/** Lines through neighbouring rows, dots for rows without a neighbour: a gap means that nothing completed. */
function curves(points: readonly LatencyPoint[], longestGap: number): Spec[] {
  const runs: LatencyPoint[][] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    if (point.t - previous > longestGap) runs.push([]);
    runs[runs.length - 1].push(point);
    previous = point.t;
  }
  const lines = runs.flatMap((run, part) => (run.length < 2 ? [] : run.map((point) => ({ ...point, part }))));
  const dots = runs.flatMap((run) => (run.length < 2 ? run.map((point) => ({ ...point })) : []));
  return (["p50", "p95", "p99"] as const).flatMap((quantile): Spec[] => [
    ...(lines.length === 0
      ? []
      : [
          {
            data: { values: lines.map(({ t, part, [quantile]: ms }) => ({ t, part, ms })) },
            mark: { type: "line", color: PERCENTILES[quantile], strokeWidth: 1.6, strokeJoin: "round" },
            encoding: { x: atTime("t"), y: atValue("ms"), detail: { field: "part", type: "nominal" } },
          },
        ]),
    ...(dots.length === 0
      ? []
      : [
          {
            data: { values: dots.map(({ t, [quantile]: ms }) => ({ t, ms })) },
            mark: { type: "point", filled: true, size: 14, opacity: 1, color: PERCENTILES[quantile] },
            encoding: { x: atTime("t"), y: atValue("ms") },
          },
        ]),
  ]);
}

function coldStartMarks(coldStarts: readonly ColdStart[]): Spec {
  return {
    data: { values: coldStarts.map(({ servingAt, ms }) => ({ t: servingAt, ms })) },
    mark: diamond(COLD),
    encoding: { x: atTime("t"), y: atValue("ms") },
  };
}

function errorMarks(errors: readonly { readonly t: number; readonly errors: number }[]): Spec {
  return {
    data: { values: errors.map(({ t, errors: count }) => ({ t, errors: count })) },
    mark: cross(ERROR),
    encoding: { x: atTime("t"), y: { value: 6 } },
  };
}

function when(condition: boolean, entry: LegendEntry): LegendEntry[] {
  return condition ? [entry] : [];
}

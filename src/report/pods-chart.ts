import { countAxis, timeAxis } from "./axis.js";
import { framed } from "./frame.js";
import { grouped } from "./number-words.js";
import { INK, POD_STATES } from "./palette.js";
import { atTime, atValue, backdropLegend, outsideOf, panel, panelHeight } from "./panel.js";
import type { RunDigest } from "./run-digest.js";
import type { Spec } from "./spec.js";
import type { PodsPoint } from "./timeline-digest.js";

const STATES = ["ready", "starting", "terminating"] as const;

/**
 * Pods over time: ready, starting and terminating on top of each other, the decider's wish as a line, panic shaded. One
 * panel per revision, and one for all that have none.
 */
export function podsChart(digest: RunDigest): Spec {
  const { revisions, events, timeline, heading } = digest;
  const others = timeline.otherPods();
  const shown = [
    ...revisions.map((series) => ({
      title: series.revision,
      points: series.pods(),
      panics: events.panicIntervals(series.revision),
    })),
    ...(others === null
      ? []
      : [{ title: `${grouped(others.revisions)} others together`, points: others.points, panics: [] }]),
  ];
  if (shown.length === 0) shown.push({ title: "", points: [], panics: [] });
  const x = timeAxis(heading.endSeconds);
  const markers = events.markers();
  const hasPanic = shown.some(({ panics }) => panics.length > 0);
  return framed({
    title: `${heading.scenario}: pods, and how many the autoscaler wants`,
    subtitle: `pods ready, starting and terminating at the end of each ${heading.step} of virtual time · ${heading.origin}`,
    legend: [
      { label: "ready", symbol: "area", color: POD_STATES.ready },
      { label: "starting", symbol: "area", color: POD_STATES.starting },
      { label: "terminating", symbol: "area", color: POD_STATES.terminating },
      { label: "desired", symbol: "line", color: INK },
      ...backdropLegend({ hasPanic, hasOutside: outsideOf(heading.window, heading.endSeconds).length > 0 }),
    ],
    panels: shown.map(({ title, points, panics }, index) =>
      panel({
        title: shown.length > 1 ? title : null,
        height: panelHeight(shown.length),
        x,
        y: countAxis(highest(points), { whole: true }),
        yTitle: "pods",
        isLast: index === shown.length - 1,
        backdrop: { panics, markers: markers.shown, numbered: index === 0, window: heading.window },
        layers: [...areas(points), ...wish(points)],
      }),
    ),
    markers: markers.shown,
    notes: digest.notes(markers.count, { othersAreShown: true }),
  });
}

function highest(points: readonly PodsPoint[]): number {
  return points.reduce(
    (most, { ready, starting, terminating, desired }) => Math.max(most, ready + starting + terminating, desired ?? 0),
    1,
  );
}

/** Stacked steps; the heights are added here, so that the picture needs no sum of its own. */
function areas(points: readonly PodsPoint[]): Spec[] {
  const changes = onlyChanges(points, ({ ready, starting, terminating }) => `${ready},${starting},${terminating}`);
  return STATES.flatMap((state, level): Spec[] => {
    const values = changes.map((point) => {
      const below = STATES.slice(0, level).reduce((sum, lower) => sum + point[lower], 0);
      return { t: point.t, a: below, b: below + point[state] };
    });
    if (values.every(({ a, b }) => a === b)) return [];
    return [
      {
        data: { values },
        mark: { type: "area", interpolate: "step-after", color: POD_STATES[state], opacity: 1, line: false },
        encoding: { x: atTime("t"), y: atValue("a"), y2: { field: "b" } },
      },
    ];
  });
}

/** The desired count as steps; nothing before the first decision. */
function wish(points: readonly PodsPoint[]): Spec[] {
  const decided = points.filter(({ desired }) => desired !== null);
  if (decided.length === 0) return [];
  const values = onlyChanges(decided, ({ desired }) => String(desired)).map(({ t, desired }) => ({ t, desired }));
  return [
    {
      data: { values },
      mark: { type: "line", interpolate: "step-after", color: INK, strokeWidth: 1.6 },
      encoding: { x: atTime("t"), y: atValue("desired") },
    },
  ];
}

/** Steps need only the points at which something changes, and the last. */
function onlyChanges(points: readonly PodsPoint[], keyOf: (point: PodsPoint) => string): PodsPoint[] {
  return points.filter(
    (point, index) => index === 0 || index === points.length - 1 || keyOf(point) !== keyOf(points[index - 1]),
  );
}

import { countAxis, timeAxis } from "./axis.js";
import type { DecisionSeries, Held } from "./decision-series.js";
import { framed } from "./frame.js";
import { INK, POD_STATES, SERIES } from "./palette.js";
import { atTime, atValue, backdropLegend, panel, panelHeight } from "./panel.js";
import type { Spec } from "./spec.js";

/** What a picture of decisions is of. */
export interface DecisionsHeading {
  readonly title: string;
  readonly subtitle: string;
  /** What the time axis says. */
  readonly timeTitle: string;
  /** What the averages are averages of: `requests in flight`. */
  readonly load: string;
}

const STABLE = SERIES[0];
const PANIC_AVERAGE = SERIES[1];

/** Pods wanted against pods ready, and below them the two averages that the wishes come from; panic shaded. */
export function decisionsChart(series: DecisionSeries, { title, subtitle, timeTitle, load }: DecisionsHeading): Spec {
  const { endSeconds } = series;
  const [ready, desired, stable, panic] = (["ready", "desired", "stable", "panic"] as const).map((name) =>
    series.figure(name),
  );
  const common = {
    title: null,
    height: panelHeight(2),
    x: { ...timeAxis(endSeconds), title: timeTitle },
    backdrop: { panics: series.panics(), markers: [], numbered: false, window: [0, endSeconds] },
  } as const;
  return framed({
    title,
    subtitle,
    legend: [
      { label: "ready", symbol: "area", color: POD_STATES.ready },
      { label: "desired", symbol: "line", color: INK },
      { label: "stable average", symbol: "line", color: STABLE },
      { label: "panic average", symbol: "line", color: PANIC_AVERAGE },
      ...backdropLegend({ hasPanic: common.backdrop.panics.length > 0, hasOutside: false }),
    ],
    panels: [
      panel({
        ...common,
        y: countAxis(highest(ready, desired), { whole: true }),
        yTitle: "pods",
        isLast: false,
        layers: [area(ready, endSeconds), line(desired, endSeconds, INK)],
      }),
      panel({
        ...common,
        y: countAxis(highest(stable, panic), { whole: false }),
        yTitle: load,
        isLast: true,
        layers: [line(panic, endSeconds, PANIC_AVERAGE), line(stable, endSeconds, STABLE)],
      }),
    ],
    markers: [],
    notes: [],
  });
}

function highest(...figures: readonly (readonly Held[])[]): number {
  return figures.flat().reduce((most, { value }) => Math.max(most, value ?? 0), 1);
}

function area(held: readonly Held[], endSeconds: number): Spec {
  return {
    data: { values: corners(held, endSeconds) },
    mark: { type: "area", interpolate: "step-after", color: POD_STATES.ready, opacity: 1, line: false },
    encoding: { x: atTime("t"), y: atValue("value"), y2: { datum: 0 } },
  };
}

/** Steps; a gap where there is no figure. */
function line(held: readonly Held[], endSeconds: number, color: string): Spec {
  return {
    data: { values: corners(held, endSeconds) },
    mark: { type: "line", interpolate: "step-after", color, strokeWidth: 1.6 },
    encoding: { x: atTime("t"), y: atValue("value"), detail: { field: "part", type: "nominal" } },
  };
}

/** Points to be joined by steps: each figure holds to where the next begins, also where that is none. */
function corners(held: readonly Held[], endSeconds: number): { t: number; value: number; part: number }[] {
  let part = 0;
  return held.flatMap(({ t, value }, index) => {
    if (value === null) {
      part++;
      return [];
    }
    const next = held[index + 1];
    const isEnd = next === undefined || next.value === null;
    return [{ t, value, part }, ...(isEnd ? [{ t: next?.t ?? endSeconds, value, part }] : [])];
  });
}

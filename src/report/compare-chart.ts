import { type Axis, countAxis, latencyAxis, timeAxis } from "./axis.js";
import type { ComparedSeries } from "./compared-series.js";
import { framed } from "./frame.js";
import { SERIES } from "./palette.js";
import { atTime, atValue, backdropLegend, outsideOf, panel } from "./panel.js";
import type { Spec } from "./spec.js";

/** One of the runs in a picture of two. */
export interface ComparedRun {
  readonly label: string;
  readonly series: ComparedSeries;
}

const HEIGHT = 150;

/** Two runs in one picture: response time, ready pods and requests in flight over time, a colour for each. */
export function compareChart(runs: readonly [a: ComparedRun, b: ComparedRun], origin: string): Spec {
  const end = Math.max(...runs.map(({ series }) => series.endSeconds));
  const x = timeAxis(end);
  const [{ window }] = runs.map(({ series }) => series);
  const backdrop = { panics: [], markers: [], numbered: false, window };
  const lines = (pointsOf: (series: ComparedSeries) => readonly Point[], steps: boolean): Spec[] =>
    runs.flatMap(({ series }, index) => curve(pointsOf(series), COLORS[index], steps));
  const latencies = runs.flatMap(({ series }) => series.latencies.map(({ p95 }) => p95));
  const panels: readonly { title: string; y: Axis; yTitle: string; layers: Spec[] }[] = [
    {
      title: "Response time: p95 of each second, of the revision where it is longest",
      y: latencyAxis(least(latencies), most(latencies)),
      yTitle: "p95",
      layers: lines(({ latencies: list }) => list.map(({ t, p95 }) => ({ t, value: p95 })), false),
    },
    {
      title: "Ready pods of all revisions",
      y: countAxis(Math.max(1, most(runs.flatMap(({ series }) => series.points.map(({ pods }) => pods)))), {
        whole: true,
      }),
      yTitle: "pods",
      layers: lines(({ points }) => points.map(({ t, pods }) => ({ t, value: pods })), true),
    },
    {
      title: "Requests in flight",
      y: countAxis(Math.max(1, most(runs.flatMap(({ series }) => series.points.map(({ inFlight }) => inFlight)))), {
        whole: false,
      }),
      yTitle: "requests",
      layers: lines(({ points }) => points.map(({ t, inFlight }) => ({ t: t - 0.5, value: inFlight })), false),
    },
  ];
  return framed({
    title: `${runs[0].label} and ${runs[1].label}`,
    subtitle: origin,
    legend: [
      ...runs.map(({ label }, index) => ({ label, symbol: "line" as const, color: COLORS[index] })),
      ...backdropLegend({ hasPanic: false, hasOutside: outsideOf(window, end).length > 0 }),
    ],
    panels: panels.map((each, index) =>
      panel({ ...each, height: HEIGHT, x, isLast: index === panels.length - 1, backdrop }),
    ),
    markers: [],
    notes: [],
  });
}

const COLORS = [SERIES[0], SERIES[1]] as const;

interface Point {
  readonly t: number;
  readonly value: number;
}

function curve(points: readonly Point[], color: string, steps: boolean): Spec[] {
  if (points.length === 0) return [];
  const shape: Spec = steps ? { interpolate: "step-after" } : { strokeJoin: "round" };
  return [
    {
      data: { values: points.map(({ t, value }) => ({ t, value })) },
      mark: { type: "line", color, strokeWidth: 1.6, opacity: 0.9, ...shape },
      encoding: { x: atTime("t"), y: atValue("value") },
    },
  ];
}

function most(values: readonly number[]): number {
  return values.reduce((highest, value) => Math.max(highest, value), 0);
}

function least(values: readonly number[]): number {
  return values.reduce((lowest, value) => Math.min(lowest, value), Number.POSITIVE_INFINITY);
}

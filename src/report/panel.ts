import type { Axis } from "./axis.js";
import type { Marker, PanicInterval } from "./event-digest.js";
import type { LegendEntry } from "./legend.js";
import { INK, PANIC } from "./palette.js";
import { type Spec, WIDTH } from "./spec.js";

/** Plotting height of one panel by the number of panels. */
export function panelHeight(panels: number): number {
  if (panels === 1) return 300;
  if (panels === 2) return 190;
  return panels <= 4 ? 130 : 92;
}

/** What is drawn behind and before the curves of every panel. */
export interface Backdrop {
  readonly panics: readonly PanicInterval[];
  readonly markers: readonly Marker[];
  /** Numbers at the markers' lines: only in the first panel. */
  readonly numbered: boolean;
  /** Statistics cover [from, to) of the run; the rest is tinted. Seconds. */
  readonly window: readonly [from: number, to: number];
}

const OUTSIDE = "#8995a3";

/** What the tints of a picture's panels mean, as far as they occur. */
export function backdropLegend(options: { readonly hasPanic: boolean; readonly hasOutside: boolean }): LegendEntry[] {
  return [
    ...(options.hasPanic ? [{ label: "panic", symbol: "area" as const, color: PANIC, opacity: 0.2 }] : []),
    ...(options.hasOutside
      ? [{ label: "outside the statistics", symbol: "area" as const, color: OUTSIDE, opacity: 0.2 }]
      : []),
  ];
}

/** The parts of [0, end) that a window leaves out; a drain of less than half a percent is not worth a tint. */
export function outsideOf([from, to]: Backdrop["window"], end: number): { readonly a: number; readonly b: number }[] {
  return [...(from > 0 ? [{ a: 0, b: from }] : []), ...(end - to > end / 200 ? [{ a: to, b: end }] : [])];
}

/** One panel: backdrop, then the layers. */
export function panel(options: {
  readonly title: string | null;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly yTitle: string;
  /** Labels of the time axis: only in the last panel. */
  readonly isLast: boolean;
  readonly backdrop: Backdrop;
  readonly layers: readonly Spec[];
}): Spec {
  const { title, height, x, y, yTitle, isLast, backdrop, layers } = options;
  return {
    ...(title === null
      ? {}
      : {
          title: { text: title, anchor: "start", frame: "group", fontSize: 12, fontWeight: 600, offset: 6, color: INK },
        }),
    width: WIDTH,
    height,
    // The first layer's axes hold for all: the scales are shared.
    layer: [axes(x, y, yTitle, isLast), ...tints(backdrop, x), ...layers, ...markerLines(backdrop)],
  };
}

/** Position in a panel by time in seconds, for a field of the layer's data. */
export function atTime(field: string): Spec {
  return { field, type: "quantitative" };
}

/** Position in a panel by value. */
export function atValue(field: string): Spec {
  return { field, type: "quantitative" };
}

function axes(x: Axis, y: Axis, yTitle: string, isLast: boolean): Spec {
  return {
    data: { values: [{ x: x.domain[0], y: y.domain[0] }] },
    mark: { type: "point", opacity: 0 },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        scale: { domain: x.domain, nice: false, zero: false },
        axis: {
          ...ticks(x),
          grid: false,
          labels: isLast,
          ticks: isLast,
          title: isLast ? (x.title ?? "virtual time since the start of the run") : null,
          titlePadding: 8,
        },
      },
      y: {
        field: "y",
        type: "quantitative",
        scale: { type: y.scale, domain: y.domain, nice: false, ...(y.scale === "linear" ? { zero: false } : {}) },
        axis: {
          ...ticks(y),
          domain: false,
          ticks: false,
          labelPadding: 6,
          title: yTitle,
          minExtent: 46,
          maxExtent: 46,
        },
      },
    },
  };
}

/** Explicit values and texts; the label expression looks its text up. */
function ticks(axis: Axis): Spec {
  const texts = Object.fromEntries(axis.ticks.map(({ value, label }) => [String(value), label]));
  return {
    values: axis.ticks.map(({ value }) => value),
    // Without it Vega halves the list until it has about one tick every 40 pixels.
    tickCount: axis.ticks.length,
    labelExpr: `(${JSON.stringify(texts)})[datum.value]`,
  };
}

function tints({ panics, window }: Backdrop, x: Axis): Spec[] {
  const end = x.domain[1];
  const outside = outsideOf(window, end);
  return [
    ...(outside.length > 0 ? [bands(outside, OUTSIDE, 0.13)] : []),
    ...(panics.length > 0
      ? [
          bands(
            panics.map(({ from, to }) => ({ a: from, b: Math.min(to, end) })),
            PANIC,
            0.13,
          ),
        ]
      : []),
  ];
}

function markerLines({ markers, numbered }: Backdrop): Spec[] {
  if (markers.length === 0) return [];
  const values = markers.map(({ t }, index) => ({ t, n: String(index + 1) }));
  const lines: Spec = {
    data: { values },
    mark: { type: "rule", color: INK, opacity: 0.55, strokeDash: [2, 3], strokeWidth: 1 },
    encoding: { x: atTime("t") },
  };
  const numbers: Spec = {
    data: { values },
    mark: { type: "text", color: INK, fontSize: 10, fontWeight: 600, baseline: "bottom", dy: -3 },
    encoding: { x: atTime("t"), y: { value: 0 }, text: { field: "n", type: "nominal" } },
  };
  return numbered ? [lines, numbers] : [lines];
}

function bands(values: readonly { readonly a: number; readonly b: number }[], color: string, opacity: number): Spec {
  return {
    data: { values },
    mark: { type: "rect", color, opacity },
    encoding: { x: atTime("a"), x2: { field: "b" } },
  };
}

import { INK, PAPER } from "./palette.js";
import { type Spec, WIDTH } from "./spec.js";
import { textWidth } from "./text-width.js";

/** A symbol and what it stands for. */
export interface LegendEntry {
  readonly label: string;
  readonly symbol: "line" | "area" | "diamond" | "cross";
  readonly color: string;
  readonly opacity?: number;
}

const LEGEND_SIZE = 12;
const SYMBOL_WIDTH = 18;

/** A legend of our own: its places come from the font, not from a guess of the chart library. */
export function legendView(entries: readonly LegendEntry[]): Spec {
  let x = 0;
  const placed = entries.map((entry) => {
    const left = x;
    x += SYMBOL_WIDTH + 6 + textWidth(entry.label, LEGEND_SIZE) + 20;
    return { ...entry, left: Math.round(left), text: Math.round(left + SYMBOL_WIDTH + 6) };
  });
  return {
    width: WIDTH,
    height: 14,
    layer: placed.flatMap((entry): Spec[] => [
      { data: { values: [{}] }, ...symbol(entry) },
      {
        data: { values: [{}] },
        mark: { type: "text", align: "left", baseline: "middle", fontSize: LEGEND_SIZE, color: INK, text: entry.label },
        encoding: { x: { value: entry.text }, y: { value: 7 } },
      },
    ]),
  };
}

function symbol({ symbol: kind, color, opacity = 1, left }: LegendEntry & { readonly left: number }): Spec {
  const middle = left + SYMBOL_WIDTH / 2;
  switch (kind) {
    case "line":
      return {
        mark: { type: "rule", color, strokeWidth: 2.2 },
        encoding: { x: { value: left }, x2: { value: left + SYMBOL_WIDTH }, y: { value: 7 } },
      };
    case "area":
      return {
        mark: { type: "rect", color, opacity },
        encoding: {
          x: { value: left },
          x2: { value: left + SYMBOL_WIDTH },
          y: { value: 1 },
          y2: { value: 13 },
        },
      };
    case "diamond":
      return { mark: diamond(color), encoding: { x: { value: middle }, y: { value: 7 } } };
    case "cross":
      return { mark: cross(color), encoding: { x: { value: middle }, y: { value: 7 } } };
  }
}

/** The mark of a cold start. */
export function diamond(color: string): Spec {
  return {
    type: "point",
    shape: "diamond",
    filled: true,
    color,
    size: 70,
    opacity: 0.9,
    stroke: PAPER,
    strokeWidth: 0.8,
  };
}

/** The mark of errors: two strokes, not a shape of the chart library, which has none that is thin. */
export function cross(color: string): Spec {
  return { type: "point", shape: "M-1,-1L1,1M-1,1L1,-1", filled: false, color, size: 36, strokeWidth: 1.6, opacity: 1 };
}

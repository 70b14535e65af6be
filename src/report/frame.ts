import type { Marker } from "./event-digest.js";
import { type LegendEntry, legendView } from "./legend.js";
import { FONT, GRID, INK, MUTED, PAPER } from "./palette.js";
import { type Spec, WIDTH } from "./spec.js";
import { fitText } from "./text-width.js";

/** Everything around the panels: title, legend, footnotes, type. */
export interface Frame {
  readonly title: string;
  readonly subtitle: string;
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Spec[];
  readonly markers: readonly Marker[];
  /** What was left out, one line each. */
  readonly notes: readonly string[];
}

/** A complete Vega-Lite 6 specification of panels under each other. */
export function framed({ title, subtitle, legend, panels, markers, notes }: Frame): Spec {
  const footnotes = [...markers.map((marker, index) => `${index + 1}  ${marker.text}`), ...notes];
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: title,
      subtitle,
      anchor: "start",
      frame: "group",
      offset: 10,
      fontSize: 17,
      fontWeight: 600,
      subtitleFontSize: 12,
      subtitlePadding: 5,
    },
    background: PAPER,
    padding: { left: 16, right: 24, top: 16, bottom: 14 },
    spacing: 12,
    vconcat: [legendView(legend), ...panels, ...(footnotes.length > 0 ? [footnoteView(footnotes)] : [])],
    config: {
      aria: false,
      font: FONT,
      view: { stroke: null },
      title: { color: INK, subtitleColor: MUTED },
      axis: {
        labelColor: MUTED,
        titleColor: MUTED,
        labelFontSize: 11,
        titleFontSize: 11,
        titleFontWeight: "normal",
        gridColor: GRID,
        domainColor: "#b4bdc8",
        tickColor: "#b4bdc8",
        labelOverlap: false,
        labelFlush: false,
        labelBound: false,
      },
    },
  };
}

const FOOTNOTE_SIZE = 11;
const FOOTNOTE_HEIGHT = 16;

function footnoteView(lines: readonly string[]): Spec {
  return {
    width: WIDTH,
    height: FOOTNOTE_HEIGHT * lines.length,
    data: {
      values: lines.map((text, index) => ({ text: fitText(text, FOOTNOTE_SIZE, WIDTH), y: index * FOOTNOTE_HEIGHT })),
    },
    mark: { type: "text", align: "left", baseline: "top", fontSize: FOOTNOTE_SIZE, color: MUTED },
    encoding: {
      x: { value: 0 },
      y: {
        field: "y",
        type: "quantitative",
        axis: null,
        scale: { domain: [0, FOOTNOTE_HEIGHT * lines.length], range: [0, FOOTNOTE_HEIGHT * lines.length], nice: false },
      },
      text: { field: "text", type: "nominal" },
    },
  };
}

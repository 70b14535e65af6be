import type { TopLevelSpec } from "vega-lite";
import type { Spec } from "./spec.js";
import { tidySvg } from "./svg.js";
import { textWidth } from "./text-width.js";

/**
 * Draws a Vega-Lite specification as SVG, without a canvas or a browser.
 *
 * Loads Vega on first use: it takes a tenth of a second that a run without pictures need not pay.
 */
export async function drawSvg(spec: Spec): Promise<string> {
  const [vega, { compile }] = await Promise.all([loadVega(), import("vega-lite")]);
  const compiled = compile(spec as unknown as TopLevelSpec, { logger: vega.logger(vega.None) });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logLevel: vega.None });
  try {
    return tidySvg(await view.toSVG());
  } finally {
    view.finalize();
  }
}

let loading: Promise<typeof import("vega")> | null = null;

function loadVega(): Promise<typeof import("vega")> {
  loading ??= import("vega").then((vega) => {
    // Vega measures text with a canvas where it finds one and guesses where not: layout would depend on the machine.
    const metrics = (vega as unknown as { textMetrics: TextMetrics }).textMetrics;
    metrics.canvas(false);
    metrics.width = (item, text) => textWidth(textOf(item, text), item.fontSize ?? 11, Number(item.fontWeight) >= 600);
    return vega;
  });
  return loading;
}

/** The part of vega-scenegraph's text measuring that is replaced; it has no public types. */
interface TextMetrics {
  canvas(use: boolean): void;
  width: (item: TextItem, text?: unknown) => number;
}

interface TextItem {
  readonly text?: unknown;
  readonly fontSize?: number;
  readonly fontWeight?: unknown;
}

function textOf(item: TextItem, text: unknown): string {
  const value = text ?? item.text;
  return value === undefined || value === null ? "" : String(value);
}

/** A specification as a file: the outline indented, rows of data one to a line. */
export function specJson(spec: Spec): string {
  return `${print(spec, "")}\n`;
}

function print(value: unknown, indent: string): string {
  const compact = JSON.stringify(value);
  if (typeof value !== "object" || value === null || compact.length <= 100) return compact;
  const inner = `${indent} `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Array.isArray(value)
    ? value.map((item) => inner + print(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${print(item, inner)}`);
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}

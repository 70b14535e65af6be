import type { Axis } from "./axis.js";
import { coordinate, escapeMarkup } from "./svg.js";

/**
 * Small plots of the page as plain SVG: their colours follow the page's style sheet, so they turn dark with it.
 *
 * Classes: `grid`, `axis`, `tick`, `title`; series bring a colour of their own.
 */
export class Plot {
  private readonly parts: string[] = [];
  private readonly left: number;
  private readonly top: number;
  private readonly plotWidth: number;

  constructor(
    private readonly options: {
      readonly x: Axis;
      readonly y: Axis;
      readonly height: number;
      /** Room for the labels of the vertical axis, pixels. */
      readonly left: number;
      readonly title: string | null;
      readonly xTitle: string | null;
      /** Said instead of the picture. */
      readonly label: string;
    },
  ) {
    this.left = options.left;
    this.top = options.title === null ? 8 : 26;
    this.plotWidth = PLOT_WIDTH - options.left - RIGHT;
    this.drawAxes();
  }

  /** Horizontal place of a value, pixels. */
  x(value: number): number {
    const [low, high] = this.options.x.domain;
    return this.left + ((value - low) / (high - low)) * this.plotWidth;
  }

  /** Vertical place of a value, pixels; linear. */
  y(value: number): number {
    const [low, high] = this.options.y.domain;
    return this.top + this.options.height * (1 - (value - low) / (high - low));
  }

  /** A tint over the whole height. */
  band(from: number, to: number, color: string): void {
    const { height } = this.options;
    const end = Math.min(to, this.options.x.domain[1]);
    this.rect(this.x(from), this.top, this.x(end) - this.x(from), height, color, 0.14);
  }

  /** Pixels throughout. */
  rect(x: number, y: number, width: number, height: number, color: string, opacity = 1): void {
    const shade = opacity === 1 ? "" : ` fill-opacity="${opacity}"`;
    this.parts.push(
      `<rect x="${coordinate(x)}" y="${coordinate(y)}" width="${coordinate(width)}" height="${coordinate(height)}" fill="${color}"${shade}/>`,
    );
  }

  /** A line through points; a missing value interrupts it. With `steps` each value holds until the next. */
  line(
    points: readonly (readonly [x: number, y: number | null])[],
    color: string,
    options: { readonly steps?: boolean; readonly dashed?: boolean; readonly width?: number } = {},
  ): void {
    let path = "";
    let isDown = false;
    for (const [x, y] of points) {
      if (y === null) {
        if (isDown && options.steps) path += `H${coordinate(this.x(x))}`;
        isDown = false;
        continue;
      }
      const [px, py] = [coordinate(this.x(x)), coordinate(this.y(y))];
      path += isDown ? (options.steps ? `H${px}V${py}` : `L${px},${py}`) : `M${px},${py}`;
      isDown = true;
    }
    if (path === "") return;
    const dash = options.dashed ? ' stroke-dasharray="5 3"' : "";
    this.parts.push(
      `<path d="${path}" fill="none" stroke="${color}" stroke-width="${options.width ?? 1.5}" stroke-linejoin="round"${dash}/>`,
    );
  }

  text(x: number, y: number, text: string, kind: "tick" | "title" | "note", anchor: "start" | "middle" | "end"): void {
    this.parts.push(
      `<text x="${coordinate(x)}" y="${coordinate(y)}" class="${kind}" text-anchor="${anchor}">${escapeMarkup(text)}</text>`,
    );
  }

  /** The whole picture. */
  svg(): string {
    const { height, xTitle, label } = this.options;
    const total = this.top + height + (xTitle === null ? 22 : 40);
    return `<svg class="plot" viewBox="0 0 ${PLOT_WIDTH} ${total}" width="${PLOT_WIDTH}" height="${total}" role="img" aria-label="${escapeMarkup(label)}">${this.parts.join("")}</svg>`;
  }

  private drawAxes(): void {
    const { x, y, height, title, xTitle } = this.options;
    const bottom = this.top + height;
    const right = this.left + this.plotWidth;
    if (title !== null) this.text(this.left, 15, title, "title", "start");
    for (const { value, label } of y.ticks) {
      const at = coordinate(this.y(value));
      this.parts.push(`<path class="grid" d="M${this.left},${at}H${coordinate(right)}"/>`);
      this.text(this.left - 8, this.y(value) + 4, label, "tick", "end");
    }
    for (const { value, label } of x.ticks) {
      this.parts.push(`<path class="axis" d="M${coordinate(this.x(value))},${bottom}v4"/>`);
      this.text(this.x(value), bottom + 17, label, "tick", "middle");
    }
    this.parts.push(`<path class="axis" d="M${this.left},${bottom}H${coordinate(right)}"/>`);
    if (xTitle !== null) this.text((this.left + right) / 2, bottom + 35, xTitle, "tick", "middle");
  }
}

const PLOT_WIDTH = 900;
const RIGHT = 24;

/** A legend as HTML. */
export function legendHtml(
  entries: readonly { readonly label: string; readonly color: string; readonly line?: boolean }[],
): string {
  const items = entries.map(
    ({ label, color, line }) =>
      `<li><span class="swatch${line ? " line" : ""}" style="background:${color}"></span>${escapeMarkup(label)}</li>`,
  );
  return `<ul class="legend">${items.join("")}</ul>`;
}

import type { ComparedFigure, Comparison } from "../measure/comparison.js";
import type { FigureUnit } from "../measure/key-figures.js";
import { type Align, alignColumns } from "./columns.js";
import { counted, latency, plain, share } from "./number-words.js";

/** What stands above the table. */
export interface ComparedHead {
  /** Names of both sides. */
  readonly a: string;
  readonly b: string;
  /** The service or revision compared; null = the whole run. */
  readonly of: string | null;
  /** `seed 42`, `seeds 1 to 10`. */
  readonly seeds: string;
  /** What speaks against the comparison. */
  readonly notes: readonly string[];
}

type Paint = (text: string, code: "bold" | "dim" | "green" | "red" | "yellow") => string;

/** ANSI codes of the colours a table uses. */
const CODES = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33 } as const;

/**
 * Two runs as a table of figures with absolute and relative difference; over several seeds with the paired interval and
 * whether it means anything. Ends with a line break.
 */
export function compareTable(
  comparison: Comparison,
  head: ComparedHead,
  { color }: { readonly color: boolean },
): string {
  const paint: Paint = (text, code) => (color && text !== "" ? `\u001b[${CODES[code]}m${text}\u001b[0m` : text);
  const { figures, count, withinTolerance } = comparison;
  const isPaired = count > 1;
  const of = head.of === null ? "" : `, ${head.of}`;
  const title = `${paint(head.a, "bold")} → ${paint(head.b, "bold")}${of}  ${head.seeds}`;
  const columns = ["", head.a, head.b, "difference", ...(isPaired ? ["± 95 %"] : []), "relative", ""];
  const aligns: Align[] = [
    "left",
    "right",
    "right",
    "right",
    ...(isPaired ? (["right"] as const) : []),
    "right",
    "left",
  ];
  const rows = figures.map((figure) => cells(figure, isPaired));
  const table = alignColumns([columns, ...rows], aligns, (text, row, column) => {
    if (row === 0) return paint(text, "dim");
    if (column === columns.length - 1) return paint(text, colourOf(figures[row - 1]));
    return text;
  });
  const blocks = [
    [title, ...head.notes.map((note) => `${paint("note", "yellow")} ${note}`)],
    table,
    verdictLines(figures, withinTolerance, paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function cells(figure: ComparedFigure, isPaired: boolean): string[] {
  const { name, unit, a, b, difference, relative, halfWidth } = figure;
  return [
    name,
    shownFigure(a, unit),
    shownFigure(b, unit),
    difference === null ? "–" : signed(difference, unit),
    ...(isPaired ? [halfWidth === null ? "–" : shownFigure(halfWidth, unit)] : []),
    relative === null ? "" : `${relative > 0 ? "+" : ""}${plain(relative * 100, 1)} %`,
    remark(figure, isPaired),
  ];
}

/** What a figure's difference means, in words. */
function remark({ a, b, difference, significant, within }: ComparedFigure, isPaired: boolean): string {
  const words: string[] = [];
  if (within === false) words.push("beyond tolerance");
  if (difference === null && (a === null || b === null)) words.push(a === null ? "new" : "gone");
  else if (isPaired && difference === 0 && significant === false) words.push("equal");
  else if (significant === false) words.push("no significant difference");
  return words.join(", ");
}

function colourOf({ within, significant }: ComparedFigure): "red" | "dim" | "yellow" {
  return within === false ? "red" : significant === false ? "dim" : "yellow";
}

function verdictLines(figures: readonly ComparedFigure[], withinTolerance: boolean | null, paint: Paint): string[] {
  if (withinTolerance === null) return [];
  const judged = figures.filter(({ within }) => within !== null).length;
  if (withinTolerance) return [paint(`within tolerance: ${counted(judged, "figure")}`, "green")];
  const beyond = figures.filter(({ within }) => within === false).map(({ name }) => name);
  return [paint(`BEYOND TOLERANCE: ${beyond.join(", ")} (${beyond.length} of ${counted(judged, "figure")})`, "red")];
}

/** A figure with its unit; null → "–". */
export function shownFigure(value: number | null, unit: FigureUnit): string {
  if (value === null) return "–";
  switch (unit) {
    case "ms":
      return value < 0 ? `-${latency(-value)}` : latency(value);
    case "s":
      return `${plain(value, 1)} s`;
    case "%":
      return value < 0 ? `-${share(-value, 1)}` : share(value, 1);
    default:
      return plain(value);
  }
}

function signed(value: number, unit: FigureUnit): string {
  return value > 0 ? `+${shownFigure(value, unit)}` : shownFigure(value, unit);
}

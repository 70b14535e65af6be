/** Attributes that hold places and lengths. */
const GEOMETRY = /\s(?:d|transform|x|y|x1|y1|x2|y2|cx|cy|r|dx|dy|width|height|viewBox|points)="[^"]*"/g;

/** Numbers with more than two decimals, or with an exponent. */
const LONG_NUMBER = /-?\d*\.\d{3,}(?:e[-+]?\d+)?|-?\d+(?:\.\d+)?e[-+]?\d+/g;

/**
 * Rounds all coordinates of an SVG to hundredths of a pixel: a third smaller, and the last bits of a logarithm, in which
 * JavaScript engines may differ, are gone. Texts stay as they are. Ends with a line break.
 */
export function tidySvg(svg: string): string {
  const tidy = svg.replace(/<[^>]+>/g, (tag) =>
    tag.replace(GEOMETRY, (attribute) => attribute.replace(LONG_NUMBER, round)),
  );
  return tidy.endsWith("\n") ? tidy : `${tidy}\n`;
}

/** A coordinate with at most two decimals: 1.005 → "1", 12.3456 → "12.35". */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

function round(number: string): string {
  return coordinate(Number(number));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand between tags and in quoted attributes of HTML and SVG. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

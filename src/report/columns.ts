/** Plain aligned columns for a terminal: one idea, no boxes. */

export type Align = "left" | "right";

/**
 * Lines of cells, each column as wide as its widest cell, two spaces between columns, no trailing spaces.
 *
 * @param paint colours a finished cell; sees the padded text, so that escape codes do not count as width
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  paint: (text: string, row: number, column: number) => string = (text) => text,
): string[] {
  const widths = aligns.map((_, column) => Math.max(0, ...rows.map((cells) => cellWidth(cells[column] ?? ""))));
  return rows.map((cells, row) => {
    const last = cells.findLastIndex((cell) => cell !== "");
    return cells
      .slice(0, last + 1)
      .map((cell, column) => {
        const space = " ".repeat(widths[column] - cellWidth(cell));
        const isLastLeft = column === last && aligns[column] === "left";
        return aligns[column] === "right"
          ? space + paint(cell, row, column)
          : paint(cell, row, column) + (isLastLeft ? "" : space);
      })
      .join("  ");
  });
}

/** Width on a terminal: one per character, which holds for everything these tables show. */
function cellWidth(text: string): number {
  return [...text].length;
}

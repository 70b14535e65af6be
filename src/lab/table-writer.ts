/** A line as its cells; one cell alone is a line without a tab. */
export type CellLine = readonly string[];

export interface CellWidths {
  /** No column is narrower, padding included. */
  readonly min: number;
  /** Blanks after the longest cell of a column. */
  readonly padding: number;
}

/** What `kn … list` and `kubectl get` print with. */
const TABLE: CellWidths = { min: 6, padding: 3 };

/**
 * Aligns cells as Go's table writer does: a column is as wide as its longest cell plus the padding, over the adjacent
 * lines that have it; the last cell of a line belongs to no column and is not padded. Width counts characters.
 *
 * @see Go text/tabwriter (Writer.format)
 */
export function alignedCells(lines: readonly CellLine[], { min, padding }: CellWidths): string[] {
  return lines.map((cells, at) =>
    cells
      .map((cell, column) => {
        if (column === cells.length - 1) return cell;
        let width = min;
        for (const line of linesOfBlock(lines, at, column)) width = Math.max(width, characters(line[column]) + padding);
        return cell + " ".repeat(width - characters(cell));
      })
      .join(""),
  );
}

/**
 * A table as lists print it, every line ending with a line break; names of columns in capitals.
 *
 * @param header null = left out (`--no-headers`)
 */
export function tableText(header: CellLine | null, rows: readonly CellLine[]): string {
  const lines = header === null ? rows : [header.map((name) => name.toUpperCase()), ...rows];
  return alignedCells(lines, TABLE)
    .map((line) => `${line}\n`)
    .join("");
}

/** The adjacent lines around `at` that have a cell in the column which is not their last. */
function* linesOfBlock(lines: readonly CellLine[], at: number, column: number): IterableIterator<CellLine> {
  const has = (index: number) => lines[index] !== undefined && column < lines[index].length - 1;
  let first = at;
  while (has(first - 1)) first--;
  for (let index = first; has(index); index++) yield lines[index];
}

function characters(text: string): number {
  return [...text].length;
}

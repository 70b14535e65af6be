/** A line of a CSV file. */
export interface CsvRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * A CSV file of plain cells: commas between them, quotes only around whole cells, white space around them ignored.
 * Lines end with LF or CRLF; empty ones are skipped.
 */
export class CsvText {
  /** The cells of the first line; empty without a header or text. */
  readonly header: readonly string[];
  private readonly firstRow: number;

  constructor(
    private readonly text: string,
    { hasHeader = true }: { readonly hasHeader?: boolean } = {},
  ) {
    const end = text.indexOf("\n");
    this.header = hasHeader ? cellsOf(end < 0 ? text : text.slice(0, end)) : [];
    this.firstRow = !hasHeader ? 0 : end < 0 ? text.length : end + 1;
  }

  /** Index of a column by its header; −1 without one. */
  column(name: string): number {
    return this.header.indexOf(name);
  }

  *rows(): Iterable<CsvRow> {
    let line = this.firstRow > 0 ? 2 : 1;
    for (let start = this.firstRow; start < this.text.length; line++) {
      const newline = this.text.indexOf("\n", start);
      const end = newline < 0 ? this.text.length : newline;
      const content = this.text.slice(start, end).trim();
      if (content !== "") yield { line, cells: cellsOf(content) };
      start = end + 1;
    }
  }
}

/** Where a cell of a line begins, from 1. @param index from 0, of a cell that is there */
export function cellColumn(line: string, index: number): number {
  const parts = line.split(",");
  const before = parts.slice(0, index).reduce((length, part) => length + part.length + 1, 0);
  return before + parts[index].length - parts[index].trimStart().length + 1;
}

/** The cells of one line. */
export function cellsOf(line: string): string[] {
  return line.split(",").map((cell) => {
    const trimmed = cell.trim();
    return trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed;
  });
}

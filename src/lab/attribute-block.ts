import { alignedCells, type CellLine } from "./table-writer.js";

const WIDTHS = { min: 0, padding: 2 };

/**
 * What a `describe` prints: attributes, a label with a colon and a value in the next column.
 *
 * Columns are shared by adjacent lines; a line without a column, or `endBlock`, begins new ones.
 *
 * @see knative/client pkg/printers/prefixwriter.go
 */
export class AttributeBlock {
  private text = "";
  private lines: CellLine[] = [];

  /**
   * @param label "" = one more value of the attribute above
   * @param indent blanks before the label of a nested attribute: two a level
   */
  attribute(label: string, value: string, indent = ""): this {
    return this.cells(labelCell(label, indent), value);
  }

  /** An attribute below a bullet: the bullet's column stays empty. */
  below(label: string, value: string, indent = ""): this {
    return this.cells("", labelCell(label, indent), value);
  }

  cells(...cells: string[]): this {
    this.lines.push(cells);
    return this;
  }

  /** A line as it is, without columns. */
  line(text = ""): this {
    return this.cells(text);
  }

  /** The lines that follow do not align with those before. */
  endBlock(): this {
    this.text += alignedCells(this.lines, WIDTHS)
      .map((line) => `${line}\n`)
      .join("");
    this.lines = [];
    return this;
  }

  toString(): string {
    this.endBlock();
    return this.text;
  }
}

function labelCell(label: string, indent: string): string {
  return label === "" ? "" : `${indent}${label}:`;
}

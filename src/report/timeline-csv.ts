/** The columns of timeline.csv that are read back from a report; null = empty. */
export interface ReadTimelineRow {
  readonly t: number;
  readonly service: string;
  readonly revision: string;
  readonly offered: number;
  readonly concurrency: number;
  readonly podsReady: number | null;
  readonly p95Ms: number | null;
}

/**
 * Rows of a timeline.csv, by the names of its columns: a later version may have more of them. Without a header, none.
 *
 * @param lines with or without their line ends
 */
export function* readTimeline(lines: Iterable<string>): IterableIterator<ReadTimelineRow> {
  let columns: ReadonlyMap<string, number> | null = null;
  for (const line of lines) {
    const text = line.trimEnd();
    if (text === "") continue;
    const cells = text.split(",");
    if (columns === null) {
      columns = new Map(cells.map((name, index) => [name, index]));
      continue;
    }
    const at: ReadonlyMap<string, number> = columns;
    const cell = (name: string): string => cells[at.get(name) ?? -1] ?? "";
    const number = (name: string): number | null => (cell(name) === "" ? null : Number(cell(name)));
    yield {
      t: number("t") ?? 0,
      service: cell("service"),
      revision: cell("revision"),
      offered: number("offered") ?? 0,
      concurrency: number("concurrency") ?? 0,
      podsReady: number("pods_ready"),
      p95Ms: number("p95_ms"),
    };
  }
}

import type { RevisionFigures, Summary } from "../measure/run-record.js";

/** Revisions that pictures and tables show one by one; the rest becomes "others". */
const MOST_REVISIONS_SHOWN = 8;

/**
 * The revisions with the most requests, ties by pod-seconds, then by name; listed by name.
 *
 * A fleet has thousands; nobody reads thousands of panels.
 */
export function busiestRevisions(summary: Summary, most = MOST_REVISIONS_SHOWN): string[] {
  return busiest(Object.entries(summary.revisions), most);
}

/** The same for services. */
export function busiestServices(summary: Summary, most = MOST_REVISIONS_SHOWN): string[] {
  return busiest(Object.entries(summary.services), most);
}

function busiest(entries: readonly [string, Pick<RevisionFigures, "requests" | "pods">][], most: number): string[] {
  const ranked = entries.map(([name, figures], order) => ({ name, figures, order }));
  ranked.sort(
    (left, right) =>
      right.figures.requests.offered - left.figures.requests.offered ||
      right.figures.pods.podSeconds - left.figures.pods.podSeconds ||
      left.order - right.order,
  );
  return ranked
    .slice(0, most)
    .sort((left, right) => left.order - right.order)
    .map(({ name }) => name);
}

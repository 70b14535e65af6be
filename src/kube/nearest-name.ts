/**
 * The accepted name closest to a misspelt one, or null when none is close enough to be what was meant.
 *
 * Close = at most a third of the longer name's letters wrong, counted by insertions, deletions, substitutions and swaps
 * of neighbours; letter case alone counts as close. Ties go to the name that stands first in `accepted`.
 *
 * @see Damerau 1964; Levenshtein 1966 (the restricted form: no substring is edited twice)
 */
export function nearestName(found: string, accepted: Iterable<string>): string | null {
  let nearest: string | null = null;
  let best = Number.POSITIVE_INFINITY;
  for (const name of accepted) {
    const distance = editDistance(found.toLowerCase(), name.toLowerCase());
    const threshold = Math.max(1, Math.floor(Math.max(found.length, name.length) / 3));
    // A one-letter name is one edit away from every other one.
    const isClose = distance <= threshold && distance < Math.max(found.length, name.length);
    if (isClose && distance < best) {
      best = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** Names longer than this are compared by their beginnings only: nobody misspells a page of text. */
const LONGEST_COMPARED = 80;

function editDistance(left: string, right: string): number {
  const a = left.slice(0, LONGEST_COMPARED);
  const b = right.slice(0, LONGEST_COMPARED);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(last[j] + 1, row[j - 1] + 1, substitution);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) distance = Math.min(distance, beforeLast[j - 2] + 1);
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}

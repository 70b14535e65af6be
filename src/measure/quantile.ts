/**
 * Nearest rank (Hyndman & Fan 1996, type 1): which of `count` sorted values is the quantile.
 *
 * @param q 0 … 1; 0 is the minimum
 * @param count at least 1
 * @returns 1 … count: ceil(q · count)
 */
export function nearestRank(q: number, count: number): number {
  const exact = q * count;
  const whole = Math.round(exact);
  // 0.07 × 100 is 7.000000000000001 in doubles: a product this close to a whole number is that number.
  const rank = Math.abs(exact - whole) <= exact * 1e-14 ? whole : Math.ceil(exact);
  return Math.min(count, Math.max(1, rank));
}

/**
 * Values at several ranks of an unsorted population, by partial sorting in place (quickselect, Hoare 1961).
 *
 * A second of traffic asks for three ranks of a thousand values; sorting it would cost several times as much.
 *
 * @param values the first `count` are the population; they are reordered
 * @param ranks 1 … count, ascending
 */
export function selectRanks(values: Float64Array, count: number, ranks: readonly number[]): number[] {
  let from = 0;
  return ranks.map((rank) => {
    select(values, from, count - 1, rank - 1);
    from = rank - 1; // everything before it is no larger
    return values[rank - 1];
  });
}

/** Reorders values[left … right] until values[k] is where sorting would put it. */
function select(values: Float64Array, from: number, to: number, k: number): void {
  let left = from;
  let right = to;
  while (left < right) {
    const pivot = medianOfThree(values[left], values[(left + right) >>> 1], values[right]);
    const split = moveBelow(values, left, right, pivot);
    if (k < split) right = split - 1;
    else if (split > left) left = split;
    else left = moveEqual(values, left, right, pivot);
    // The pivot is the least of them, and the one wanted is equal to it.
    if (k < left) return;
  }
}

/**
 * Moves the values below the pivot to the front. @returns where the others begin
 *
 * A comparison with the pivot is a coin toss: exchanging always and counting on costs a third of branching.
 */
function moveBelow(values: Float64Array, left: number, right: number, pivot: number): number {
  let split = left;
  for (let i = left; i <= right; i++) {
    const value = values[i];
    values[i] = values[split];
    values[split] = value;
    split += +(value < pivot);
  }
  return split;
}

/** The same with the values that equal the pivot. */
function moveEqual(values: Float64Array, left: number, right: number, pivot: number): number {
  let split = left;
  for (let i = left; i <= right; i++) {
    const value = values[i];
    values[i] = values[split];
    values[split] = value;
    split += +(value === pivot);
  }
  return split;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

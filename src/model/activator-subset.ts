import { compareBytes } from "../kube/byte-order.js";

/** Places on the ring. */
const RING = 2048;
const MASK_64 = (1n << 64n) - 1n;
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/**
 * Which activators stand in a revision's path: a choice that stays the same while the activators do, and that differs
 * from revision to revision so that load spreads.
 *
 * Every activator has a place on a ring of 2048 that depends on its address and the revision. From an angle that
 * depends on the revision, the choice goes round in equal steps, each time taking the next activator clockwise that is
 * not taken yet.
 *
 * @param revision name of the revision, as is
 * @param addresses of the activators, each once, plain ASCII
 * @param count how many are wanted; more than there are gives all
 * @returns positions in `addresses`, ordered by address as text. An activator's index for the assignment of pods is its
 *   place in this list.
 * @see knative/pkg hash/hash.go (ChooseSubset); 64-bit FNV-1a: Fowler, Noll & Vo 1991
 */
export function chooseActivators(revision: string, addresses: readonly string[], count: number): number[] {
  const byAddress = addresses
    .map((_, position) => position)
    .sort((left, right) => compareBytes(addresses[left], addresses[right]));
  if (count >= byAddress.length) return byAddress;

  const activatorAt = new Map<number, number>();
  for (const position of byAddress) activatorAt.set(freePlace(addresses[position] + revision, activatorAt), position);
  const places = [...activatorAt.keys()].sort((left, right) => left - right);

  const chosen = new Set<number>();
  const step = place(fnv1a(`${revision}step-angle-salt`));
  let angle = place(fnv1a(`${revision}start-angle-salt`));
  while (chosen.size < count) {
    let at = places.findIndex((candidate) => candidate >= angle);
    if (at < 0) at = 0;
    while (chosen.has(activatorAt.get(places[at])!)) at = (at + 1) % places.length;
    chosen.add(activatorAt.get(places[at])!);
    angle = (angle + step) % RING;
  }
  return byAddress.filter((position) => chosen.has(position));
}

/** The place of a text; where that is taken, the text is lengthened by its own hash until a place is free. */
function freePlace(text: string, taken: ReadonlyMap<number, number>): number {
  let salted = text;
  let hash = fnv1a(salted);
  while (taken.has(place(hash))) {
    salted += hash.toString(16);
    hash = fnv1a(salted);
  }
  return place(hash);
}

function place(hash: bigint): number {
  return Number(hash % BigInt(RING));
}

function fnv1a(ascii: string): bigint {
  let hash = FNV_OFFSET;
  for (let index = 0; index < ascii.length; index++) {
    hash = ((hash ^ BigInt(ascii.charCodeAt(index))) * FNV_PRIME) & MASK_64;
  }
  return hash;
}

import type { Observer } from "../model/observer.js";

/** Every call of an observer; a missing one does not compile. */
const CALLS = Object.keys({
  serviceAdded: 0,
  revisionAdded: 0,
  revisionRemoved: 0,
  podAdded: 0,
  sourceAdded: 0,
  requestArrived: 0,
  activatorQueueChanged: 0,
  podQueueChanged: 0,
  executingChanged: 0,
  requestEnded: 0,
  callEnded: 0,
  decided: 0,
  decisionsOmitted: 0,
  happened: 0,
  revisionGauge: 0,
} satisfies Record<keyof Observer, 0>) as (keyof Observer)[];

/**
 * One observer that tells several of everything, the first one first.
 *
 * @param others may leave out calls they do not care for; without others the first is returned itself, at no cost
 */
export function fanOut(first: Observer, others: readonly Partial<Observer>[]): Observer {
  const listening = others.filter((other) => CALLS.some((call) => other[call] !== undefined));
  if (listening.length === 0) return first;
  const told: Partial<Record<keyof Observer, (...facts: unknown[]) => void>> = {};
  for (const call of CALLS) {
    const targets = [first, ...listening].filter((observer) => observer[call] !== undefined);
    if (targets.length === 0) continue;
    const calls = targets.map((observer) => (observer[call] as (...facts: unknown[]) => void).bind(observer));
    told[call] =
      calls.length === 1
        ? calls[0]
        : (...facts) => {
            for (const tell of calls) tell(...facts);
          };
  }
  return told as unknown as Observer;
}

import { invariant } from "../engine/invariant.js";
import type { RandomStreams } from "../engine/random.js";
import { ActivatorStats } from "./activator-stats.js";
import { chooseActivators } from "./activator-subset.js";
import type { Pod } from "./pod.js";
import { RequestList } from "./request-list.js";
import type { Revision } from "./revision.js";
import { RevisionThrottler } from "./revision-throttler.js";

/** One revision's part of one activator: what waits, what may go on, what is reported. */
export class RevisionPath {
  readonly throttler: RevisionThrottler<Pod>;
  readonly waiting = new RequestList();
  readonly stats = new ActivatorStats();
  /** Waiting requests are being let through: whoever frees a slot meanwhile need not start that again. */
  isDispatching = false;

  constructor(revision: Revision, activator: number, streams: RandomStreams) {
    this.throttler = new RevisionThrottler({
      containerConcurrency: revision.containerConcurrency,
      stream: streams.get(`load-balancing/${activator}/${revision.name}`),
    });
  }
}

/** One activator process. */
interface Activator {
  readonly address: string;
  isUp: boolean;
  /** Revisions it will report of: those that have an entry. */
  readonly reporting: Revision[];
}

/** All activators of the cluster, and the revisions each has an entry for. */
export class Activators {
  private readonly all: readonly Activator[];
  /** Those that are up, by address. */
  private up: readonly number[] = [];
  /** Chosen ones, by how many are wanted, then by revision: they change only with the activators that are up. */
  private readonly subsets = new Map<number, Map<string, readonly number[]>>();

  constructor(count: number) {
    this.all = Array.from({ length: count }, (_, index) => ({
      address: `10.96.0.${index + 2}`,
      isUp: true,
      reporting: [],
    }));
    this.up = this.findUp();
  }

  get count(): number {
    return this.all.length;
  }

  /** The activators for a revision's path when `count` are wanted, by address; those that are down are not among them. */
  choose(revision: string, count: number): readonly number[] {
    const { up } = this;
    if (count >= up.length) return up;
    let subsets = this.subsets.get(count);
    if (subsets === undefined) {
      subsets = new Map();
      this.subsets.set(count, subsets);
    }
    let chosen = subsets.get(revision);
    if (chosen === undefined) {
      chosen = this.chosenOf(up, revision, count);
      subsets.set(revision, chosen);
    }
    return chosen;
  }

  isUp(index: number): boolean {
    return this.all[index].isUp;
  }

  setUp(index: number, isUp: boolean): void {
    invariant(index >= 0 && index < this.all.length, "there is no such activator", { index });
    this.all[index].isUp = isUp;
    this.up = this.findUp();
    this.subsets.clear();
  }

  /** The activator has an entry for the revision and will report of it. */
  addReporting(index: number, revision: Revision): void {
    this.all[index].reporting.push(revision);
  }

  /** The revisions to report of now, in order of their creation; those that keep their entry are to be added anew. */
  takeReporting(index: number): readonly Revision[] {
    const { reporting } = this.all[index];
    return reporting.splice(0).sort((a, b) => a.index - b.index);
  }

  private findUp(): readonly number[] {
    const up = this.all.flatMap(({ isUp }, index) => (isUp ? [index] : []));
    return this.chosenOf(up, "", up.length);
  }

  private chosenOf(activators: readonly number[], revision: string, count: number): readonly number[] {
    const addresses = activators.map((index) => this.all[index].address);
    return chooseActivators(revision, addresses, count).map((position) => activators[position]);
  }
}

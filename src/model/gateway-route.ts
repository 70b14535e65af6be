/** A share of a host's requests: the revision's index and its percentage. */
export interface RouteSplit {
  readonly revision: number;
  readonly percent: number;
}

/** One host name that the gateway knows, with what it does with requests to it. */
interface Host {
  /** Sum of the shares. */
  readonly percent: number;
  /** All that have a share but the last, each with the end of its share: the sum up to and with it, in percent. */
  readonly earlier: readonly { readonly revision: number; readonly upTo: number }[];
  /** −1: none has a share. */
  readonly last: number;
}

/**
 * What the gateway does with the requests of one service: the main host splits by weight, each tag has a host of its own.
 *
 * Each request is drawn by itself, whatever came before it and whether or not the revision has pods.
 *
 * @see knative/serving pkg/reconciler/route/resources/ingress.go; Envoy's weighted clusters
 */
export class GatewayRoute {
  private readonly main: Host;
  private readonly byTag: ReadonlyMap<number, Host>;

  /**
   * @param main shares in the order of the route's targets; those of 0 % are left out
   * @param tags the revision behind each tag, by the tag's index
   */
  constructor(
    readonly splits: readonly RouteSplit[],
    tags: ReadonlyMap<number, readonly RouteSplit[]>,
  ) {
    this.main = hostOf(splits);
    this.byTag = new Map([...tags].map(([tag, targets]) => [tag, hostOf(targets)]));
  }

  /**
   * @param tag 0 = the main host
   * @param uniform the request's own draw in [0, 1)
   * @returns the revision's index; −1 when the host is not known or has no share at all
   */
  pick(tag: number, uniform: number): number {
    const host = tag === 0 ? this.main : this.byTag.get(tag);
    if (host === undefined) return -1;
    const { percent, earlier, last } = host;
    if (earlier.length === 0) return last;
    const at = uniform * percent;
    for (let i = 0; i < earlier.length; i++) if (at < earlier[i].upTo) return earlier[i].revision;
    return last;
  }

  /** Percentage of the main host's requests that a revision gets. */
  percentOf(revision: number): number {
    return this.splits.reduce((sum, split) => (split.revision === revision ? sum + split.percent : sum), 0);
  }
}

function hostOf(splits: readonly RouteSplit[]): Host {
  const sharing = splits.filter(({ percent }) => percent > 0);
  let sum = 0;
  const ends = sharing.map(({ revision, percent }) => ({ revision, upTo: (sum += percent) }));
  return { percent: sum, earlier: ends.slice(0, -1), last: ends.at(-1)?.revision ?? -1 };
}

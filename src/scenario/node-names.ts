import type { NodePlan, NodeVerb } from "../kube/cluster-plan.js";
import { listNames } from "./diagnostics.js";
import { nearestName } from "./nearest-name.js";

/** Longer lists help nobody. */
const MOST_LISTED = 10;

export interface NodeProblem {
  readonly error: string;
  readonly suggestion: string | null;
}

/** The nodes there are as the events of a scenario change them, one after another. */
export class NodeNames {
  /** Those that are there, and whether they are drained. */
  private readonly drained = new Map<string, boolean>();
  private readonly areListed: boolean;

  constructor(plans: readonly NodePlan[]) {
    for (const { name } of plans) this.drained.set(name, false);
    this.areListed = plans.length > 0;
  }

  /** What is wrong with the next change; null = nothing, and from now on it counts. */
  change(verb: NodeVerb, name: string): NodeProblem | null {
    if (!this.areListed) return { error: "nodes can only be changed where cluster.nodes lists them", suggestion: null };
    const isDrained = this.drained.get(name);
    if (verb === "add") {
      if (isDrained === false) return { error: `the node ${JSON.stringify(name)} is there already`, suggestion: null };
      this.drained.set(name, false);
      return null;
    }
    if (isDrained === undefined) return this.unknown(name);
    if (verb === "drain") this.drained.set(name, true);
    else this.drained.delete(name);
    return null;
  }

  private unknown(name: string): NodeProblem {
    const names = [...this.drained.keys()];
    const suggestion = nearestName(name, names);
    const error = `there is no node ${JSON.stringify(name)} then`;
    if (suggestion !== null || names.length > MOST_LISTED) return { error, suggestion };
    if (names.length === 0) return { error: `${error}; there is none at all`, suggestion };
    const verb = names.length === 1 ? "is" : "are";
    return { error: `${error}; there ${verb} ${listNames(names, { word: "and" })}`, suggestion };
  }
}

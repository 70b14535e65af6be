import type { Duration, Instant } from "../engine/time.js";
import type { AppPlan, ClusterEvent, ClusterPlan, Overheads, ServicePlan } from "../kube/cluster-plan.js";
import type { SourcePlan } from "../workload/source.js";
import type { Diagnostic } from "./diagnostics.js";

export type * from "../kube/cluster-plan.js";
export type * from "../workload/source.js";

/**
 * A scenario after loading: complete, checked, in base units. Everything past `scenario/` trusts it.
 * Times in whole microseconds of virtual time.
 */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** The scalar's source text (contract details A10). */
  readonly seed: string;
  readonly durationUs: Duration;
  readonly warmupUs: Duration;
  readonly drain: boolean;
  readonly cluster: ClusterPlan;
  readonly services: readonly ServicePlan[];
  /** What images do, in file order; `services[].app` entries are on the service. */
  readonly apps: readonly AppPlan[];
  readonly overheads: Overheads;
  readonly sources: readonly SourcePlan[];
  readonly events: readonly EventPlan[];
  readonly report: {
    readonly timeline: "full" | "sparse" | "none" | "auto";
    readonly stepUs: Duration;
    readonly decisions: boolean;
    readonly events: boolean;
  };
  readonly expectations: readonly {
    readonly text: string;
    readonly name: string | null;
    readonly level: "error" | "warn";
    /** With replications: must hold in each, for their mean or median, or for the whole 95 % interval. */
    readonly over: "each" | "mean" | "median" | "confident";
    readonly position: Position;
  }[];
  /** Data of the ConfigMaps as far as it was set: what an event that changes a key starts from. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the loader warned of. */
  readonly warnings: readonly Diagnostic[];
  /** The completed scenario as plain JSON, for scenario.json: every default filled in. */
  readonly completed: unknown;
  /** SHA-256 (hex) of the completed scenario with all files it read. */
  readonly hash: string;
}

export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One entry of `events:`. */
export interface EventPlan {
  readonly atUs: Instant;
  readonly position: Position;
  readonly expectError: string | null;
  readonly action: ClusterEvent;
}

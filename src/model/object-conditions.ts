import { storedTime } from "./autoscaler/pod-autoscaler.js";
import {
  type Condition,
  type ConditionMarks,
  type ConditionStatus,
  readyStatus,
  reconcileConditions,
} from "./conditions.js";
import type { ModelContext } from "./context.js";
import type { Fact } from "./observer.js";

type ConditionChanged = Extract<Fact, { readonly kind: "ConditionChanged" }>;

/** The object whose conditions these are. */
export interface ConditionedObject {
  readonly object: ConditionChanged["object"];
  /** Index of its service. */
  readonly service: number;
  /** Index, for a revision and what belongs to one. */
  readonly revision?: number;
}

/** The conditions of one object as last written; announces those that change. */
export class ObjectConditions {
  private conditions: readonly Condition[] = [];

  constructor(
    private readonly context: ModelContext,
    private readonly subject: ConditionedObject,
    /** Types that Ready depends on. */
    private readonly dependents: readonly string[],
    /** Types whose changes are announced; null = all. */
    private readonly announced: readonly string[] | null = null,
  ) {}

  /** Sorted by type; empty before the first pass. */
  get list(): readonly Condition[] {
    return this.conditions;
  }

  get ready(): ConditionStatus {
    return readyStatus(this.conditions);
  }

  /**
   * One pass of the object's controller.
   *
   * @param written called when anything changed, before that is announced: whoever listens sees the whole object
   * @returns whether anything changed
   */
  reconcile(
    mark: (marks: ConditionMarks) => void,
    { isNewGeneration = false, written }: { isNewGeneration?: boolean; written?: () => void } = {},
  ): boolean {
    const before = this.conditions;
    const { dependents, now: nowUs } = this;
    const after = reconcileConditions({ dependents, before, nowUs, isNewGeneration }, mark);
    if (after === before) return false;
    this.conditions = after;
    written?.();
    for (const condition of after) if (!before.includes(condition)) this.announce(condition);
    return true;
  }

  /** Takes the place of a past that led here; of what it holds only Ready is news. */
  assume(mark: (marks: ConditionMarks) => void): void {
    const { dependents } = this;
    this.conditions = reconcileConditions({ dependents, before: [], nowUs: this.now }, mark);
    for (const condition of this.conditions) if (condition.type === "Ready") this.announce(condition);
  }

  /** The object is gone; one of the same name starts anew. */
  clear(): void {
    this.conditions = [];
  }

  private get now(): number {
    const { simulation, plan } = this.context;
    return storedTime(simulation.now, plan.conditionTimes);
  }

  private announce({ type, status, reason, message }: Condition): void {
    if (this.announced !== null && !this.announced.includes(type)) return;
    const { simulation, observer } = this.context;
    const t = simulation.now;
    const { object, service, revision } = this.subject;
    const kind = "ConditionChanged";
    if (revision === undefined) observer.happened({ t, kind, object, service, type, status, reason, message });
    else observer.happened({ t, kind, object, service, revision, type, status, reason, message });
  }
}

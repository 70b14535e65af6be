import type { Instant } from "../engine/time.js";
import { compareBytes } from "../kube/byte-order.js";

export type ConditionStatus = "True" | "False" | "Unknown";

/** One entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  /** Empty = Error: it counts for Ready. */
  readonly severity: "" | "Info";
  readonly reason: string;
  readonly message: string;
  /** When status, severity, reason or message last changed. */
  readonly lastTransitionUs: Instant;
}

const READY = "Ready";

/** Marks conditions of one object during one pass of its controller. */
export interface ConditionMarks {
  get(type: string): Condition | null;
  markTrue(type: string, reason?: string, message?: string): void;
  markUnknown(type: string, reason?: string, message?: string): void;
  markFalse(type: string, reason: string, message: string): void;
}

/**
 * The conditions of an object after one pass of its controller.
 *
 * Ready follows its dependents: one that is False wins over one that is Unknown, and among several the most recently
 * changed is shown. Dependents that are missing are first set to Unknown, or to True when Ready is True. All that differ
 * from before share the time of the pass; those that end as they began keep their time.
 *
 * @param pass.dependents types that Ready depends on; others have severity Info
 * @param pass.before sorted by type; empty for a new object
 * @param pass.isNewGeneration the pass is the first to see the object's present generation
 * @returns sorted by type in byte order; the same array when nothing changed
 * @see knative/pkg apis/condition_set.go, reconciler/reconcile_common.go
 */
export function reconcileConditions(
  pass: {
    readonly dependents: readonly string[];
    readonly before: readonly Condition[];
    readonly nowUs: Instant;
    readonly isNewGeneration?: boolean;
  },
  mark: (marks: ConditionMarks) => void,
): readonly Condition[] {
  const marked = new MarkedConditions(pass.dependents, pass.before);
  marked.initialize();
  if (pass.isNewGeneration) {
    marked.markUnknown(READY, "NewObservedGenFailure", "unsuccessfully observed a new generation");
  }
  mark(marked);
  return marked.finish(pass.nowUs);
}

/** The condition of a type; null = it is not there. */
export function findCondition(conditions: readonly Condition[], type: string): Condition | null {
  return conditions.find((condition) => condition.type === type) ?? null;
}

/** What Ready says; an object without it says Unknown. */
export function readyStatus(conditions: readonly Condition[]): ConditionStatus {
  return findCondition(conditions, READY)?.status ?? "Unknown";
}

/** More microseconds than any run has: what is older than a pass comes before what it marks. */
const BEFORE_THIS_PASS = 4_503_599_627_370_496;

type Marked = Omit<Condition, "lastTransitionUs">;

class MarkedConditions implements ConditionMarks {
  private readonly conditions = new Map<string, Marked>();
  /** When each was last changed, as an order: those of this pass after all that were there before it. */
  private readonly changes = new Map<string, number>();
  private changeCount = 0;

  constructor(
    private readonly dependents: readonly string[],
    private readonly before: readonly Condition[],
  ) {
    for (const condition of before) {
      this.conditions.set(condition.type, condition);
      this.changes.set(condition.type, condition.lastTransitionUs - BEFORE_THIS_PASS);
    }
  }

  initialize(): void {
    if (!this.conditions.has(READY)) this.set(READY, "Unknown");
    const status = this.conditions.get(READY)!.status === "True" ? "True" : "Unknown";
    for (const type of this.dependents) if (!this.conditions.has(type)) this.set(type, status);
  }

  get(type: string): Condition | null {
    const marked = this.conditions.get(type);
    if (marked === undefined) return null;
    return { ...marked, lastTransitionUs: findCondition(this.before, type)?.lastTransitionUs ?? 0 };
  }

  markTrue(type: string, reason = "", message = ""): void {
    this.set(type, "True", reason, message);
    const unhappy = this.unhappyDependent();
    if (unhappy !== null) this.set(READY, unhappy.status, unhappy.reason, unhappy.message);
    else if (type !== READY && this.dependents.includes(type)) this.set(READY, "True");
  }

  markUnknown(type: string, reason = "", message = ""): void {
    this.set(type, "Unknown", reason, message);
    const hasFailed = this.dependents.some((dependent) => this.conditions.get(dependent)?.status === "False");
    if (hasFailed) {
      if (this.conditions.get(READY)!.status !== "False") this.set(READY, "False", reason, message);
    } else if (this.dependents.includes(type)) {
      this.set(READY, "Unknown", reason, message);
    }
  }

  markFalse(type: string, reason: string, message: string): void {
    this.set(type, "False", reason, message);
    if (this.dependents.includes(type)) this.set(READY, "False", reason, message);
  }

  finish(nowUs: Instant): readonly Condition[] {
    const after = [...this.conditions.values()]
      .sort((a, b) => compareBytes(a.type, b.type))
      .map((marked) => {
        const old = findCondition(this.before, marked.type);
        return old !== null && isSame(old, marked) ? old : { ...marked, lastTransitionUs: nowUs };
      });
    const isUnchanged =
      after.length === this.before.length && after.every((condition) => this.before.includes(condition as Condition));
    return isUnchanged ? this.before : after;
  }

  private set(type: string, status: ConditionStatus, reason = "", message = ""): void {
    const severity = type === READY || this.dependents.includes(type) ? "" : "Info";
    const marked: Marked = { type, status, severity, reason, message };
    const old = this.conditions.get(type);
    if (old !== undefined && isSame(old, marked)) return;
    this.conditions.set(type, marked);
    this.changes.set(type, ++this.changeCount);
  }

  private unhappyDependent(): Marked | null {
    const byChange = this.dependents
      .map((type) => this.conditions.get(type)!)
      .sort((a, b) => this.changes.get(b.type)! - this.changes.get(a.type)! || compareBytes(a.type, b.type));
    return (
      byChange.find(({ status }) => status === "False") ?? byChange.find(({ status }) => status === "Unknown") ?? null
    );
  }
}

function isSame(a: Marked, b: Marked): boolean {
  return a.status === b.status && a.severity === b.severity && a.reason === b.reason && a.message === b.message;
}

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

/** A handful of conditions: a list is searched faster than a map is made. */
class MarkedConditions implements ConditionMarks {
  private readonly conditions: Marked[];
  /** When each was last changed, as an order: those of this pass after all that were there before it. */
  private readonly changes: number[];
  private changeCount = 0;

  constructor(
    private readonly dependents: readonly string[],
    private readonly before: readonly Condition[],
  ) {
    this.conditions = before.slice();
    this.changes = before.map(({ lastTransitionUs }) => lastTransitionUs - BEFORE_THIS_PASS);
  }

  initialize(): void {
    if (this.find(READY) === null) this.set(READY, "Unknown");
    const status = this.find(READY)!.status === "True" ? "True" : "Unknown";
    for (const type of this.dependents) if (this.find(type) === null) this.set(type, status);
  }

  get(type: string): Condition | null {
    const marked = this.find(type);
    if (marked === null) return null;
    return { ...marked, lastTransitionUs: findCondition(this.before, type)?.lastTransitionUs ?? 0 };
  }

  markTrue(type: string, reason = "", message = ""): void {
    this.set(type, "True", reason, message);
    const unhappy = this.latestDependent("False") ?? this.latestDependent("Unknown");
    if (unhappy !== null) this.set(READY, unhappy.status, unhappy.reason, unhappy.message);
    else if (type !== READY && this.dependents.includes(type)) this.set(READY, "True");
  }

  markUnknown(type: string, reason = "", message = ""): void {
    this.set(type, "Unknown", reason, message);
    if (this.latestDependent("False") !== null) {
      if (this.find(READY)!.status !== "False") this.set(READY, "False", reason, message);
    } else if (this.dependents.includes(type)) {
      this.set(READY, "Unknown", reason, message);
    }
  }

  markFalse(type: string, reason: string, message: string): void {
    this.set(type, "False", reason, message);
    if (this.dependents.includes(type)) this.set(READY, "False", reason, message);
  }

  finish(nowUs: Instant): readonly Condition[] {
    // Most passes find everything as it was.
    if (this.changeCount === 0) return this.before;
    const after = this.conditions
      .map((marked) => {
        const old = findCondition(this.before, marked.type);
        return old !== null && isSame(old, marked) ? old : { ...marked, lastTransitionUs: nowUs };
      })
      .sort((a, b) => compareBytes(a.type, b.type));
    const isUnchanged = after.length === this.before.length && after.every((one) => this.before.includes(one));
    return isUnchanged ? this.before : after;
  }

  private find(type: string): Marked | null {
    return this.conditions.find((condition) => condition.type === type) ?? null;
  }

  private set(type: string, status: ConditionStatus, reason = "", message = ""): void {
    const severity = type === READY || this.dependents.includes(type) ? "" : "Info";
    const marked: Marked = { type, status, severity, reason, message };
    const found = this.conditions.findIndex((condition) => condition.type === type);
    if (found >= 0 && isSame(this.conditions[found], marked)) return;
    const position = found < 0 ? this.conditions.length : found;
    this.conditions[position] = marked;
    this.changes[position] = ++this.changeCount;
  }

  /** The dependent of a status that changed last; of several at once the first by name. */
  private latestDependent(status: ConditionStatus): Marked | null {
    let latest = -1;
    for (let i = 0; i < this.conditions.length; i++) {
      const { type, status: found } = this.conditions[i];
      if (found !== status || !this.dependents.includes(type)) continue;
      const order = latest < 0 ? 1 : this.changes[i] - this.changes[latest];
      if (order > 0 || (order === 0 && compareBytes(type, this.conditions[latest].type) < 0)) latest = i;
    }
    return latest < 0 ? null : this.conditions[latest];
  }
}

function isSame(a: Marked, b: Marked): boolean {
  return a.status === b.status && a.severity === b.severity && a.reason === b.reason && a.message === b.message;
}

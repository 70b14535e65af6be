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
  /** As marked so far. */
  get(type: string): Omit<Condition, "lastTransitionUs"> | null;
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
  const marked = new MarkedConditions(pass);
  marked.initialize();
  if (pass.isNewGeneration) {
    marked.markUnknown(READY, "NewObservedGenFailure", "unsuccessfully observed a new generation");
  }
  mark(marked);
  return marked.finish();
}

/** The condition of a type; null = it is not there. */
export function findCondition(conditions: readonly Condition[], type: string): Condition | null {
  const position = positionOf(conditions, type);
  return position < 0 ? null : conditions[position];
}

/** What Ready says; an object without it says Unknown. */
export function readyStatus(conditions: readonly Condition[]): ConditionStatus {
  return findCondition(conditions, READY)?.status ?? "Unknown";
}

/** More microseconds than any run has: what is older than a pass comes before what it marks. */
const BEFORE_THIS_PASS = 4_503_599_627_370_496;

/**
 * A handful of conditions: a list is searched faster than a map is made. It is copied only when a mark changes something,
 * because most find that it says so already.
 */
class MarkedConditions implements ConditionMarks {
  private readonly dependents: readonly string[];
  private readonly before: readonly Condition[];
  private readonly nowUs: Instant;
  /** As changed by this pass: new ones come last; null = as before. */
  private changed: Condition[] | null = null;
  /** The order in which this pass changed them, from 1. */
  private readonly changes: number[] = [];
  private changeCount = 0;

  constructor(pass: Pick<Parameters<typeof reconcileConditions>[0], "dependents" | "before" | "nowUs">) {
    this.dependents = pass.dependents;
    this.before = pass.before;
    this.nowUs = pass.nowUs;
  }

  initialize(): void {
    if (this.get(READY) === null) this.set(READY, "Unknown");
    const status = this.get(READY)!.status === "True" ? "True" : "Unknown";
    for (const type of this.dependents) if (this.get(type) === null) this.set(type, status);
  }

  get(type: string): Condition | null {
    return findCondition(this.now, type);
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
      if (this.get(READY)!.status !== "False") this.set(READY, "False", reason, message);
    } else if (this.dependents.includes(type)) {
      this.set(READY, "Unknown", reason, message);
    }
  }

  markFalse(type: string, reason: string, message: string): void {
    this.set(type, "False", reason, message);
    if (this.dependents.includes(type)) this.set(READY, "False", reason, message);
  }

  finish(): readonly Condition[] {
    const { before, changed } = this;
    if (changed === null) return before;
    let isUnchanged = changed.length === before.length;
    for (let i = 0; i < changed.length; i++) {
      // What ends as it began keeps its time.
      if (i < before.length && isSame(before[i], changed[i])) changed[i] = before[i];
      else isUnchanged = false;
    }
    if (isUnchanged) return before;
    return changed.length === before.length ? changed : changed.sort((a, b) => compareBytes(a.type, b.type));
  }

  private get now(): readonly Condition[] {
    return this.changed ?? this.before;
  }

  private set(type: string, status: ConditionStatus, reason = "", message = ""): void {
    const severity = type === READY || this.dependents.includes(type) ? "" : "Info";
    const found = positionOf(this.now, type);
    if (found >= 0 && says(this.now[found], status, severity, reason, message)) return;
    this.changed ??= this.before.slice();
    const position = found < 0 ? this.changed.length : found;
    this.changed[position] = { type, status, severity, reason, message, lastTransitionUs: this.nowUs };
    this.changes[position] = ++this.changeCount;
  }

  /** The dependent of a status that changed last; of several at once the first by name. */
  private latestDependent(status: ConditionStatus): Condition | null {
    const { now, dependents } = this;
    let latest = -1;
    for (let i = 0; i < now.length; i++) {
      const { type, status: found } = now[i];
      if (found !== status || !dependents.includes(type)) continue;
      const order = latest < 0 ? 1 : this.changedAt(i) - this.changedAt(latest);
      if (order > 0 || (order === 0 && compareBytes(type, now[latest].type) < 0)) latest = i;
    }
    return latest < 0 ? null : now[latest];
  }

  /** As an order: what this pass changed comes after all that was there before it. */
  private changedAt(position: number): number {
    return this.changes[position] ?? this.before[position].lastTransitionUs - BEFORE_THIS_PASS;
  }
}

function positionOf(conditions: readonly Condition[], type: string): number {
  for (let i = 0; i < conditions.length; i++) if (conditions[i].type === type) return i;
  return -1;
}

function isSame(a: Condition, { status, severity, reason, message }: Condition): boolean {
  return says(a, status, severity, reason, message);
}

function says(
  condition: Condition,
  status: ConditionStatus,
  severity: Condition["severity"],
  reason: string,
  message: string,
): boolean {
  return (
    condition.status === status &&
    condition.severity === severity &&
    condition.reason === reason &&
    condition.message === message
  );
}

import type { ModelContext } from "./context.js";

/** The objects of a service whose conditions are announced. */
type ConditionedObject = "Service" | "Configuration" | "Route" | "Revision";

type ConditionStatus = "True" | "False" | "Unknown";

/** Conditions of one service's objects as last set; announces those that change. */
export class ConditionLog {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly context: ModelContext,
    private readonly service: number,
  ) {}

  set(object: ConditionedObject, type: string, status: ConditionStatus, reason = "", message = ""): void {
    this.change({ object, type, status, reason, message });
  }

  setRevision(revision: number, type: string, status: ConditionStatus, reason = "", message = ""): void {
    this.change({ object: "Revision", revision, type, status, reason, message });
  }

  private change(condition: {
    readonly object: ConditionedObject;
    readonly revision?: number;
    readonly type: string;
    readonly status: ConditionStatus;
    readonly reason: string;
    readonly message: string;
  }): void {
    const { object, revision = -1, type, status, reason, message } = condition;
    const key = `${object}/${revision}/${type}`;
    const value = `${status}/${reason}/${message}`;
    if (this.known.get(key) === value) return;
    this.known.set(key, value);
    const { simulation, observer } = this.context;
    observer.happened({ t: simulation.now, kind: "ConditionChanged", service: this.service, ...condition });
  }
}

import { type Condition, findCondition } from "../model/conditions.js";

const UNKNOWN = "<unknown>";

/** `3 OK / 4`: conditions that are True, of all. */
export function conditionsCell(conditions: readonly Condition[]): string {
  return `${conditions.filter(({ status }) => status === "True").length} OK / ${conditions.length}`;
}

/** Status of the Ready condition. */
export function readyCell(conditions: readonly Condition[]): string {
  return findCondition(conditions, "Ready")?.status ?? UNKNOWN;
}

/**
 * Why an object is not ready; empty when it is.
 *
 * @see knative/client pkg/commands/human_readable_flags.go (NonReadyConditionReason)
 */
export function reasonCell(conditions: readonly Condition[]): string {
  const ready = findCondition(conditions, "Ready");
  if (ready === null) return UNKNOWN;
  if (ready.status === "True") return "";
  return ready.message === "" ? ready.reason : `${ready.reason} : ${ready.message}`;
}

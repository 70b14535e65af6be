import type { BaselineFigures } from "../measure/baseline.js";
import type { Summary } from "../measure/run-record.js";

/** The groups of figures that every scope has (contract §4). */
const GROUPS = ["requests", "latency", "inFlight", "pods", "coldStart"];

/** Whether a JSON value is the summary of a run, as far as it is read back. Figures it lacks are figures without a value. */
export function isSummary(json: unknown): json is Summary {
  return isMapping(json) && typeof json.scenario === "string" && isMeasured(json);
}

/** Whether a JSON value has the figures that a run is compared by: those of a summary, or of a baseline. */
export function isMeasured(json: unknown): json is BaselineFigures {
  if (!hasGroups(json)) return false;
  const { services, revisions, expectations } = json;
  const scopes = [services, revisions].flatMap((each) => (isMapping(each) ? Object.values(each) : [null]));
  return (
    scopes.every(hasGroups) &&
    Array.isArray(expectations) &&
    expectations.every((judged) => isMapping(judged) && typeof judged.expect === "string")
  );
}

function hasGroups(json: unknown): json is Readonly<Record<string, unknown>> {
  return isMapping(json) && GROUPS.every((group) => isMapping(json[group]));
}

function isMapping(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

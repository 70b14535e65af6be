import {
  CURRENT_FIELD,
  disallowedField,
  type FieldError,
  fieldError,
  invalidKeyName,
  invalidValue,
  missingOneOf,
  multipleOneOf,
  outOfBounds,
  viaField,
  viaIndex,
} from "./field-error.js";
import { quote } from "./go-format.js";
import { type JsonObject, numberAt, objectsAt, textAt } from "./json-shape.js";
import { notADns1035Label, qualifiedNameProblems } from "./names.js";

/** Whose traffic block it is: a Service's targets have its own configuration, a Route's must name theirs. */
export type TrafficOwner = "service" | "route";

/**
 * The traffic block of a spec with Knative's defaults: a Service without one sends everything to the latest revision;
 * a target without a revision name follows the latest, one without a percentage gets 0.
 *
 * @returns the targets, or undefined when the block is absent and stays so
 * @see knative/serving pkg/apis/serving/v1/route_defaults.go
 */
export function defaultTraffic(spec: JsonObject, owner: TrafficOwner): readonly JsonObject[] | undefined {
  const targets = objectsAt(spec, "traffic");
  if (targets.length === 0 && owner === "service") return [{ latestRevision: true, percent: 100 }];
  if (!Array.isArray(spec.traffic)) return undefined;
  return targets.map((target) => ({
    ...target,
    latestRevision: target.latestRevision ?? textAt(target, "revisionName") === "",
    percent: numberAt(target, "percent") ?? 0,
  }));
}

/**
 * What Knative says about the traffic block of a spec; paths begin at the spec. Whether the revisions exist is not
 * asked here.
 *
 * @see knative/serving pkg/apis/serving/v1/route_validation.go (validateTrafficList)
 */
export function validateTraffic(spec: JsonObject, owner: TrafficOwner): FieldError[] {
  const targets = objectsAt(spec, "traffic");
  const errors = targets.flatMap((target, index) => viaIndex(index, targetErrors(target, owner)));
  errors.push(...tagErrors(targets));
  const sum = targets.reduce((total, target) => total + (numberAt(target, "percent") ?? 0), 0);
  if (sum !== 100) errors.push(fieldError(`Traffic targets sum to ${sum}, want 100`, CURRENT_FIELD));
  return viaField("traffic", errors);
}

/** A tag names a host, so it must be a DNS label and belong to one target only. */
function tagErrors(targets: readonly JsonObject[]): FieldError[] {
  const errors: FieldError[] = [];
  const firstUse = new Map<string, number>();
  targets.forEach((target, index) => {
    const tag = textAt(target, "tag");
    if (tag === "") return;
    const problem = notADns1035Label(tag);
    if (problem !== null) errors.push(invalidValue(problem, `tag[${index}]`));
    const first = firstUse.get(tag);
    if (first === undefined) firstUse.set(tag, index);
    else errors.push(fieldError(`Multiple definitions for ${quote(tag)}`, `[${index}].tag`, `[${first}].tag`));
  });
  return errors;
}

function targetErrors(target: JsonObject, owner: TrafficOwner): FieldError[] {
  const errors = destinationErrors(target, owner);
  const revisionName = textAt(target, "revisionName");
  const isPinned = revisionName !== "";
  if (target.latestRevision === isPinned) {
    errors.push(
      fieldError(
        `may not set revisionName ${quote(revisionName)} when latestRevision is ${isPinned}`,
        "latestRevision",
      ),
    );
  }
  const percent = numberAt(target, "percent") ?? 0;
  if (percent < 0 || percent > 100) errors.push(outOfBounds(percent, 0, 100, "percent"));
  if (textAt(target, "url") !== "") errors.push(disallowedField("url"));
  return errors;
}

/** A target names one revision or one configuration; a Service's own configuration is implied and not named. */
function destinationErrors(target: JsonObject, owner: TrafficOwner): FieldError[] {
  const revisionName = textAt(target, "revisionName");
  const configurationName = textAt(target, "configurationName");
  if (owner === "service" && configurationName !== "") return [disallowedField("configurationName")];
  if (revisionName !== "" && configurationName !== "") return [multipleOneOf("revisionName", "configurationName")];
  if (revisionName !== "") return nameErrors(revisionName, "revisionName");
  if (configurationName !== "") return nameErrors(configurationName, "configurationName");
  return owner === "service" ? [] : [missingOneOf("revisionName", "configurationName")];
}

function nameErrors(name: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(name);
  return problems.length === 0 ? [] : [invalidKeyName(name, field, ...problems)];
}

import { validateAnnotations, validateProgressDeadline } from "./annotation-validation.js";
import type { ClusterConfig, DefaultsConfig } from "./config.js";
import { validateContainers } from "./container-validation.js";
import {
  CURRENT_FIELD,
  disallowedField,
  type FieldError,
  invalidValue,
  outOfBounds,
  viaField,
  viaKey,
} from "./field-error.js";
import { formatFloat } from "./go-format.js";
import { parseFloat64 } from "./go-parse.js";
import { type JsonObject, numberAt, objectAt, textAt, textsAt } from "./json-shape.js";
import { notADns1035Label } from "./names.js";
import { parseQuantity } from "./quantity.js";

/**
 * What Knative says about a revision template; paths begin at the template.
 *
 * @param parent metadata of the Service or Configuration around it: its name is the prefix of a chosen revision name
 * @see knative/serving pkg/apis/serving/v1/revision_validation.go (RevisionTemplateSpec.Validate)
 */
export function validateTemplate(template: JsonObject, parent: JsonObject, config: ClusterConfig): FieldError[] {
  const metadata = objectAt(template, "metadata");
  const annotations = textsAt(metadata, "annotations");
  return [
    ...viaField("spec", validateRevisionSpec(objectAt(template, "spec"), config.defaults)),
    ...viaField("metadata.annotations", [
      ...validateAnnotations(config.autoscaler, annotations),
      ...queueProxyErrors(annotations),
      ...validateProgressDeadline(annotations),
    ]),
    ...viaField("metadata", revisionNameErrors(metadata, parent)),
  ];
}

function validateRevisionSpec(spec: JsonObject, defaults: DefaultsConfig): FieldError[] {
  const errors = validateContainers(spec);
  const timeout = numberAt(spec, "timeoutSeconds");
  const longest = defaults.maxRevisionTimeoutSeconds;
  // 0 stands for the default, even where the limit is below it.
  if (timeout !== undefined && timeout !== 0 && (timeout < 0 || timeout > longest)) {
    errors.push(outOfBounds(timeout, 0, longest, "timeoutSeconds"));
  }
  const concurrency = numberAt(spec, "containerConcurrency");
  const lowest = defaults.allowContainerConcurrencyZero ? 0 : 1;
  const highest = defaults.containerConcurrencyMaxLimit;
  if (concurrency !== undefined && (concurrency < lowest || concurrency > highest)) {
    errors.push(outOfBounds(concurrency, lowest, highest, "containerConcurrency"));
  }
  return errors;
}

function revisionNameErrors(metadata: JsonObject, parent: JsonObject): FieldError[] {
  const generateName = textAt(metadata, "generateName");
  const prefixProblem = generateName === "" ? null : notADns1035Label(maskTrailingDash(generateName));
  if (prefixProblem !== null) {
    return [invalidValue(prefixProblem.replace("label:", "label prefix:"), "generateName")];
  }
  const name = textAt(metadata, "name");
  if (name === "") return [];
  const problem = notADns1035Label(name);
  if (problem !== null) return [invalidValue(problem, "name")];
  const parentName = textAt(parent, "name");
  if (parentName === "" && textAt(parent, "generateName") !== "") return [disallowedField("name")];
  return name.startsWith(`${parentName}-`) ? [] : [invalidValue(`"${name}" must have prefix "${parentName}-"`, "name")];
}

/** Kubernetes appends to a prefix, so that a dash at its end is fine. */
export function maskTrailingDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith("-") ? `${prefix.slice(0, -2)}a` : prefix;
}

const QUEUE_PROXY_GROUP = "queue.sidecar.serving.knative.dev";
const PERCENTAGE_KEYS = [`${QUEUE_PROXY_GROUP}/resource-percentage`, `${QUEUE_PROXY_GROUP}/resourcePercentage`];
const RESOURCE_KEYS = ["cpu", "memory", "ephemeral-storage"].flatMap((resource) =>
  ["request", "limit"].map((kind) => `${QUEUE_PROXY_GROUP}/${resource}-resource-${kind}`),
);

/** The queue-proxy's resources: a percentage of the user container's, or quantities. */
function queueProxyErrors(annotations: Readonly<Record<string, string>>): FieldError[] {
  const errors: FieldError[] = [];
  const percentageKey = PERCENTAGE_KEYS.find((key) => Object.hasOwn(annotations, key));
  if (percentageKey !== undefined) {
    const parsed = parseFloat64(annotations[percentageKey]!);
    if (!parsed.ok) errors.push(...viaKey(percentageKey, [invalidValue(annotations[percentageKey]!, CURRENT_FIELD)]));
    else if (parsed.value < 0.1 || parsed.value > 100) {
      errors.push(...viaKey(percentageKey, [outOfBounds(formatFloat(parsed.value), 0.1, 100, CURRENT_FIELD)]));
    }
  }
  for (const key of RESOURCE_KEYS) {
    const text = annotations[key];
    if (text !== undefined && !parseQuantity(text).ok) errors.push(...viaKey(key, [invalidValue(text, CURRENT_FIELD)]));
  }
  return errors;
}

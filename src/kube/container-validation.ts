import { MAX_INT32 } from "./autoscaling-limits.js";
import {
  CURRENT_FIELD,
  disallowedField,
  type FieldError,
  fieldError,
  invalidValue,
  missingField,
  missingOneOf,
  multipleOneOf,
  outOfBounds,
  viaField,
  viaIndex,
} from "./field-error.js";
import { quote } from "./go-format.js";
import { imageReferenceProblem } from "./image-reference.js";
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json-shape.js";

/** Knative decides these itself; no feature flag opens them. */
const DISALLOWED_POD_FIELDS = [
  "activeDeadlineSeconds",
  "hostname",
  "nodeName",
  "priority",
  "readinessGates",
  "restartPolicy",
  "subdomain",
  "terminationGracePeriodSeconds",
];
const DISALLOWED_CONTAINER_FIELDS = ["lifecycle", "stdin", "stdinOnce", "tty", "volumeDevices"];
const RESERVED_ENVIRONMENT = ["PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION"];
/** The queue-proxy's own ports and that of the profiler. */
const RESERVED_PORTS = [8008, 8012, 8013, 8022, 9090, 9091];
const PORT_NAMES = ["", "h2c", "http1"];
const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];

/**
 * The containers of a (defaulted) revision spec: paths begin at the spec.
 *
 * Simplification: volumes and their mounts, security contexts, envFrom, init containers and fields behind a feature
 * flag are accepted unseen.
 *
 * @see knative/serving pkg/apis/serving/k8s_validation.go (ValidatePodSpec)
 */
export function validateContainers(spec: JsonObject): FieldError[] {
  const containers = objectsAt(spec, "containers");
  const errors = presentFields(spec, DISALLOWED_POD_FIELDS);
  if (containers.length === 0) errors.push(missingField("containers"));
  errors.push(...viaField("containers[*]", portCountErrors(containers)));
  const port = servingPort(containers);
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const name = textAt(container, "name");
    const found: FieldError[] = [];
    if (containers.length > 1 && names.has(name))
      found.push(fieldError(`duplicate container name ${quote(name)}`, "name"));
    names.add(name);
    const isSidecar = containers.length > 1 && objectsAt(container, "ports").length === 0;
    found.push(...(isSidecar ? sidecarProbeErrors(container) : probeErrors(container, port)));
    found.push(...containerErrors(container, isSidecar));
    errors.push(...viaField("containers", viaIndex(index, found)));
  });
  return errors;
}

function presentFields(object: JsonObject, fields: readonly string[]): FieldError[] {
  return fields.filter((field) => isPresent(object[field])).map((field) => disallowedField(field));
}

/** Go cannot tell a zero value from an absent one. */
function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== false && value !== 0;
}

function portCountErrors(containers: readonly JsonObject[]): FieldError[] {
  const count = containers.reduce((sum, container) => sum + objectsAt(container, "ports").length, 0);
  if (count === 0 && containers.length > 1) return [missingField("ports")];
  if (count <= 1) return [];
  const details = "Only a single port is allowed across all containers";
  return [{ ...fieldError("more than one container port is set", "ports"), details }];
}

/** The name under which probes may speak of the port. */
function servingPort(containers: readonly JsonObject[]): string {
  const ports = containers.flatMap((container) => objectsAt(container, "ports").slice(0, 1));
  return textAt(ports.at(-1) ?? {}, "name") || "http";
}

function containerErrors(container: JsonObject, isSidecar: boolean): FieldError[] {
  if (!Object.values(container).some(isPresent)) return [missingField(CURRENT_FIELD)];
  const errors = presentFields(container, DISALLOWED_CONTAINER_FIELDS);
  if (textAt(container, "name") === "queue-proxy")
    errors.push(fieldError('"queue-proxy" is a reserved container name', "name"));
  const reserved = isSidecar ? RESERVED_ENVIRONMENT.slice(1) : RESERVED_ENVIRONMENT;
  objectsAt(container, "env").forEach((variable, index) => {
    errors.push(...viaField("env", viaIndex(index, environmentErrors(textAt(variable, "name"), reserved))));
  });
  const image = textAt(container, "image");
  const imageProblem = image === "" ? null : imageReferenceProblem(image);
  if (image === "") errors.push(missingField("image"));
  if (imageProblem !== null) {
    const details = `image: ${quote(image)}, error: ${imageProblem}`;
    errors.push({ ...fieldError("Failed to parse image reference", "image"), details });
  }
  const [port] = objectsAt(container, "ports");
  return port ? [...errors, ...viaField("ports", portErrors(port))] : errors;
}

function environmentErrors(name: string, reserved: readonly string[]): FieldError[] {
  if (name === "") return [missingField("name")];
  return reserved.includes(name) ? [fieldError(`${quote(name)} is a reserved environment variable`, "name")] : [];
}

function portErrors(port: JsonObject): FieldError[] {
  const number = numberAt(port, "containerPort") ?? 0;
  const protocol = textAt(port, "protocol");
  const name = textAt(port, "name");
  const errors = presentFields(port, ["hostIP", "hostPort"]);
  if (RESERVED_PORTS.includes(number)) {
    const problem = `${number} is a reserved port`;
    errors.push(invalidValue(problem, "containerPort", `${problem}, please use a different value`));
  }
  if (number < 0 || number > 65_535) errors.push(outOfBounds(number, 0, 65_535, "containerPort"));
  if (protocol !== "" && protocol !== "TCP") errors.push(invalidValue(protocol, "protocol"));
  if (!PORT_NAMES.includes(name)) {
    const details = "Name must be empty, or one of: 'h2c', 'http1'";
    errors.push({ ...fieldError(`Port name ${name} is not allowed`, CURRENT_FIELD), details });
  }
  return errors;
}

/** Only the serving container may be probed. */
function sidecarProbeErrors(container: JsonObject): FieldError[] {
  return PROBES.flatMap((probe) => {
    const settings = objectAt(container, probe);
    return viaField(probe, presentFields(settings, Object.keys(settings)));
  });
}

function probeErrors(container: JsonObject, port: string): FieldError[] {
  return PROBES.flatMap((name) => {
    const probe = container[name];
    if (!isObject(probe)) return [];
    const errors = handlerErrors(probe, port);
    return viaField(name, name === "readinessProbe" ? [...errors, ...readinessErrors(probe)] : errors);
  });
}

function handlerErrors(probe: JsonObject, port: string): FieldError[] {
  const kinds = ["httpGet", "tcpSocket", "exec", "grpc"];
  const handlers = kinds.filter((kind) => isObject(probe[kind]));
  const errors = handlers.flatMap((kind) => {
    const probed = textAt(objectAt(probe, kind), "port");
    return probed === "" || probed === port
      ? []
      : [invalidValue(probed, `${kind}.port`, "Probe port must match container port")];
  });
  if (handlers.length === 0) errors.push(missingOneOf(...kinds));
  if (handlers.length > 1) errors.push(multipleOneOf(...handlers));
  return errors;
}

/** With a period of 0 Knative tries every 50 ms, so that timeout and failure threshold have no meaning. */
function readinessErrors(probe: JsonObject): FieldError[] {
  const value = (field: string) => numberAt(probe, field) ?? 0;
  const atLeast = (field: string, lowest: number) =>
    value(field) < lowest ? [outOfBounds(value(field), lowest, MAX_INT32, field)] : [];
  const errors = [
    ...atLeast("periodSeconds", 0),
    ...atLeast("initialDelaySeconds", 0),
    ...atLeast("successThreshold", 1),
  ];
  if (value("periodSeconds") !== 0)
    return [...errors, ...atLeast("timeoutSeconds", 1), ...atLeast("failureThreshold", 1)];
  const meaningless = ["failureThreshold", "timeoutSeconds"].filter((field) => value(field) !== 0);
  return [
    ...errors,
    ...meaningless.map((field) => fieldError(`${field} is disallowed when periodSeconds is zero`, field)),
  ];
}

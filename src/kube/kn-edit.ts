import { ANNOTATION, AUTOSCALING_GROUP } from "./annotations.js";
import { parseGoDuration } from "./go-duration.js";
import { quote } from "./go-format.js";
import { parseAtoi } from "./go-parse.js";
import type { FlagValue, KnArguments } from "./kn-arguments.js";
import type { KnWait, ServiceEdit } from "./kn-command.js";
import { parseQuantity } from "./quantity.js";

/** A flag whose value kn cannot use. */
export class FlagValueError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const VISIBILITY_LABEL = "networking.knative.dev/visibility";
const DEFAULT_TIMEOUT_SECONDS = 600;
const DEFAULT_WINDOW_SECONDS = 2;

type Changes = Record<string, string | null>;

/**
 * What the flags of `kn service create|update|apply` ask for.
 *
 * @throws FlagValueError with kn's text, for the first value that cannot be used, in the order in which kn looks
 * @see knative/client pkg/commands/service/configuration_edit_flags.go (Apply)
 */
export function serviceEdit(given: KnArguments): ServiceEdit {
  const env = environment(given.all("env"));
  const requests = resources(given.all("request"));
  const limits = resources(given.all("limit"));
  const port = containerPort(given.last("port"));
  const scaling = scalingAnnotations(given);
  const concurrencyLimit = given.int("concurrency-limit");
  if (concurrencyLimit !== undefined && concurrencyLimit < 0) {
    const text = `invalid concurrency-limit ${concurrencyLimit} (must not be less than 0)`;
    throw new FlagValueError(text, given.last("concurrency-limit")!.offset);
  }
  return {
    image: given.text("image"),
    env,
    annotations: { ...scaling, ...both(given, "annotation", "annotation-revision"), ...initialScale(given) },
    serviceAnnotations: serviceAnnotations(given),
    labels: both(given, "label", "label-revision"),
    serviceLabels: { ...visibility(given), ...both(given, "label", "label-service") },
    concurrencyLimit,
    timeoutSeconds: given.int("timeout"),
    revisionName: given.text("revision-name"),
    port,
    cpuRequest: requests.cpu,
    cpuLimit: limits.cpu,
    memoryRequestBytes: requests.memory,
    memoryLimitBytes: limits.memory,
    traffic: given.all("traffic").map(({ text }) => text),
    tags: given.all("tag").map(({ text }) => text),
    untag: given.all("untag").map(({ text }) => text),
    touchesTemplate: given.touchesTemplate,
    lockToDigest: given.bool("lock-to-digest") ?? null,
    force: given.bool("force") ?? false,
    file: given.text("filename") ?? null,
    wait: waiting(given, true),
  };
}

/** Whether and how long a command waits. */
export function waiting(given: KnArguments, byDefault: boolean): KnWait {
  const isAsync = given.bool("async");
  return {
    wait: given.bool("wait") ?? (isAsync === undefined ? byDefault : !isAsync),
    timeoutSeconds: given.int("wait-timeout") ?? DEFAULT_TIMEOUT_SECONDS,
    windowSeconds: given.int("wait-window") ?? DEFAULT_WINDOW_SECONDS,
  };
}

/** `NAME=value` sets, `NAME-` removes; what is removed and set is removed. */
function environment(values: readonly FlagValue[]): Changes {
  const set: Changes = {};
  const removed: Changes = {};
  for (const { text, offset } of values) {
    const equals = text.indexOf("=");
    if (equals >= 0) set[text.slice(0, equals)] = text.slice(equals + 1);
    else if (text.endsWith("-")) removed[text.slice(0, -1)] = null;
    else {
      const problem = `argument requires a value that contains the "=" character; got ${quote(text)}`;
      throw new FlagValueError(`Invalid --env: ${problem}`, offset);
    }
  }
  return { ...set, ...removed };
}

/** `key=value` sets, `key` sets nothing to it, `key-` removes. */
function changes(values: readonly FlagValue[]): Changes {
  const found: Changes = {};
  for (const { text } of values) {
    const equals = text.indexOf("=");
    const key = equals < 0 ? text : text.slice(0, equals);
    if (key.endsWith("-")) found[key.slice(0, -1)] = null;
    else found[key] = equals < 0 ? "" : text.slice(equals + 1);
  }
  return found;
}

/** What is meant for the Service and the template, overruled by what is meant for one of them. */
function both(given: KnArguments, general: string, special: string): Changes {
  return { ...changes(given.all(general)), ...changes(given.all(special)) };
}

/** Autoscaling annotations have no effect on a Service: general ones go to the template alone, special ones are refused. */
function serviceAnnotations(given: KnArguments): Changes {
  const special = given.all("annotation-service");
  const refused = special.find(({ text }) => text.startsWith(AUTOSCALING_GROUP) && !/^[^=]*-(=|$)/.test(text));
  if (refused) {
    const key = refused.text.split("=", 1)[0];
    throw new FlagValueError(
      `service can not have auto-scaling related annotation: ${key} , please update using '--annotation-revision'`,
      refused.offset,
    );
  }
  const general = Object.entries(changes(given.all("annotation"))).filter(
    ([key, value]) => value === null || !key.startsWith(AUTOSCALING_GROUP),
  );
  return { ...Object.fromEntries(general), ...changes(special) };
}

function visibility(given: KnArguments): Changes {
  const clusterLocal = given.bool("cluster-local");
  return clusterLocal === undefined ? {} : { [VISIBILITY_LABEL]: clusterLocal ? "cluster-local" : null };
}

function scalingAnnotations(given: KnArguments): Changes {
  const found: Changes = {};
  const copy = (flag: string, key: string) => {
    const text = given.text(flag);
    if (text !== undefined) found[key] = text;
  };
  copy("scale-min", ANNOTATION.minScale[0]);
  copy("scale-max", ANNOTATION.maxScale[0]);
  Object.assign(found, scaleRange(given));
  const window = given.last("scale-window");
  if (window) {
    const parsed = parseGoDuration(window.text);
    if (!parsed.ok) throw new FlagValueError(`invalid duration for 'scale-window': ${parsed.error}`, window.offset);
    found[ANNOTATION.window[0]] = window.text;
  }
  copy("scale-target", ANNOTATION.target[0]);
  copy("scale-metric", ANNOTATION.metric[0]);
  copy("scale-activation", ANNOTATION.activationScale[0]);
  copy("scale-utilization", ANNOTATION.targetUtilizationPercentage[0]);
  return found;
}

/** `--scale 3`, `1..5`, `1..`, `..5`. */
function scaleRange(given: KnArguments): Changes {
  const scale = given.last("scale");
  if (!scale) return {};
  for (const other of ["scale-max", "scale-min"]) {
    if (given.has(other)) {
      throw new FlagValueError(`only --scale or --${other} can be specified`, given.last(other)!.offset);
    }
  }
  if (!scale.text.includes("..")) {
    if (!parseAtoi(scale.text).ok) {
      throw new FlagValueError("Scale must be of the format x..y or x", scale.offset);
    }
    return bounds(Number(scale.text), Number(scale.text));
  }
  const [min, max] = scale.text.split("..").map((text) => {
    if (text === "") return undefined;
    const parsed = parseAtoi(text);
    if (!parsed.ok) throw new FlagValueError(parsed.error, scale.offset);
    return parsed.value;
  });
  return bounds(min, max);
}

function bounds(min: number | undefined, max: number | undefined): Changes {
  return {
    ...(min === undefined ? {} : { [ANNOTATION.minScale[0]]: String(min) }),
    ...(max === undefined ? {} : { [ANNOTATION.maxScale[0]]: String(max) }),
  };
}

function initialScale(given: KnArguments): Changes {
  const scale = given.last("scale-init");
  if (!scale) return {};
  const key = ANNOTATION.initialScale[0];
  if (given.all("annotation").some(({ text }) => text.includes(key))) {
    throw new FlagValueError(`only one of the --scale-init or --annotation ${key} can be specified`, scale.offset);
  }
  return { [key]: scale.text };
}

/** `cpu=100m`, `memory=256Mi`; `cpu-` removes. Other resources decide nothing here. */
function resources(values: readonly FlagValue[]): { cpu?: number | null; memory?: number | null } {
  const found: { cpu?: number | null; memory?: number | null } = {};
  for (const value of values) {
    for (const [name, text] of Object.entries(changes([value]))) {
      const parsed = text === null ? null : parseQuantity(text);
      if (parsed?.ok === false) throw new FlagValueError(parsed.error, value.offset);
      if (name === "cpu" || name === "memory") found[name] = parsed?.value ?? null;
    }
  }
  return found;
}

/** `8080` or `h2c:8080`. */
function containerPort(value: FlagValue | undefined): ServiceEdit["port"] {
  if (!value) return undefined;
  const colon = value.text.indexOf(":");
  const parsed = parseAtoi(value.text.slice(colon + 1));
  if (!parsed.ok) {
    const example = "Examples: '--port h2c:8080' , '--port 8080'.";
    throw new FlagValueError(
      `the port specification '${value.text}' is not valid. Please provide in the format 'NAME:PORT', where 'NAME' is optional. ${example}`,
      value.offset,
    );
  }
  return { name: colon < 0 ? "" : value.text.slice(0, colon), number: parsed.value };
}

import type { GcConfig } from "./config.js";
import { ConfigValues, type ParsedConfig } from "./config-values.js";
import { NANOS_PER_SECOND, type Nanoseconds, parseGoDuration, toMicroseconds } from "./go-duration.js";
import { type Parsed, parseUint64 } from "./go-parse.js";

const HOUR = 3_600n * NANOS_PER_SECOND;
const MAX_INT64 = (1n << 63n) - 1n;

/**
 * Reads the data of config-gc. Times and the maximum may be `disabled`, in any case; empty text means the default.
 *
 * @see knative/serving pkg/gc/config.go (NewConfigFromConfigMapFunc)
 */
export function parseGcConfig(data: Readonly<Record<string, string>>): ParsedConfig<GcConfig> {
  const values = new ConfigValues(data);
  const createTimeText = values.text("retain-since-create-time", "");
  const activeTimeText = values.text("retain-since-last-active-time", "");
  const minimum = values.int64("min-non-active-revisions", 20);
  const maximumText = values.text("max-non-active-revisions", "");

  const fail = (error: string): ParsedConfig<GcConfig> => ({ ok: false, error });
  if (values.error !== null) return fail(`failed to parse data: ${values.error}`);
  const createTime = unlessDisabled(createTimeText, 48n * HOUR, retentionTime);
  if (!createTime.ok) return fail(`failed to parse retain-since-create-time: ${createTime.error}`);
  const activeTime = unlessDisabled(activeTimeText, 15n * HOUR, retentionTime);
  if (!activeTime.ok) return fail(`failed to parse retain-since-last-active-time: ${activeTime.error}`);
  const maximum = unlessDisabled(maximumText, 1000n, revisionCount);
  if (!maximum.ok) return fail(`failed to parse max-non-active-revisions: ${maximum.error}`);
  if (minimum < 0) return fail(`min-non-active-revisions must be non-negative, was: ${minimum}`);
  if (maximum.value !== null && minimum > maximum.value) {
    return fail(`min-non-active-revisions(${minimum}) must be <= max-non-active-revisions(${maximum.value})`);
  }
  return {
    ok: true,
    config: {
      retainSinceCreateTimeUs: createTime.value === null ? null : toMicroseconds(createTime.value),
      retainSinceLastActiveTimeUs: activeTime.value === null ? null : toMicroseconds(activeTime.value),
      minNonActiveRevisions: minimum,
      maxNonActiveRevisions: maximum.value === null ? null : Number(maximum.value),
    },
  };
}

/** The parsed value, the default for empty text, null for `disabled`. */
function unlessDisabled<Value>(
  text: string,
  byDefault: Value,
  parse: (text: string) => Parsed<Value>,
): Parsed<Value | null> {
  if (text === "") return { ok: true, value: byDefault };
  return text.toLowerCase() === "disabled" ? { ok: true, value: null } : parse(text);
}

function retentionTime(text: string): Parsed<Nanoseconds> {
  const parsed = parseGoDuration(text);
  return parsed.ok && parsed.value < 0n ? { ok: false, error: "must be non-negative", outOfRange: true } : parsed;
}

function revisionCount(text: string): Parsed<bigint> {
  const parsed = parseUint64(text);
  if (!parsed.ok || parsed.value <= MAX_INT64) return parsed;
  return { ok: false, error: `value should be lower than ${MAX_INT64}`, outOfRange: true };
}

import { type Duration, formatDuration, parseDuration } from "../engine/time.js";
import { parseQuantity } from "../kube/quantity.js";
import { advice, Complaint, describe, leaf, verbatim } from "./fields.js";
import { nearestName } from "./nearest-name.js";
import type { WarningId } from "./warning-ids.js";

/** The kinds of scalar a scenario's keys take, each with its sentence for what does not fit and its JSON Schema. */

const DURATION_PATTERN = "^([+]?((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+|0)$";

/** A duration ≥ 0 in Go's syntax as whole microseconds. */
export const duration = durationField({});

/** A duration > 0; `longest` in Go's syntax. */
export function positiveDuration(longest?: string) {
  return durationField({ positive: true, longest });
}

function durationField({ positive = false, longest }: { readonly positive?: boolean; readonly longest?: string }) {
  const pattern = { type: ["string", "number"], pattern: DURATION_PATTERN, maximum: 0, minimum: 0 };
  const limit = longest === undefined ? null : parseDuration(longest);
  return leaf<Duration>(pattern, (value) => {
    const us = readDuration(value, "a duration such as 30s or 1m30s");
    if (us instanceof Complaint) return us;
    if (positive && us <= 0) return new Complaint(`must be longer than 0, found ${describe(value)}`, { id: "E-range" });
    if (limit?.ok && us > limit.us)
      return new Complaint(`must be at most ${longest}, found ${describe(value)}`, { id: "E-range" });
    return us;
  }).register(advice, { warn: lostPrecision });
}

/** Reads a duration ≥ 0; a bare 0 needs no unit. */
export function readDuration(value: unknown, expected: string): Duration | Complaint {
  if (value === 0) return 0;
  if (typeof value === "number")
    return new Complaint(`expected ${expected}, found ${value} without a unit`, { suggestion: `${value}s` });
  if (typeof value !== "string") return new Complaint(`expected ${expected}, found ${describe(value)}`);
  const parsed = parseDuration(value);
  if (!parsed.ok) return new Complaint(`expected ${expected}: ${parsed.error}`, { suggestion: meantDuration(value) });
  if (parsed.us < 0) return new Complaint(`must not be negative, found ${describe(value)}`, { id: "E-range" });
  return parsed.us;
}

/** The model's resolution is a microsecond; a duration that vanishes by that deserves a word. */
export function lostPrecision(value: unknown): { readonly id: WarningId; readonly message: string } | null {
  const parsed = typeof value === "string" ? parseDuration(value) : null;
  if (!parsed?.ok || !parsed.rounded || parsed.us !== 0) return null;
  return { id: "W-rounded", message: `${value} is finer than a microsecond and counts as 0s` };
}

/** Units people write that Go does not know, in microseconds' Go spelling. */
const FOREIGN_UNITS: Readonly<Record<string, readonly [factor: number, unit: string]>> = {
  w: [168, "h"],
  d: [24, "h"],
  day: [24, "h"],
  days: [24, "h"],
  hr: [1, "h"],
  hour: [1, "h"],
  hours: [1, "h"],
  min: [1, "m"],
  mins: [1, "m"],
  minute: [1, "m"],
  minutes: [1, "m"],
  sec: [1, "s"],
  secs: [1, "s"],
  second: [1, "s"],
  seconds: [1, "s"],
  msec: [1, "ms"],
  millis: [1, "ms"],
};

/** `1d` → `24h`, `10 min` → `10m`, `60` → `60s`; null when nothing sensible comes to mind. */
function meantDuration(text: string): string | null {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*([a-zµμ]*)\s*/giy)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.trim()) return null;
  const meant = parts.map(([, number, letters]) => {
    const unit = letters.toLowerCase();
    const [factor, known] = Object.hasOwn(FOREIGN_UNITS, unit) ? FOREIGN_UNITS[unit] : [1, unit === "" ? "s" : unit];
    return `${Number(number) * factor}${known}`;
  });
  const parsed = parseDuration(meant.join(""));
  return parsed.ok ? meant.join("") : null;
}

/** A duration as a person writes it: `24h`, not `24h0m0s`. */
export function shortDuration(us: Duration): string {
  return formatDuration(us)
    .replace(/(?<=[hm])0s$/, "")
    .replace(/(?<=h)0m$/, "");
}

/** A finite number; `above` excludes its bound, `min` and `max` include theirs. */
export function number(
  what: string,
  bounds: { readonly min?: number; readonly above?: number; readonly max?: number; readonly integer?: boolean } = {},
) {
  const { min, above, max, integer = false } = bounds;
  const json = { type: integer ? "integer" : "number", minimum: min, exclusiveMinimum: above, maximum: max };
  const given = Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));
  return leaf<number>(given, (value) => {
    if (typeof value !== "number" || Number.isNaN(value))
      return new Complaint(`expected ${what}, found ${describe(value)}`);
    if (integer && !Number.isSafeInteger(value))
      return new Complaint(`expected ${what}, a whole number, found ${value}`);
    const refuse = (bound: string) => new Complaint(`${what} must be ${bound}, found ${value}`, { id: "E-range" });
    if (!Number.isFinite(value)) return refuse("finite");
    if (min !== undefined && value < min) return refuse(`at least ${min}`);
    if (above !== undefined && value <= above) return refuse(`greater than ${above}`);
    return max !== undefined && value > max ? refuse(`at most ${max}`) : value;
  });
}

export const boolean = leaf<boolean>({ type: "boolean" }, (value) =>
  typeof value === "boolean" ? value : new Complaint(`expected true or false, found ${describe(value)}`),
);

/** One of some words. */
export function oneOfWords<const Word extends string>(words: readonly Word[]) {
  return leaf<Word>({ enum: [...words] }, (value) => {
    if (words.includes(value as Word)) return value as Word;
    const list = words.length === 1 ? words[0] : `one of ${words.join(", ")}`;
    const suggestion = typeof value === "string" ? nearestName(value, words) : null;
    return new Complaint(`expected ${list}, found ${describe(value)}`, { suggestion });
  });
}

/** Text as it was written; numbers and booleans keep their spelling. */
export const text = leaf<string>({ type: ["string", "number", "boolean"] }, (value) =>
  typeof value === "string" ? value : new Complaint(`expected text, found ${describe(value)}`),
).register(verbatim, { verbatim: true });

/** Text, or null to remove what the manifest says. */
export const removableText = leaf<string | null>({ type: ["string", "number", "boolean", "null"] }, (value) =>
  typeof value === "string" || value === null
    ? value
    : new Complaint(`expected text or null, found ${describe(value)}`),
).register(verbatim, { verbatim: true });

/** A Kubernetes quantity ≥ 0 in its base unit: vCPU or bytes. */
export function quantity(example: string) {
  return leaf<number>({ type: ["string", "number"] }, (value) => {
    if (typeof value !== "string" && typeof value !== "number")
      return new Complaint(`expected a quantity such as ${example}, found ${describe(value)}`);
    const parsed = parseQuantity(String(value));
    if (!parsed.ok)
      return new Complaint(`expected a quantity such as ${example}, found ${describe(value)}: ${parsed.error}`);
    return parsed.value >= 0
      ? parsed.value
      : new Complaint(`must not be negative, found ${describe(value)}`, { id: "E-range" });
  });
}

/**
 * Instants and durations as integer microseconds, and Go's duration syntax.
 *
 * A double holds every integer below 2^53 exactly: 285 years of microseconds. The only file that converts units.
 *
 * @see Go's package time, Duration.String and ParseDuration (formats restated)
 */

/** Virtual time in whole microseconds since the start of the run. */
export type Instant = number;

/** A span of virtual time in whole microseconds. */
export type Duration = number;

export const MILLISECOND = 1_000;
export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** An instant that never comes; larger than every real one. */
export const NEVER: Instant = Number.POSITIVE_INFINITY;

/**
 * What a field that will hold instants, or sums of them, holds before it gets its first value.
 *
 * V8 keeps whole numbers below 2^31 and others in different ways. A field that has seen only small ones is laid out anew
 * when the first other one comes, for instants after 36 minutes, and whatever was compiled for it is compiled again; in
 * a run of 10 million requests that took half a second of eight.
 */
export const WIDE = Number.NaN;

/** Microseconds of a number of seconds, rounded half away from zero. */
export function fromSeconds(seconds: number): Duration {
  return roundHalfAway(seconds * SECOND);
}

/** Microseconds of a number of milliseconds, rounded half away from zero. */
export function fromMilliseconds(milliseconds: number): Duration {
  return roundHalfAway(milliseconds * MILLISECOND);
}

export function toSeconds(us: Duration): number {
  return us / SECOND;
}

/** Rounds to an integer, halves away from zero (Go's math.Round; JavaScript's differs for negative halves). */
export function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

const UNIT_US: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  μs: 1,
  ms: MILLISECOND,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
};

/** A parsed duration, or why the text is none (in the words of Go's time.ParseDuration). */
export type ParsedDuration =
  | { readonly ok: true; readonly us: Duration /** the text was finer than 1 µs */; readonly rounded: boolean }
  | { readonly ok: false; readonly error: string };

/**
 * Reads Go's duration syntax: an optional sign, then numbers with units `ns us µs ms s m h`; a bare `0` needs none.
 * Finer than a microsecond is rounded half away from zero, once.
 *
 * @see Go time.ParseDuration: `time: missing unit in duration "60"`, `time: invalid duration "x"`, `time: unknown unit "d" in duration "1d"`
 */
export function parseDuration(text: string): ParsedDuration {
  const fail = (what: string): ParsedDuration => ({ ok: false, error: `time: ${what} ${JSON.stringify(text)}` });
  let rest = text;
  let sign = 1;
  if (rest.startsWith("-") || rest.startsWith("+")) {
    sign = rest.startsWith("-") ? -1 : 1;
    rest = rest.slice(1);
  }
  if (rest === "0") return { ok: true, us: 0, rounded: false };
  if (rest === "") return fail("invalid duration");
  let us = 0;
  while (rest !== "") {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest);
    if (!number) return fail("invalid duration");
    rest = rest.slice(number[0].length);
    const unit = /^[^\d.]+/.exec(rest);
    if (!unit) return fail("missing unit in duration");
    const factor = Object.hasOwn(UNIT_US, unit[0]) ? UNIT_US[unit[0]] : undefined;
    if (factor === undefined) {
      return { ok: false, error: `time: unknown unit ${JSON.stringify(unit[0])} in duration ${JSON.stringify(text)}` };
    }
    rest = rest.slice(unit[0].length);
    us += Number(number[0]) * factor;
  }
  // Go's Duration is 64-bit nanoseconds: about 292 years.
  if (us >= 9_223_372_036_854_776) return fail("invalid duration");
  const whole = Math.round(us);
  return { ok: true, us: whole === 0 ? 0 : sign * whole, rounded: Math.abs(whole - us) > 1e-9 * Math.max(1, us) };
}

/** Prints a duration as Go does: `0s`, `1.5s`, `250ms`, `1m30s`, `1h0m0s`. */
export function formatDuration(us: Duration): string {
  if (us === 0) return "0s";
  const sign = us < 0 ? "-" : "";
  const abs = Math.abs(us);
  if (abs < MILLISECOND) return `${sign}${abs}µs`;
  if (abs < SECOND) return `${sign}${fraction(abs, MILLISECOND)}ms`;
  const hours = Math.floor(abs / HOUR);
  const minutes = Math.floor((abs % HOUR) / MINUTE);
  const seconds = `${fraction(abs % MINUTE, SECOND)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

/** A whole number of units and the rest as decimals without trailing zeros. */
function fraction(us: number, unit: number): string {
  const whole = Math.floor(us / unit);
  const digits = String(us % unit)
    .padStart(String(unit).length - 1, "0")
    .replace(/0+$/, "");
  return digits === "" ? String(whole) : `${whole}.${digits}`;
}

/** Seconds with up to six decimals, the exact image of whole microseconds: 1500000 → "1.5", 0 → "0". */
export function formatSeconds(us: Duration): string {
  return (us < 0 ? "-" : "") + fraction(Math.abs(us), SECOND);
}

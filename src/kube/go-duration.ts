import type { Duration } from "../engine/time.js";
import type { Parsed } from "./go-parse.js";

/**
 * Go's time.Duration: whole nanoseconds in 64 bits, as Knative's validation sees them.
 *
 * The simulation counts microseconds; only here, where a message must print `1ns` and a range check must be exact, are
 * nanoseconds kept.
 *
 * @see Go time.ParseDuration, Duration.String (formats restated)
 */
export type Nanoseconds = bigint;

export const NANOS_PER_SECOND: Nanoseconds = 1_000_000_000n;

const LIMIT = 1n << 63n;

const UNITS: Readonly<Record<string, Nanoseconds>> = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3_600n * NANOS_PER_SECOND,
};

/** Reads `1m30s`, `-1.5h`, `0`; every number but a bare 0 needs its unit. Finer than a nanosecond is cut. */
export function parseGoDuration(text: string): Parsed<Nanoseconds> {
  const fail = (problem: string): Parsed<never> => ({
    ok: false,
    error: `time: ${problem} ${quoteBytes(text)}`,
    outOfRange: false,
  });
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  let rest = text.slice(sign.length);
  if (rest === "0") return { ok: true, value: 0n };
  if (rest === "") return fail("invalid duration");
  let total = 0n;
  while (rest !== "") {
    const [matched, whole = "", decimals = ""] = /^(\d*)(?:\.(\d*))?/.exec(rest)!;
    if ((whole === "" && decimals === "") || BigInt(whole) > LIMIT) return fail("invalid duration");
    rest = rest.slice(matched.length);
    const name = /^[^\d.]*/.exec(rest)![0];
    if (name === "") return fail("missing unit in duration");
    if (!Object.hasOwn(UNITS, name)) return fail(`unknown unit ${quoteBytes(name)} in duration`);
    rest = rest.slice(name.length);
    total += BigInt(whole) * UNITS[name]! + fractionOf(UNITS[name]!, decimals);
    if (total > LIMIT) return fail("invalid duration");
  }
  if (sign === "-") return { ok: true, value: -total };
  return total < LIMIT ? { ok: true, value: total } : fail("invalid duration");
}

/**
 * `0.<decimals>` of a unit in whole nanoseconds, by Go's own route through doubles, which may end one short of the
 * exact value. Digits beyond 64 bits do not count.
 */
function fractionOf(unit: Nanoseconds, decimals: string): Nanoseconds {
  let numerator = 0n;
  let scale = 1;
  for (const digit of decimals) {
    const next = numerator * 10n + BigInt(digit);
    if (numerator > (LIMIT - 1n) / 10n || next > LIMIT) break;
    numerator = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(numerator) * (Number(unit) / scale)));
}

/** Prints as Go does: `0s`, `1ns`, `1.5µs`, `250ms`, `1m30.5s`, `1h0m0s`. */
export function formatGoDuration(duration: Nanoseconds): string {
  if (duration === 0n) return "0s";
  const sign = duration < 0n ? "-" : "";
  const nanos = duration < 0n ? -duration : duration;
  if (nanos < 1_000n) return `${sign}${nanos}ns`;
  if (nanos < 1_000_000n) return `${sign}${decimal(nanos, 3)}\u00b5s`;
  if (nanos < NANOS_PER_SECOND) return `${sign}${decimal(nanos, 6)}ms`;
  const hours = nanos / UNITS.h!;
  const minutes = (nanos % UNITS.h!) / UNITS.m!;
  const seconds = `${decimal(nanos % UNITS.m!, 9)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

/** `units / 10^places` without trailing zeros. */
function decimal(units: bigint, places: number): string {
  const digits = String(units).padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return digits.slice(0, -places) + (fraction === "" ? "" : `.${fraction}`);
}

/** The simulation's microseconds, rounded half away from zero; a clock of microseconds cannot tell 1 ns from 0. */
export function toMicroseconds(duration: Nanoseconds): Duration {
  const magnitude = Number(((duration < 0n ? -duration : duration) + 500n) / 1_000n);
  return duration < 0n && magnitude !== 0 ? -magnitude : magnitude;
}

/** Whether a duration has no part finer than a second. */
export function isWholeSeconds(duration: Nanoseconds): boolean {
  return duration % NANOS_PER_SECOND === 0n;
}

/** In double quotes, control and non-ASCII characters byte by byte: package time's own rule, not that of `%q`. */
function quoteBytes(text: string): string {
  let quoted = '"';
  for (const character of text) {
    if (character === '"' || character === "\\") quoted += `\\${character}`;
    else if (character >= " " && character < "\u0080") quoted += character;
    else for (const byte of new TextEncoder().encode(character)) quoted += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `${quoted}"`;
}

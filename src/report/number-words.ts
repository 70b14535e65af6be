import { formatDuration, fromSeconds, type Instant, parseDuration, SECOND } from "../engine/time.js";

/** Figures as people read them: grouped thousands, few digits, a unit. Never a locale. */

/** A number with at most `digits` decimals, trailing zeros cut, thousands grouped: 1234.5 → "1,234.5". */
export function plain(value: number, digits = 2): string {
  const [whole, fraction = ""] = Math.abs(value).toFixed(digits).split(".");
  const kept = fraction.replace(/0+$/, "");
  const text = group(whole) + (kept === "" ? "" : `.${kept}`);
  return value < 0 && text !== "0" ? `-${text}` : text;
}

/** A whole number with grouped thousands: 30012 → "30,012". */
export function grouped(count: number): string {
  return plain(count, 0);
}

/** `1 pod`, `3 pods`; what reads as one is one: 1.001 → `1 request`. */
export function counted(count: number, noun: string): string {
  const text = plain(count);
  return `${text} ${noun}${text === "1" ? "" : "s"}`;
}

/** A time in ms with three to four digits and the unit that suits it: 0.52 → "0.52 ms", 2412.3 → "2.41 s"; null → "–". */
export function latency(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < 1000) return `${plain(ms, ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
  const seconds = ms / 1000;
  return seconds < 120 ? `${plain(seconds, seconds < 10 ? 2 : 1)} s` : formatDuration(fromSeconds(Math.round(seconds)));
}

/** A share as a percentage: (1, 8) → "12.5 %"; of nothing → "–". */
export function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = (part / whole) * 100;
  return `${plain(percent, percent !== 0 && percent < 1 ? 2 : 1)} %`;
}

/**
 * A moment of the run as a clock shows it, to a tenth of a second: 62 → "1m02s", 2.745 → "2.7s", 3725 → "1h02m05s".
 * Go's duration syntax, so it can be pasted into a scenario.
 */
export function clock(seconds: number): string {
  const tenths = Math.round(fromSeconds(seconds) / (SECOND / 10));
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor((tenths % 36_000) / 600);
  const rest = tenths % 600;
  const decimal = rest % 10 === 0 ? "" : `.${rest % 10}`;
  const secondsText = String(Math.floor(rest / 10));
  if (hours === 0 && minutes === 0) return `${secondsText}${decimal}s`;
  const padded = `${secondsText.padStart(2, "0")}${decimal}s`;
  return hours === 0 ? `${minutes}m${padded}` : `${hours}h${String(minutes).padStart(2, "0")}m${padded}`;
}

/** A moment as a user types it, in Go's syntax: "1m02s" → 62; null when it is none, or before the start. */
export function momentSeconds(text: string): number | null {
  const parsed = parseDuration(text);
  return parsed.ok && parsed.us >= 0 ? parsed.us / SECOND : null;
}

/** A length of virtual time in Go's syntax without empty ends: 600 → "10m", 5400 → "1h30m", 90.5 → "1m30.5s". */
export function span(seconds: number): string {
  const us: Instant = fromSeconds(seconds);
  return formatDuration(us)
    .replace(/(?<=[hm])0s$/, "")
    .replace(/(?<=h)0m$/, "");
}

function group(digits: string): string {
  let text = "";
  for (let end = digits.length; end > 0; end -= 3) {
    const part = digits.slice(Math.max(0, end - 3), end);
    text = text === "" ? part : `${part},${text}`;
  }
  return text;
}

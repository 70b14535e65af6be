import { type Duration, type Instant, SECOND } from "../engine/time.js";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const YEAR_SECONDS = 365 * DAY_SECONDS;

/**
 * An age with one unit, as every `describe` shows it: `59s`, `59m`, `23h`, `364d`, `2y`. Cut, never rounded.
 *
 * @param ageUs below −1 s: `<invalid>`
 * @see kubernetes staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go (ShortHumanDuration)
 */
export function shortAge(ageUs: Duration): string {
  const seconds = Math.trunc(ageUs / SECOND);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < MINUTE_SECONDS) return `${seconds}s`;
  if (seconds < HOUR_SECONDS) return `${whole(seconds, MINUTE_SECONDS)}m`;
  if (seconds < DAY_SECONDS) return `${whole(seconds, HOUR_SECONDS)}h`;
  if (seconds < YEAR_SECONDS) return `${whole(seconds, DAY_SECONDS)}d`;
  return `${whole(seconds, YEAR_SECONDS)}y`;
}

/**
 * An age with two to three digits, as the AGE columns of lists show it: `119s`, `2m5s`, `179m`, `7h59m`, `47h`, `5d2h`.
 *
 * @param ageUs below −1 s: `<invalid>`
 * @see kubernetes staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go (HumanDuration)
 */
export function longAge(ageUs: Duration): string {
  const seconds = Math.trunc(ageUs / SECOND);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * MINUTE_SECONDS) return `${seconds}s`;
  const minutes = whole(seconds, MINUTE_SECONDS);
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = whole(seconds, HOUR_SECONDS);
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = whole(seconds, DAY_SECONDS);
  if (days < 8) return two(days, "d", hours % 24, "h");
  if (days < 2 * 365) return `${days}d`;
  const years = whole(seconds, YEAR_SECONDS);
  return years < 8 ? two(years, "y", days % 365, "d") : `${years}y`;
}

function whole(seconds: number, unit: number): number {
  return Math.floor(seconds / unit);
}

function two(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${restUnit}`;
}

/** How old something is: the API keeps times in whole seconds, the clock that is compared with them does not. */
export function ageSince(sinceUs: Instant, nowUs: Instant): Duration {
  return nowUs - Math.floor(sinceUs / SECOND) * SECOND;
}

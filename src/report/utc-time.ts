import { type Instant, SECOND } from "../engine/time.js";

/**
 * A moment of wall time in RFC 3339, UTC, with as many decimals as it needs: `2023-11-14T22:00:00Z`.
 *
 * Written out because a report has no clock or calendar of its own.
 *
 * @param us since 1970, not negative
 */
export function utcTime(us: Instant): string {
  const seconds = Math.floor(us / SECOND);
  const [year, month, day] = civilDate(Math.floor(seconds / 86_400));
  const [hour, minute, second] = [(seconds / 3_600) % 24, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const decimals = us % SECOND === 0 ? "" : `.${String(us % SECOND).padStart(6, "0")}`.replace(/0+$/, "");
  const date = [String(year).padStart(4, "0"), two(month), two(day)].join("-");
  return `${date}T${[hour, minute, second].map(two).join(":")}${decimals}Z`;
}

/** The inverse of counting days by years that begin in March, so that leap days come last; 400 years repeat. */
function civilDate(daysSince1970: number): [year: number, month: number, day: number] {
  const days = daysSince1970 + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days % 146_097;
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return [400 * era + yearOfEra + (month <= 2 ? 1 : 0), month, day];
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

import { fromSeconds, SECOND } from "../engine/time.js";

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Microseconds since 1970 of a time in RFC 3339, or of a number of seconds; null when the text is neither.
 *
 * Written out because the library has no clock or calendar of its own. A leap second counts as the second after it.
 */
export function parseInstant(text: string): number | null {
  if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return fromSeconds(Number(text));
  return parseRfc3339(text);
}

/** Microseconds since 1970 of a time in RFC 3339; null when the text is none. */
export function parseRfc3339(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 60) return null;
  const zone = match[8];
  const offsetMinutes = /^[Zz]$/.test(zone)
    ? 0
    : (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3_600 + (minute - offsetMinutes) * 60 + second;
  return seconds * SECOND + fromSeconds(Number(match[7] ?? 0));
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days of the proleptic Gregorian calendar from 1970-01-01; years count from March, so that leap days come last. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

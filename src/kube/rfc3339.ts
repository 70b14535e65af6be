const SECONDS_PER_DAY = 86_400;
const DAYS_PER_ERA = 146_097; // 400 Gregorian years
/** Days from 1 March of year 0 to 1 January 1970. */
const EPOCH_DAYS = 719_468;

/**
 * An instant as Kubernetes writes it: `2023-11-14T22:00:00Z`; decimals of a second only where there are some.
 *
 * @param unixSeconds seconds since 1970, may be fractional to the microsecond; from year 0 on
 * @see Hinnant, chrono-Compatible Low-Level Date Algorithms (civil_from_days)
 */
export function formatRfc3339(unixSeconds: number): string {
  const micros = Math.round((unixSeconds - Math.floor(unixSeconds)) * 1e6);
  const seconds = Math.floor(unixSeconds) + (micros === 1e6 ? 1 : 0);
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const ofDay = seconds - days * SECONDS_PER_DAY;
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Years begin in March here, so that the leap day comes last.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const time = [ofDay / 3600, (ofDay % 3600) / 60, ofDay % 60].map((part) => padded(Math.floor(part), 2)).join(":");
  const decimals = micros % 1e6 === 0 ? "" : `.${padded(micros, 6).replace(/0+$/, "")}`;
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${time}${decimals}Z`;
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

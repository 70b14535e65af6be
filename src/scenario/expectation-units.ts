import { fromMilliseconds, parseDuration, SECOND } from "../engine/time.js";
import type { Dimension } from "./metrics.js";

/** A number with its unit as written. */
export interface Quantity {
  readonly text: string;
  /** µs of a duration, else the number as written. */
  readonly value: number;
  /** "" = none. */
  readonly unit: "" | "duration" | "%" | "rps" | "/s" | "pods" | "vcpu" | "gib" | { readonly currency: string };
}

export const TIME_UNITS: readonly string[] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];

/** How values of a dimension are written, for messages. */
const WRITTEN: Readonly<Record<Dimension, { readonly noun: string; readonly example: string }>> = {
  time: { noun: "a time", example: "300ms or 300s" },
  count: { noun: "a plain number", example: "10" },
  pods: { noun: "a number of pods", example: "10" },
  fraction: { noun: "a fraction", example: "1% or 0.01" },
  rate: { noun: "a rate", example: "10rps" },
  seconds: { noun: "a number of seconds", example: "300s" },
  vcpu: { noun: "a number of vCPU", example: "2vcpu" },
  gib: { noun: "a number of GiB", example: "4gib" },
  currency: { noun: "a sum of money", example: "10EUR" },
};

/** A quantity in the base unit of what it is compared with; null when its unit is of another dimension. */
export function inBaseUnit({ value, unit }: Quantity, dimension: Dimension): number | null {
  if (unit === "") return dimension === "time" ? fromMilliseconds(value) : value;
  switch (dimension) {
    case "time":
      return unit === "duration" ? value : null;
    case "seconds":
      return unit === "duration" ? value / SECOND : null;
    case "fraction":
      return unit === "%" ? value / 100 : null;
    case "rate":
      return unit === "rps" || unit === "/s" ? value : null;
    case "currency":
      return typeof unit === "object" ? value : null;
    case "count":
      return null;
    default:
      return unit === dimension ? value : null;
  }
}

/** Why a quantity cannot be compared with `what`. */
export function wrongUnit(quantity: Quantity, what: string, dimension: Dimension): string {
  const { noun, example } = WRITTEN[dimension];
  return `"${quantity.text}" has the wrong unit: ${what} is compared with ${noun}, such as ${example}`;
}

/** Why a bare number cannot stand where a time is needed. */
export function needsUnit(text: string): string {
  return `"${text}" needs a unit here: pods are compared with a plain number, time with ${text}ms or ${text}s`;
}

/** µs of a number and a unit written apart (`300 ms`). */
export function spacedDuration(number: string, unit: string): number {
  const parsed = parseDuration(number.replaceAll("_", "") + unit);
  return parsed.ok ? parsed.us : 0;
}

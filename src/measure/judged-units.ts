import { formatDuration, MILLISECOND, roundHalfAway } from "../engine/time.js";
import type { Dimension } from "../scenario/metrics.js";
import { sixDecimals } from "./rounding.js";

/** How values of a dimension are shown; a value in base units comes in. */
interface Unit {
  /** As in `Judged.unit`. */
  readonly name: string;
  /** One of this unit in base units. */
  readonly size: number;
  readonly show: (value: number) => string;
}

const plain = (suffix: string) => (value: number) => `${sixDecimals(value)}${suffix}`;

const UNITS: Readonly<Record<Dimension, Unit>> = {
  time: { name: "ms", size: MILLISECOND, show: (us) => formatDuration(roundHalfAway(us)) },
  count: { name: "", size: 1, show: plain("") },
  pods: { name: "pods", size: 1, show: (pods) => `${sixDecimals(pods)} ${pods === 1 ? "pod" : "pods"}` },
  fraction: { name: "", size: 1, show: (fraction) => `${sixDecimals(fraction * 100)}%` },
  rate: { name: "/s", size: 1, show: plain("/s") },
  seconds: { name: "s", size: 1, show: plain("s") },
  vcpu: { name: "vcpu", size: 1, show: plain(" vcpu") },
  gib: { name: "gib", size: 1, show: plain(" gib") },
  currency: { name: "", size: 1, show: plain("") },
};

/** The unit of `Judged.value` and `Judged.limit`. */
export function unitName(dimension: Dimension): string {
  return UNITS[dimension].name;
}

/** A value in the unit of `unitName`; null stays null. */
export function inUnit(value: number | null, dimension: Dimension): number | null {
  return value === null ? null : sixDecimals(value / UNITS[dimension].size);
}

/** A value from the unit of `unitName` in base units. */
export function fromUnit(value: number, dimension: Dimension): number {
  return value * UNITS[dimension].size;
}

/**
 * A value as people read it: four significant digits, unless that would put it on the other side of its limit.
 *
 * @param isSame whether the judgement of a rounded value is that of the exact one
 */
export function shown(value: number, dimension: Dimension, isSame: (rounded: number) => boolean): string {
  const rounded = Number.isInteger(value) && dimension !== "time" ? value : Number(value.toPrecision(4));
  return UNITS[dimension].show(isSame(rounded) ? rounded : value);
}

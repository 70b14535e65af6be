import { clock, plain, span } from "./number-words.js";

/**
 * Domains and ticks worked out here with exact arithmetic and labelled here: chart libraries take logarithms and powers
 * for theirs, which differ in the last bit between JavaScript engines.
 */
export interface Axis {
  readonly scale: "linear" | "log";
  readonly domain: readonly [number, number];
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** What a time axis says; absent: that it is the virtual time of a run. */
  readonly title?: string;
}

const TIME_STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800,
  604_800,
];
const MOST_TIME_TICKS = 10;

/** Virtual time from 0 to the end of the run, labelled as durations: 0s, 1m, 1m30s. */
export function timeAxis(endSeconds: number): Axis {
  const end = endSeconds > 0 ? endSeconds : 1;
  const step = TIME_STEPS.find((length) => end / length <= MOST_TIME_TICKS) ?? 604_800 * Math.ceil(end / 6_048_000);
  return {
    scale: "linear",
    domain: [0, end],
    ticks: multiples(step, end, (value) => (value === 0 ? "0s" : timeLabel(value))),
  };
}

function timeLabel(seconds: number): string {
  return Number.isInteger(seconds) ? span(seconds) : clock(seconds);
}

/** Powers of ten as literals: exact in every engine. */
const DECADES = [1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];
const NICE = DECADES.flatMap((decade) => [decade, 2 * decade, 5 * decade]);
const MOST_TICKS = 6;

/** Room above the largest value, so that a line along it is not cut in half. */
const HEADROOM = 1.06;

/** From 0 to a little above `max`; whole steps for counts. */
export function countAxis(max: number, options: { readonly whole: boolean; readonly unit?: string }): Axis {
  const { whole, unit = "" } = options;
  const step = NICE.find((length) => (!whole || length >= 1) && max / length <= MOST_TICKS) ?? max;
  const top = Math.max(max, step) * HEADROOM;
  return { scale: "linear", domain: [0, top], ticks: multiples(step, top, (value) => plain(value, 3) + unit) };
}

/** Beyond this ratio between the largest and the smallest value a linear axis hides the small ones. */
const LARGEST_LINEAR_RATIO = 20;

/** Times in ms; logarithmic where the range asks for it. Empty range: 0 to 1 ms. */
export function latencyAxis(min: number, max: number): Axis {
  if (!(max > 0) || min > max) return { ...countAxis(1, { whole: false }), ticks: [0, 1].map(latencyTick) };
  if (min <= 0 || max / min <= LARGEST_LINEAR_RATIO) {
    const { domain, ticks } = countAxis(max, { whole: false });
    return { scale: "linear", domain, ticks: ticks.map(({ value }) => latencyTick(value)) };
  }
  const low = NICE.findLast((value) => value <= min) ?? NICE[0];
  const high = NICE.find((value) => value >= max) ?? NICE[NICE.length - 1];
  const inside = NICE.filter((value) => value >= low && value <= high);
  const values = inside.length <= 9 ? inside : inside.filter((value) => DECADES.includes(value));
  return { scale: "log", domain: [low, high], ticks: values.map(latencyTick) };
}

function latencyTick(ms: number): { readonly value: number; readonly label: string } {
  if (ms === 0) return { value: 0, label: "0 ms" };
  if (ms < 1) return { value: ms, label: `${plain(ms * 1000)} µs` };
  return { value: ms, label: ms < 1000 ? `${plain(ms)} ms` : `${plain(ms / 1000)} s` };
}

function multiples(step: number, end: number, label: (value: number) => string): Axis["ticks"] {
  // The next multiple is off by half a bit at most; the margin keeps an end that is one.
  const count = Math.floor(end / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => {
    const value = step < 1 ? i / Math.round(1 / step) : i * step;
    return { value, label: label(value) };
  });
}

import { sineOfTurns } from "../engine/numeric.js";
import { type Duration, SECOND } from "../engine/time.js";
import type { RateProfile } from "./profile.js";

/**
 * The integral Λ of a rate over time and its inverse, by which arrivals of any profile are made from those of rate 1
 * (time change of a Poisson process: Çinlar 1975, "Introduction to Stochastic Processes", §4.7).
 */
export interface CumulativeRate {
  /** Λ: requests expected in the first `us` microseconds, ≥ 0; need not be a whole number. */
  countUntil(us: Duration): number;
  /**
   * Λ⁻¹: the last moment by which no more than `count` ≥ 0 requests are expected, so that nothing arrives while the
   * rate is 0.
   *
   * @returns microseconds, not rounded; Infinity when there will never be more
   */
  timeOf(count: number): number;
}

/** @param profile rates ≥ 0 (the wave of a sine may dip below), steps in ascending order, a sine's amplitude ≥ 0 */
export function cumulativeRate(profile: RateProfile): CumulativeRate {
  switch (profile.kind) {
    case "constant":
      return new ConstantRate(profile.ratePerSecond);
    case "ramp":
      return new Ramp(profile.from, profile.to, profile.overUs);
    case "steps":
      return new Steps(profile.steps);
    case "sine":
      return profile.amplitude === 0
        ? new ConstantRate(profile.mean)
        : new Sine(profile.mean, profile.amplitude, profile.periodUs);
  }
}

class ConstantRate implements CumulativeRate {
  constructor(private readonly ratePerSecond: number) {}

  countUntil(us: Duration): number {
    return (this.ratePerSecond * us) / SECOND;
  }

  timeOf(count: number): number {
    return this.ratePerSecond > 0 ? (count * SECOND) / this.ratePerSecond : Number.POSITIVE_INFINITY;
  }
}

/** Straight from one rate to another, then the latter. */
class Ramp implements CumulativeRate {
  private readonly overSeconds: number;
  /** Requests per second², 0 when the ramp takes no time. */
  private readonly slope: number;
  private readonly countOnRamp: number;

  constructor(
    private readonly from: number,
    private readonly to: number,
    overUs: Duration,
  ) {
    this.overSeconds = overUs / SECOND;
    this.slope = overUs > 0 ? (to - from) / this.overSeconds : 0;
    this.countOnRamp = overUs > 0 ? ((from + to) / 2) * this.overSeconds : 0;
  }

  countUntil(us: Duration): number {
    const seconds = us / SECOND;
    return seconds < this.overSeconds
      ? seconds * (this.from + (this.slope * seconds) / 2)
      : this.countOnRamp + (seconds - this.overSeconds) * this.to;
  }

  timeOf(count: number): number {
    if (count >= this.countOnRamp) {
      if (this.to === 0) return Number.POSITIVE_INFINITY;
      return (this.overSeconds + (count - this.countOnRamp) / this.to) * SECOND;
    }
    if (count === 0) return 0;
    // The root of slope/2 · t² + from · t = count in the form without cancellation.
    const rate = Math.sqrt(Math.max(0, this.from * this.from + 2 * this.slope * count));
    return ((2 * count) / (this.from + rate)) * SECOND;
  }
}

/** A rate that holds until the next one; 0 before the first. */
class Steps implements CumulativeRate {
  private readonly startUs: Float64Array;
  private readonly rate: Float64Array;
  /** Λ at each start. */
  private readonly countAtStart: Float64Array;

  constructor(steps: readonly (readonly [us: Duration, ratePerSecond: number])[]) {
    const all = steps.length > 0 && steps[0][0] <= 0 ? steps : [[0, 0] as const, ...steps];
    this.startUs = Float64Array.from(all, ([us]) => us);
    this.rate = Float64Array.from(all, ([, ratePerSecond]) => ratePerSecond);
    this.countAtStart = new Float64Array(all.length);
    for (let i = 1; i < all.length; i++) {
      const length = this.startUs[i] - this.startUs[i - 1];
      this.countAtStart[i] = this.countAtStart[i - 1] + (this.rate[i - 1] * length) / SECOND;
    }
  }

  countUntil(us: Duration): number {
    const step = lastNotAbove(this.startUs, us);
    return this.countAtStart[step] + (this.rate[step] * (us - this.startUs[step])) / SECOND;
  }

  timeOf(count: number): number {
    // The last step with this count: it is the one after any steps of rate 0.
    const step = lastNotAbove(this.countAtStart, count);
    if (this.rate[step] === 0) return Number.POSITIVE_INFINITY;
    const us = this.startUs[step] + ((count - this.countAtStart[step]) * SECOND) / this.rate[step];
    return step + 1 < this.startUs.length ? Math.min(us, this.startUs[step + 1]) : us;
  }
}

/** Index of the last of the ascending values that is not above x; 0 when all are. */
function lastNotAbove(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] <= x) low = middle;
    else high = middle;
  }
  return low;
}

const MARKS = 256;

/**
 * mean + amplitude · sin(2π t / period), with negative values as 0; starts at its mean, rising.
 *
 * Within a period the phase runs from 0 to 1. When the amplitude exceeds the mean the rate is 0 from `dryFrom` to
 * `dryUntil`.
 */
class Sine implements CumulativeRate {
  private readonly periodSeconds: number;
  private readonly dryFrom: number;
  private readonly dryUntil: number;
  /** Requests the plain wave would take back while it is negative. */
  private readonly negative: number;
  private readonly countPerPeriod: number;
  /** Λ at each 256th of a period. */
  private readonly marks: Float64Array;

  constructor(
    private readonly mean: number,
    private readonly amplitude: number,
    private readonly periodUs: Duration,
  ) {
    this.periodSeconds = periodUs / SECOND;
    const crossing = amplitude > mean ? phaseOfSine(mean / amplitude) : 0.25;
    this.dryFrom = 0.5 + crossing;
    this.dryUntil = 1 - crossing;
    this.negative = this.wave(this.dryFrom) - this.wave(this.dryUntil);
    this.countPerPeriod = this.wave(1) + this.negative;
    this.marks = Float64Array.from({ length: MARKS + 1 }, (_, i) => this.countUntilPhase(i / MARKS));
  }

  countUntil(us: Duration): number {
    const periods = Math.floor(us / this.periodUs);
    return periods * this.countPerPeriod + this.countUntilPhase(us / this.periodUs - periods);
  }

  timeOf(count: number): number {
    let periods = Math.floor(count / this.countPerPeriod);
    let rest = count - periods * this.countPerPeriod;
    if (rest >= this.countPerPeriod) {
      // The quotient was rounded down from the next whole number.
      periods++;
      rest = 0;
    }
    return (periods + this.phaseOf(Math.max(0, rest))) * this.periodUs;
  }

  /** Newton's method on Λ, kept inside a bracket from the table by halving; a step left over is far below 1 µs. */
  private phaseOf(count: number): number {
    const mark = Math.min(lastNotAbove(this.marks, count), MARKS - 1);
    let low = mark / MARKS;
    let high = (mark + 1) / MARKS;
    let phase = low + (high - low) * ((count - this.marks[mark]) / (this.marks[mark + 1] - this.marks[mark]));
    for (;;) {
      const excess = this.countUntilPhase(phase) - count;
      if (excess > 0) high = phase;
      else low = phase;
      const rate = this.periodSeconds * (this.mean + this.amplitude * sineOfTurns(phase));
      if (excess === 0 && rate > 0) return phase;
      let next = phase - excess / rate;
      if (!(next > low && next < high)) next = (low + high) / 2;
      if (Math.abs(next - phase) <= 1e-12) return next;
      phase = next;
    }
  }

  private countUntilPhase(phase: number): number {
    if (phase <= this.dryFrom) return this.wave(phase);
    if (phase < this.dryUntil) return this.wave(this.dryFrom);
    return this.wave(phase) + this.negative;
  }

  /** The integral of the plain wave; 1 − cos 2πx = 2 sin² πx keeps small counts exact. */
  private wave(phase: number): number {
    const half = sineOfTurns(phase / 2);
    return this.periodSeconds * (this.mean * phase + (this.amplitude / Math.PI) * half * half);
  }
}

/** The phase in [0, 1/4] whose sine is `value`, 0 ≤ value ≤ 1, by bisection; needed once per profile. */
function phaseOfSine(value: number): number {
  let low = 0;
  let high = 0.25;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (sineOfTurns(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

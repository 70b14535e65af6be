import type { Sampler } from "./distribution.js";
import { GammaQuantile } from "./gamma-quantile.js";
import { normalQuantile } from "./normal-quantile.js";
import { exp, log } from "./numeric.js";

/**
 * One small class per distribution, so that the sampler of a hot call site is a single one; all invert the distribution
 * function in closed form unless they say otherwise. Every value is cut to [lowUs, highUs] and rounded once.
 */

/** 2^52 µs, 143 years: sums of a few durations stay exact integers. */
export const LARGEST_SAMPLE_US = 4_503_599_627_370_496;

/** Not Math.round: compiled, it branches on the fraction, which is a coin toss here and cost 8 ns. */
function whole(us: number, lowUs: number, highUs: number): number {
  return us < lowUs ? lowUs : us > highUs ? highUs : Math.floor(us + 0.5);
}

export class ConstantSampler implements Sampler {
  readonly varies = false;

  constructor(private readonly us: number) {}

  sample(): number {
    return this.us;
  }
}

export class ExponentialSampler implements Sampler {
  readonly varies = true;

  constructor(
    private readonly meanUs: number,
    private readonly lowUs: number,
    private readonly highUs: number,
  ) {}

  sample(uniform: number): number {
    return whole(-log(1 - uniform) * this.meanUs, this.lowUs, this.highUs);
  }
}

export class LognormalSampler implements Sampler {
  readonly varies = true;
  private readonly logMedian: number;

  /** @param sigma standard deviation of the logarithm, > 0 */
  constructor(
    medianUs: number,
    private readonly sigma: number,
    private readonly lowUs: number,
    private readonly highUs: number,
  ) {
    this.logMedian = log(medianUs);
  }

  sample(uniform: number): number {
    return whole(exp(this.logMedian + this.sigma * normalQuantile(uniform)), this.lowUs, this.highUs);
  }
}

/** Shape 1/cv², scale mean·cv²; inverted through a table of exact quantiles. */
export class GammaSampler implements Sampler {
  readonly varies = true;
  private readonly quantile: GammaQuantile;
  private readonly scaleUs: number;

  constructor(
    meanUs: number,
    cv: number,
    private readonly lowUs: number,
    private readonly highUs: number,
  ) {
    this.quantile = new GammaQuantile(1 / (cv * cv));
    this.scaleUs = meanUs * cv * cv;
  }

  sample(uniform: number): number {
    return whole(this.scaleUs * this.quantile.at(normalQuantile(uniform)), this.lowUs, this.highUs);
  }
}

export class UniformSampler implements Sampler {
  readonly varies = true;

  constructor(
    private readonly smallestUs: number,
    private readonly largestUs: number,
    private readonly lowUs: number,
    private readonly highUs: number,
  ) {}

  sample(uniform: number): number {
    return whole(this.smallestUs + (this.largestUs - this.smallestUs) * uniform, this.lowUs, this.highUs);
  }
}

/** Negative values count as 0, so the mean lies above the nominal one when sd is large. */
export class NormalSampler implements Sampler {
  readonly varies = true;

  constructor(
    private readonly meanUs: number,
    private readonly sdUs: number,
    private readonly lowUs: number,
    private readonly highUs: number,
  ) {}

  sample(uniform: number): number {
    return whole(this.meanUs + this.sdUs * normalQuantile(uniform), this.lowUs, this.highUs);
  }
}

/** What distributions with a scale and a shape have in common. */
abstract class ScaleAndShape {
  readonly varies = true;

  constructor(
    protected readonly scaleUs: number,
    protected readonly shape: number,
    protected readonly lowUs: number,
    protected readonly highUs: number,
  ) {}
}

export class ParetoSampler extends ScaleAndShape implements Sampler {
  sample(uniform: number): number {
    return whole(this.scaleUs * exp(-log(1 - uniform) / this.shape), this.lowUs, this.highUs);
  }
}

export class WeibullSampler extends ScaleAndShape implements Sampler {
  sample(uniform: number): number {
    return whole(this.scaleUs * exp(log(-log(1 - uniform)) / this.shape), this.lowUs, this.highUs);
  }
}

/** Each value as likely as the others: the inverse of the empirical distribution function (Hyndman & Fan 1996, type 1). */
export class EmpiricalSampler implements Sampler {
  readonly varies = true;
  /** Ascending, so that a larger uniform asks for a larger value. */
  private readonly values: Float64Array;

  constructor(valuesUs: readonly number[], lowUs: number, highUs: number) {
    this.values = Float64Array.from(valuesUs, (us) => whole(us, lowUs, highUs)).sort();
  }

  sample(uniform: number): number {
    return this.values[Math.floor(uniform * this.values.length)];
  }
}

/** Linear between the given percentiles. */
export class PercentilesSampler implements Sampler {
  readonly varies = true;
  private readonly percents: Float64Array;
  private readonly values: Float64Array;

  constructor(
    points: readonly (readonly [percent: number, us: number])[],
    private readonly lowUs: number,
    private readonly highUs: number,
  ) {
    this.percents = Float64Array.from(points, ([percent]) => percent);
    this.values = Float64Array.from(points, ([, us]) => us);
  }

  sample(uniform: number): number {
    const { percents, values } = this;
    const percent = uniform * 100;
    // The last point at or below; the one at 100 is never reached.
    let left = 0;
    let right = percents.length - 1;
    while (right - left > 1) {
      const middle = (left + right) >> 1;
      if (percents[middle] <= percent) left = middle;
      else right = middle;
    }
    const within = (percent - percents[left]) / (percents[right] - percents[left]);
    return whole(values[left] + within * (values[right] - values[left]), this.lowUs, this.highUs);
  }
}

/** The values in turn, cyclically, by the number of the request or pod; not random. */
export class SequenceSampler implements Sampler {
  readonly varies = true;
  private readonly values: Float64Array;

  constructor(valuesUs: readonly number[], lowUs: number, highUs: number) {
    this.values = Float64Array.from(valuesUs, (us) => whole(us, lowUs, highUs));
  }

  sample(_uniform: number, index: number): number {
    return this.values[index % this.values.length];
  }
}

import { type Duration, type Instant, SECOND } from "../../engine/time.js";

/** Knative's decision period, and with it the granularity of the scale-down delay. */
const DECISION_PERIOD: Duration = 2 * SECOND;

/**
 * The largest value of the last while: a scale-down takes effect only once no larger wish is left in the window.
 *
 * Time is counted in slots aligned to wall time, and the length is rounded up to whole slots: a delay of 5 s acts like 6 s.
 *
 * @see knative/serving pkg/autoscaler/aggregation/max (sliding maximum: a value is forgotten when a later one is as large)
 */
export class MaxWindow {
  private readonly slots: number;
  /** Descending values and their ascending slots; the first is the maximum. */
  private readonly values: number[] = [];
  private readonly slotsOfValues: number[] = [];

  /** @param durationUs > 0 */
  constructor(
    durationUs: Duration,
    private readonly granularityUs: Duration = DECISION_PERIOD,
  ) {
    this.slots = Math.ceil(durationUs / granularityUs);
  }

  /**
   * Adds a value and asks for the maximum.
   *
   * @param atUs in the slot of the record before, or a later one
   */
  record(atUs: Instant, value: number): number {
    const { values, slotsOfValues } = this;
    const slot = Math.floor(atUs / this.granularityUs);
    while (values.length > 0 && values[values.length - 1] <= value) {
      values.pop();
      slotsOfValues.pop();
    }
    // A larger value in the same slot outlives this one in every respect.
    if (slotsOfValues.length === 0 || slotsOfValues[slotsOfValues.length - 1] !== slot) {
      values.push(value);
      slotsOfValues.push(slot);
    }
    while (slot - slotsOfValues[0] >= this.slots) {
      values.shift();
      slotsOfValues.shift();
    }
    return values[0];
  }
}

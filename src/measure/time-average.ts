import { InvariantError } from "../engine/invariant.js";
import { type Duration, type Instant, WIDE } from "../engine/time.js";

/** How much of something there is as time passes; made by the `StepFunctions` that it belongs to. */
export class StepFunction {
  value = 0;
  /** When it last stepped (or was cut by the window's ends); 0 when never. */
  since: Instant = WIDE;
  area = WIDE;
  max = 0;
  /** Area at the opening of the window. */
  opened = WIDE;
  windowArea = WIDE;
  windowMax = 0;

  constructor() {
    this.since = this.area = this.opened = this.windowArea = 0;
  }

  /**
   * Steps by `by` at `t`.
   *
   * @throws InvariantError when `t` lies before the function's last step, or when fewer than none would be left
   */
  change(t: Instant, by: number): void {
    const { value, since } = this;
    if (t > since) {
      this.area += value * (t - since);
      if (value > this.max) this.max = value;
      this.since = t;
    } else if (t < since) {
      refuseStep({ t, since, value, by });
    }
    const next = value + by;
    if (next < 0) refuseStep({ t, since, value, by });
    this.value = next;
  }

  /** Integral over [0, t), t not before the last step. */
  areaUntil(t: Instant): number {
    return this.area + this.value * (t - this.since);
  }
}

/**
 * Step functions of virtual time (requests in flight, pods ready, …) with their integrals in whole µs · count.
 *
 * All are 0 until changed. Integrals are exact below 2^53 whatever the order of summation. One window [W, D) is common to
 * all; its maximum is over values that lasted: one that came and went within an instant does not count.
 */
export class StepFunctions {
  private readonly all: StepFunction[] = [];
  private phase: "before" | "within" | "after" = "before";

  /** A new function, 0 so far. */
  create(): StepFunction {
    const created = new StepFunction();
    this.all.push(created);
    return created;
  }

  /** Begins the window at `t`: what is integrated from here on counts. */
  openWindow(t: Instant): void {
    this.phase = "within";
    for (const step of this.all) {
      step.change(t, 0);
      step.opened = step.area;
      step.max = 0;
    }
  }

  /** Ends the window at `t`: its integrals and maxima stay as they are now. */
  closeWindow(t: Instant): void {
    for (const step of this.all) {
      step.change(t, 0);
      step.windowArea = this.windowArea(step, t);
      step.windowMax = this.windowMax(step, t);
    }
    this.phase = "after";
  }

  /** Integral over the part of the window before `t`; 0 before the window. */
  windowArea(step: StepFunction, t: Instant): number {
    if (this.phase === "after") return step.windowArea;
    return this.phase === "within" ? step.areaUntil(t) - step.opened : 0;
  }

  /** Integral from the window's opening up to `t`, beyond its end if need be. */
  areaSinceOpening(step: StepFunction, t: Instant): number {
    return this.phase === "before" ? 0 : step.areaUntil(t) - step.opened;
  }

  /** The largest value that lasted in the part of the window before `t`; 0 before the window. */
  windowMax(step: StepFunction, t: Instant): number {
    if (this.phase === "after") return step.windowMax;
    if (this.phase === "before") return 0;
    return Math.max(step.max, t > step.since ? step.value : 0);
  }
}

/** Apart from the step itself, which is on the path of every request. */
function refuseStep(details: { t: Instant; since: Instant; value: number; by: number }): never {
  const isLate = details.t < details.since;
  throw new InvariantError(isLate ? "a count changed in the past" : "a count fell below zero", details);
}

/** Time average: an integral in µs · count over a span; null when the span is empty. */
export function timeAverage(area: number, span: Duration): number | null {
  return span > 0 ? area / span : null;
}

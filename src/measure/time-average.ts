import { InvariantError } from "../engine/invariant.js";
import type { Duration, Instant } from "../engine/time.js";

/** Names one step function of a `StepFunctions`. */
export type StepFunctionId = number;

const VALUE = 0;
const SINCE = 1;
const AREA = 2;
const MAX = 3;
/** Area at the opening of the window. */
const OPENED = 4;
const WINDOW_AREA = 5;
const WINDOW_MAX = 6;
const STRIDE = 8;

/**
 * Step functions of virtual time (requests in flight, pods ready, …) with their integrals in whole µs · count.
 *
 * All are 0 until changed. Integrals are exact below 2^53 whatever the order of summation. One window [W, D) is common to
 * all; its maximum is over values that lasted: one that came and went within an instant does not count.
 */
export class StepFunctions {
  /** One typed array for all: numbers that change keep out of the heap, 64 bytes each. */
  private state = new Float64Array(STRIDE * 64);
  private size = 0;
  private phase: "before" | "within" | "after" = "before";

  /** A new function, 0 so far. */
  create(): StepFunctionId {
    const id = this.size;
    this.size += STRIDE;
    if (this.size > this.state.length) {
      const grown = new Float64Array(this.state.length * 2);
      grown.set(this.state);
      this.state = grown;
    }
    return id;
  }

  /**
   * Steps by `by` at `t`.
   *
   * @throws InvariantError when `t` lies before the function's last step, or when fewer than none would be left
   */
  change(id: StepFunctionId, t: Instant, by: number): void {
    const { state } = this;
    const value = state[id];
    const since = state[id + SINCE];
    if (t > since) {
      state[id + AREA] += value * (t - since);
      if (value > state[id + MAX]) state[id + MAX] = value;
      state[id + SINCE] = t;
    } else if (t < since) {
      refuseStep({ t, since, value, by });
    }
    const next = value + by;
    if (next < 0) refuseStep({ t, since, value, by });
    state[id] = next;
  }

  /** The same step of three functions: a request is counted for its revision, its service and the whole. */
  changeEach(a: StepFunctionId, b: StepFunctionId, c: StepFunctionId, t: Instant, by: number): void {
    this.change(a, t, by);
    this.change(b, t, by);
    this.change(c, t, by);
  }

  valueOf(id: StepFunctionId): number {
    return this.state[id + VALUE];
  }

  /** When it last stepped (or was cut by the window's ends); 0 when never. */
  changedAt(id: StepFunctionId): Instant {
    return this.state[id + SINCE];
  }

  /** Integral over [0, t), t not before the last step. */
  areaUntil(id: StepFunctionId, t: Instant): number {
    return this.state[id + AREA] + this.state[id + VALUE] * (t - this.state[id + SINCE]);
  }

  /** Begins the window at `t`: what is integrated from here on counts. */
  openWindow(t: Instant): void {
    this.phase = "within";
    for (let id = 0; id < this.size; id += STRIDE) {
      this.change(id, t, 0);
      this.state[id + OPENED] = this.state[id + AREA];
      this.state[id + MAX] = 0;
    }
  }

  /** Ends the window at `t`: its integrals and maxima stay as they are now. */
  closeWindow(t: Instant): void {
    for (let id = 0; id < this.size; id += STRIDE) {
      this.change(id, t, 0);
      this.state[id + WINDOW_AREA] = this.windowArea(id, t);
      this.state[id + WINDOW_MAX] = this.windowMax(id, t);
    }
    this.phase = "after";
  }

  /** Integral over the part of the window before `t`; 0 before the window. */
  windowArea(id: StepFunctionId, t: Instant): number {
    if (this.phase === "after") return this.state[id + WINDOW_AREA];
    return this.phase === "within" ? this.areaUntil(id, t) - this.state[id + OPENED] : 0;
  }

  /** Integral from the window's opening up to `t`, beyond its end if need be. */
  areaSinceOpening(id: StepFunctionId, t: Instant): number {
    return this.phase === "before" ? 0 : this.areaUntil(id, t) - this.state[id + OPENED];
  }

  /** The largest value that lasted in the part of the window before `t`; 0 before the window. */
  windowMax(id: StepFunctionId, t: Instant): number {
    if (this.phase === "after") return this.state[id + WINDOW_MAX];
    if (this.phase === "before") return 0;
    const { state } = this;
    const lasts = t > state[id + SINCE] ? state[id + VALUE] : 0;
    return Math.max(state[id + MAX], lasts);
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

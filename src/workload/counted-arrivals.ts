import type { RandomStream } from "../engine/random.js";
import { type Instant, MINUTE, NEVER } from "../engine/time.js";
import type { ActiveWindow } from "./arrivals.js";
import { OpenArrivals } from "./open-arrivals.js";
import type { ArrivalPlan } from "./source.js";

/**
 * As many arrivals in each minute as were recorded (contract details A17).
 *
 * `uniform` places them independently in their minute, which is a Poisson process given its counts; one draw each, in
 * the order of minutes, whatever the window. `even` places arrival k of n at k/n of the minute.
 */
export class CountedArrivals extends OpenArrivals {
  private readonly countsPerMinute: Uint32Array;
  private readonly isUniform: boolean;
  private readonly fromUs: Instant;
  private minute = -1;
  /** Arrivals of the current minute, in order of time. */
  private times = new Float64Array(0);
  private position = 0;

  constructor(
    plan: ArrivalPlan & { readonly kind: "counts" },
    window: ActiveWindow,
    private readonly stream: RandomStream,
  ) {
    super(window);
    this.countsPerMinute = plan.countsPerMinute;
    this.isUniform = plan.placement === "uniform";
    this.fromUs = window.fromUs;
    this.setNext(this.following());
  }

  protected following(): Instant {
    while (this.position >= this.times.length) {
      if (++this.minute >= this.countsPerMinute.length) return NEVER;
      this.times = this.place(this.countsPerMinute[this.minute]);
      this.position = 0;
    }
    return this.times[this.position++];
  }

  private place(count: number): Float64Array<ArrayBuffer> {
    const start = this.fromUs + this.minute * MINUTE;
    const times = new Float64Array(count);
    for (let k = 0; k < count; k++)
      times[k] = start + Math.floor(this.isUniform ? this.stream.uniform() * MINUTE : (k * MINUTE) / count + 0.5);
    return this.isUniform ? times.sort() : times;
  }
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Request } from "../../src/model/request.js";
import { RequestPool } from "../../src/model/request-pool.js";
import { RequestTimers } from "../../src/model/request-timers.js";

interface Running {
  readonly request: Request;
  readonly at: number;
}

/** Requests with a timer of 100 µs that come and go, and the same kept as a plain list. */
class Trial {
  readonly pool = new RequestPool();
  readonly timers = new RequestTimers(this.pool);
  readonly running: Running[] = [];
  private arrivals = 0;

  arrive(now: number): void {
    const request = this.pool.take();
    request.request = this.arrivals++;
    this.timers.start(request, now + 100);
    this.running.push({ request, at: now + 100 });
  }

  end(index: number): void {
    for (const { request } of this.running.splice(index, 1)) this.pool.release(request);
  }

  expectFirst(): void {
    const expected = this.running[0];
    expect(this.timers.first).toBe(expected?.request ?? null);
    if (expected !== undefined) expect(this.timers.firstAt).toBe(expected.at);
  }
}

describe("running timers of one length", () => {
  it("end in the order in which they were started, those of requests that are over not at all", () => {
    const step = fc.oneof({ weight: 2, arbitrary: fc.constant("arrives" as const) }, fc.record({ ends: fc.nat() }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1000, size: "max" }), (steps) => {
        const trial = new Trial();
        for (const [now, what] of steps.entries()) {
          if (what === "arrives") trial.arrive(now);
          else if (trial.running.length > 0) trial.end(what.ends % trial.running.length);
          trial.expectFirst();
        }
        while (trial.running.length > 0) {
          trial.end(0);
          trial.expectFirst();
        }
      }),
    );
  });

  it("take no more room however many requests there were before", () => {
    const trial = new Trial();
    for (let now = 0; now < 100_000; now++) {
      trial.arrive(now);
      if (trial.running.length > 10) trial.end(now % 10);
    }
    trial.expectFirst();
    expect(trial.timers.room).toBeLessThanOrEqual(8 * 64);
  });
});

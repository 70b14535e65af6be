import { describe, expect, it } from "vitest";
import { NEVER, SECOND } from "../../src/engine/time.js";
import { HeyWorkers } from "../../src/lab/hey-workers.js";

const UNPACED = { startUs: 0, workers: 1, requestsEach: 2, untilUs: NEVER, tickUs: 0 };

describe("hey's workers", () => {
  it("send the next request after the answer", () => {
    const workers = new HeyWorkers(UNPACED);
    expect([workers.nextAt, workers.take(), workers.nextAt]).toEqual([0, 0, NEVER]);
    workers.requestEnded(0, 0, 700);
    expect(workers.nextAt).toBe(700);
    workers.take();
    expect(workers.isDone).toBe(false);
    workers.requestEnded(0, 700, 900);
    expect(workers.isDone).toBe(true);
  });

  it("start nothing after the duration, and wait for what they started", () => {
    const workers = new HeyWorkers({ ...UNPACED, requestsEach: NEVER, untilUs: 1000 });
    workers.take();
    workers.requestEnded(0, 0, 1000);
    expect([workers.nextAt, workers.isDone]).toEqual([NEVER, true]);
  });

  it("wait for ticks with -q, keep one that passed meanwhile, and no second", () => {
    // Ticks at 1 s, 2 s, 3 s, …
    const workers = new HeyWorkers({ ...UNPACED, requestsEach: NEVER, tickUs: SECOND });
    expect(workers.nextAt).toBe(SECOND);
    workers.take();
    // The answer comes at 3.5 s: the tick of 3 s (that of 2 s is lost) is used at once, the next is at 4 s.
    workers.requestEnded(0, SECOND, 3.5 * SECOND);
    expect(workers.nextAt).toBe(3.5 * SECOND);
    workers.take();
    workers.requestEnded(0, 3.5 * SECOND, 3.6 * SECOND);
    expect(workers.nextAt).toBe(4 * SECOND);
  });
});

import { describe, expect, it } from "vitest";
import { QueueProxy } from "../../src/model/queue-proxy.js";

const proxy = (containerConcurrency: number) => new QueueProxy({ containerConcurrency, queueDepth: 10, cpus: null });

describe("a queue-proxy", () => {
  it("lets no more requests into the container than its limit", () => {
    const limited = proxy(2);
    limited.enterContainer();
    limited.enterContainer();
    limited.leaveContainer();
    limited.enterContainer();
    expect(() => limited.enterContainer()).toThrow("a container takes too many");
  });

  it("lets none out that is not in", () => {
    expect(() => proxy(1).leaveContainer()).toThrow("where none was");
  });

  it("has no limit with a container concurrency of 0", () => {
    const unlimited = proxy(0);
    for (let i = 0; i < 100_000; i++) unlimited.enterContainer();
    expect(unlimited.breaker).toBeNull();
  });
});

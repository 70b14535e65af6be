import { describe, expect, it } from "vitest";
import { GatewayRoute } from "../../src/model/gateway-route.js";

describe("what the gateway does with a request", () => {
  it("is its draw against the shares one after the other, those of nothing left out", () => {
    const route = new GatewayRoute(
      [
        { revision: 4, percent: 10 },
        { revision: 9, percent: 0 },
        { revision: 2, percent: 20 },
        { revision: 7, percent: 70 },
      ],
      new Map(),
    );
    const draws = [0, 0.0999, 0.1, 0.2999, 0.3, 0.9999];
    expect(draws.map((uniform) => route.pick(0, uniform))).toEqual([4, 4, 2, 2, 7, 7]);
    expect([4, 9, 2, 7, 5].map((revision) => route.percentOf(revision))).toEqual([10, 0, 20, 70, 0]);
  });

  it("is the only revision, and none where no host is known or has a share", () => {
    const route = new GatewayRoute([{ revision: 3, percent: 100 }], new Map([[1, [{ revision: 5, percent: 100 }]]]));
    expect([route.pick(0, 0), route.pick(0, 0.9999), route.pick(1, 0.5), route.pick(2, 0.5)]).toEqual([3, 3, 5, -1]);
    expect(new GatewayRoute([], new Map()).pick(0, 0.5)).toBe(-1);
    expect(new GatewayRoute([{ revision: 3, percent: 0 }], new Map()).pick(0, 0.5)).toBe(-1);
  });
});

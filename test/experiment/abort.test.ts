import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.js";

describe("an aborted run", () => {
  it("rejects with the reason of a signal that a timer raises", async () => {
    const endless = `{apiVersion: knsim/v1, kind: Scenario, name: endless, duration: 20000h, services: [{name: a, image: x/a}],
      traffic: [{to: a, rate: 100}], report: {timeline: none, decisions: none, events: none}}`;
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    await expect(simulate(endless, { signal: controller.signal })).rejects.toBe(reason);
  });
});

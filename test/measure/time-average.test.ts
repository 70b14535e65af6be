import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StepFunctions, timeAverage } from "../../src/measure/time-average.js";

describe("a step function of time", () => {
  it("integrates what was there, for as long as it was there", () => {
    const functions = new StepFunctions();
    const id = functions.create();
    id.change(10, 2);
    id.change(30, 1);
    id.change(60, -3);
    expect(id.areaUntil(100)).toBe(2 * 20 + 3 * 30);
    expect(id.value).toBe(0);
    expect(id.since).toBe(60);
  });

  it("counts only the part of its integral and maximum that lies in the window", () => {
    const functions = new StepFunctions();
    const id = functions.create();
    id.change(0, 9);
    id.change(10, -5); // 4 from 10 on
    expect(functions.windowArea(id, 15)).toBe(0);
    expect(functions.windowMax(id, 15)).toBe(0);
    functions.openWindow(20);
    id.change(50, 2); // 6 from 50 on
    expect(functions.windowArea(id, 60)).toBe(4 * 30 + 6 * 10);
    functions.closeWindow(100);
    id.change(100, 50);
    expect(functions.windowArea(id, 500)).toBe(4 * 30 + 6 * 50);
    expect(functions.windowMax(id, 500)).toBe(6);
    expect(functions.areaSinceOpening(id, 110)).toBe(4 * 30 + 6 * 50 + 56 * 10);
  });

  it("takes no value for its maximum that came and went within an instant", () => {
    const functions = new StepFunctions();
    const id = functions.create();
    functions.openWindow(0);
    id.change(5, 3);
    id.change(5, -2);
    id.change(9, 4);
    expect(functions.windowMax(id, 9)).toBe(1); // the 5 begins at 9 and has not lasted yet
    expect(functions.windowMax(id, 10)).toBe(5);
  });

  it("created within the window counts from its creation", () => {
    const functions = new StepFunctions();
    functions.openWindow(100);
    const id = functions.create();
    id.change(150, 1);
    functions.closeWindow(200);
    expect(functions.windowArea(id, 200)).toBe(50);
  });

  it("agrees with adding up instant by instant", () => {
    const steps = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: -3, max: 3 })), { maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.nat(100), (gaps, opens) => {
        const functions = new StepFunctions();
        for (let i = 0; i < 70; i++) functions.create(); // beyond the first allocation
        const id = functions.create();
        const values: number[] = [];
        let value = 0;
        for (const [gap, change] of [...gaps, [101, 0] as const]) {
          const t = values.length + gap;
          const by = Math.max(change, -value);
          if (values.length <= opens && opens <= t) {
            while (values.length < opens) values.push(value);
            functions.openWindow(opens);
          }
          while (values.length < t) values.push(value);
          id.change(t, by);
          value += by;
        }
        const window = values.slice(opens);
        functions.closeWindow(values.length);
        expect(functions.windowArea(id, values.length)).toBe(window.reduce((sum, v) => sum + v, 0));
        expect(functions.windowMax(id, values.length)).toBe(Math.max(0, ...window));
      }),
    );
  });

  it("counts nothing below zero and nothing in the past", () => {
    const functions = new StepFunctions();
    const id = functions.create();
    id.change(5, 1);
    expect(() => id.change(4, 1)).toThrow("a count changed in the past");
    expect(() => id.change(6, -2)).toThrow("a count fell below zero");
  });

  it("has no average over an empty span", () => {
    expect(timeAverage(0, 0)).toBeNull();
    expect(timeAverage(30, 20)).toBe(1.5);
  });
});

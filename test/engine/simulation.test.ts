import { describe, expect, it } from "vitest";
import { InvariantError } from "../../src/engine/invariant.js";
import { type EventHandler, Simulation } from "../../src/engine/simulation.js";
import { NEVER } from "../../src/engine/time.js";

const ARRIVAL_RANK = 5;

/** A simulation that writes down what happens, and may react to it. */
function recorded(react: (what: string, simulation: Simulation) => void = () => {}) {
  const log: string[] = [];
  const note = (what: string) => {
    log.push(`${simulation.now} ${what}`);
    react(what, simulation);
  };
  const handler: EventHandler = {
    handleEvent: (kind, entity, payload) => note(`kind ${kind} of ${entity} with ${payload}`),
    handleArrival: (source) => {
      simulation.arrivals.set(source, NEVER);
      note(`arrival of ${source}`);
    },
    describeEvent: (kind, entity) => `kind ${kind} of ${entity}`,
  };
  const simulation = new Simulation(handler, ARRIVAL_RANK);
  return { simulation, log };
}

function thrownBy(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}

describe("the simulation loop", () => {
  it("orders one instant by rank across events, arrivals and periodic work", () => {
    const { simulation, log } = recorded();
    simulation.addRing(7, 70, 10).add(0, 10, 0);
    simulation.addRing(3, 30, 10).add(4, 10, 0);
    simulation.schedule(10, 9, 90, 1, 0);
    simulation.schedule(10, 4, 40, 2, 8);
    simulation.arrivals.set(1, 10);
    simulation.arrivals.set(0, 10);
    simulation.runUntil(10, true);
    expect(log).toEqual([
      "10 kind 30 of 4 with 0",
      "10 kind 40 of 2 with 8",
      "10 arrival of 0",
      "10 arrival of 1",
      "10 kind 70 of 0 with 0",
      "10 kind 90 of 1 with 0",
    ]);
  });

  it("lets an event at this instant come before the rest of the instant when its rank is lower", () => {
    const { simulation, log } = recorded((what, own) => {
      if (what === "arrival of 0") own.schedule(own.now, 2, 20, 0, 0);
    });
    simulation.arrivals.set(0, 5);
    simulation.schedule(5, 8, 80, 0, 0);
    simulation.runUntil(5, true);
    expect(log).toEqual(["5 arrival of 0", "5 kind 20 of 0 with 0", "5 kind 80 of 0 with 0"]);
  });

  it("stops before the end of a half-open stretch, and moves the clock there", () => {
    const { simulation, log } = recorded();
    simulation.schedule(10, 0, 1, 0, 0);
    simulation.runUntil(10, false);
    expect([log, simulation.now, simulation.nextTime]).toEqual([[], 10, 10]);
    simulation.runUntil(10, true);
    expect(log).toEqual(["10 kind 1 of 0 with 0"]);
  });

  it("runs dry and says so", () => {
    const { simulation } = recorded();
    simulation.schedule(3, 0, 1, 0, 0);
    expect(simulation.step(NEVER, true)).toBe(true);
    expect(simulation.step(NEVER, true)).toBe(false);
    expect([simulation.now, simulation.nextTime]).toEqual([3, NEVER]);
    simulation.runUntil(NEVER, true);
    expect(simulation.now).toBe(3);
  });

  it("counts what it executed, not the moves of the clock", () => {
    const { simulation } = recorded();
    simulation.schedule(3, 0, 1, 0, 0);
    for (const until of [1, 2, 3, 4]) simulation.runUntil(until, true);
    expect(simulation.executedEvents).toBe(1);
  });

  it("does not execute what was cancelled", () => {
    const { simulation, log } = recorded();
    const handle = simulation.schedule(3, 0, 1, 0, 0);
    simulation.cancel(handle);
    simulation.runUntil(10, true);
    expect(log).toEqual([]);
  });

  it("refuses an event in the past, or at no time at all", () => {
    const { simulation } = recorded();
    simulation.runUntil(5, true);
    expect(() => simulation.schedule(4, 0, 1, 0, 0)).toThrow("scheduled in the past");
    expect(() => simulation.schedule(Number.NaN, 0, 1, 0, 0)).toThrow("scheduled in the past");
  });

  it("never lets the clock run backwards", () => {
    const { simulation } = recorded();
    simulation.runUntil(5, true);
    simulation.arrivals.set(0, 4);
    expect(() => simulation.runUntil(10, true)).toThrow("the clock would run backwards");
  });

  it("says at which event a law was broken, and keeps other errors as they are", () => {
    const failing = (error: Error) => {
      const { simulation } = recorded(() => {
        throw error;
      });
      simulation.schedule(3, 0, 6, 13, 0);
      simulation.arrivals.set(7, 9);
      return simulation;
    };
    const law = new InvariantError("a count fell below zero", { value: 0 });
    expect(thrownBy(() => failing(law).runUntil(10, true))).toMatchObject({
      message: "a count fell below zero",
      details: { t: 3, during: "kind 6 of 13", value: 0 },
    });
    const arriving = failing(law);
    arriving.arrivals.set(7, 2);
    expect(thrownBy(() => arriving.runUntil(10, true))).toMatchObject({
      details: { t: 2, during: "an arrival of source 7" },
    });
    const other = new RangeError("something else");
    expect(thrownBy(() => failing(other).runUntil(10, true))).toBe(other);
  });

  it("ends a run whose time stands still, and names what it was about to do", () => {
    const endless = new Simulation(
      {
        handleEvent: (kind, entity) => endless.schedule(endless.now, 0, kind, entity, 0),
        handleArrival: () => {},
        describeEvent: (kind, entity) => `kind ${kind} of ${entity}`,
      },
      ARRIVAL_RANK,
    );
    endless.schedule(2_000_000, 0, 6, 13, 0);
    expect(thrownBy(() => endless.runUntil(NEVER, true))).toMatchObject({
      message: "more than 10^7 events at 2 s: virtual time stands still",
      details: { next: "kind 6 of 13" },
    });
  });
});

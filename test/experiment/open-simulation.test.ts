import { describe, expect, it } from "vitest";
import { NEVER, SECOND } from "../../src/engine/time.js";
import { OpenSimulation } from "../../src/experiment/open-simulation.js";
import { loadScenarioText } from "../../src/scenario/load.js";

const SCENARIO = `apiVersion: knsim/v1
kind: Scenario
duration: 10s
overheads: none
services: [{name: web, image: example/web, app: {serviceTime: 100ms}}]
traffic: [{to: web, at: [1s, 5s]}]
`;
const WEB = { service: "web", tag: null, timeoutUs: null, serviceTime: null };

async function open(text = SCENARIO): Promise<OpenSimulation> {
  return new OpenSimulation((await loadScenarioText(text)).scenario);
}

describe("a simulation without an end", () => {
  it("lets time pass only as far as it is told, beyond the scenario's duration", async () => {
    const simulation = await open();
    simulation.passTime(3 * SECOND);
    expect(simulation.nowUs).toBe(3 * SECOND);
    simulation.passTime(100 * 3600 * SECOND);
    expect(simulation.nowUs).toBe(100 * 3600 * SECOND);
  });

  it("sends a request by hand and learns how it ended", async () => {
    const simulation = await open();
    const call = simulation.send(WEB);
    expect(call.answer).toBe(null);
    expect(simulation.passTimeUntil(() => call.answer !== null, NEVER)).toBe(true);
    expect(call.answer).toEqual({ status: 200, text: "", revision: "web-00001", latencyUs: 100_000 });
    expect(simulation.nowUs).toBe(100_000);
  });

  it("stops waiting at the given time", async () => {
    const simulation = await open();
    expect(simulation.passTimeUntil(() => false, 2 * SECOND)).toBe(false);
    expect(simulation.nowUs).toBe(2 * SECOND);
  });

  it("reports what was measured so far, again and again", async () => {
    const simulation = await open();
    const offered = async () => {
      for await (const { name, bytes } of simulation.files({ charts: false, command: "test" }))
        if (name === "summary.json")
          return JSON.parse(new TextDecoder().decode(bytes)) as { to: number; requests: object };
      return null;
    };
    simulation.passTime(3 * SECOND);
    expect(await offered()).toMatchObject({ to: 3, requests: { offered: 1, completed: 1, inFlight: 0 } });
    simulation.passTime(5.05 * SECOND);
    expect(await offered()).toMatchObject({ to: 5.05, requests: { offered: 2, completed: 1, inFlight: 1 } });
  });
});

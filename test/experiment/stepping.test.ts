import { describe, expect, it } from "vitest";
import { createSimulation, type Fact, type Scenario, ScenarioError, simulate } from "../../src/index.js";
import { loadScenarioText } from "../../src/scenario/load.js";
import { coldStart, scenario } from "../model/played.js";

const TEXT = scenario(`
duration: 2m
services: [{name: hello, image: example/hello, app: {serviceTime: {exponential: {mean: 200ms}}}}]
traffic: [{to: hello, rate: {steps: [[0s, 5], [30s, 300], [60s, 0]]}}]
events:
  - {at: 20s, kn: "service update hello --image example/hello:v2"}
  - {at: 40s, kill-pod: {service: hello}}
  - {at: 50s, kn: "service update hello --tag hello-00001=old"}
expect: ["max(pods) <= 20", "errors <= 100"]
`);

const load = async (text: string): Promise<Scenario> => (await loadScenarioText(text, {})).scenario;

describe("a simulation taken step by step", () => {
  it("comes to the same summary as a run in one go", async () => {
    const { summary } = await simulate(TEXT);
    const simulation = createSimulation(await load(TEXT));
    while (simulation.step() !== undefined) {
      // To the end.
    }
    expect(simulation.result().summary).toEqual(summary);
  });

  it("in pieces of any length too", async () => {
    const { summary } = await simulate(TEXT);
    const simulation = createSimulation(await load(TEXT));
    for (const until of [0, "1ms", 0.5, "29.999999s", 30, "1m", 61.25, "3m"]) simulation.runUntil(until);
    expect(simulation.result().summary).toEqual(summary);
  });

  it("shows every fact that the report's events have, in their order", async () => {
    const result = await simulate(TEXT);
    const simulation = createSimulation(await load(TEXT));
    const facts: Fact[] = [];
    for (let fact = simulation.step(); fact !== undefined; fact = simulation.step()) {
      expect(simulation.now).toBe(fact.t / 1e6);
      facts.push(fact);
    }
    const events = [...result.events()];
    expect(facts.map(({ t, kind }) => [t / 1e6, kind])).toEqual(events.map(({ t, kind }) => [t, kind]));
    expect(events.length).toBeGreaterThan(50);
  });

  it("refuses a moment that is none, and goes on as if nothing had been asked", async () => {
    const simulation = createSimulation(await load(TEXT));
    for (const bad of [Number.NaN, "soon", "5"]) expect(() => simulation.runUntil(bad)).toThrow(ScenarioError);
    simulation.runUntil(5);
    simulation.runUntil(3);
    expect(simulation.now).toBe(5);
  });

  it("goes on stepping from where it was let run to", async () => {
    const simulation = createSimulation(await load(TEXT));
    simulation.runUntil("20.001s");
    expect(simulation.now).toBe(20.001);
    // The Service's controller sees the update at 20 s four reconcile latencies of 5 ms later.
    expect(simulation.step()).toMatchObject({ t: 20_020_000, kind: "ConditionChanged", object: "Service" });
  });

  it("can be looked at", async () => {
    const simulation = createSimulation(await load(TEXT));
    simulation.runUntil(25);
    const [service] = simulation.state().services;
    expect(service).toMatchObject({
      name: "hello",
      exists: true,
      generation: 2,
      latestCreatedRevision: "hello-00002",
      latestReadyRevision: "hello-00002",
      traffic: [{ revision: "hello-00002", percent: 100, tag: null }],
    });
    expect(service.revisions.map(({ name, mode, routingState }) => [name, mode, routingState])).toEqual([
      ["hello-00001", "proxy", "reserve"],
      ["hello-00002", "proxy", "active"],
    ]);
    expect(service.revisions[1].pods).toMatchObject([{ state: "ready", node: "node-1" }]);
  });

  it("takes events as they come", async () => {
    const plan = await load(
      scenario(`
duration: 1m
overheads: none
services: [{name: hello, image: example/hello, annotations: {autoscaling.knative.dev/min-scale: "1"}}]
apps: {example/hello: {serviceTime: 1s, coldStart: ${coldStart("2s")}}}
events:
  - {at: 59s, kill-pod: {service: hello}}
  - {at: 59s, kn: "service update hello --image example/hello:v2"}
  - {at: 59s, kn: "service update missing --image x/y", expectError: "not found"}
`),
    );
    const [kill, update, refused] = plan.events.map(({ action }) => action);
    const simulation = createSimulation({ ...plan, events: [] });
    simulation.runUntil(10);
    expect(simulation.apply(kill)).toBeNull();
    expect(simulation.state().services[0].revisions[0].pods).toMatchObject([{ state: "pending", createdAt: 10 }]);
    simulation.runUntil(20);
    expect(simulation.apply(update)).toBeNull();
    expect(simulation.apply(refused)).toContain("not found");
    simulation.runUntil(30);
    expect(simulation.state().services[0].latestReadyRevision).toBe("hello-00002");
    const { summary } = simulation.result();
    expect(summary.pods.started).toBe(2);
    expect(summary.to).toBe(60);
  });

  it("takes events as a scenario writes them, and says what is wrong with others", async () => {
    const plan = await load(
      scenario(`
duration: 2m
services: [{name: hello, image: example/hello, app: {serviceTime: 100ms}}]
`),
    );
    const simulation = createSimulation(plan);
    simulation.runUntil("10s");
    expect(simulation.apply({ kn: "service update hello --env TARGET=Second" })).toBeNull();
    expect(simulation.apply({ "kill-pod": { service: "hello" } })).toBeNull();
    expect(simulation.apply({ "set-config": { "config-autoscaler": { "stable-window": "30s" } } })).toBeNull();
    simulation.runUntil(30);
    expect(simulation.state().services[0].latestReadyRevision).toBe("hello-00002");
    expect(simulation.apply({ kn: "service update hello --traffic hello-00001=60 --traffic hello-00002=50" })).toBe(
      "given traffic percents sum to 110, want <=100",
    );
    expect(() => simulation.apply({ "kil-pod": { service: "hello" } })).toThrow('did you mean "kill-pod"?');
    expect(() => simulation.apply({ "kill-pod": { service: "helo" } })).toThrow('did you mean "hello"?');
    expect(() => simulation.apply({ apply: "hello.yaml" })).toThrow("in the middle of a run");
  });

  it("is over at the end of the drain, and stays so", async () => {
    const simulation = createSimulation(
      await load(
        scenario(`
duration: 10s
overheads: none
services: [{name: hello, image: example/hello, app: {serviceTime: 5s}}]
traffic: [{to: hello, at: [8s]}]
`),
      ),
    );
    simulation.runUntil("1h");
    expect(simulation.step()).toBeUndefined();
    expect(simulation.result().summary).toMatchObject({ drainedAt: 13, to: 10, requests: { completed: 1 } });
  });
});

describe("a run that is aborted", () => {
  it("rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const seen: number[] = [];
    const run = simulate(TEXT, {
      signal: controller.signal,
      onProgress: ({ t, until }) => {
        expect(until).toBe(120);
        seen.push(t);
        if (t > 20) controller.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(seen.at(-1)).toBeLessThan(60);
  });

  it("does not even begin when the signal is aborted already", async () => {
    await expect(simulate(TEXT, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
  });
});

describe("an observer of one's own", () => {
  it("hears what the report is made of, and changes nothing", async () => {
    const kinds: string[] = [];
    let ended = 0;
    const { summary } = await simulate(TEXT);
    const heard = await simulate(TEXT, {
      observer: { happened: ({ kind }) => void kinds.push(kind), requestEnded: () => void ended++ },
    });
    expect(heard.summary).toEqual(summary);
    expect(kinds).toEqual([...heard.events()].map(({ kind }) => kind));
    expect(ended).toBe(summary.requests.offered);
  });
});

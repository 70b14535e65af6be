import { describe, expect, it } from "vitest";
import { parseClusterConfig } from "../../src/kube/config.js";
import { CONFIG_MAP_KEYS } from "../../src/scenario/config-map-keys.js";
import { formatDiagnostic } from "../../src/scenario/diagnostics.js";
import { resolvePath } from "../../src/scenario/files.js";
import { loadScenarioText } from "../../src/scenario/load.js";
import { EVERY_KEY } from "./contract-scenario.js";
import { errorsOf, HEAD, HELLO, load, reader, scenarioOf, WITH_HELLO } from "./loading.js";

const SMALL = `apiVersion: knsim/v1
kind: Scenario
name: hello
duration: 5m
services:
  - manifest: hello.yaml            # an ordinary serving.knative.dev/v1 Service, unchanged
traffic:
  - to: hello
    rate: 20                        # requests per second, Poisson
`;

const constant = (us: number) => ({ kind: "constant", us });
const lognormal = (medianUs: number, p95Us: number) => ({ kind: "lognormal", medianUs, p95Us });

describe("the smallest scenario", () => {
  it("is completed with the documented defaults", async () => {
    const { scenario, diagnostics } = await load(SMALL);
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'hello.yaml:12:18: warning: image "example/hello" has no entry under apps; assuming serviceTime 100ms',
    ]);
    expect(scenario).toMatchObject({
      name: "hello",
      description: "",
      seed: "1",
      durationUs: 300_000_000,
      warmupUs: 0,
      drain: true,
      apps: [],
      events: [],
      expectations: [],
      overheads: {
        ingress: constant(0),
        activator: { kind: "lognormal", meanUs: 1_000, p95Us: 3_000 },
        queueProxy: { kind: "lognormal", meanUs: 500, p95Us: 2_000 },
      },
      report: { timeline: "auto", stepUs: 1_000_000, decisions: true, events: true },
    });
    expect(scenario.cluster).toMatchObject({
      activators: 1,
      phases: { kind: "random" },
      conditionTimes: "seconds",
      epochSeconds: 1_699_999_200,
      ideal: false,
      latencies: { reconcile: constant(5_000), endpoints: constant(100_000), ingress: lognormal(400_000, 1_000_000) },
      nodes: [],
    });
    expect(scenario.services).toMatchObject([{ key: "hello", start: "ready", app: null, traceId: null }]);
    expect(scenario.sources).toEqual([
      {
        name: "hello",
        to: "hello",
        tag: null,
        fromUs: 0,
        untilUs: Number.POSITIVE_INFINITY,
        timeoutUs: null,
        retries: null,
        serviceTime: null,
        arrivals: { kind: "rate", process: "poisson", profile: { kind: "constant", ratePerSecond: 20 } },
      },
    ]);
  });

  it("loads in a few milliseconds", async () => {
    await load(SMALL);
    const started = performance.now();
    for (let run = 0; run < 20; run++) await load(SMALL);
    // Some 2 ms each; the bound is for slow and busy machines.
    expect((performance.now() - started) / 20).toBeLessThan(50);
  });

  it("loads as text, too", async () => {
    const { scenario } = await loadScenarioText(SMALL, { read: reader({ "hello.yaml": HELLO }) });
    expect(scenario.hash).toBe((await scenarioOf(SMALL)).hash);
    await expect(loadScenarioText(SMALL)).rejects.toThrow(
      'scenario.yaml:6:15: error: cannot read "hello.yaml": no files can be read here',
    );
  });
});

const TRACE = {
  "invocations.csv": "HashOwner,HashApp,HashFunction,Trigger,480,481\no,a,f1,http,3,0\no,a,f2,timer,1,1\n",
  "durations.csv": "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum\no,a,f1,0,3,0,0\no,a,f2,250,2,1,900\n",
  "memory.csv": "HashOwner,HashApp,HashFunction,SampleCount,AverageAllocatedMb\no,a,f1,3,128\no,a,f2,3,64.5\n",
  "arrivals.csv": "time\n1\n2.5\n",
};

describe("the scenario with every key", () => {
  const config = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config-autoscaler}\ndata: {stable-window: 90s, panic-window-percentage: "20"}\n`;
  const files = {
    ...TRACE,
    "config.yaml": config,
    "hello-v3.yaml": HELLO.replace("example/hello", "example/hello:v3"),
  };

  it("loads without an error", async () => {
    const { scenario, diagnostics } = await load(EVERY_KEY, { files });
    expect(diagnostics.every(({ id }) => id === "W-service-time")).toBe(true);
    expect(scenario.name).toBe("canary");
    expect(scenario.services.map(({ key, start }) => [key, start])).toEqual([
      ["hello", "ready"],
      ["api", "ready"],
      ["fn-001", "zero"],
      ["fn-002", "zero"],
    ]);
    expect(scenario.sources.map(({ name }) => name)).toEqual(["web", "hello/2", "api", "fn-001", "fn-002", "api/2"]);
    expect(scenario.events.map(({ atUs, action }) => [atUs / 60e6, action.kind])).toEqual([
      [1, "kn"],
      [2, "kn"],
      [3, "kn"],
      [4, "apply"],
      [5, "kill-pod"],
      [6, "restart"],
    ]);
    expect(scenario.expectations).toHaveLength(6);
    expect(scenario.cluster.nodes.map(({ name, cpu }) => [name, cpu])).toEqual([
      ["node-1", 4],
      ["node-2", 4],
      ["node-3", 4],
    ]);
  });

  it("takes ConfigMaps from manifests, over which the knative block wins key by key", async () => {
    const { autoscaler } = (await scenarioOf(EVERY_KEY, { files })).cluster.config;
    // stable-window: 90s in the file, 60s in the block; the percentage stands in the file only.
    expect([autoscaler.stableWindowUs, autoscaler.panicWindowPercentage]).toEqual([60_000_000, 20]);
  });

  it("is completed the same whatever folder it is loaded from, and hashed with what it read", async () => {
    const here = await scenarioOf(EVERY_KEY, { files });
    const moved = Object.fromEntries(
      Object.entries({ "hello.yaml": HELLO, ...files }).map(([name, text]) => [`some/where/${name}`, text]),
    );
    const there = await scenarioOf(EVERY_KEY, { files: moved, path: "some/where/s.yaml" });
    expect(there.completed).toEqual(here.completed);
    expect(there.hash).toBe(here.hash);
    expect(here.hash).toMatch(/^[0-9a-f]{64}$/);
    const other = await scenarioOf(EVERY_KEY, { files: { ...files, "arrivals.csv": "1\n2.6\n" } });
    expect(other.hash).not.toBe(here.hash);
    expect((await scenarioOf(EVERY_KEY, { files, seed: 2 })).hash).not.toBe(here.hash);
  });

  it("is completed with origins, and with keys in the schema's order", async () => {
    const completed = (await scenarioOf(EVERY_KEY, { files })).completed as Record<string, never>;
    expect(Object.keys(completed)).toEqual(
      "apiVersion kind name description start seed epoch duration warmup drain knative cluster services apps overheads traffic events expect report".split(
        " ",
      ),
    );
    expect(completed).toMatchObject({
      seed: 42,
      duration: "10m0s",
      services: [
        { name: "hello", origin: { file: "hello.yaml", line: 4 } },
        { name: "api", origin: { file: "s.yaml", line: 30 }, app: { serviceTime: "100ms", cpu: 0 } },
      ],
      overheads: { activator: { lognormal: { mean: "1ms", p95: "3ms" } } },
    });
  });
});

describe("sources", () => {
  const source = async (text: string) =>
    (await scenarioOf(`${WITH_HELLO}traffic: [{to: hello, ${text}}]\n`)).sources[0];

  it("may follow a profile; a ramp lasts as long as its source", async () => {
    const profile = async (text: string) => ((await source(text)).arrivals as { profile?: unknown }).profile;
    expect(await profile("rate: {ramp: {from: 0, to: 100}}, from: 10s")).toEqual({
      kind: "ramp",
      from: 0,
      to: 100,
      overUs: 50e6,
    });
    expect(await profile("rate: {ramp: {from: 0, to: 1, over: 5s}}")).toEqual({
      kind: "ramp",
      from: 0,
      to: 1,
      overUs: 5e6,
    });
    expect(await profile("rate: {steps: [[0s, 10], [30s, 300]]}")).toEqual({
      kind: "steps",
      steps: [
        [0, 10],
        [30e6, 300],
      ],
    });
    expect(await profile("rate: {sine: {mean: 50, amplitude: 40, period: 10m}}")).toEqual({
      kind: "sine",
      mean: 50,
      amplitude: 40,
      periodUs: 600e6,
    });
  });

  it("may be clients, of which there may be a varying number", async () => {
    expect((await source("clients: 50, requests: 1000")).arrivals).toEqual({
      kind: "clients",
      clients: [[0, 50]],
      think: constant(0),
      startJitter: null,
      requests: 1000,
    });
    expect(
      (await source("clients: {steps: [[0s, 12], [90s, 18]]}, think: {exponential: {mean: 1s}}")).arrivals,
    ).toEqual({
      kind: "clients",
      clients: [
        [0, 12],
        [90e6, 18],
      ],
      think: { kind: "exponential", meanUs: 1e6 },
      startJitter: null,
      requests: null,
    });
    expect((await source("clients: 3, startJitter: 2s")).arrivals).toMatchObject({ startJitter: constant(2e6) });
  });

  it("may give up, try again and bring their own service time", async () => {
    const { timeoutUs, retries, serviceTime } = await source(
      "rate: 1, timeout: 10s, retries: {max: 2, statuses: [503, 5xx, timeout, reset]}, serviceTime: 5ms",
    );
    expect(timeoutUs).toBe(10e6);
    expect(serviceTime).toEqual(constant(5_000));
    const statuses = [
      [503, 503],
      [500, 599],
      [-1, -1],
      [-2, -2],
    ];
    expect(retries).toEqual({ max: 2, backoff: constant(100_000), statuses });
    const growing = (await source("rate: 1, retries: {max: 1, backoff: {initial: 10ms, max: 1s, jitter: 0.5}}"))
      .retries;
    expect(growing).toEqual({
      max: 1,
      backoff: { initialUs: 10_000, factor: 2, maxUs: 1e6, jitter: 0.5 },
      statuses: [
        [502, 502],
        [503, 503],
        [504, 504],
      ],
    });
  });

  it("find their service across namespaces when its name is unique", async () => {
    const services =
      "services: [{name: a, namespace: x, image: i/j}, {name: b, namespace: x, image: i/j}, {name: b, namespace: y, image: i/j}, {name: c, image: i/j}, {name: c, namespace: x, image: i/j}]\n";
    const to = async (name: string) =>
      (await scenarioOf(`${HEAD}${services}traffic: [{to: ${name}, rate: 1}]\n`)).sources[0].to;
    expect(await to("a")).toBe("x/a");
    expect(await to("y/b")).toBe("y/b");
    expect(await to("c")).toBe("c");
    expect(await to("default/c")).toBe("c");
    expect(await errorsOf(`${HEAD}${services}traffic: [{to: b, rate: 1}]\n`)).toEqual([
      's.yaml:5:16: error: "b" is ambiguous: "x/b" or "y/b"',
    ]);
  });

  it("may send to a service that an event creates", async () => {
    const text = `${HEAD}traffic: [{to: late, rate: 1}]\nevents: [{at: 5s, kn: "service create late --image x/y"}]\n`;
    expect((await scenarioOf(text)).sources[0].to).toBe("late");
  });
});

describe("the duration", () => {
  it("may be left out when every source ends by itself", async () => {
    const text = `${WITH_HELLO}traffic: [{to: hello, at: [1s, 2.5s]}, {to: hello, at: [500ms]}]\n`.replace(
      "duration: 1m\n",
      "",
    );
    // The second after the last arrival at 2.5 s.
    expect((await scenarioOf(text)).durationUs).toBe(3_000_000);
    expect(await errorsOf(text.replace("at: [500ms]", "rate: 1"))).toEqual([
      's.yaml:1:1: error: missing key "duration"',
    ]);
  });
});

describe("events", () => {
  it("each see the settings that those before them leave", async () => {
    const text = `${WITH_HELLO}events:
  - {at: 20s, set-config: {config-autoscaler: {max-scale: "4"}}}
  - {at: 10s, set-config: {config-autoscaler: {min-scale: "2"}}}
  - {at: 30s, set-app: {image: example/hello, cpu: 1}}
`;
    const [first, second, third] = (await scenarioOf(text)).events;
    expect(first).toMatchObject({ atUs: 10e6, action: { config: { autoscaler: { minScale: 2, maxScale: 0 } } } });
    expect(second).toMatchObject({
      atUs: 20e6,
      position: { file: "s.yaml", line: 6, column: 5 },
      action: {
        config: { autoscaler: { minScale: 2, maxScale: 4 } },
        changed: [{ map: "config-autoscaler", keys: ["max-scale"] }],
      },
    });
    // The service's own entry says 1ms; only the share of CPU changes.
    expect(third.action).toMatchObject({
      kind: "set-app",
      app: { image: "example/hello", serviceTime: constant(1_000), cpu: 1 },
    });
  });

  it("apply the ConfigMaps of a file before its services", async () => {
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config-defaults}\ndata: {container-concurrency: "7"}\n---\n`;
    const text = `${WITH_HELLO}events: [{at: 1s, apply: new.yaml}]\n`;
    const { events } = await scenarioOf(text, { files: { "new.yaml": map + HELLO } });
    expect(events.map(({ action }) => action.kind)).toEqual(["set-config", "apply"]);
    expect(events[1].action).toMatchObject({
      services: [{ key: "hello", start: "new", object: { template: { containerConcurrency: 7 } } }],
    });
  });
});

describe("overheads and latencies", () => {
  it("are 0 with none, except for those written out", async () => {
    const text = `${HEAD}overheads: none\ncluster: {latencies: {endpoints: 100ms}}\n`;
    const { overheads, cluster } = await scenarioOf(text);
    expect(overheads).toEqual({ ingress: constant(0), activator: constant(0), queueProxy: constant(0) });
    expect(cluster.latencies).toEqual({ reconcile: constant(0), endpoints: constant(100_000), ingress: constant(0) });
    expect(cluster.ideal).toBe(false);
  });

  it("make the ideal cluster with latencies: none, where timeouts may be fractions of a second", async () => {
    const text = `${HEAD}cluster: {latencies: none}\nservices: [{name: h, image: x/y, timeoutSeconds: 0.25}]\n`;
    const { cluster, services } = await scenarioOf(text);
    expect(cluster.ideal).toBe(true);
    expect(services[0].object.template.timeoutUs).toBe(250_000);
  });
});

describe("phases", () => {
  it("are the whole seconds with zero, or as written", async () => {
    const phases = async (text: string) => (await scenarioOf(`${HEAD}knative: {phases: ${text}}\n`)).cluster.phases;
    const none = { activatorReportUs: null, scrapeUs: null, decisionUs: null, queueProxyLeadUs: null };
    expect(await phases("zero")).toEqual({
      ...none,
      kind: "explicit",
      activatorReportUs: 0,
      scrapeUs: 1e6,
      decisionUs: 2e6,
    });
    expect(await phases("{activatorReport: 228.013ms}")).toEqual({
      ...none,
      kind: "explicit",
      activatorReportUs: 228_013,
    });
  });
});

describe("manifests beside the short form", () => {
  it("are overridden field by field; null removes", async () => {
    const text = `${HEAD}services:
  - manifest: hello.yaml
    name: renamed
    containerConcurrency: 5
    annotations: {autoscaling.knative.dev/target: null, autoscaling.knative.dev/metric: rps}
    env: {A: 1}
    app: {serviceTime: 1ms}
`;
    const [{ key, object }] = (await scenarioOf(text)).services;
    expect(key).toBe("renamed");
    expect(object.template).toMatchObject({
      annotations: { "autoscaling.knative.dev/metric": "rps" },
      containerConcurrency: 5,
      env: { A: "1" },
      image: "example/hello",
    });
  });
});

describe("a scenario's name", () => {
  it("is by default the file's, made to fit", async () => {
    const text = HEAD;
    expect((await scenarioOf(text, { path: "some/My Test_1.yaml" })).name).toBe("my-test_1");
    expect((await scenarioOf(text, { path: "-" })).name).toBe("stdin");
  });
});

describe("paths", () => {
  it.each([
    ["a/b.yaml", "c.yaml", "a/c.yaml"],
    ["b.yaml", "./c.yaml", "c.yaml"],
    ["a/b/x.yaml", "../c.yaml", "a/c.yaml"],
    ["x.yaml", "../c.yaml", "../c.yaml"],
    ["/a/x.yaml", "c.yaml", "/a/c.yaml"],
    ["a/x.yaml", "/c.yaml", "/c.yaml"],
    ["-", "c.yaml", "c.yaml"],
    ["x.yaml", ".", "."],
    ["x.yaml", "a/..", "."],
    ["a/x.yaml", ".", "a"],
  ])("in %s: %s is %s", (from, path, resolved) => {
    expect(resolvePath(from, path)).toBe(resolved);
  });
});

describe("the table of ConfigMap keys", () => {
  it("holds Knative's defaults", () => {
    const written = Object.fromEntries(
      Object.entries(CONFIG_MAP_KEYS).map(([map, keys]) => [
        map,
        Object.fromEntries(Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== null)),
      ]),
    );
    expect(parseClusterConfig(written)).toEqual(parseClusterConfig({}));
  });
});

import { describe, expect, it } from "vitest";
import { parseSet } from "../../src/scenario/set-path.js";
import { errorsOf, HEAD, scenarioOf, WITH_HELLO } from "./loading.js";

const TEXT = `${WITH_HELLO}traffic: [{to: hello, rate: 5}]\n`;

describe("the path of --set", () => {
  it("is split at the first = outside brackets", () => {
    expect(parseSet('services[a=b].annotations["x]=y"].z=1=2')).toEqual({
      ok: true,
      assignment: {
        steps: [
          { kind: "key", text: "services" },
          { kind: "bracket", text: "a=b", isQuoted: false },
          { kind: "key", text: "annotations" },
          { kind: "bracket", text: "x]=y", isQuoted: true },
          { kind: "key", text: "z" },
        ],
        value: "1=2",
      },
    });
  });

  it.each(["foo", "=1", ".a=1", "a..b=1", "a[=1", "a[]=1", "a b[1", ""])("is refused as %j", (text) => {
    expect(parseSet(text).ok).toBe(false);
  });
});

describe("--set", () => {
  it("changes any key, by index or by name, in order", async () => {
    const scenario = await scenarioOf(TEXT, {
      set: [
        "duration=2m",
        "warmup=10s",
        "services[hello].annotations[autoscaling.knative.dev/target]=10",
        "services[0].annotations[autoscaling.knative.dev/metric]=rps",
        "services[hello].resources.requests.memory=1Gi",
        "traffic[hello].rate=20",
        "traffic[hello].rate={ramp: {from: 1, to: 5}}",
        "traffic[0].rate.ramp.to=7",
        "expect[+]=p(95) < 300ms",
        "seed=007",
      ],
    });
    expect(scenario.durationUs).toBe(120_000_000);
    expect(scenario.warmupUs).toBe(10_000_000);
    expect(scenario.seed).toBe("007");
    const [service] = scenario.services;
    expect(service.object.template.annotations).toEqual({
      "autoscaling.knative.dev/target": "10",
      "autoscaling.knative.dev/metric": "rps",
    });
    expect(service.object.template.resources.memoryRequestBytes).toBe(2 ** 30);
    const profile = { kind: "ramp", from: 1, to: 7, overUs: 120_000_000 };
    expect(scenario.sources[0].arrivals).toEqual({ kind: "rate", process: "poisson", profile });
    expect(scenario.expectations.map(({ text }) => text)).toEqual(["p(95) < 300ms"]);
  });

  it("knows services by the names in their manifests, and sources by their targets", async () => {
    const text = `${HEAD}services: [{manifest: hello.yaml}]\ntraffic: [{to: hello, rate: 1}, {to: {service: hello}, rate: 2}]\n`;
    const set = ["services[hello].start=zero", "traffic[hello/2].rate=9"];
    const scenario = await scenarioOf(text, { set });
    expect(scenario.services[0].start).toBe("zero");
    expect(scenario.sources.map(({ name, arrivals }) => [name, arrivals.kind === "rate" && arrivals.profile])).toEqual([
      ["hello", { kind: "constant", ratePerSecond: 1 }],
      ["hello/2", { kind: "constant", ratePerSecond: 9 }],
    ]);
  });

  it("changes every element with [*], and deletes with an empty value", async () => {
    const text = `${TEXT}warmup: 5s\nevents: [{at: 1s, note: a}, {at: 2s, note: b}]\n`;
    const scenario = await scenarioOf(text, { set: ["warmup=", "events[*].at=3s", "events[0]="] });
    expect(scenario.warmupUs).toBe(0);
    expect(scenario.events.map(({ atUs, action }) => [atUs, action])).toEqual([
      [3_000_000, { kind: "note", text: "b" }],
    ]);
  });

  it("takes text verbatim where text is wanted", async () => {
    const scenario = await scenarioOf(TEXT, { set: ["services[hello].env[A]={x: 1} # no comment"] });
    expect(scenario.services[0].object.template.env).toEqual({ A: "{x: 1} # no comment" });
  });

  it("changes one of several places that share an alias", async () => {
    const text = `${HEAD}services: [{name: a, image: x/y, env: &e {K: "1"}}, {name: b, image: x/y, env: *e}]\n`;
    const scenario = await scenarioOf(text, { set: ["services[b].env.K=2"] });
    expect(scenario.services.map(({ object }) => object.template.env)).toEqual([{ K: "1" }, { K: "2" }]);
  });

  it("takes values from a program by path", async () => {
    const set = { "traffic[0].rate": { ramp: { from: 1, to: 3, over: "10s" } }, "services[hello].start": "zero" };
    const scenario = await scenarioOf(TEXT, { set });
    expect(scenario.services[0].start).toBe("zero");
    expect(scenario.sources[0].arrivals).toMatchObject({ profile: { kind: "ramp", to: 3, overUs: 10_000_000 } });
  });

  it("gives way to --seed and --duration", async () => {
    const scenario = await scenarioOf(TEXT, { set: ["seed=1", "duration=5m"], seed: 7, duration: "2m" });
    expect([scenario.seed, scenario.durationUs]).toEqual(["7", 120_000_000]);
    expect(await errorsOf(TEXT, { duration: "30" })).toEqual([
      '--duration: error: expected a duration such as 30s or 1m30s: time: missing unit in duration "30"; did you mean "30s"?',
    ]);
  });

  it("says which one is wrong, and what was meant", async () => {
    const set = [
      "duraton=5m",
      "seed=1",
      "services[hell].image=x",
      "services[3].image=y",
      "traffic[*].rate=abc",
      "traffic[hello].rate.ramp.from=1",
      "foo",
      "traffic[hello].name=hello",
      "services[hello].anotations[x]=1",
      "traffic[hello].retries=[",
      "manifests[*]=x",
      "expect.name=x",
    ];
    expect(await errorsOf(TEXT, { set })).toEqual([
      '--set #1: error: unknown key "duraton"; did you mean "duration"?',
      '--set #3: error: services has "hello"; [hell] selects nothing; did you mean "hello"?',
      "--set #4: error: services has 1 element; [3] selects nothing",
      '--set #6: error: traffic[0].rate has no "ramp"',
      '--set #7: error: expected PATH=VALUE, found "foo" without "="',
      '--set #9: error: unknown key "services[0].anotations"; did you mean "services[0].annotations"?',
      '--set #10: error: the value "[" is not YAML: Flow sequence must end with a ]',
      "--set #11: error: manifests has 0 elements; [*] selects nothing",
      '--set #12: error: expect has no "name"',
      '--set #5: error: expected a rate in requests per second, found "abc"',
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { coldStart, play } from "./played.js";

/** One request from 10.2 s to 10.3 s; every tick on the whole second, decisions on even ones; nothing takes time. */
const oneRequest = (annotations: string, more = "") => `
duration: 5m
overheads: none
knative: {phases: zero${more}}
services: [{name: hello, image: example/hello, annotations: {${annotations}}}]
apps: {example/hello: {serviceTime: 100ms, coldStart: ${coldStart("1s")}}}
traffic: [{to: hello, at: [10.2s]}]
`;
const key = (name: string, value: string) => `autoscaling.knative.dev/${name}: "${value}"`;

describe("scale to zero", () => {
  it("with defaults patches replicas a stable window after the last bucket with load, on the fast path", async () => {
    const { of } = await play(oneRequest(""));
    // The immediate message counts in bucket 10; the report at 11 s takes it back to 0. The window of 60 s is empty of
    // load from 70 s on, when there is a decision. The activator has been in the path for more than the grace period.
    expect(of("ScaledTo")).toMatchObject([{ t: 70, from: 1, to: 0, reason: "idle", path: "fast" }]);
    expect(of("PodDeleted").map(({ t }) => t)).toEqual([100]);
  });

  it("with random phases comes between 59 and 63 s after the last request", async () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const { times } = await play(oneRequest("").replace("{phases: zero}", "{phases: random}"), { seed });
      const [at] = times("ScaledTo");
      expect(at - 10.3).toBeGreaterThan(59);
      expect(at - 10.3).toBeLessThan(63);
    }
  });

  it("with a target burst capacity of 0 waits for the grace period too: about 90 s", async () => {
    const { of } = await play(oneRequest(key("target-burst-capacity", "0")));
    // The queue-proxy reports 0.1 in flight at 11 s and is scraped then: the window is empty from 71 s on, the decision
    // is at 72 s. Only then does the activator come into the path, and must have been there for 30 s.
    expect(
      of("ConditionChanged").find(({ t, object, type }) => t > 0 && object === "PodAutoscaler" && type === "Active"),
    ).toMatchObject({
      t: 72,
      status: "False",
      reason: "NoTraffic",
    });
    expect(of("ModeChanged").map(({ t, mode }) => [t, mode])).toEqual([
      [2, "serve"],
      [72, "proxy"],
    ]);
    expect(of("ScaledTo")).toMatchObject([{ t: 102, to: 0, path: "grace" }]);
  });

  it("with a target burst capacity of −1 needs neither grace nor check", async () => {
    const { times } = await play(oneRequest(key("target-burst-capacity", "-1")));
    expect(times("ScaledTo")).toEqual([70]);
  });

  it("keeps the last pod for the retention period, counted from becoming inactive", async () => {
    const { of } = await play(oneRequest(key("scale-to-zero-pod-retention-period", "2m")));
    expect(of("ScaledTo")).toMatchObject([{ t: 70 + 120, to: 0, path: "retention" }]);
  });

  it("follows a shorter window", async () => {
    const { times, of } = await play(oneRequest(key("window", "10s")));
    // Inactive for want of requests at 10 s already, woken at 10.2 s, inactive again at 20 s. The activator has been in the
    // path since 0 s, and must have been for 30 s.
    const inactive = of("ConditionChanged").filter(
      ({ object, type, status }) => object === "PodAutoscaler" && type === "Active" && status === "False",
    );
    expect(inactive.map(({ t }) => t)).toEqual([10, 20]);
    expect(times("ScaledTo")).toEqual([30]);
  });

  it("is prolonged by a scale-down delay", async () => {
    const { times } = await play(oneRequest(key("scale-down-delay", "30s")));
    // The decision at 68 s is the last for one pod; its second leaves the window of 30 s at 98 s.
    expect(times("ScaledTo")).toEqual([98]);
  });

  it("never happens with a min-scale", async () => {
    const { times } = await play(oneRequest(key("min-scale", "1")));
    expect(times("ScaledTo")).toEqual([]);
  });

  it("never happens when it is disabled: one pod stays", async () => {
    const { times, summary } = await play(
      oneRequest(key("initial-scale", "1"), ', config-autoscaler: {enable-scale-to-zero: "false"}'),
    );
    expect(times("ScaledTo")).toEqual([]);
    expect(summary.pods.meanReady).toBe(1);
  });

  it("of a revision that was never used comes one window after it became active", async () => {
    const { of } = await play(`
duration: 3m
overheads: none
start: new
knative: {phases: zero}
services: [{name: hello, image: example/hello}]
apps: {example/hello: {coldStart: ${coldStart("1.5s")}}}
`);
    // Ready at 1.5 s, stored as 1 s; wanted 0 since the decision at 2 s, looked at again after the rest of the window.
    expect(of("ScaledTo")).toMatchObject([{ t: 61, to: 0 }]);
  });

  it("with exact condition times comes half a second later", async () => {
    const { times } = await play(`
duration: 3m
overheads: none
start: new
knative: {phases: zero, conditionTimes: exact}
services: [{name: hello, image: example/hello}]
apps: {example/hello: {coldStart: ${coldStart("1.5s")}}}
`);
    expect(times("ScaledTo")).toEqual([61.5]);
  });
});

describe("scale from zero", () => {
  it("comes to the activation scale with the first request", async () => {
    const { of } = await play(`${oneRequest(key("activation-scale", "4"))}
start: zero
`);
    expect(of("ScaledTo")[0]).toMatchObject({ t: 10.2, from: 0, to: 4 });
  });

  it("goes on to zero when nobody comes back", async () => {
    const { of, requests } = await play(`${oneRequest("")}
start: zero
`);
    expect(requests[0]).toMatchObject({ latencyUs: 1.1e6, cold: true });
    // Waiting until 11.2 s: the last bucket with load is that of the report at 12 s. Active since 11 s as stored.
    expect(of("ScaledTo").map(({ t, to }) => [t, to])).toEqual([
      [10.2, 1],
      [72, 0],
    ]);
  });

  it("takes up a pod that is still there when a request comes before the patch", async () => {
    const { of, requests } = await play(
      oneRequest(key("target-burst-capacity", "0")).replace("[10.2s]", "[10.2s, 90s]"),
    );
    // Inactive from 72 s, to be patched at 102 s; the request at 90 s wakes it up.
    expect(requests[1]).toMatchObject({ cold: false, latencyUs: 100e3, mode: "proxy" });
    expect(
      of("ScaledTo")
        .map(({ t, to }) => [t, to])
        .filter(([t]) => (t as number) < 140),
    ).toEqual([]);
  });
});

describe("a revision's first pods", () => {
  const fresh = (annotations: string) => `
duration: 1m
overheads: none
start: new
knative: {phases: zero, config-autoscaler: {allow-zero-initial-scale: "true"}}
services: [{name: hello, image: example/hello, annotations: {${annotations}}}]
apps: {example/hello: {serviceTime: 100ms, coldStart: {control: 0s, schedule: 0s, containerStart: {sequence: [1s, 2s, 3s]}, boot: 0s, readiness: 0s}}}
traffic: [{to: hello, process: even, rate: 10}]
`;

  it("are its initial scale, all of which must be ready before it gets traffic", async () => {
    const { of, requests } = await play(fresh(key("initial-scale", "3")));
    expect(of("PodReady").map(({ t }) => t)).toEqual([1, 2, 3]);
    expect(of("RouteProgrammed").map(({ t }) => t)).toEqual([3]);
    expect(requests.filter(({ status }) => status === "404").length).toBe(30);
    expect(requests.find(({ status }) => status === "200")?.arrivalUs).toBe(3e6);
  });

  it("are its min-scale, though the Deployment begins with one", async () => {
    const { of } = await play(fresh(key("min-scale", "2")));
    expect(of("ScaledTo")[0]).toMatchObject({ t: 0, from: 1, to: 2, reason: "minScale" });
    expect(of("RouteProgrammed").map(({ t }) => t)).toEqual([2]);
  });

  it("are none with an initial scale of 0, and it is routed all the same", async () => {
    const { of, requests } = await play(fresh(key("initial-scale", "0")));
    expect(of("RouteProgrammed").map(({ t }) => t)).toEqual([0]);
    // Not yet decided (−1), so that no request can wake the autoscaler before its tick at 2 s.
    expect(of("ScaledTo")[0]).toMatchObject({ t: 2, from: 0, to: 1 });
    expect(requests[0]).toMatchObject({ status: "200", cold: true });
  });
});

describe("a service's past", () => {
  const body = (start: string) => `
duration: 30s
overheads: none
start: ${start}
knative: {phases: zero}
services: [{name: hello, image: example/hello, annotations: {${key("min-scale", "2")}}}]
apps: {example/hello: {serviceTime: 100ms, coldStart: ${coldStart("3s")}}}
traffic: [{to: hello, at: [1s, 10s]}]
`;

  it("ready: its pods stand ready, count as gauges and never as started or cold", async () => {
    const { summary, of, requests, timeline } = await play(body("ready"));
    expect(summary.pods).toMatchObject({ started: 0, maxReady: 2, podSeconds: 60, readySeconds: 60 });
    expect(summary.coldStart.count).toBe(0);
    expect(requests.map(({ cold, latencyUs }) => [cold, latencyUs])).toEqual([
      [false, 100e3],
      [false, 100e3],
    ]);
    expect(of("DeciderCreated")).toMatchObject([{ t: 0, panicking: false }]);
    expect(timeline()[0]).toMatchObject({ desired: null, podsReady: 2, mode: "proxy", percent: 100 });
  });

  it("zero: it sleeps, and wakes with the first request", async () => {
    const { summary, requests, of } = await play(body("zero").replace("min-scale", "activation-scale"));
    expect(of("PodCreated").map(({ t }) => t)).toEqual([1, 1]);
    expect(requests.map(({ cold, latencyUs }) => [cold, latencyUs])).toEqual([
      [true, 3_100e3],
      [false, 100e3],
    ]);
    expect(summary.coldStart).toMatchObject({ count: 2, mean: 3_000 });
  });

  it("new: it starts cold, and requests before the route is programmed get 404", async () => {
    const { summary, requests } = await play(body("new"));
    expect(requests.map(({ status, revision }) => [status, revision])).toEqual([
      ["404", ""],
      ["200", "hello-00001"],
    ]);
    expect(summary.pods.started).toBe(2);
  });

  it("may differ from service to service", async () => {
    const { of } = await play(`
duration: 30s
overheads: none
start: zero
services:
  - {name: a, image: example/hello}
  - {name: b, image: example/hello, start: ready}
`);
    expect(of("PodReady").map(({ service }) => service)).toEqual(["b"]);
  });
});

describe("phases", () => {
  const body = (phases: string) => `
duration: 20s
overheads: none
knative: {phases: ${phases}}
services: [{name: hello, image: example/hello, annotations: {${key("min-scale", "1")}}}]
events: [{at: 10.3s, kn: "service update hello --image example/hello:v2"}]
`;
  const decisionsOf = async (phases: string, revision: string, seed = 1) =>
    (await play(body(phases), { seed })).decisions.filter((row) => row.revision === revision).map(({ t }) => t);

  it("zero: decisions on even seconds; those of a later revision count from its creation", async () => {
    expect(await decisionsOf("zero", "hello-00001")).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(await decisionsOf("zero", "hello-00002")).toEqual([12.3, 14.3, 16.3, 18.3]);
  });

  it("explicit: decisions from the given time on", async () => {
    expect((await decisionsOf("{decision: 745.019ms}", "hello-00001")).slice(0, 3)).toEqual([
      0.745019, 2.745019, 4.745019,
    ]);
  });

  it("random: the first decision is drawn from (0, 2 s] by the seed", async () => {
    const first: number[] = [];
    for (let seed = 1; seed <= 20; seed++) first.push((await decisionsOf("random", "hello-00001", seed))[0]);
    expect(first.every((t) => t > 0 && t <= 2)).toBe(true);
    expect(new Set(first).size).toBe(20);
    // Uniform: mean 1 s, standard deviation of the mean 2 ÷ √12 ÷ √20 = 0.129 s.
    const mean = first.reduce((sum, t) => sum + t, 0) / first.length;
    expect(Math.abs(mean - 1)).toBeLessThan(4.5 * 0.129);
  });
});

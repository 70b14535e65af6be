import { describe, expect, it } from "vitest";
import { coldStart, countBy, play } from "./played.js";

/** Two revisions from 5 s on; nothing but the container's start takes time. */
const TWO_REVISIONS = `
duration: 30s
overheads: none
services: [{name: hello, image: example/hello:v1, annotations: {autoscaling.knative.dev/min-scale: "1"}}]
apps: {example/hello: {serviceTime: 1ms, coldStart: ${coldStart("1s")}}}
`;

/** Latencies of the control plane without their spread. */
const FIXED = `
overheads: {ingress: 0s, activator: 0s, queueProxy: 0s}
cluster: {latencies: {reconcile: 5ms, endpoints: 100ms, ingress: 400ms}}
`;
const HELLO = `
services: [{name: hello, image: example/hello:v1}]
apps:
  example/hello:
    serviceTime: 1ms
    coldStart: {control: 30ms, schedule: 20ms, imagePull: 0s, containerStart: 1.9s, boot: 50ms, readiness: 450ms}
`;

describe("a route", () => {
  it("splits 10/90 within the binomial bound for ten thousand requests", async () => {
    const { requests, of } = await play(`${TWO_REVISIONS}
traffic: [{to: hello, process: even, rate: 1000, from: 10s, until: 20s}]
events:
  - {at: 1s, kn: "service update hello --image example/hello:v2"}
  - {at: 5s, kn: "service update hello --traffic hello-00002=10 --traffic hello-00001=90"}
`);
    const counts = countBy(requests, ({ revision }) => revision);
    expect(requests).toHaveLength(10_000);
    // Binomial(10,000, 0.1): mean 1,000, standard deviation √(10,000 × 0.1 × 0.9) = 30; 4.5 of them are exceeded once in 150,000.
    expect(Math.abs(counts["hello-00002"] - 1_000)).toBeLessThan(4.5 * 30);
    expect(counts["hello-00001"] + counts["hello-00002"]).toBe(10_000);
    expect(of("RouteProgrammed").at(-1)?.targets).toEqual([
      ["hello-00002", 10, ""],
      ["hello-00001", 90, ""],
    ]);
  });

  it("draws each request by itself: a split of 50/50 does not alternate", async () => {
    const { requests } = await play(`${TWO_REVISIONS}
traffic: [{to: hello, process: even, rate: 1000, from: 10s, until: 20s}]
events:
  - {at: 1s, kn: "service update hello --image example/hello:v2"}
  - {at: 5s, kn: "service update hello --traffic hello-00002=50 --traffic hello-00001=50"}
`);
    const repeats = requests.filter(({ revision }, i) => i > 0 && revision === requests[i - 1].revision).length;
    // Of 9,999 neighbours half agree: mean 4,999.5, standard deviation √(9,999 × 0.25) = 50.
    expect(Math.abs(repeats - 4_999.5)).toBeLessThan(4.5 * 50);
  });

  it("reaches a revision of 0 % by its tag alone, and answers 404 to a tag that does not exist", async () => {
    const { requests, summary } = await play(`${TWO_REVISIONS}
traffic:
  - {to: hello, process: even, rate: 100, from: 10s, until: 20s}
  - {to: {service: hello, tag: canary}, process: even, rate: 10, from: 4s, until: 20s}
  - {to: {service: hello, tag: missing}, at: [12s, 13s]}
events:
  - {at: 1s, kn: "service update hello --image example/hello:v2"}
  - {at: 5s, kn: "service update hello --tag hello-00002=canary --traffic hello-00001=100"}
`);
    const byTag = (wanted: string) => requests.filter(({ tag }) => tag === wanted);
    expect(countBy(byTag(""), ({ revision }) => revision)).toEqual({ "hello-00001": 1_000 });
    // 10 a second from 4 s to 20 s: the ten before 5 s find no such tag yet.
    expect(countBy(byTag("canary"), ({ revision, status }) => `${revision} ${status}`)).toEqual({
      " 404": 10,
      "hello-00002 200": 150,
    });
    expect(byTag("missing").map(({ status, revision, latencyUs }) => [status, revision, latencyUs])).toEqual([
      ["404", "", 0],
      ["404", "", 0],
    ]);
    expect(summary.services.hello.requests.byStatus).toEqual({ "200": 1_150, "404": 12 });
    // Requests without a revision are in no revision's entry.
    expect(summary.revisions["hello-00002"].requests.offered).toBe(150);
  });

  it("gives a tagged share of 10 % a host of its own that sends everything there", async () => {
    const { requests } = await play(`${TWO_REVISIONS}
traffic: [{to: {service: hello, tag: canary}, process: even, rate: 10, from: 10s, until: 20s}]
events:
  - {at: 1s, kn: "service update hello --image example/hello:v2"}
  - {at: 5s, kn: "service update hello --tag hello-00002=canary --traffic hello-00001=90 --traffic canary=10"}
`);
    expect(countBy(requests, ({ revision }) => revision)).toEqual({ "hello-00002": 100 });
  });

  it("adds up targets of the same revision on the main host", async () => {
    // 20 + 30 of 100 follow the latest, which is one revision; the rest is pinned to the first.
    const { requests } = await play(`${TWO_REVISIONS.replace(
      "image: example/hello:v1,",
      "image: example/hello:v1, traffic: [{latestRevision: true, percent: 20}, {latestRevision: true, percent: 30, tag: new}, {revisionName: hello-00001, percent: 50}],",
    )}
traffic: [{to: hello, process: even, rate: 1000, from: 10s, until: 20s}]
events: [{at: 1s, kn: "service update hello --image example/hello:v2"}]
`);
    const counts = countBy(requests, ({ revision }) => revision);
    expect(Math.abs(counts["hello-00002"] - 5_000)).toBeLessThan(4.5 * 50);
  });

  it("adds up several untagged targets that follow the latest revision", async () => {
    const { of } = await play(`${TWO_REVISIONS.replace(
      "image: example/hello:v1,",
      "image: example/hello:v1, traffic: [{latestRevision: true, percent: 20}, {latestRevision: true, percent: 30}, {revisionName: hello-00001, percent: 50}],",
    )}
events: [{at: 1s, kn: "service update hello --image example/hello:v2"}]
`);
    expect(of("RouteProgrammed").at(-1)?.targets).toEqual([
      ["hello-00002", 50, ""],
      ["hello-00001", 50, ""],
    ]);
  });

  it("keeps the old split when a target does not exist", async () => {
    const { requests, of } = await play(
      `${TWO_REVISIONS}
traffic: [{to: hello, process: even, rate: 100, from: 10s, until: 20s}]
events: [{at: 5s, apply: bad.yaml}]
`,
      {
        read: () => `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: hello}
spec:
  template: {metadata: {annotations: {autoscaling.knative.dev/min-scale: "1"}}, spec: {containers: [{image: example/hello:v1}]}}
  traffic: [{revisionName: hello-00009, percent: 100}]
`,
      },
    );
    expect(countBy(requests, ({ revision, status }) => `${revision} ${status}`)).toEqual({ "hello-00001 200": 1_000 });
    expect(of("RevisionCreated")).toHaveLength(1);
    const bad = of("ConditionChanged").find(({ t, object }) => t > 0 && object === "Route");
    expect(bad).toMatchObject({
      t: 5,
      status: "False",
      reason: "RevisionMissing",
      message: 'Revision "hello-00009" referenced in traffic not found.',
    });
  });

  it("moves to a new revision only when that is ready, 2.93 s after the update", async () => {
    const { requests, times } = await play(`
duration: 2m10s
${FIXED}${HELLO}
traffic: [{to: hello, process: even, rate: 1000, from: 2m2s, until: 2m4s}]
events: [{at: 2m, kn: "service update hello --image example/hello:v2"}]
`);
    // Controllers take several reconcile latencies of 5 ms each: the Service's 20 ms, the Configuration's 10, the
    // revision's 10, the Route's 30. Pod object 30 ms, scheduled 20, container 1,900, port 50 (found by the try at
    // 50 ms), Ready 450. The gateway takes 400 ms.
    const created = 120 + (20 + 10) / 1_000;
    const ready = created + (30 + 20 + 1_900 + 50 + 450) / 1_000;
    const routed = ready + (10 + 10 + 30 + 400) / 1_000;
    expect(routed).toBeCloseTo(122.93, 9);
    expect(times("RevisionCreated", "hello-00002")).toEqual([created]);
    expect(times("PodReady", "hello-00002")).toEqual([expect.closeTo(ready, 9)]);
    expect(times("RouteProgrammed").at(-1)).toBeCloseTo(routed, 9);
    const newOnes = requests.filter(({ revision }) => revision === "hello-00002");
    expect(newOnes).toHaveLength(1_070);
    expect(newOnes.every(({ arrivalUs }) => arrivalUs >= routed * 1e6)).toBe(true);
    expect(requests.every(({ status }) => status === "200")).toBe(true);
  });

  it("pinned to the old revision: the new one starts, becomes ready, gets nothing and goes to zero", async () => {
    const { requests, times, of, summary } = await play(`
duration: 3m
${FIXED}
services: [{name: hello, image: example/hello:v1, traffic: [{revisionName: hello-00001, percent: 100}]}]
apps: {example/hello: {serviceTime: 1ms, coldStart: ${coldStart("1s")}}}
traffic: [{to: hello, process: even, rate: 1}]
events: [{at: 10s, kn: "service update hello --image example/hello:v2"}]
`);
    expect(countBy(requests, ({ revision }) => revision)).toEqual({ "hello-00001": 180 });
    // Service 20 ms, Configuration 10, container 1 s; Kubernetes' Ready at once.
    expect(times("PodReady", "hello-00002")).toEqual([11.03]);
    expect(of("RoutingStateChanged", "hello-00002").map(({ state }) => state)).toEqual(["reserve"]);
    // Active at 11.035, stored as 11 s. It was never used: parked at one pod until one stable window later, 71 s.
    const scaled = of("ScaledTo", "hello-00002");
    expect(scaled.map(({ to }) => to)).toEqual([0]);
    expect(scaled[0].t).toBeGreaterThanOrEqual(71);
    expect(scaled[0].t).toBeLessThan(71.1);
    expect(summary.revisions["hello-00002"].pods.started).toBe(1);
  });

  it("follows the second of two quick updates when it is ready, never the first", async () => {
    const { of } = await play(`
duration: 30s
${FIXED}
services: [{name: hello, image: example/hello:v1}]
apps:
  example/hello:v1: &app {serviceTime: 1ms, coldStart: ${coldStart("1s")}}
  example/hello:v2: {serviceTime: 1ms, coldStart: ${coldStart("10s")}}
  example/hello:v3: *app
events:
  - {at: 5s, kn: "service update hello --image example/hello:v2"}
  - {at: 6s, kn: "service update hello --image example/hello:v3"}
`);
    expect(of("RouteProgrammed").map(({ targets }) => (targets as string[][])[0][0])).toEqual([
      "hello-00001",
      "hello-00003",
    ]);
  });
});

describe("a service that a command creates", () => {
  it("answers 404 until its first revision is ready and routed", async () => {
    const { requests, times, summary } = await play(`
duration: 20s
${FIXED}
services: []
apps: {example/hello: {serviceTime: 1ms, coldStart: ${coldStart("1s")}}}
traffic: [{to: hello, process: even, rate: 100, until: 15s}]
events: [{at: 10s, kn: "service create hello --image example/hello"}]
`);
    // Service 20 ms, Configuration 10, container 1 s, revision 10, Configuration 10, Route 30, gateway 400 ms.
    expect(times("RouteProgrammed")).toEqual([11.48]);
    expect(countBy(requests, ({ status }) => status)).toEqual({ "200": 352, "404": 1_148 });
    expect(summary.services.hello.requests.offered).toBe(1_500);
  });
});

describe("a revision that traffic has left", () => {
  it("loses its min-scale and goes to zero; the new one keeps it", async () => {
    const { of, timeline } = await play(`
duration: 4m
overheads: none
services: [{name: hello, image: example/hello:v1, annotations: {autoscaling.knative.dev/min-scale: "2"}}]
apps: {example/hello: {coldStart: ${coldStart("1s")}}}
events: [{at: 2m, kn: "service update hello --image example/hello:v2"}]
`);
    expect(of("RoutingStateChanged").map(({ t, revision, state }) => [t, revision, state])).toEqual([
      [121, "hello-00001", "reserve"],
    ]);
    expect(of("ScaledTo", "hello-00001").at(-1)?.to).toBe(0);
    expect(of("ScaledTo", "hello-00001").at(-1)?.t).toBeLessThan(125);
    const last = timeline().filter(({ t }) => t === 239);
    expect(last.map(({ revision, podsReady, percent }) => [revision, podsReady, percent])).toEqual([
      ["hello-00001", 0, 0],
      ["hello-00002", 2, 100],
    ]);
  });

  it("is collected when there are more than the limit, the one that was left first first", async () => {
    const updates = [20, 30, 40, 50].map((at, i) => `  - {at: ${at}s, kn: "service update hello --env STEP=${i}"}`);
    const { of } = await play(`
duration: 2m
overheads: none
knative: {config-gc: {min-non-active-revisions: "0", max-non-active-revisions: "2"}}
services: [{name: hello, image: example/hello}]
apps: {example/hello: {coldStart: ${coldStart("1s")}}}
events:
${updates.join("\n")}
`);
    expect(of("RevisionDeleted").map(({ revision, cause }) => [revision, cause])).toEqual([
      ["hello-00001", "gc"],
      ["hello-00002", "gc"],
    ]);
    // Left at 21, 31, 41 s: the third that nobody needs makes one too many, and so does the fourth at 51 s.
    expect(of("RevisionDeleted").map(({ t }) => t)).toEqual([41, 51]);
  });
});

describe("a gradual rollout", () => {
  const rollout = (percent: number, durationSeconds: number, networkDelay: string, events = "") => `
duration: 10m
overheads: none
knative: {config-network: {rollout-duration: "${durationSeconds}"}}
cluster: {latencies: {ingress: ${networkDelay}}}
services:
  - name: hello
    image: example/hello:v1
    traffic: ${
      percent === 100
        ? "[{latestRevision: true, percent: 100}]"
        : `[{latestRevision: true, percent: ${percent}}, {revisionName: hello-00001, percent: ${100 - percent}, tag: old}]`
    }
apps: {example/hello: {coldStart: ${coldStart("1s")}}}
events:
  - {at: 30s, kn: "service update hello --image example/hello:v2"}
${events}`;

  // knative/control-plane.md §10.3, measured with upstream's algorithm.
  it.each([
    [100, 120, "3s", 102],
    [100, 120, "400ms", 119.4],
    [100, 380, "1s", 380],
    [100, 60, "20s", 60],
    [100, 50, "6s", 54],
    [100, 10, "15s", 16],
    [60, 120, "2s", 120],
  ])("of %i % over %i s with a network that takes %s ends after %f s", async (percent, duration, delay, end) => {
    const { times } = await play(rollout(percent, duration, delay));
    // The container takes 1 s; everything else in the control plane takes no time.
    expect(times("RolloutStarted")).toEqual([31]);
    // Steps are timed in whole µs, upstream's in ns.
    expect(times("RolloutFinished")).toEqual([expect.closeTo(31 + end, 3)]);
  });

  it("moves 3 % every 3 s when the network takes 3 s for the first percent", async () => {
    const { of } = await play(rollout(100, 120, "3s"));
    const steps = of("RolloutStep").map(({ t, percents }) => [t - 31, percents]);
    expect(steps.slice(0, 3)).toEqual([
      [
        6,
        [
          ["hello-00001", 96],
          ["hello-00002", 4],
        ],
      ],
      [
        9,
        [
          ["hello-00001", 93],
          ["hello-00002", 7],
        ],
      ],
      [
        12,
        [
          ["hello-00001", 90],
          ["hello-00002", 10],
        ],
      ],
    ]);
    expect(steps.at(-1)).toEqual([
      99,
      [
        ["hello-00001", 3],
        ["hello-00002", 97],
      ],
    ]);
    // The gateway serves each split 3 s after the route was told.
    expect(of("RouteProgrammed").at(-1)).toMatchObject({ t: 31 + 105, targets: [["hello-00002", 100, ""]] });
  });

  it("drains the middle revision first when a third one comes", async () => {
    // The third is ready at 60.5 s of the rollout, after the step at 60 s: 42 / 58.
    const { of, times } = await play(
      rollout(100, 120, "3s", '  - {at: 90.5s, kn: "service update hello --image example/hello:v3"}'),
    );
    expect(of("RolloutStep").find(({ t }) => t === 31 + 60)?.percents).toEqual([
      ["hello-00001", 42],
      ["hello-00002", 58],
    ]);
    expect(of("RolloutStarted").find(({ t }) => t === 31 + 60.5)?.percents).toEqual([
      ["hello-00001", 42],
      ["hello-00002", 57],
      ["hello-00003", 1],
    ]);
    expect(of("RolloutStep").find(({ t }) => t === 31 + 66.5)?.percents).toEqual([
      ["hello-00001", 42],
      ["hello-00002", 54],
      ["hello-00003", 4],
    ]);
    expect(times("RolloutFinished")).toEqual([31 + 60.5 + 102]);
  });

  it("of a single percent happens at once", async () => {
    const { of, times } = await play(rollout(1, 120, "3s"));
    expect(of("RolloutStarted")).toEqual([]);
    expect(times("RouteProgrammed")).toEqual([0, 34]);
  });

  it("goes on when the revision that takes over is deleted and made again in the midst of it", async () => {
    const { of } = await play(rollout(100, 20, "0s", '  - {at: 35s, kn: "revision delete hello-00002"}'));
    expect(of("RevisionCreated")).toHaveLength(3);
    expect(of("RolloutFinished").at(-1)?.t).toBeLessThan(31 + 35);
    expect(of("RouteProgrammed").at(-1)?.targets).toEqual([["hello-00002", 100, ""]]);
  });

  it("keeps the old revision reachable until it is over", async () => {
    const { times } = await play(rollout(100, 120, "3s"));
    // Demoted when the gateway serves the last split.
    expect(times("RoutingStateChanged", "hello-00001")).toEqual([31 + 105]);
  });
});

describe("a service that is deleted", () => {
  const body = `
duration: 1m
${FIXED}
services: [{name: hello, image: example/hello:v1}]
apps: {example/hello: {serviceTime: 2s, coldStart: ${coldStart("20s")}}}
`;

  it("answers 404 when the gateway has forgotten it; requests in pods finish, and pods drain", async () => {
    const { requests, times } = await play(`${body}
traffic: [{to: hello, process: even, rate: 10, from: 5s, until: 15s}]
events: [{at: 10s, kn: "service delete hello"}]
`);
    const lost = requests.filter(({ arrivalUs }) => arrivalUs >= 10.4e6);
    expect(countBy(requests, ({ status }) => status)).toEqual({ "200": 54, "404": 46 });
    expect(lost.map(({ status, revision }) => status + revision)).toEqual(lost.map(() => "404"));
    expect(times("RevisionDeleted")).toEqual([10.4]);
    expect(times("PodTerminating")).toEqual([10.4]);
    expect(times("PodDeleted")).toEqual([40.4]);
  });

  it("ends those waiting in the activator with an empty 500", async () => {
    const { requests, texts } = await play(`${body.replace("image:", "start: zero, image:")}
traffic: [{to: hello, at: [5s, 10.2s, 10.5s]}]
events: [{at: 10s, kn: "service delete hello"}]
`);
    expect(requests.map(({ status, latencyUs }) => [status, latencyUs])).toEqual([
      ["500", 5.4e6],
      ["500", 0.2e6],
      ["404", 0],
    ]);
    expect(texts.size).toBe(0);
  });

  it("ends a request that is on its way into the activator with a 500 too", async () => {
    const { requests } = await play(`${body
      .replace("image:", "start: zero, image:")
      .replace("activator: 0s", "activator: 1s")}
traffic: [{to: hello, at: [10s]}]
events: [{at: 10s, kn: "service delete hello"}]
`);
    expect(requests.map(({ status, latencyUs }) => [status, latencyUs])).toEqual([["500", 1e6]]);
  });

  it("comes back under the same names and statistics", async () => {
    const { requests, events, summary } = await play(`${body}
traffic: [{to: hello, at: [5s, 12s, 45s]}]
events:
  - {at: 10s, kn: "service delete hello"}
  - {at: 15s, kn: "service create hello --image example/hello:v1"}
`);
    expect(requests.map(({ status, revision }) => [status, revision])).toEqual([
      ["200", "hello-00001"],
      ["404", ""],
      ["200", "hello-00001"],
    ]);
    expect(summary.revisions["hello-00001"].requests.offered).toBe(2);
    const names = events.filter(({ kind }) => kind === "PodCreated").map(({ pod }) => pod);
    expect(new Set(names).size).toBe(2);
  });

  it("may be created again before the gateway has forgotten the old one, which goes all the same", async () => {
    const { times, requests } = await play(`${body}
traffic: [{to: hello, at: [50s]}]
events:
  - {at: 10s, kn: "service delete hello"}
  - {at: 10.1s, kn: "service create hello --image example/hello:v1"}
`);
    // What the old service leaves behind does not keep its name from the new one: Service 20 ms, Configuration 10.
    expect(times("RevisionCreated")).toEqual([0, 10.13]);
    expect(times("RevisionDeleted")).toEqual([10.4]);
    expect(times("PodTerminating")).toEqual([10.4]);
    // Container 20 s, revision 10 ms, Configuration 10, Route 30, gateway 400 ms.
    expect(times("RouteProgrammed").at(-1)).toBe(30.58);
    expect(requests.map(({ status }) => status)).toEqual(["200"]);
  });
});

describe("a revision that is deleted", () => {
  const body = `
duration: 1m
${FIXED}
services: [{name: hello, image: example/hello:v1}]
apps: {example/hello: {serviceTime: 10ms, coldStart: ${coldStart("5s")}}}
`;

  it("answers 404 from the activator until it is made again, and is left for the older one that is ready", async () => {
    const { requests, texts } = await play(`${body}
traffic: [{to: hello, at: [19s, 20.005s, 20.2s, 21s]}]
events:
  - {at: 1s, kn: "service update hello --image example/hello:v2"}
  - {at: 20s, kn: "revision delete hello-00002"}
`);
    // Its template is still the present one: the Configuration makes it again after 10 ms, and the gateway knows it by its
    // name. The Route turns to the only ready one 30 ms later, and the gateway another 400 ms later.
    expect(requests.map(({ status, revision, cold }) => [status, revision, cold])).toEqual([
      ["200", "hello-00002", false],
      ["404", "hello-00002", false],
      ["200", "hello-00002", true],
      ["200", "hello-00001", false],
    ]);
    expect([...texts.values()]).toEqual([
      'Error getting active endpoint: revision.serving.knative.dev "hello-00002" not found\n',
    ]);
  });

  it("takes the traffic back when it is ready again", async () => {
    const { of, times } = await play(`${body}
events:
  - {at: 1s, kn: "service update hello --image example/hello:v2"}
  - {at: 20s, kn: "revision delete hello-00002"}
`);
    expect(of("RevisionCreated").map(({ revision }) => revision)).toEqual([
      "hello-00001",
      "hello-00002",
      "hello-00002",
    ]);
    expect(times("RevisionCreated").at(-1)).toBe(20.01);
    const programmed = of("RouteProgrammed").filter(({ t }) => t > 20.4);
    expect(programmed.map(({ t, targets }) => [t, (targets as string[][])[0][0]])).toEqual([
      [20.44, "hello-00001"],
      // Container 5 s, revision 10 ms, Configuration 10, Route 30, gateway 400.
      [25.46, "hello-00002"],
    ]);
  });
});

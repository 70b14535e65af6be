import { describe, expect, it } from "vitest";
import { coldStart, countBy, play } from "./played.js";

/** Every latency without spread: reconciles 5 ms, endpoints 100 ms, the gateway 400 ms. */
const FIXED = `
overheads: {ingress: 0s, activator: 0s, queueProxy: 0s}
cluster: {latencies: {reconcile: 5ms, endpoints: 100ms, ingress: 400ms}}
`;
const STAGES = "control: 30ms, schedule: 20ms, imagePull: 1s, containerStart: 1.9s, boot: 50ms, readiness: 450ms";
const minScale = (pods: number, more = "") => `annotations: {autoscaling.knative.dev/min-scale: "${pods}"${more}}`;

describe("a cold start", () => {
  it("is the sum of its stages from the pod's creation on", async () => {
    const { of, summary, requests } = await play(`
duration: 1m
${FIXED}
start: zero
services: [{name: hello, image: example/hello, app: {serviceTime: 10ms, coldStart: {${STAGES}}}}]
traffic: [{to: hello, at: [5s]}]
`);
    const [{ t: created }] = of("PodCreated");
    const [{ t: serving, stages }] = of("PodServing");
    // The image was there before the run; the activator learns the address 100 ms after the container's start, when the
    // port has listened for 50 ms.
    expect(stages).toEqual({ control: 30, schedule: 20, imagePull: 0, containerStart: 1900, boot: 50, detect: 50 });
    expect(created).toBe(5.035);
    expect(serving).toBeCloseTo(5.035 + 0.02 + 1.9 + 0.1, 9);
    expect(summary.coldStart).toMatchObject({ count: 1, mean: 2020, min: 2020, max: 2020 });
    // Kubernetes: listening at 50 ms, and 450 ms until it says so; the activator has used the pod for 400 ms.
    expect(of("PodReady")[0].t).toBeCloseTo(5.035 + 0.02 + 1.9 + 0.05 + 0.45, 9);
    expect(requests[0]).toMatchObject({ latencyUs: 5e3 + 30e3 + 2_020e3 + 10e3, cold: true });
  });

  it("pulls an image once on each node, whoever comes first; the others wait for that pull", async () => {
    const { of } = await play(`
duration: 2m
overheads: none
cluster: {nodes: [{count: 2, cpu: "4", memory: 8Gi}]}
services: [{name: hello, image: example/hello, start: new, ${minScale(4, ', autoscaling.knative.dev/initial-scale: "3"')}}]
apps: {example/hello: {coldStart: {control: 0s, schedule: {sequence: [0s, 1s, 2s, 3s]}, imagePull: 5s, containerStart: 1s, boot: 0s, readiness: 0s}}}
events: [{at: 1m, kill-pod: {service: hello}}]
`);
    const pulls = of("PodServing").map(({ node, stages }) => [node, (stages as { imagePull: number }).imagePull]);
    // Nodes in turn: scheduled at 0, 1, 2, 3 s on nodes 1, 2, 1, 2, whose pulls end at 5 and 6 s.
    expect(pulls).toEqual([
      ["node-1", 5_000],
      ["node-1", 3_000],
      ["node-2", 5_000],
      ["node-2", 3_000],
      ["node-1", 0],
    ]);
  });

  it("does not pull what a ready or sleeping service has on its nodes already, but does pull a new version", async () => {
    const { of } = await play(`
duration: 1m
overheads: none
start: zero
services: [{name: hello, image: "example/hello:v1", app: {coldStart: {control: 0s, schedule: 0s, imagePull: 7s, containerStart: 1s, boot: 0s, readiness: 0s}}}]
apps: {example/hello: {coldStart: {control: 0s, schedule: 0s, imagePull: 7s, containerStart: 1s, boot: 0s, readiness: 0s}}}
traffic: [{to: hello, at: [5s]}]
events: [{at: 10s, kn: "service update hello --image example/hello:v2"}]
`);
    expect(of("PodServing").map(({ revision, t }) => [revision, t])).toEqual([
      ["hello-00001", 6],
      ["hello-00002", 18],
    ]);
  });

  it("of a slow application: activators use the pod seconds before Kubernetes' 10 s grid calls it ready", async () => {
    const { of, requests, decisions } = await play(`
duration: 1m
overheads: none
start: zero
knative: {phases: zero}
services: [{name: hello, image: example/hello, app: {serviceTime: 1s, coldStart: {control: 0s, schedule: 0s, containerStart: 1s, boot: 5s, readiness: 0s}}}]
traffic: [{to: hello, at: [10s]}]
`);
    // Container at 11 s, port at 16 s: found by the queue-proxy's try at 16 s.
    expect(of("PodServing")[0].t).toBe(16);
    expect(requests[0]).toMatchObject({ activatorWaitUs: 6e6, latencyUs: 7e6 });
    // The kubelet's first checks fail; the next one is 10 s after the container's start.
    expect(of("PodReady")[0].t).toBe(21);
    expect(decisions.find(({ t }) => t === 20)?.ready).toBe(0);
    expect(decisions.find(({ t }) => t === 22)?.ready).toBe(1);
  });

  it("of an application that listens within two seconds: Kubernetes calls it ready at once", async () => {
    const { of } = await play(`
duration: 1m
overheads: none
start: zero
services: [{name: hello, image: example/hello, app: {coldStart: {control: 0s, schedule: 0s, containerStart: 1s, boot: 1.5s, readiness: 0s}}}]
traffic: [{to: hello, at: [10s]}]
`);
    expect(of("PodReady")[0].t).toBe(12.5);
  });
});

describe("a cluster with limited room", () => {
  // A pod asks for 400m and the queue-proxy's 25m: two fit on one CPU, not three.
  const resources = "resources: {requests: {cpu: 400m}}";

  it("leaves pods pending, and schedules them when room comes", async () => {
    const { of, times, timeline } = await play(`
duration: 1m30s
overheads: none
cluster: {nodes: [{cpu: "1", memory: 8Gi}]}
services:
  - {name: other, image: example/other, ${resources}, ${minScale(1)}}
  - {name: hello, image: example/hello, ${resources}, ${minScale(2)}, start: new}
apps:
  example/other: &app {coldStart: ${coldStart("1s")}}
  example/hello: *app
events: [{at: 20s, kn: "service delete other"}]
`);
    expect(times("PodUnschedulable", "hello-00001")).toEqual([0]);
    // The other service's idle pod drains for 30 s and holds its room meanwhile.
    expect(times("PodDeleted", "other-00001")).toEqual([50]);
    expect(times("PodScheduled", "hello-00001")).toEqual([0, 50]);
    expect(times("PodReady", "hello-00001")).toEqual([1, 51]);
    const row = timeline().find(({ t, revision }) => t === 30 && revision === "hello-00001");
    expect(row).toMatchObject({ podsReady: 1, podsStarting: 1 });
    expect(
      of("RouteProgrammed")
        .filter(({ service }) => service === "hello")
        .map(({ t }) => t),
    ).toEqual([51]);
  });

  it("forgets a pending pod that is not wanted any more", async () => {
    const { of, times } = await play(`
duration: 2m
overheads: none
cluster: {nodes: [{cpu: "1", memory: 8Gi}]}
knative: {config-autoscaler: {min-scale: "2"}}
services:
  - {name: hello, image: example/hello, ${resources}}
apps: {example/hello: {coldStart: ${coldStart("1s")}}}
events:
  - {at: 10s, set-config: {config-autoscaler: {min-scale: "3"}}}
  - {at: 20s, set-config: {config-autoscaler: {min-scale: "2"}}}
`);
    expect(times("PodUnschedulable")).toEqual([10]);
    // The one that runs nowhere goes first, and has nothing to drain.
    expect(of("PodTerminating").map(({ t, pod }) => [t, pod])).toEqual([[20, of("PodUnschedulable")[0].pod]]);
    expect(times("PodDeleted")).toEqual([20]);
    expect(times("PodScheduled")).toEqual([]);
  });
});

describe("pods that cannot be", () => {
  it("for want of room at the start are pending, the others ready", async () => {
    const { summary, of } = await play(`
duration: 1m
overheads: none
cluster: {nodes: [{cpu: "1", memory: 8Gi}]}
services: [{name: hello, image: example/hello, resources: {requests: {cpu: 400m}}, ${minScale(3)}}]
apps: {example/hello: {coldStart: ${coldStart("1s")}}}
`);
    expect(of("PodUnschedulable").map(({ t }) => t)).toEqual([0]);
    expect(summary.pods).toMatchObject({ maxReady: 2, maxTotal: 3, started: 0 });
  });

  it("for want of an application that listens are given up after the progress deadline and 30 s", async () => {
    const { of, requests } = await play(`
duration: 15m
overheads: none
start: new
services: [{name: hello, image: example/hello, annotations: {serving.knative.dev/progress-deadline: 100s}}]
apps: {example/hello: {coldStart: {control: 0s, schedule: 0s, containerStart: 1s, boot: 1h, readiness: 0s}}}
traffic: [{to: hello, at: [10m]}]
`);
    // Activating since 0 s; looked at every 130 s, and given up when it has lasted longer than that: at the second look.
    expect(of("ScaledTo")).toMatchObject([{ from: 1, to: 0, reason: "activationTimeout" }]);
    expect(of("ScaledTo")[0].t).toBeGreaterThanOrEqual(130);
    expect(of("ScaledTo")[0].t).toBeLessThanOrEqual(262);
    const inactive = of("ConditionChanged").filter(
      ({ object, type, status }) => object === "PodAutoscaler" && type === "Active" && status === "False",
    );
    expect(inactive[0]).toMatchObject({ reason: "TimedOut", message: "The target could not be activated." });
    expect(requests[0]).toMatchObject({ status: "404", revision: "" });
  });
});

describe("a pod that is scaled down", () => {
  // The cluster's min-scale falls from 2 to 1 at 10 s, and with it the number of pods.
  const shrinking = (timeoutSeconds: number, more: string) => `
duration: 2m
knative: {phases: zero, config-autoscaler: {min-scale: "2"}}
services:
  - name: hello
    image: example/hello
    timeoutSeconds: ${timeoutSeconds}
${more}
events: [{at: 10s, set-config: {config-autoscaler: {min-scale: "1"}}}]
`;

  it("drains for 30 s when it is idle, and is not replaced", async () => {
    const { times, summary } = await play(`overheads: none${shrinking(300, "")}`);
    expect(times("PodTerminating")).toEqual([10]);
    expect(times("PodDrained")).toEqual([40]);
    expect(times("PodDeleted")).toEqual([40]);
    expect(summary.pods).toMatchObject({ started: 0, maxReady: 2, maxTotal: 2 });
    // Two pods for 40 s, then one until 120 s.
    expect(summary.pods.podSeconds).toBe(2 * 40 + 80);
    expect(summary.pods.readySeconds).toBe(2 * 10 + 110);
  });

  it("starts its 30 s anew with every request that still comes", async () => {
    const { of, requests, summary } = await play(`
overheads: none
cluster: {latencies: {ingress: 5s}}
${shrinking(300, '    annotations: {autoscaling.knative.dev/target-burst-capacity: "0"}')}
traffic: [{to: hello, process: even, rate: 10, from: 8s}]
apps: {example/hello: {serviceTime: 1s}}
`);
    const [{ pod, t: marked }] = of("PodTerminating");
    expect(marked).toBe(10);
    // The gateway goes on sending to it until it knows better, 5 s later: every second of 10 requests a second.
    const last = Math.max(...requests.filter((request) => request.pod === pod).map(({ arrivalUs }) => arrivalUs));
    expect(last / 1e6).toBeGreaterThanOrEqual(14.8);
    expect(last / 1e6).toBeLessThan(15);
    expect(of("PodDeleted")[0]).toMatchObject({ t: last / 1e6 + 30, pod });
    expect(summary.requests.byStatus).toEqual({ "200": 1_120 });
  });

  it("waits after the drain for a request that takes longer", async () => {
    const { of, requests, summary } = await play(`
overheads: none
${shrinking(300, "")}
traffic: [{to: hello, at: [9s, 9s, 9s, 9s]}]
apps: {example/hello: {serviceTime: 45s}}
`);
    const [{ pod }] = of("PodTerminating");
    expect(requests.some((request) => request.pod === pod)).toBe(true);
    expect(of("PodDrained")[0]).toMatchObject({
      t: 40,
      inFlight: requests.filter((request) => request.pod === pod).length,
    });
    expect(of("PodDeleted")[0].t).toBe(54);
    expect(summary.requests.byStatus).toEqual({ "200": 4 });
  });

  describe("in the time that coldStart.termination says", () => {
    const ending = (termination: string, timeoutSeconds: number) => `
overheads: none
cluster: {latencies: {endpoints: 2s, ingress: 0s}}
${shrinking(timeoutSeconds, '    annotations: {autoscaling.knative.dev/target-burst-capacity: "-1"}')}
traffic: [{to: hello, process: even, rate: 10, from: 8s, until: 16s}]
apps: {example/hello: {serviceTime: 20s, coldStart: {termination: ${termination}}}}
`;

    it("stays until what is in flight there is done, and takes nothing new", async () => {
      const { of, requests, texts } = await play(ending("1s", 300));
      const [{ pod, t: marked }] = of("PodTerminating");
      const at = (request: { arrivalUs: number }) => request.arrivalUs / 1e6 - marked;
      const own = requests.filter((request) => request.pod === pod);
      expect(own.every((request) => request.status === "200" && at(request) <= 1)).toBe(true);
      expect(own.some((request) => at(request) > 0.5)).toBe(true);
      const last = Math.max(...own.map(({ arrivalUs }) => arrivalUs));
      expect(of("PodDeleted")[0]).toMatchObject({ t: last / 1e6 + 20, pod });
      // The activators go on sending to it until they learn of it, 2 s after the mark.
      const refused = requests.filter(({ status }) => status === "502");
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.every((request) => at(request) >= 1 && at(request) <= 2)).toBe(true);
      expect([...texts.values()].every((text) => text.endsWith("connect: connection refused\n"))).toBe(true);
    });

    it("is gone at once when nothing is, and at the end of the grace period at the latest", async () => {
      const { of } = await play(`overheads: none
${shrinking(300, "    app: {coldStart: {termination: 3s}}")}`);
      expect(of("PodDeleted")[0].t).toBe(13);
      const killed = await play(ending("1s", 10));
      expect(killed.of("PodKilled").map(({ t, cause }) => [t, cause])).toEqual([[20, "gracePeriod"]]);
    });
  });

  it("is killed at the end of its grace period, the revision's timeoutSeconds, before its drain ends", async () => {
    const { of } = await play(`overheads: none${shrinking(10, "")}`);
    expect(of("PodKilled").map(({ t, cause }) => [t, cause])).toEqual([[20, "gracePeriod"]]);
    expect(of("PodDeleted").map(({ t }) => t)).toEqual([20]);
    expect(of("PodCreated").filter(({ t }) => t > 0)).toEqual([]);
  });

  it.each([
    ["proxy", "502", "-1", "EOF\n"],
    [
      "serve",
      "503",
      "0",
      "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    ],
  ])("killed then on the %s path: what is in flight ends with %s", async (mode, status, burst, text) => {
    const { of, requests, texts } = await play(`
overheads: none
cluster: {latencies: {endpoints: 2s, ingress: 0s}}
${shrinking(10, `    annotations: {autoscaling.knative.dev/target-burst-capacity: "${burst}"}`)}
traffic: [{to: hello, process: even, rate: 10, from: 8s, until: 16s}]
apps: {example/hello: {serviceTime: 9s}}
`);
    const [{ pod, t: marked }] = of("PodTerminating");
    const [{ t: killed }] = of("PodKilled");
    expect(killed).toBe(marked + 10);
    // 9 s of work, begun up to 2 s after the mark: whoever came in the second second is cut off.
    const lost = requests.filter((request) => request.status !== "200");
    expect(lost.length).toBeGreaterThan(0);
    for (const request of lost) {
      expect(request).toMatchObject({ pod, mode, status, latencyUs: killed * 1e6 - request.arrivalUs });
      expect(request.arrivalUs).toBeGreaterThanOrEqual((killed - 9) * 1e6);
    }
    expect([...new Set(texts.values())]).toEqual([text]);
  });
});

describe("a pod that is killed", () => {
  const body = (burst: string, latencies: string, concurrency = 0) => `
duration: 1m
overheads: none
${latencies}
knative: {phases: zero}
services:
  - name: hello
    image: example/hello
    containerConcurrency: ${concurrency}
    ${minScale(2, `, autoscaling.knative.dev/target-burst-capacity: "${burst}"`)}
apps: {example/hello: {serviceTime: 1s, coldStart: ${coldStart("2s")}}}
events: [{at: 10.5s, kill-pod: {service: hello}}]
`;

  it("on the proxy path fails what it had in flight with 502 and is replaced at once", async () => {
    const { of, requests, texts } = await play(`${body("-1", "")}
traffic: [{to: hello, clients: 20, requests: 20, from: 10s}, {to: hello, process: even, rate: 10, from: 11s}]
`);
    expect(of("PodKilled").map(({ t, inFlight }) => [t, inFlight])).toEqual([[10.5, 10]]);
    expect(of("PodCreated").map(({ t }) => t)).toEqual([0, 0, 10.5]);
    expect(of("PodReady").map(({ t }) => t)).toEqual([0, 0, 12.5]);
    expect(countBy(requests, ({ status }) => status)["502"]).toBe(10);
    expect([...texts.values()]).toEqual(Array(10).fill("EOF\n"));
    expect(requests.filter(({ status }) => status === "502").every(({ latencyUs }) => latencyUs === 0.5e6)).toBe(true);
  });

  it("on the serve path fails what it had in flight with 503", async () => {
    const { requests, texts } = await play(`${body("0", "")}
traffic: [{to: hello, clients: 20, requests: 20, from: 10s}]
`);
    expect(countBy(requests, ({ status, mode }) => `${status} ${mode}`)).toEqual({ "200 serve": 10, "503 serve": 10 });
    expect(new Set(texts.values()).size).toBe(1);
  });

  it("spares those who wait in the activator, when that learns of it at once", async () => {
    const { requests } = await play(`${body("-1", "", 1)}
traffic: [{to: hello, clients: 10, requests: 10, from: 10s}]
`);
    expect(countBy(requests, ({ status }) => status)).toEqual({ "200": 9, "502": 1 });
  });

  it("gets requests until the activator learns of it: connection refused", async () => {
    const { requests, texts } = await play(`${body("-1", "cluster: {latencies: {endpoints: 200ms}}")}
traffic: [{to: hello, process: even, rate: 100, from: 10s, until: 12s}]
`);
    const refused = requests.filter(({ latencyUs }) => latencyUs === 0);
    // 100 a second for 0.2 s, until 10.7 s; without a limit the choice of two sends them where nothing is in flight.
    expect(refused).toHaveLength(20);
    expect(
      refused.every(({ status, arrivalUs }) => status === "502" && arrivalUs >= 10.5e6 && arrivalUs < 10.7e6),
    ).toBe(true);
    expect(
      [...texts.values()].filter((text) => /^dial tcp 10\.100\.0\.2:8012: connect: connection refused\n$/.test(text)),
    ).toHaveLength(20);
  });

  it("gets requests from the gateway until that learns of it: connection failure", async () => {
    const { requests, texts } = await play(`${body("0", "cluster: {latencies: {ingress: 200ms}}")}
traffic: [{to: hello, process: even, rate: 100, from: 10s, until: 12s}]
`);
    const refused = requests.filter(({ latencyUs }) => latencyUs === 0);
    // Every second of the 20 requests until 10.7 s.
    expect(refused).toHaveLength(10);
    expect(refused.every(({ status }) => status === "503")).toBe(true);
    expect([...texts.values()].filter((text) => text.endsWith("reset reason: connection failure"))).toHaveLength(10);
  });

  it("may be any, or all of them", async () => {
    const { of, summary } = await play(`
duration: 1m
overheads: none
services: [{name: hello, image: example/hello, ${minScale(5)}}]
apps: {example/hello: {coldStart: ${coldStart("1s")}}}
events:
  - {at: 10s, kill-pod: {service: hello, count: 2, pick: random}}
  - {at: 20s, kill-pod: {revision: hello-00001, count: all}}
  - {at: 20.5s, kill-pod: {service: hello, count: 6}}
`);
    expect(countBy(of("PodKilled"), ({ t }) => String(t))).toEqual({ "10": 2, "20": 5, "20.5": 5 });
    // The last kill found pods that were still starting; one fewer than it was to kill.
    expect(summary.warnings.map(({ id, message }) => [id, message])).toContainEqual([
      "W-event",
      "kill-pod: only 5 of 6 pods were there to kill",
    ]);
    expect(summary.pods.maxReady).toBe(5);
  });
});

describe("scale-down", () => {
  it("takes starting pods before ready ones, and the one ready for the shortest time before older ones", async () => {
    const { of } = await play(`
duration: 4m
overheads: none
knative: {config-autoscaler: {min-scale: "2"}}
services: [{name: hello, image: example/hello}]
apps: {example/hello: {coldStart: ${coldStart("5s")}}}
events:
  - {at: 1m30s, set-config: {config-autoscaler: {min-scale: "3"}}}
  - {at: 1m40s, set-config: {config-autoscaler: {min-scale: "4"}}}
  - {at: 1m42s, set-config: {config-autoscaler: {min-scale: "3"}}}
  - {at: 1m50s, set-config: {config-autoscaler: {min-scale: "2"}}}
`);
    const created = of("PodCreated");
    expect(created.map(({ t }) => t)).toEqual([0, 0, 90, 100]);
    // At 102 s the fourth still starts; at 110 s the third has been ready for 15 s, the others for 110 s.
    expect(of("PodTerminating").map(({ t, pod }) => [t, pod])).toEqual([
      [102, created[3].pod],
      [110, created[2].pod],
    ]);
    // Its containers do not run yet: nothing to drain.
    expect(of("PodDeleted").map(({ t }) => t)).toEqual([102, 140]);
  });

  it("takes back pods whose creation is still under way", async () => {
    const { of } = await play(`
duration: 1m
overheads: none
knative: {config-autoscaler: {min-scale: "1"}}
services: [{name: hello, image: example/hello}]
apps: {example/hello: {coldStart: {control: 2s}}}
events:
  - {at: 10s, set-config: {config-autoscaler: {min-scale: "3"}}}
  - {at: 11s, set-config: {config-autoscaler: {min-scale: "1"}}}
`);
    expect(of("ScaledTo").map(({ t, to }) => [t, to])).toEqual([
      [10, 3],
      [11, 1],
    ]);
    expect(of("PodCreated").map(({ t }) => t)).toEqual([0]);
    expect(of("PodTerminating")).toEqual([]);
  });
});

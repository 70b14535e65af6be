import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSimulation } from "../../src/index.js";
import { loadScenarioText } from "../../src/scenario/load.js";
import { type Played, play, scenario } from "./played.js";

/** Things that can be done to a cluster with the services hello and other, in the words of a scenario. */
const action = fc.oneof(
  fc.constantFrom(
    'kn: "service update hello --image example/hello:v2"',
    'kn: "service update hello --env STEP=1 --concurrency-limit 2"',
    'kn: "service update hello --concurrency-limit 0 --scale-min 2"',
    'kn: "service update hello --scale-init 3 --annotation serving.knative.dev/rollout-duration=20s"',
    'kn: "service update hello --traffic hello-00001=30 --traffic @latest=70"',
    'kn: "service update hello --traffic @latest=100"',
    'kn: "service update hello --traffic hello-00002=100 --tag hello-00001=canary"',
    'kn: "service update hello --untag canary"',
    'kn: "service delete hello"',
    'kn: "service create hello --image example/hello"',
    'kn: "service apply hello --image example/hello:v3"',
    'kn: "revision delete hello-00001"',
    'kn: "revision delete hello-00002"',
    'kn: "service delete other"',
    'kn: "service update hello --revision-name hello-green"',
    "kill-pod: {service: hello}",
    "kill-pod: {service: hello, count: all}",
    "kill-pod: {service: other, count: 2, pick: random}",
    "restart: autoscaler",
    "restart: {autoscaler: 1, for: 30s}",
    "restart: {activator: 1, for: 10s}",
    "restart: {activator: 2, for: 25s}",
    "set-config: {config-autoscaler: {stable-window: 10s}}",
    'set-config: {config-autoscaler: {min-scale: "3", max-scale: "8"}}',
    'set-config: {config-autoscaler: {target-burst-capacity: "0", min-scale: "0"}}',
    'set-config: {config-autoscaler: {target-burst-capacity: "-1", enable-scale-to-zero: "false"}}',
    'set-config: {config-network: {rollout-duration: "15"}}',
    'set-config: {config-gc: {min-non-active-revisions: "0", max-non-active-revisions: "1"}}',
    "set-app: {image: example/hello, serviceTime: 3s, cpu: 0.5}",
    "set-app: {image: example/hello, serviceTime: 50ms, queueDepth: 1}",
    "reachability: {revision: hello-00001, is: Unreachable}",
    "reachability: {revision: hello-00001, is: Reachable}",
    // Whether the node is there then is left open: it may be refused.
    'node: {drain: node-1}, expectError: ""',
    'node: {remove: node-2}, expectError: ""',
    'node: {add: node-1}, expectError: ""',
    'node: {add: node-3}, expectError: ""',
  ),
);

const scenarioWith = fc.record({
  events: fc.array(fc.tuple(fc.integer({ min: 0, max: 89_999 }), action), { maxLength: 25 }),
  start: fc.constantFrom("ready", "zero", "new"),
  concurrency: fc.constantFrom(0, 1, 2, 10),
  burst: fc.constantFrom("-1", "0", "20", "211"),
  activators: fc.integer({ min: 1, max: 3 }),
  latencies: fc.constantFrom(
    "none",
    "{reconcile: 0s, endpoints: 0s, ingress: 0s}",
    "{reconcile: 5ms, endpoints: 100ms, ingress: 400ms}",
    "{reconcile: {exponential: {mean: 20ms}}, endpoints: {exponential: {mean: 500ms}}, ingress: {exponential: {mean: 1s}}}",
  ),
  nodes: fc.constantFrom("", ', nodes: [{count: 2, cpu: "1", memory: 4Gi}]'),
  timeoutSeconds: fc.constantFrom(2, 20, 300),
  cpu: fc.constantFrom(0, 0.5, 1),
  termination: fc.constantFrom("", ", termination: 0s", ", termination: 5s"),
  overheads: fc.constantFrom("none", "{ingress: {exponential: {mean: 50ms}}, activator: {exponential: {mean: 100ms}}}"),
  phases: fc.constantFrom("zero", "random"),
  seed: fc.nat(),
});

type Setting = typeof scenarioWith extends fc.Arbitrary<infer T> ? T : never;

const bodyOf = ({ events, ...setting }: Setting, duration = "90s") => `
duration: ${duration}
overheads: ${setting.overheads}
start: ${setting.start}
seed: ${setting.seed}
knative: {phases: ${setting.phases}, activators: ${setting.activators}}
cluster: {latencies: ${setting.latencies}${setting.nodes}}
services:
  - name: hello
    image: example/hello
    containerConcurrency: ${setting.concurrency}
    timeoutSeconds: ${setting.timeoutSeconds}
    resources: {requests: {cpu: 200m}}
    annotations: {autoscaling.knative.dev/target-burst-capacity: "${setting.burst}", autoscaling.knative.dev/window: 15s, autoscaling.knative.dev/max-scale: "12"}
  - {name: other, image: example/other, resources: {requests: {cpu: 200m}}}
apps:
  example/hello: {serviceTime: {exponential: {mean: 300ms}}, cpu: ${setting.cpu}, coldStart: {imagePull: 1s${setting.termination}}}
  example/other: {serviceTime: 5s}
traffic:
  - {to: hello, rate: {steps: [[0s, 5], [20s, 60], [40s, 0], [60s, 20]]}, retries: {max: 2, backoff: 50ms}}
  - {to: {service: hello, tag: canary}, rate: 2}
  - {to: hello, clients: 3, think: 200ms, timeout: 1s, name: hasty}
  - {to: other, rate: {steps: [[10s, 4], [50s, 0]]}}
events:
${events.map(([ms, what]) => `  - {at: ${ms}ms, ${what}}`).join("\n")}
`;

describe("whatever is done to a cluster", () => {
  it("no request is lost, every pod ends once, and nothing stands still", async () => {
    await fc.assert(
      fc.asyncProperty(scenarioWith, async (setting) => check(await play(bodyOf(setting)), setting)),
      { numRuns: 12, seed: 1 },
    );
  });

  it("in the end a service's latest revision is ready, and its route is unless it points to nothing", async () => {
    await fc.assert(
      fc.asyncProperty(scenarioWith, async (setting) => {
        const text = scenario(bodyOf({ ...setting, nodes: "" }, "7m"));
        const simulation = createSimulation((await loadScenarioText(text, {})).scenario);
        simulation.runUntil("6m59s");
        for (const { exists, name, latestCreatedRevision, latestReadyRevision, revisions } of simulation.state()
          .services) {
          if (!exists) continue;
          expect(latestReadyRevision).toBe(latestCreatedRevision);
          expect(revisions.find((revision) => revision.name === latestCreatedRevision)?.isReady).toBe(true);
          const route = simulation.objects().route(name)!;
          const status = (type: string) => route.conditions.find((condition) => condition.type === type)?.status;
          if (status("AllTrafficAssigned") === "True") expect(status("Ready")).toBe("True");
          else expect(status("AllTrafficAssigned")).toBe("False");
        }
      }),
      { numRuns: 12, seed: 2 },
    );
  });
});

function check({ summary, requests, events }: Played, { termination }: Setting): void {
  const { offered, completed, failed, inFlight } = summary.requests;
  expect(offered).toBe(requests.length);
  expect(completed + failed + inFlight).toBe(offered);
  // A timer of at most 300 s ends whatever is in flight.
  expect(inFlight).toBe(0);
  expect(summary.drainedAt).toBeLessThanOrEqual(90 + 300 + 10);
  const spent = requests.reduce((sum, { latencyUs }) => sum + (latencyUs ?? 0), 0);
  expect(summary.inFlight.requestSeconds).toBeCloseTo(spent / 1e6, 3);
  expect(summary.pods.podSeconds).toBeGreaterThanOrEqual(summary.pods.readySeconds);
  expect(summary.pods.maxTotal).toBeGreaterThanOrEqual(summary.pods.maxReady);

  const seen = new Map<string, string>();
  const servesFrom = new Map<string, number>();
  const goneAt = new Map<string, number>();
  for (const { t, kind, pod } of events) {
    if (pod === undefined) continue;
    // Able to serve: found by an activator, or ready for Kubernetes.
    if ((kind === "PodServing" || kind === "PodReady") && !servesFrom.has(pod)) servesFrom.set(pod, t);
    if (kind === "PodDeleted") goneAt.set(pod, t);
    const before = seen.get(pod);
    expect(before, `${kind} of a pod that is gone`).not.toBe("PodDeleted");
    if (kind === "PodCreated") expect(before).toBeUndefined();
    else expect(before, `${kind} before creation`).toBeDefined();
    seen.set(pod, kind);
  }
  for (const { arrivalUs, latencyUs, status, pod, serviceUs, revision, mode, activatorWaitUs } of requests) {
    if (mode === "serve") expect(activatorWaitUs).toBeNull();
    if (status === "200" || serviceUs! > 0) {
      expect(pod.startsWith(`${revision}-deployment-`)).toBe(true);
      const startedAt = (arrivalUs + latencyUs! - serviceUs!) / 1e6;
      expect(startedAt).toBeGreaterThanOrEqual(servesFrom.get(pod)! - 1e-6);
      // A pod whose end takes a given time takes nothing along: what it has in flight goes on.
      if (termination === "")
        expect(startedAt).toBeLessThanOrEqual((goneAt.get(pod) ?? Number.POSITIVE_INFINITY) + 1e-6);
    }
    if (status === "404") expect(pod).toBe("");
  }
}

import { describe, expect, it } from "vitest";
import { brief, cluster, FIXED, message, QUICK } from "./cluster.js";

const EMPTY = `${FIXED}apps: {example/hello: {${QUICK}}}\n`;
const HELLO = `${EMPTY}services: [{name: hello, image: example/hello:v1}]\n`;

const CONFIGURATION = "The Configuration is still working to reflect the latest desired specification.";
const ROUTE = "The Route is still working to reflect the latest desired specification.";
const WAITING = 'Configuration "hello" is waiting for a Revision to become ready.';
const NOT_MIGRATED = "Traffic is not yet migrated to the latest revision.";
const NO_INGRESS = "Ingress has not yet been reconciled.";
const BALANCER = "Waiting for load balancer to be ready";

describe("what kn shows while it waits", () => {
  // Passes in reconcile latencies of 5 ms: service 4, configuration 2, revision 2, route 6. The load balancer's line comes
  // after a fifth of the 400 ms that the gateway takes.
  it("for a new service", async () => {
    const { simulation, kn, progress } = await cluster(EMPTY);
    simulation.runUntil(10);
    expect(kn("service create hello --image example/hello")).toBeNull();
    simulation.runUntil(20);
    // Configuration reconciled at 10.03, container ready at 11.03, revision 11.04, configuration 11.05, route 11.08.
    expect(progress("hello")).toEqual([
      [10.02, CONFIGURATION],
      [10.04, ROUTE],
      [10.09, WAITING],
      [11.07, WAITING],
      [11.1, NO_INGRESS],
      [11.18, BALANCER],
      [11.5, "Ready"],
    ]);
  });

  it("for a changed template: nothing while the revision starts", async () => {
    const { simulation, kn, progress } = await cluster(HELLO);
    simulation.runUntil(10);
    kn("service update hello --env TARGET=Second");
    simulation.runUntil(20);
    expect(progress("hello").filter(([t]) => t > 1)).toEqual([
      [10.02, CONFIGURATION],
      [11.07, NOT_MIGRATED],
      [11.1, NO_INGRESS],
      [11.18, BALANCER],
      [11.5, "Ready"],
    ]);
  });

  it("for changed traffic, which leaves the age of ConfigurationsReady alone", async () => {
    const { simulation, kn, progress } = await cluster(HELLO);
    kn("service update hello --env TARGET=Second");
    simulation.runUntil(10);
    const before = simulation.objects().service("hello")!;
    kn("service update hello --traffic hello-00001=50 --traffic hello-00002=50");
    simulation.runUntil(20);
    expect(progress("hello").filter(([t]) => t > 9)).toEqual([
      [10.02, ROUTE],
      [10.07, NO_INGRESS],
      [10.15, BALANCER],
      [10.47, "Ready"],
    ]);
    const after = simulation.objects().service("hello")!;
    expect(after.conditions[0]).toBe(before.conditions[0]);
    expect(after.conditions[0].type).toBe("ConfigurationsReady");
    expect(after.conditions.map(({ lastTransitionUs }) => lastTransitionUs)).toEqual([1e6, 10e6, 10e6]);
    expect([before.generation, after.generation, after.observedGeneration]).toEqual([2, 3, 3]);
    expect(simulation.objects().configurations()[0].generation).toBe(2);
  });

  it("for a revision pinned by traffic: ready without moving any", async () => {
    const { simulation, kn, progress } = await cluster(HELLO);
    kn("service update hello --traffic hello-00001=100");
    simulation.runUntil(10);
    kn("service update hello --image example/hello:v2");
    simulation.runUntil(20);
    expect(progress("hello").filter(([t]) => t > 9)).toEqual([
      [10.02, CONFIGURATION],
      [11.07, "Ready"],
    ]);
    expect(simulation.objects().service("hello")).toMatchObject({
      latestReadyRevision: "hello-00002",
      traffic: [{ revisionName: "hello-00001", percent: 100, latestRevision: false }],
    });
  });

  it("during a gradual rollout: the same line with every step", async () => {
    const { simulation, kn, progress } = await cluster(HELLO);
    kn("service update hello --annotation-service serving.knative.dev/rollout-duration=10s --image example/hello:v2");
    simulation.runUntil(20);
    const lines = progress("hello").filter(([t]) => t > 1.05);
    expect(lines[0][1]).toBe(NOT_MIGRATED);
    expect(new Set(lines.slice(1, -1).map(([, text]) => text))).toEqual(
      new Set(["A gradual rollout of the latest revision(s) is in progress.", NO_INGRESS, BALANCER]),
    );
    expect(lines.at(-1)?.[1]).toBe("Ready");
    expect(lines.length).toBeGreaterThan(10);
  });
});

describe("the conditions of a service and its parts", () => {
  it("are all True in the end, with the reason of the one that always has one", async () => {
    const { simulation, kn } = await cluster(EMPTY);
    kn("service create hello --image example/hello");
    simulation.runUntil(10);
    const objects = simulation.objects();
    expect(brief(objects.service("hello")!.conditions)).toEqual([
      "ConfigurationsReady True",
      "Ready True",
      "RoutesReady True",
    ]);
    expect(brief(objects.configurations()[0].conditions)).toEqual(["Ready True"]);
    expect(brief(objects.route("hello")!.conditions)).toEqual([
      "AllTrafficAssigned True",
      "CertificateProvisioned True TLSNotEnabled",
      "IngressReady True",
      "Ready True",
    ]);
    expect(brief(objects.revision("hello-00001")!.conditions)).toEqual([
      "Active True",
      "ContainerHealthy True",
      "Ready True",
      "ResourcesAvailable True",
    ]);
    expect(brief(objects.podAutoscalers()[0].conditions)).toEqual([
      "Active True",
      "Ready True",
      "SKSReady True",
      "ScaleTargetInitialized True",
    ]);
    expect(brief(objects.serverlessServices()[0].conditions)).toEqual([
      "ActivatorEndpointsPopulated True",
      "EndpointsPopulated True",
      "Ready True",
    ]);
  });

  it("are the same for a service that is ready from the beginning", async () => {
    const { simulation } = await cluster(HELLO);
    const objects = simulation.objects();
    for (const { conditions } of [
      ...objects.services(),
      ...objects.configurations(),
      ...objects.routes(),
      ...objects.revisions(),
      ...objects.podAutoscalers(),
    ]) {
      expect(conditions.length).toBeGreaterThan(0);
      expect(conditions.filter(({ status }) => status !== "True")).toEqual([]);
    }
  });

  it("show an idle revision as Ready and inactive; waking it touches no other condition", async () => {
    const { simulation } = await cluster(`${HELLO}traffic: [{to: hello, at: [200s]}]\n`);
    simulation.runUntil(199);
    const idle = simulation.objects().revision("hello-00001")!;
    expect(brief(idle.conditions)).toEqual([
      "Active False NoTraffic",
      "ContainerHealthy True",
      "Ready True",
      "ResourcesAvailable True",
    ]);
    expect(message(idle.conditions, "Active")).toBe("The target is not receiving traffic.");
    expect(idle.conditions.map(({ severity }) => severity)).toEqual(["Info", "", "", ""]);
    expect([idle.actualReplicas, idle.desiredReplicas]).toEqual([0, 0]);
    simulation.runUntil(200.5);
    const waking = simulation.objects().revision("hello-00001")!;
    expect(waking.conditions[0]).toMatchObject({
      status: "Unknown",
      reason: "Queued",
      message: "Requests to the target are being buffered as resources are provisioned.",
    });
    simulation.runUntil(203);
    const active = simulation.objects().revision("hello-00001")!;
    expect(active.conditions[0].status).toBe("True");
    expect(active.conditions.slice(1)).toEqual(idle.conditions.slice(1));
    expect([active.actualReplicas, active.desiredReplicas]).toEqual([1, 1]);
  });

  it("follow a revision's start from its image's digest to its Deployment", async () => {
    const { simulation, kn } = await cluster(EMPTY);
    kn("service create hello --image example/hello");
    simulation.runUntil(0.035);
    const young = simulation.objects().revision("hello-00001")!;
    expect(brief(young.conditions)).toEqual([
      "ContainerHealthy Unknown",
      "Ready Unknown ResolvingDigests",
      "ResourcesAvailable Unknown ResolvingDigests",
    ]);
    simulation.runUntil(0.5);
    expect(brief(simulation.objects().revision("hello-00001")!.conditions)).toEqual([
      "Active Unknown Queued",
      "ContainerHealthy Unknown Deploying",
      "Ready Unknown Deploying",
      "ResourcesAvailable Unknown Deploying",
    ]);
    expect(brief(simulation.objects().podAutoscalers()[0].conditions)).toEqual([
      "Active Unknown Queued",
      "Ready Unknown Queued",
      "SKSReady Unknown NotReady",
      "ScaleTargetInitialized Unknown",
    ]);
    expect(message(simulation.objects().serverlessServices()[0].conditions)).toBe("K8s Service is not ready");
  });
});

import { describe, expect, it } from "vitest";
import { play } from "../played.js";
import { brief, cluster, FIXED, message, QUICK, turned } from "./cluster.js";

const GOOD = `example/good: {serviceTime: 10ms, ${QUICK}}`;

/** A service of a good image, and one image with a fault. */
function withFault(fault: string, more = ""): string {
  return `${FIXED}${more}
apps: {${GOOD}, example/bad: {${QUICK}, fault: ${fault}}}
services: [{name: hello, image: example/good}]
`;
}

const UPDATE = "service update hello --image example/bad";

describe("an image that the registry does not know", () => {
  it("fails its revision within the first look, without a pod; the old split goes on", async () => {
    const { simulation, kn, progress, facts } = await cluster(withFault("{kind: imageMissing, message: not here}"));
    kn(UPDATE);
    simulation.runUntil(60);
    const text = 'Unable to fetch image "example/bad": failed to resolve image to digest: not here';
    // Service 20 ms and Configuration 10: the revision; its second look 10 ms later.
    expect(turned(facts, "Revision", "ContainerHealthy", "False")).toEqual([[0.04, "ContainerMissing", text]]);
    expect(progress("hello").at(-1)).toEqual([0.07, `Revision "hello-00002" failed with message: ${text}.`]);
    const { conditions, traffic } = simulation.objects().service("hello")!;
    expect(brief(conditions)).toEqual([
      "ConfigurationsReady False RevisionFailed",
      "Ready False RevisionFailed",
      "RoutesReady True",
    ]);
    expect(traffic).toMatchObject([{ revisionName: "hello-00001", percent: 100 }]);
    expect(simulation.objects().revision("hello-00002")?.imageDigest).toBeNull();
    expect(
      simulation
        .objects()
        .pods()
        .filter(({ revision }) => revision === "hello-00002"),
    ).toEqual([]);
    expect(
      simulation
        .objects()
        .deployments()
        .map(({ name }) => name),
    ).toEqual(["hello-00001-deployment"]);
  });

  it("is looked up again after 1, 2, 4, … s and goes on when it is there", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: imageMissing, until: 5s}"));
    kn(UPDATE);
    simulation.runUntil(30);
    // Tries at 0.03, 1.03, 3.03 and 7.03 s; then 1 s for the container and 10 ms for the revision.
    expect(turned(facts, "Revision", "Ready", "True")).toEqual([[8.04, "", ""]]);
    expect(simulation.objects().service("hello")?.traffic).toMatchObject([{ revisionName: "hello-00002" }]);
  });

  it("is not asked for when it is named by its digest or comes from a local registry: then nodes cannot pull it", async () => {
    for (const image of [`example/bad@sha256:${"0123456789abcdef".repeat(4)}`, "dev.local/example/bad"]) {
      const { simulation, kn } = await cluster(
        withFault("{kind: imageMissing}").replace("example/bad:", `${JSON.stringify(image)}:`),
      );
      kn(`service update hello --image ${image}`);
      simulation.runUntil(60);
      expect(brief(simulation.objects().revision("hello-00002")!.conditions)[2]).toBe("Ready Unknown Deploying");
      const pod = simulation
        .objects()
        .pods()
        .find(({ revision }) => revision === "hello-00002");
      expect(pod).toMatchObject({ status: "ImagePullBackOff", readyContainers: 0 });
    }
  });
});

describe("an image that nodes cannot pull", () => {
  it("fails its revision when the progress deadline has passed, and gives up 30 s later", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: imagePull}"));
    kn(UPDATE);
    simulation.runUntil(300);
    expect(brief(simulation.objects().revision("hello-00002")!.conditions)[2]).toBe("Ready Unknown Deploying");
    simulation.runUntil(1000);
    // Deployed at 0.03 s; the deadline of 600 s, and a look 10 ms later.
    const why =
      'Back-off pulling image "example/bad": ErrImagePull: failed to pull and unpack image "example/bad": not found';
    expect(turned(facts, "Revision", "ResourcesAvailable", "False")).toEqual([[600.04, "ImagePullBackOff", why]]);
    // Activating since 0.035 s, in whole seconds: 0 s; 600 + 30 s.
    const givenUp = turned(facts, "PodAutoscaler", "Active", "False").filter(([, reason]) => reason === "TimedOut");
    expect(givenUp).toHaveLength(1);
    expect(givenUp[0][0]).toBeCloseTo(630, 0);
    expect(
      simulation
        .objects()
        .pods()
        .filter(({ revision }) => revision === "hello-00002"),
    ).toEqual([]);
    expect(message(simulation.objects().revision("hello-00002")!.conditions)).toBe(why);
  });

  it("takes its deadline from the annotation", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: imagePull}"));
    kn(`${UPDATE} --annotation serving.knative.dev/progress-deadline=60s`);
    simulation.runUntil(200);
    expect(turned(facts, "Revision", "ResourcesAvailable", "False").map(([t, reason]) => [t, reason])).toEqual([
      [60.04, "ImagePullBackOff"],
    ]);
  });

  it("is pulled again after 10, 20, 40, … s: ErrImagePull first, then ImagePullBackOff", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: imagePull, until: 25s}"));
    kn(UPDATE);
    const status = () =>
      simulation
        .objects()
        .pods()
        .find(({ revision }) => revision === "hello-00002")?.status;
    const seen = [1, 9, 15, 25].map((t) => {
      simulation.runUntil(t);
      return status();
    });
    expect(seen).toEqual(["ErrImagePull", "ErrImagePull", "ErrImagePull", "ImagePullBackOff"]);
    simulation.runUntil(60);
    // Tries at 0.03, 10.03 and 30.03 s; then the container's 1 s.
    expect(facts.find(({ kind, t }) => kind === "PodReady" && t > 0)?.t).toBe(31.03e6);
    expect(status()).toBe("Running");
  });

  it("starts where it has been pulled before", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: imagePull, from: 10s}"));
    kn(UPDATE);
    simulation.runUntil(20);
    kn("service update hello --env A=1");
    simulation.runUntil(30);
    expect(facts.filter(({ kind, t }) => kind === "PodReady" && t > 20e6)).toHaveLength(1);
  });

  it("lets requests to a first revision fail: no host yet, so 404", async () => {
    const { requests } = await play(`
duration: 20s
apps: {example/bad: {fault: {kind: imagePull}}}
services: [{name: hello, image: example/bad, start: new}]
traffic: [{to: hello, at: [10s]}]
`);
    expect(requests.map(({ status }) => status)).toEqual(["404"]);
  });

  it("shows in the Route when there never was a ready revision", async () => {
    const { simulation, kn } = await cluster(withFault("{kind: imagePull}"));
    kn("service create other --image example/bad");
    simulation.runUntil(700);
    const { conditions, traffic, url } = simulation.objects().service("other")!;
    expect(message(conditions, "RoutesReady")).toBe('Configuration "other" does not have any ready Revision.');
    expect(brief(conditions)[2]).toBe("RoutesReady False RevisionMissing");
    expect([traffic, url]).toEqual([[], "http://other.default.example.com"]);
    expect(brief(simulation.objects().route("other")!.conditions)).toEqual([
      "AllTrafficAssigned False RevisionMissing",
      "CertificateProvisioned Unknown",
      "IngressReady Unknown",
      "Ready False RevisionMissing",
    ]);
  });
});

describe("a container that crashes at start", () => {
  it("fails its revision with the first crash", async () => {
    const { simulation, kn, facts, progress } = await cluster(withFault("{kind: crash, exitCode: 7, message: boom}"));
    kn(UPDATE);
    simulation.runUntil(5);
    // Container at 1.03 s, crashed at once; the revision looks 10 ms later.
    expect(turned(facts, "Revision", "ContainerHealthy", "False")).toEqual([
      [1.04, "ExitCode7", "Container failed with: boom"],
    ]);
    expect(progress("hello").at(-1)).toEqual([
      1.07,
      'Revision "hello-00002" failed with message: Container failed with: boom.',
    ]);
  });

  it("is restarted at once, then after 10, 20, 40, … s", async () => {
    const { simulation, kn } = await cluster(withFault("{kind: crash}"));
    kn(UPDATE);
    const pod = () =>
      simulation
        .objects()
        .pods()
        .find(({ revision }) => revision === "hello-00002");
    // Crashes at 1.03 (twice), 11.03, 31.03, 71.03 s.
    const seen = [2, 12, 32, 72].map((t) => {
      simulation.runUntil(t);
      return [pod()?.status, pod()?.restarts, pod()?.readyContainers, pod()?.lastRestartUs];
    });
    expect(seen).toEqual([
      ["CrashLoopBackOff", 1, 0, 1.03e6],
      ["CrashLoopBackOff", 2, 0, 11.03e6],
      ["CrashLoopBackOff", 3, 0, 31.03e6],
      ["CrashLoopBackOff", 4, 0, 71.03e6],
    ]);
  });

  it("recovers when it no longer crashes, and then takes the traffic", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: crash, until: 20s}"));
    kn(UPDATE);
    simulation.runUntil(60);
    expect(turned(facts, "Revision", "Ready", "True")).toEqual([[31.04, "", ""]]);
    expect(simulation.objects().service("hello")?.traffic).toMatchObject([{ revisionName: "hello-00002" }]);
    expect(brief(simulation.objects().service("hello")!.conditions)).toEqual([
      "ConfigurationsReady True",
      "Ready True",
      "RoutesReady True",
    ]);
  });

  it("with a min-scale is given up all the same: a revision that cannot come up is not reachable", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: crash}"));
    kn(`${UPDATE} --scale-min 2`);
    simulation.runUntil(100);
    expect(simulation.objects().podAutoscalers()[1].reachability).toBe("Unreachable");
    simulation.runUntil(629);
    const before = facts.filter(({ kind }) => kind === "ScaledTo").length;
    simulation.runUntil(632);
    const scaled = facts.filter((fact) => fact.kind === "ScaledTo").slice(before);
    expect(scaled[0]).toMatchObject({ to: 0, reason: "activationTimeout" });
    expect(facts.some(({ kind, t }) => kind === "PodFailed" && t > 629e6)).toBe(true);
  });

  it("counts its pods as failed cold starts", async () => {
    const { summary, of } = await play(`
duration: 12m
apps: {example/bad: {fault: {kind: crash}}}
services: [{name: hello, image: example/bad, start: new}]
expect: [pods_failed == 1]
`);
    expect(of("PodFailed")).toMatchObject([{ cause: "crash" }]);
    expect(summary.coldStart).toMatchObject({ count: 0, failed: 1 });
    expect(summary.expectations[0].pass).toBe(true);
  });
});

describe("a container that never gets ready", () => {
  it("fails its revision with the Deployment's deadline, then because its initial scale was never reached", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: neverReady}"));
    kn(UPDATE);
    simulation.runUntil(100);
    expect(simulation.objects().pods()[0]).toMatchObject({ status: "Running", readyContainers: 1, restarts: 0 });
    simulation.runUntil(1000);
    const failures = turned(facts, "Revision", "ResourcesAvailable", "False");
    expect(failures.map(([t, reason]) => [Math.floor(t), reason])).toEqual([
      [600, "ProgressDeadlineExceeded"],
      [630, "ProgressDeadlineExceeded"],
    ]);
    expect(failures[0][2]).toMatch(/^ReplicaSet "hello-00002-deployment-[a-z0-9]{9}" has timed out progressing\.$/);
    expect(failures[1][2]).toBe("Initial scale was never achieved");
    expect(message(simulation.objects().service("hello")!.conditions)).toBe(
      'Revision "hello-00002" failed with message: Initial scale was never achieved.',
    );
  });

  it("after it was ready once: requests wait in the activator until their time is up, and the revision stays Ready", async () => {
    const { requests, texts, of } = await play(`
duration: 20m
${FIXED.replace("duration: 2h", "")}
apps: {example/bad: {${QUICK}, fault: {kind: neverReady, from: 1s}}}
services: [{name: hello, image: example/bad, start: zero}]
traffic: [{to: hello, at: [10s]}]
`);
    expect(requests.map(({ status, latencyUs }) => [status, latencyUs])).toEqual([["504", 300e6]]);
    expect([...texts.values()]).toEqual(["activator request timeout"]);
    // Woken at about 10 s; once the demand is gone nothing keeps the pod beyond 630 s.
    const active = of("ConditionChanged").filter(({ object, t }) => object === "PodAutoscaler" && Number(t) > 0);
    expect(active.map(({ status, reason }) => [status, reason])).toEqual([
      ["Unknown", "Queued"],
      ["False", "TimedOut"],
      ["False", "NoTraffic"],
    ]);
    const notReady = of("ConditionChanged").filter(
      ({ object, type, status }) => object === "Revision" && type === "Ready" && status !== "True",
    );
    expect(notReady).toEqual([]);
  });

  it("serves as soon as its probe succeeds", async () => {
    const { simulation, kn, facts } = await cluster(withFault("{kind: neverReady, until: 45s}"));
    kn(UPDATE);
    simulation.runUntil(100);
    const ready = facts.find((fact) => fact.kind === "PodReady" && fact.t > 0);
    expect(ready?.t).toBe(45e6);
  });
});

describe("a cluster without room", () => {
  const FULL = `${FIXED.replace("cluster: {", "cluster: {nodes: [{count: 2, cpu: '1', memory: 4Gi}], ")}
apps: {${GOOD}}
services: [{name: hello, image: example/good}]
`;

  it("fails a revision at once with the scheduler's text, and lets it go on when there is room", async () => {
    const { simulation, kn, facts } = await cluster(FULL);
    kn("service create big --image example/good --request cpu=900m --scale-min 2");
    simulation.runUntil(10);
    kn("service update hello --request cpu=500m");
    simulation.runUntil(20);
    const text =
      "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";
    expect(turned(facts, "Revision", "ResourcesAvailable", "False")).toEqual([[10.04, "Unschedulable", text]]);
    const waiting = simulation
      .objects()
      .pods()
      .find(({ revision }) => revision === "hello-00002");
    expect(waiting).toMatchObject({ status: "Pending", readyContainers: 0, node: null });
    kn("service delete big");
    simulation.runUntil(100);
    expect(brief(simulation.objects().service("hello")!.conditions)[1]).toBe("Ready True");
  });

  it("fails a revision that wakes and fits nowhere: it stays the latest ready one and keeps its traffic", async () => {
    const { simulation, kn } = await cluster(`${FULL}traffic: [{to: hello, at: [310s]}]\n`);
    kn("service update hello --request cpu=500m");
    simulation.runUntil(200);
    kn("service create big --image example/good --request cpu=900m --scale-min 2");
    simulation.runUntil(320);
    const { conditions, traffic, latestReadyRevision } = simulation.objects().service("hello")!;
    expect(brief(conditions)).toEqual([
      "ConfigurationsReady False RevisionFailed",
      "Ready False RevisionMissing",
      "RoutesReady False RevisionMissing",
    ]);
    expect(message(conditions)).toBe('Revision "hello-00002" failed to become ready.');
    expect(latestReadyRevision).toBe("hello-00002");
    expect(traffic).toMatchObject([{ revisionName: "hello-00002", percent: 100 }]);
    kn("service delete big");
    simulation.runUntil(400);
    expect(brief(simulation.objects().service("hello")!.conditions)[1]).toBe("Ready True");
  });

  it("fails nothing where pods are always schedulable", async () => {
    const { simulation, kn, facts } = await cluster(
      `knative: {config-deployment: {pod-is-always-schedulable: "true"}}\n${FULL}`,
    );
    kn("service update hello --request cpu=2");
    simulation.runUntil(20);
    expect(turned(facts, "Revision", "ResourcesAvailable", "False")).toEqual([]);
  });

  it("fails a revision whose initial scale does not fit: what fits is not enough", async () => {
    const { simulation, kn } = await cluster(FULL);
    kn("service update hello --request cpu=800m --scale-init 3 --annotation serving.knative.dev/progress-deadline=60s");
    simulation.runUntil(30);
    // Two of three pods run: no failure is looked for, but the revision is not ready.
    expect(brief(simulation.objects().revision("hello-00002")!.conditions)).toEqual([
      "Active Unknown Queued",
      "ContainerHealthy True",
      "Ready Unknown Deploying",
      "ResourcesAvailable Unknown Deploying",
    ]);
    simulation.runUntil(70);
    expect(brief(simulation.objects().revision("hello-00002")!.conditions)[2]).toBe(
      "Ready False ProgressDeadlineExceeded",
    );
  });
});

import { describe, expect, it } from "vitest";
import { cluster, FIXED } from "./cluster.js";

const STAGES = "coldStart: {control: 1s, schedule: 1s, imagePull: 1s, containerStart: 1s, boot: 1s, readiness: 1s}";
const HELLO = `${FIXED}
apps: {example/hello: {serviceTime: 10ms, ${STAGES}}}
services: [{name: hello, image: example/hello:v1, start: zero}]
`;

describe("the objects of a cluster", () => {
  it("show a pod's way from its creation to its end", async () => {
    const { simulation } = await cluster(`${HELLO}traffic: [{to: hello, at: [10s]}]\n`);
    const seen: (readonly [number, string, number])[] = [];
    for (const t of [10.5, 11.5, 12.5, 13.5, 14.7, 20, 80, 115]) {
      simulation.runUntil(t);
      for (const { status, readyContainers } of simulation.objects().pods()) seen.push([t, status, readyContainers]);
    }
    // Asked for within 0.1 s of the request; one stage a second. The image is on the node already.
    expect(seen).toEqual([
      [11.5, "Pending", 0],
      [12.5, "ContainerCreating", 0],
      [13.5, "Running", 1],
      [14.7, "Running", 1],
      [20, "Running", 2],
      [80, "Terminating", 2],
    ]);
  });

  it("name pods, Deployments and the objects of scaling after their revision", async () => {
    const { simulation } = await cluster(HELLO.replace("start: zero", "start: ready"));
    const objects = simulation.objects();
    expect(objects.pods()[0].name).toMatch(
      /^hello-00001-deployment-[bcdf-hj-np-tv-xz2456789]{9}-[bcdf-hj-np-tv-xz2456789]{5}$/,
    );
    expect(objects.pods()[0]).toMatchObject({ service: "hello", containers: 2, restarts: 0, lastRestartUs: null });
    expect(objects.deployments()).toMatchObject([
      { name: "hello-00001-deployment", replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    ]);
    expect(objects.podAutoscalers()).toMatchObject([
      { name: "hello-00001", class: "kpa.autoscaling.knative.dev", reachability: "Reachable", actualScale: 1 },
    ]);
    expect(objects.serverlessServices()).toMatchObject([
      { name: "hello-00001", mode: "Proxy", serviceName: "hello-00001", privateServiceName: "hello-00001-private" },
    ]);
  });

  it("are sorted by namespace and name, and found by both", async () => {
    const { simulation, kn } = await cluster(`${FIXED}apps: {example/hello: {}}\n`);
    for (const name of ["zoe", "adam", "adam -n work"]) kn(`service create ${name} --image example/hello`);
    simulation.runUntil(10);
    const objects = simulation.objects();
    const names = objects.services().map(({ namespace, name }) => `${namespace}/${name}`);
    expect(names).toEqual(["default/adam", "default/zoe", "work/adam"]);
    expect(objects.service("adam", "work")).toMatchObject({ url: "http://adam.work.example.com", namespace: "work" });
    expect(objects.revision("adam-00001", "work")).toMatchObject({ service: "adam", namespace: "work" });
    expect(objects.service("eve")).toBeNull();
    expect(objects.pods().filter(({ namespace }) => namespace === "work")).toHaveLength(1);
    // A revision of another namespace is named in traffic by its bare name.
    expect(kn("service update adam -n work --env A=1")).toBeNull();
    simulation.runUntil(20);
    expect(kn("service update adam -n work --traffic adam-00001=40 --traffic adam-00002=60")).toBeNull();
    simulation.runUntil(30);
    expect(simulation.objects().service("adam", "work")?.traffic).toMatchObject([
      { revisionName: "adam-00001", percent: 40 },
      { revisionName: "adam-00002", percent: 60 },
    ]);
  });

  it("give tags hosts of their own, and private services the cluster's domain", async () => {
    const { simulation, kn } = await cluster(HELLO.replace("start: zero", "start: ready"));
    kn("service update hello --tag hello-00001=old --tag @latest=new");
    simulation.runUntil(5);
    expect(simulation.objects().route("hello")?.traffic).toMatchObject([
      { percent: 100, latestRevision: true, tag: "new", url: "http://new-hello.default.example.com" },
      { percent: 0, latestRevision: false, tag: "old", url: "http://old-hello.default.example.com" },
    ]);
    kn("service update hello --cluster-local");
    expect(simulation.objects().service("hello")?.url).toBe("http://hello.default.svc.cluster.local");
  });

  it("tell an image's digest once it is known: the one it is named by, or one that is made up from its name", async () => {
    const { simulation, kn } = await cluster(HELLO.replace("start: zero", "start: ready"));
    const digest = simulation.objects().revision("hello-00001")?.imageDigest;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    kn("service update hello --env A=1");
    kn(`service create other --image example/hello@sha256:${"ab".repeat(32)}`);
    simulation.runUntil(5);
    expect(simulation.objects().revision("hello-00002")?.imageDigest).toBe(digest);
    expect(simulation.objects().revision("other-00001")?.imageDigest).toBe(`sha256:${"ab".repeat(32)}`);
  });

  it("are gone with their service", async () => {
    const { simulation, kn } = await cluster(HELLO.replace("start: zero", "start: ready"));
    kn("service delete hello");
    const objects = simulation.objects();
    expect([objects.services(), objects.routes(), objects.configurations(), objects.revisions()]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(objects.pods()).toMatchObject([{ status: "Running" }]);
    simulation.runUntil(5);
    expect(objects.pods()).toMatchObject([{ status: "Terminating", readyContainers: 2 }]);
    simulation.runUntil(60);
    expect(objects.pods()).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { brief, cluster, FIXED, message, QUICK } from "./cluster.js";

const HELLO = `${FIXED}
apps: {example/hello: {${QUICK}}, example/bad: {fault: {kind: imageMissing}}}
services: [{name: hello, image: example/hello:v1}]
`;

const names = (simulation: Awaited<ReturnType<typeof cluster>>["simulation"]) =>
  simulation
    .objects()
    .revisions()
    .map(({ name, generation }) => `${name} ${generation}`);

describe("revisions", () => {
  it("are numbered by the generation of the template, so that other changes leave no trace and deleted ones a gap", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --env A=1");
    simulation.runUntil(5);
    kn("service update hello --traffic hello-00001=100");
    simulation.runUntil(10);
    kn("service update hello --env A=2");
    simulation.runUntil(15);
    expect(names(simulation)).toEqual(["hello-00001 1", "hello-00002 2", "hello-00003 3"]);
    expect(simulation.objects().service("hello")?.generation).toBe(4);
    kn("revision delete hello-00002");
    kn("service update hello --env A=3");
    simulation.runUntil(20);
    expect(names(simulation)).toEqual(["hello-00001 1", "hello-00003 3", "hello-00004 4"]);
  });

  it("take a name that the user chose; the next automatic one goes on with the generation", async () => {
    const { simulation, kn } = await cluster(HELLO);
    expect(kn("service update hello --revision-name blue --env A=1")).toBeNull();
    simulation.runUntil(5);
    kn("service update hello --revision-name '{{.Service}}-{{.Generation}}' --env A=2");
    simulation.runUntil(10);
    expect(names(simulation)).toEqual(["hello-00001 1", "hello-3 3", "hello-blue 2"]);
    expect(simulation.objects().service("hello")).toMatchObject({ latestReadyRevision: "hello-3" });
  });

  it("refuse to be changed under a name that stays the same", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --revision-name blue --env A=1");
    simulation.runUntil(5);
    expect(kn("service update hello --env A=2 --revision-name blue")).toContain(
      "Saw the following changes without a name change (-old +new): spec.template.metadata.name",
    );
  });

  it("of an older generation keep their name from a new one: traffic stays, and the conditions say why", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --revision-name blue --env A=1");
    simulation.runUntil(5);
    kn("service update hello --revision-name green --env A=2");
    simulation.runUntil(10);
    kn("service update hello --revision-name blue --env A=3");
    simulation.runUntil(20);
    const { conditions, traffic, latestReadyRevision } = simulation.objects().service("hello")!;
    expect(brief(conditions)).toEqual([
      "ConfigurationsReady False RevisionFailed",
      "Ready False RevisionNameTaken",
      "RoutesReady False RevisionNameTaken",
    ]);
    expect(message(conditions)).toBe(
      'The revision name "hello-blue" is taken by a conflicting Revision, so traffic will not be migrated',
    );
    expect(message(conditions, "ConfigurationsReady")).toBe(
      'Revision creation failed with message: revisions.serving.knative.dev "hello-blue" already exists.',
    );
    expect(traffic).toMatchObject([{ revisionName: "hello-green", percent: 100 }]);
    expect(latestReadyRevision).toBe("hello-green");
    expect(names(simulation)).toEqual(["hello-00001 1", "hello-blue 2", "hello-green 3"]);
  });

  it("of another service keep their name too", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service create hello-world --image example/hello");
    simulation.runUntil(5);
    kn("service update hello --revision-name hello-world-00001");
    simulation.runUntil(10);
    expect(message(simulation.objects().service("hello")!.conditions)).toContain('"hello-world-00001" is taken');
  });

  it("that are free end the conflict: the one that was taken is named until the Configuration has seen the new one", async () => {
    const { simulation, kn, progress } = await cluster(HELLO);
    kn("service create hello-world --image example/hello");
    simulation.runUntil(5);
    kn("service update hello --revision-name hello-world-00001");
    simulation.runUntil(10);
    kn("service update hello --revision-name hello-free");
    simulation.runUntil(15);
    const { conditions, latestReadyRevision } = simulation.objects().service("hello")!;
    expect([message(conditions), latestReadyRevision]).toEqual(["", "hello-free"]);
    const told = progress("hello").map(([, text]) => text);
    expect(told.filter((text) => text.includes("is taken by"))).not.toContain(
      'The revision name "hello-free" is taken by a conflicting Revision, so traffic will not be migrated',
    );
  });

  it("with a chosen name keep the Route waiting until the Configuration has seen the new template", async () => {
    const { simulation, kn, progress } = await cluster(HELLO);
    kn("service update hello --revision-name blue --env A=1 --traffic hello-00001=50 --traffic @latest=50");
    simulation.runUntil(5);
    // The first pass ends with the Configuration, the second, 30 ms later, changes the Route.
    expect(progress("hello").slice(0, 2)).toEqual([
      [0.02, "The Configuration is still working to reflect the latest desired specification."],
      [0.05, "The Route is still working to reflect the latest desired specification."],
    ]);
  });
});

describe("the latest ready revision", () => {
  it("never moves back by itself: a failed newest leaves it where it was", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --image example/bad");
    simulation.runUntil(5);
    const service = simulation.objects().service("hello")!;
    expect([service.latestCreatedRevision, service.latestReadyRevision]).toEqual(["hello-00002", "hello-00001"]);
    expect(service.traffic).toMatchObject([{ revisionName: "hello-00001", percent: 100 }]);
  });

  it("jumps over one that is not ready yet", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --env A=1");
    simulation.runUntil(0.5);
    kn("service update hello --env A=2");
    simulation.runUntil(1.2);
    // The first became ready at 1.05 s and is the latest ready until the second is, at 1.55 s.
    expect(simulation.objects().configurations()[0].latestReadyRevision).toBe("hello-00002");
    simulation.runUntil(5);
    expect(simulation.objects().configurations()[0].latestReadyRevision).toBe("hello-00003");
  });

  it("goes to the newest that is left when it is deleted, and comes back when it was made again", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --env A=1");
    simulation.runUntil(10);
    kn("revision delete hello-00002");
    simulation.runUntil(10.5);
    expect(simulation.objects().service("hello")).toMatchObject({
      latestCreatedRevision: "hello-00002",
      latestReadyRevision: "hello-00001",
      traffic: [{ revisionName: "hello-00001" }],
    });
    simulation.runUntil(15);
    expect(simulation.objects().service("hello")).toMatchObject({
      latestReadyRevision: "hello-00002",
      traffic: [{ revisionName: "hello-00002" }],
    });
  });
});

describe("deleting revisions", () => {
  it("says which do not exist and deletes the others", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --env A=1");
    simulation.runUntil(5);
    expect(kn("revision delete hello-00009 hello-00001 hello-00008")).toBe(
      'revisions.serving.knative.dev "hello-00009" not found\nError: revisions.serving.knative.dev "hello-00008" not found',
    );
    expect(names(simulation)).toEqual(["hello-00002 2"]);
  });

  it("by --prune takes those that no route leads to", async () => {
    const { simulation, kn } = await cluster(HELLO);
    for (let i = 1; i <= 3; i++) {
      kn(`service update hello --env A=${i}`);
      simulation.runUntil(5 * i);
    }
    kn("service update hello --tag hello-00002=old");
    simulation.runUntil(20);
    expect(kn("revision delete --prune hello")).toBeNull();
    expect(names(simulation)).toEqual(["hello-00002 2", "hello-00004 4"]);
    expect(kn("revision delete --prune other")).toBe('services.serving.knative.dev "other" not found');
  });

  it("of one that has traffic turns the Route False and leaves the rest of the split", async () => {
    const { simulation, kn } = await cluster(HELLO);
    kn("service update hello --env A=1");
    simulation.runUntil(5);
    kn("service update hello --traffic hello-00001=50 --traffic hello-00002=50");
    simulation.runUntil(10);
    kn("revision delete hello-00001");
    simulation.runUntil(15);
    const { conditions, traffic } = simulation.objects().route("hello")!;
    expect(brief(conditions)).toEqual([
      "AllTrafficAssigned False RevisionMissing",
      "CertificateProvisioned True TLSNotEnabled",
      "IngressReady True",
      "Ready False RevisionMissing",
    ]);
    expect(message(conditions)).toBe('Revision "hello-00001" referenced in traffic not found.');
    expect(traffic.map(({ revisionName, percent }) => [revisionName, percent])).toEqual([
      ["hello-00001", 50],
      ["hello-00002", 50],
    ]);
  });
});

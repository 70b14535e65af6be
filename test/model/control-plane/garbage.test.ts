import { describe, expect, it } from "vitest";
import { cluster, FIXED, QUICK, type TestCluster } from "./cluster.js";

const CONFIG = "{min-non-active-revisions: '1', max-non-active-revisions: '3'}";
const body = (gc = CONFIG, template = "") => `${FIXED}
knative: {config-gc: ${gc}}
apps: {example/hello: {${QUICK}}}
services: [{name: hello, image: example/hello:v1${template}}]
`;

/** Updates the template so often, a minute apart. */
function update({ simulation, kn }: TestCluster, times: number): void {
  for (let i = 1; i <= times; i++) {
    kn(`service update hello --env A=${i}`);
    simulation.runUntil(simulation.now + 60);
  }
}

const names = ({ simulation }: TestCluster) =>
  simulation
    .objects()
    .revisions()
    .map(({ name }) => Number(name.slice(-5)));

describe("garbage collection", () => {
  it("with Knative's settings leaves twenty unreferenced revisions alone", async () => {
    const running = await cluster(body("{}"));
    update(running, 21);
    expect(names(running)).toHaveLength(22);
  });

  it("keeps the maximum of unreferenced revisions, whatever their age, and deletes those left longest ago", async () => {
    const running = await cluster(body());
    update(running, 6);
    // 7 is the latest; of 1 … 6 three may stay.
    expect(names(running)).toEqual([4, 5, 6, 7]);
    const deleted = running.facts.filter((fact) => fact.kind === "RevisionDeleted");
    expect(deleted.map((fact) => "cause" in fact && fact.cause)).toEqual(["gc", "gc", "gc"]);
  });

  it("deletes stale ones down to the minimum, but only when something happens", async () => {
    const gc = "{min-non-active-revisions: '1', retain-since-create-time: 10m, retain-since-last-active-time: 5m}";
    const running = await cluster(body(gc));
    update(running, 4);
    expect(names(running)).toEqual([1, 2, 3, 4, 5]);
    running.simulation.runUntil(6000);
    expect(names(running)).toEqual([1, 2, 3, 4, 5]);
    running.kn("service update hello --tag hello-00005=now");
    running.simulation.runUntil(6010);
    expect(names(running)).toEqual([4, 5]);
  });

  it("is brought on by a change of its settings", async () => {
    const running = await cluster(body("{}"));
    update(running, 3);
    const { config } = await import("../../../src/kube/config.js").then(({ parseClusterConfig }) =>
      parseClusterConfig({ "config-gc": { "min-non-active-revisions": "0", "max-non-active-revisions": "0" } }),
    );
    running.simulation.apply({ kind: "set-config", config, changed: [] });
    expect(names(running)).toEqual([4]);
  });

  it("spares revisions in a route, under a tag, and those marked with no-gc", async () => {
    const marked = ", annotations: {serving.knative.dev/no-gc: 'true'}";
    const running = await cluster(body(CONFIG.replace("'3'", "'1'"), marked));
    running.kn("service update hello --annotation serving.knative.dev/no-gc-");
    running.simulation.runUntil(10);
    running.kn("service update hello --tag hello-00002=kept");
    running.simulation.runUntil(20);
    update(running, 4);
    // 1 is marked, 2 tagged, 6 the latest; one of the others may stay.
    expect(names(running)).toEqual([1, 2, 5, 6]);
  });
});

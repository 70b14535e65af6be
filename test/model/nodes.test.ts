import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSimulation, type EventRow, loadScenario, type RequestRow } from "../../src/index.js";
import { Nodes } from "../../src/model/nodes.js";
import { coldStart, play, scenario } from "./played.js";

const key = (name: string, value: string | number) => `autoscaling.knative.dev/${name}: "${value}"`;

interface Options {
  /** CPUs of each of the nodes; a pod takes 425m of them. */
  readonly cpu: string;
  readonly count?: number;
  readonly pods: number;
  readonly imagePull?: string;
  readonly events: readonly string[];
  readonly traffic?: string;
  readonly more?: string;
}

/** Nothing but a container's start (1 s), the pull of an image and a drain takes time; pods stay as many as they are. */
const body = ({ cpu, count = 1, pods, imagePull = "0s", events, traffic = "", more = "" }: Options) => `
duration: 2m
overheads: none
knative: {phases: zero}
cluster: {nodes: [{count: ${count}, cpu: "${cpu}", memory: 8Gi}]}
services:
  - name: hello
    image: example/hello
    containerConcurrency: 1
    annotations: {${key("min-scale", pods)}, ${key("max-scale", pods)}, ${key("target-burst-capacity", -1)}}
    resources: {requests: {cpu: 400m}}
apps: {example/hello: {serviceTime: 10s, coldStart: ${coldStart("1s").replace("imagePull: 0s", `imagePull: ${imagePull}`)}}}
traffic: [${traffic}]
events:
${events.map((event) => `  - {${event}}`).join("\n")}
${more}`;

const outcome = ({ arrivalUs, status, latencyUs }: RequestRow) => [arrivalUs / 1e6, status, (latencyUs ?? 0) / 1e6];

describe("a node that is drained", () => {
  it("has its three pods replaced on the other node at once, while they drain for 30 s", async () => {
    const { of, summary } = await play(
      body({ cpu: "4", count: 2, pods: 6, events: ["at: 10s, node: {drain: node-2}"] }),
    );
    expect(of("PodReady").filter(({ t, node }) => t === 0 && node === "node-2")).toHaveLength(3);
    const ends = of("PodTerminating").map(({ t, node, cause }) => [t, node, cause]);
    expect(ends).toEqual(Array(3).fill([10, "node-2", "node"]));
    expect(of("PodScheduled").map(({ t, node }) => [t, node])).toEqual(Array(3).fill([10, "node-1"]));
    expect(of("PodReady").flatMap(({ t, node }) => (t > 0 ? [[t, node]] : []))).toEqual(Array(3).fill([11, "node-1"]));
    expect(of("PodDeleted").map(({ t, node, cause }) => [t, node, cause])).toEqual(
      Array(3).fill([40, "node-2", "node"]),
    );
    // Six stay and three of them are there twice for 30 s: 6 × 120 s + 3 × 30 s.
    expect(summary.pods.podSeconds).toBe(810);
    expect(of("Note").map(({ t, text }) => [t, text])).toEqual([[10, "node node-2 is drained"]]);
  });

  it("loses no request: what is in flight there ends as it would have", async () => {
    const { requests } = await play(
      body({
        cpu: "4",
        count: 2,
        pods: 2,
        events: ["at: 6s, node: {drain: node-2}"],
        traffic: "{to: hello, at: [5s, 5s]}",
      }),
    );
    expect(requests.map(outcome)).toEqual([
      [5, "200", 10],
      [5, "200", 10],
    ]);
  });

  it("takes no pods until it is added again, and then has its images still", async () => {
    const { of, times } = await play(
      body({
        cpu: "1",
        count: 2,
        pods: 4,
        imagePull: "7s",
        events: ["at: 10s, node: {drain: node-2}", "at: 1m, node: {add: node-2}"],
      }),
    );
    // Two pods fill a node: those of node-2 wait, also when their predecessors are gone at 40 s.
    expect(times("PodUnschedulable")).toEqual([10, 10]);
    expect(times("PodDeleted")).toEqual([40, 40]);
    expect(of("PodScheduled").map(({ t, node }) => [t, node])).toEqual(Array(2).fill([60, "node-2"]));
    expect(times("PodServing")).toEqual([61, 61]);
    expect([...times("NodeReady"), ...times("NodeRemoved")]).toEqual([]);
  });

  it("is told apart in the scheduler's words from one without room", () => {
    const nodes = new Nodes(["a", "b", "c"].map((name) => ({ name, cpu: 1, memoryBytes: 1e9 })));
    nodes.find("b")!.isCordoned = true;
    const available = "0/3 nodes are available";
    expect(nodes.shortageText({ cpu: 2, memoryBytes: 0 })).toBe(
      `${available}: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: ${available}: ` +
        "1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
    );
    for (const name of ["a", "b", "c"]) nodes.leave(nodes.find(name)!);
    expect(nodes.shortageText({ cpu: 2, memoryBytes: 0 })).toBe("no nodes available to schedule pods");
  });
});

describe("a node that is removed", () => {
  const options = { cpu: "4", count: 2, pods: 2, traffic: "{to: hello, at: [5s, 5s, 7s]}" };

  it("takes its pods and their requests along as kill-pod does, and they are replaced elsewhere", async () => {
    const removed = await play(body({ ...options, events: ["at: 6s, node: {remove: node-1}"] }));
    const { of } = removed;
    expect(of("NodeRemoved")).toMatchObject([{ t: 6, node: "node-1" }]);
    expect(of("PodKilled")).toMatchObject([{ t: 6, node: "node-1", cause: "node", inFlight: 1 }]);
    expect(of("PodDeleted")).toMatchObject([{ t: 6, node: "node-1", cause: "node" }]);
    expect(of("PodScheduled")).toMatchObject([{ t: 6, node: "node-2" }]);
    // Of the first two, that of node-1 fails after 1 s; the third waits for no slot, as the new pod serves from 7 s on.
    const killed = await play(body({ ...options, events: ["at: 6s, kill-pod: {service: hello}"] }));
    expect(removed.requests.map(outcome)).toEqual(killed.requests.map(outcome));
    expect(removed.requests.map(outcome)).toEqual([
      [5, "502", 1],
      [5, "200", 10],
      [7, "200", 10],
    ]);
  });

  it("ends the drain of pods that were on their way out", async () => {
    const events = ["at: 6s, node: {drain: node-1}", "at: 8s, node: {remove: node-1}"];
    const { of, requests } = await play(body({ ...options, events }));
    expect(of("PodTerminating")).toMatchObject([{ t: 6, cause: "node" }]);
    expect(of("PodKilled")).toMatchObject([{ t: 8, cause: "node", inFlight: 1 }]);
    expect(of("PodCreated").filter(({ t }) => t > 0)).toHaveLength(1);
    expect(requests.map(outcome)[0]).toEqual([5, "502", 3]);
  });

  it("leaves pods waiting when it was the last, and is as it was when it comes back, but for its images", async () => {
    const { of, times } = await play(
      body({
        cpu: "1",
        pods: 1,
        imagePull: "7s",
        events: ["at: 10s, node: {remove: node-1}", "at: 30s, node: {add: node-1}"],
      }),
    );
    expect(times("PodUnschedulable")).toEqual([10]);
    expect(of("PodScheduled")).toMatchObject([{ t: 30, node: "node-1" }]);
    // 7 s for the image, 1 s for the container.
    expect(times("PodServing")).toEqual([38]);
  });
});

describe("a node that is added", () => {
  it("takes pods that wait at that very instant, as many as fit on it", async () => {
    const { of, times } = await play(
      body({ cpu: "1", pods: 5, events: ["at: 10s, node: {add: spare}"], more: "start: new\n" }),
    );
    // Two fit on node-1, three wait; two of them fit on the new one, which is as large.
    expect(times("PodUnschedulable")).toEqual([0, 0, 0]);
    expect(of("NodeRequested")).toMatchObject([{ t: 10, node: "spare" }]);
    expect(of("NodeReady")).toMatchObject([{ t: 10, node: "spare" }]);
    const waited = of("PodUnschedulable").map(({ pod }) => pod);
    expect(of("PodScheduled").flatMap(({ t, node, pod }) => (t > 0 ? [[t, node, pod]] : []))).toEqual([
      [10, "spare", waited[0]],
      [10, "spare", waited[1]],
    ]);
  });

  it("counts in the metrics from that moment on, as one that is removed does no more", async () => {
    const { result } = await play(
      body({
        cpu: "4",
        count: 2,
        pods: 1,
        events: ["at: 30s, node: {add: spare}", "at: 60s, node: {drain: spare}", "at: 90s, node: {remove: spare}"],
        more: "expect: [nodes == 2 at 20s, nodes == 3 at 30s, nodes == 3 at 80s, max(nodes) == 3, nodes == 2 at end]\n",
      }),
    );
    expect(result.expectations.map(({ pass }) => pass)).toEqual([true, true, true, true, true]);
    // 2 × 120 s, and one more for 60 s.
    expect(result.judge("node_seconds == 300s").value).toBe(300);
  });
});

describe("what nobody can do to a node", () => {
  it("is refused in Kubernetes' words and changes nothing", async () => {
    const text = body({ cpu: "4", pods: 1, events: ['at: 1s, node: {remove: node-9}, expectError: "not found"'] });
    const simulation = createSimulation(await loaded(text));
    expect(simulation.apply({ node: { add: "node-1" } })).toBe('nodes "node-1" already exists');
    expect(simulation.apply({ node: { drain: "node-2" } })).toBe('nodes "node-2" not found');
    expect(simulation.apply({ node: { remove: "node-2" } })).toBe('nodes "node-2" not found');
    expect(simulation.apply({ node: { add: "node-2" } })).toBeNull();
    expect(simulation.apply({ node: { drain: "node-2" } })).toBeNull();
    expect(simulation.apply({ node: { drain: "node-2" } })).toBeNull();
    expect(simulation.result().summary.warnings.filter(({ id }) => id === "W-event")).toEqual([]);
    expect([...simulation.result().events()].filter(({ kind }) => kind === "NodeReady")).toHaveLength(1);
  });

  it("is everything where the cluster has one node without limits", async () => {
    const text = body({ cpu: "4", pods: 1, events: [] })
      .replace(/^cluster:.*\n/m, "")
      .replace(/^events:\n/m, "");
    const simulation = createSimulation(await loaded(text));
    const refusal = "nodes can only be changed where cluster.nodes lists them";
    expect(simulation.apply({ node: { drain: "node-1" } })).toBe(refusal);
    expect(simulation.apply({ node: { add: "spare" } })).toBe(refusal);
  });
});

const change = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constantFrom("add", "drain", "remove"),
      node: fc.constantFrom("node-1", "node-2", "spare"),
    }),
  },
  fc.constantFrom('kn: "service update hello --env STEP=2"', "kill-pod: {service: hello, count: all}"),
);

describe("whatever happens to nodes", () => {
  it("pods are scheduled on nodes that are there and take pods, none outlives its node, and no request is lost", async () => {
    const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 59_999 }), change), { minLength: 4, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 6 }), async (list, pods) => {
        const run = await play(
          body({
            cpu: "1",
            count: 2,
            pods,
            imagePull: "3s",
            // Whether the node is there then is left open: it may be refused.
            events: list.map(([ms, what]) =>
              typeof what === "string"
                ? `at: ${ms}ms, ${what}`
                : `at: ${ms}ms, node: {${what.verb}: ${what.node}}, expectError: ""`,
            ),
            traffic: "{to: hello, rate: 1, until: 1m, retries: {max: 1, backoff: 50ms}}",
          }),
        );
        checkNodes(run.events);
        const { offered, completed, failed } = run.summary.requests;
        expect(completed + failed).toBe(offered);
      }),
      { numRuns: 25, seed: 1 },
    );
  });
});

/** Replays what happened to nodes: which there are, which are drained, and which pod is where. */
function checkNodes(events: readonly EventRow[]): void {
  const isDrained = new Map([
    ["node-1", false],
    ["node-2", false],
  ]);
  const nodeOf = new Map<string, string>();
  events.forEach(({ t, kind, pod, node, text }, index) => {
    if (kind === "NodeReady") isDrained.set(String(node), false);
    if (kind === "NodeRemoved") isDrained.delete(String(node));
    const noted = kind === "Note" ? /^node (\S+) (is drained|takes pods again)$/.exec(String(text)) : null;
    if (noted !== null) isDrained.set(noted[1], noted[2] === "is drained");
    if (kind === "PodScheduled") expect(isDrained.get(String(node)), `scheduled on ${node} at ${t}`).toBe(false);
    if (pod !== undefined && node !== undefined) nodeOf.set(pod, String(node));
    if (kind === "PodDeleted") nodeOf.delete(String(pod));
    // What happens at one instant happens one after another.
    if (events[index + 1]?.t === t) return;
    for (const name of nodeOf.values()) expect(isDrained.has(name), `a pod on ${name} after ${t}`).toBe(true);
  });
}

async function loaded(text: string) {
  const { scenario: plan } = await loadScenario("s.yaml", () => new TextEncoder().encode(scenario(text)));
  return plan;
}

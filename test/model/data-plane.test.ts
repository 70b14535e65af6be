import { describe, expect, it } from "vitest";
import { podName } from "../../src/model/pod.js";
import { coldStart, countBy, play } from "./played.js";

/** Services that are always in proxy mode, or, once a decision was made, always in serve mode. */
const PROXY = 'autoscaling.knative.dev/target-burst-capacity: "-1"';
const SERVE = 'autoscaling.knative.dev/target-burst-capacity: "0"';

interface Options {
  readonly path?: string;
  readonly pods?: number;
  readonly concurrency?: number;
  readonly timeoutSeconds?: number;
  readonly start?: string;
  readonly app: string;
  readonly more?: string;
  readonly activators?: number;
}

/** A service with a fixed number of pods; nothing takes time but the work, ticks come on whole seconds. */
function fixed({ path = PROXY, pods = 1, concurrency = 0, timeoutSeconds = 300, start = "ready", ...rest }: Options) {
  const scale = `autoscaling.knative.dev/min-scale: "${pods}", autoscaling.knative.dev/max-scale: "${pods}"`;
  return `
overheads: none
knative: {phases: zero, activators: ${rest.activators ?? 1}}
start: ${start}
services:
  - name: hello
    image: example/hello
    containerConcurrency: ${concurrency}
    timeoutSeconds: ${timeoutSeconds}
    annotations: {${scale}, ${path}${rest.more ?? ""}}
apps: {example/hello: ${rest.app}}
`;
}

/** The pod with that ordinal of hello's first revision. */
const pod = (ordinal: number) => podName("hello-00001", ordinal);
const milliseconds = (us: number | null) => (us === null ? null : us / 1_000);

describe("a request", () => {
  it("has nothing of the one before that the simulator kept its record for", async () => {
    const { requests } = await play(`
duration: 1m${fixed({ path: SERVE, concurrency: 1, app: "{serviceTime: 100ms}" })}
traffic:
  - {to: hello, at: [10s, 10s]}
  - {to: {service: hello, tag: nowhere}, at: [20s]}
  - {to: proxied, at: [30s]}
  - {to: hello, at: [40s]}
events:
  - {at: 1s, kn: "service create proxied --image example/hello --annotation autoscaling.knative.dev/min-scale=1"}
`);
    const seen = requests.map(({ status, pod: at, activatorWaitUs, podWaitUs, serviceUs, mode }) => [
      status,
      at.slice(0, 5),
      ...[activatorWaitUs, podWaitUs, serviceUs].map(milliseconds),
      mode,
    ]);
    expect(seen).toEqual([
      ["200", "hello", null, 0, 100, "serve"],
      ["200", "hello", null, 100, 100, "serve"],
      ["404", "", null, 0, 0, ""],
      ["200", "proxi", 0, 0, 100, "proxy"],
      ["200", "hello", null, 0, 100, "serve"],
    ]);
  });
});

describe("the first request at zero", () => {
  it("changes the Deployment within 0.1 s, not at the next tick", async () => {
    const { of, requests } = await play(`
duration: 1m
start: zero
cluster: {latencies: {ingress: 400ms}}
services: [{name: hello, image: example/hello}]
apps: {example/hello: {coldStart: {control: 30ms}}}
traffic: [{to: hello, at: [5.3s]}]
`);
    // The activator tells the autoscaler at once; the pod autoscaler's reconcile takes 5 ms.
    expect(of("ScaledTo")[0]).toMatchObject({ t: 5.305, from: 0, to: 1, reason: "decider" });
    expect(of("PodCreated")[0].t).toBe(5.335);
    expect(requests[0].cold).toBe(true);
  });

  it("of a burst of 500 is the only one that the first decision knows: one pod, then the rest", async () => {
    const { of, decisions, summary } = await play(`
duration: 1m
start: zero
overheads: none
knative: {phases: zero}
services: [{name: hello, image: example/hello, containerConcurrency: 10}]
apps: {example/hello: {serviceTime: 1s, coldStart: ${coldStart("1s")}}}
traffic: [{to: hello, clients: 500, requests: 500, from: 10.2s}]
`);
    const scaled = of("ScaledTo");
    expect(scaled[0]).toMatchObject({ t: 10.2, from: 0, to: 1 });
    expect(decisions.find(({ cause }) => cause === "poke")).toMatchObject({ t: 10.2, desired: 1 });
    // The report at 11 s tells of all; the next decision is at 12 s.
    expect(scaled[1].t).toBe(12);
    expect(scaled[1].to).toBeGreaterThan(10);
    expect(summary.requests).toMatchObject({ offered: 500, completed: 500, cold: 500 });
  });
});

describe("an activator", () => {
  it("with a concurrency of 1 fills pods in the order of their addresses as text: .10 and .11 before .2", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ pods: 10, concurrency: 1, app: "{serviceTime: 100ms}" })}
traffic: [{to: hello, at: [5s, 6s, 7s, 7s, 7s, 7s]}]
`);
    // Ordinal k has address 10.100.0.(k + 2).
    expect(requests.map((request) => request.pod)).toEqual([8, 8, 8, 9, 0, 1].map(pod));
  });

  it("with a concurrency of 10 goes round the pods", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ pods: 3, concurrency: 10, app: "{serviceTime: 100ms}" })}
traffic: [{to: hello, process: even, rate: 1, from: 1s, until: 8s}]
`);
    expect(requests.map((request) => request.pod)).toEqual([0, 1, 2, 0, 1, 2, 0].map(pod));
  });

  it("without a limit keeps two pods level: the one with fewer requests gets the next", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ pods: 2, app: "{serviceTime: 10s}" })}
traffic: [{to: hello, clients: 100, requests: 100, from: 1s}]
`);
    expect(countBy(requests, (request) => request.pod)).toEqual({ [pod(0)]: 50, [pod(1)]: 50 });
  });

  it("without a limit chooses among idle pods evenly at random", async () => {
    const { requests } = await play(`
duration: 50s
${fixed({ pods: 4, app: "{serviceTime: 1ms}" })}
traffic: [{to: hello, process: even, rate: 100, from: 1s, until: 41s}]
`);
    const counts = Object.values(countBy(requests, (request) => request.pod));
    expect(counts).toHaveLength(4);
    // Binomial(4,000, 1/4): mean 1,000, standard deviation √750 = 27.4.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(4.5 * 27.4);
  });

  it("without a limit releases the whole backlog onto the first pod", async () => {
    const { requests, texts } = await play(`
duration: 30s
overheads: none
knative: {phases: zero}
start: zero
services: [{name: hello, image: example/hello, annotations: {autoscaling.knative.dev/activation-scale: "2"}}]
apps: {example/hello: {serviceTime: 1s, coldStart: {control: {sequence: [0s, 500ms]}, schedule: 0s, containerStart: 1s, boot: 0s, readiness: 0s}}}
traffic: [{to: hello, clients: 300, requests: 300, from: 10.2s}]
`);
    expect(countBy(requests, (request) => request.pod)).toEqual({ [pod(0)]: 300 });
    expect(texts.size).toBe(0);
  });

  it("lets through as many as the pods can run, in order, and turns none away", async () => {
    const { requests, summary } = await play(`
duration: 1m
${fixed({ pods: 2, concurrency: 1, app: "{serviceTime: 100ms}" })}
traffic: [{to: hello, clients: 200, requests: 200, from: 1s}]
`);
    expect(summary.requests.completed).toBe(200);
    // Two at a time, 100 ms each: number n (from 0) waits ⌊n / 2⌋ × 100 ms in the activator and never in a pod.
    expect(requests.map(({ activatorWaitUs }) => milliseconds(activatorWaitUs))).toEqual(
      requests.map((_, n) => Math.floor(n / 2) * 100),
    );
    expect(requests.every(({ podWaitUs }) => podWaitUs === 0)).toBe(true);
  });

  it("that shares a revision with another sends to its own pods only, though others are idle", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ pods: 2, concurrency: 1, activators: 2, app: "{serviceTime: {sequence: [8s, 1s, 1s]}}" })}
traffic: [{to: hello, at: [1s, 2s, 5s]}]
`);
    // The gateway takes activators in turn: the third request finds the first activator's only pod busy until 9 s.
    expect(requests.map((request) => [request.pod, milliseconds(request.activatorWaitUs)])).toEqual([
      [pod(0), 0],
      [pod(1), 0],
      [pod(0), 4_000],
    ]);
  });

  it("of three pods between two activators gives the odd one to the first", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ pods: 3, concurrency: 1, activators: 2, app: "{serviceTime: 2s}" })}
traffic: [{to: hello, at: [1s, 1s, 1s, 1s]}]
`);
    // Activator 1: pods 0 and 2; activator 2: pod 1, where the fourth has to wait.
    expect(requests.map((request) => [request.pod, milliseconds(request.activatorWaitUs)])).toEqual([
      [pod(0), 0],
      [pod(1), 0],
      [pod(2), 0],
      [pod(1), 2_000],
    ]);
  });

  it("counts on a pod's full concurrency even when it shares it: the surplus waits in the pod", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ pods: 1, concurrency: 1, activators: 2, app: "{serviceTime: 2s}" })}
traffic: [{to: hello, at: [1s, 1s, 1s]}]
`);
    const waits = requests.map(({ activatorWaitUs, podWaitUs }) => [activatorWaitUs, podWaitUs].map(milliseconds));
    // The third follows the first of its activator at 3 s, and then waits for the second, which runs until 5 s.
    expect(waits).toEqual([
      [0, 0],
      [0, 2_000],
      [2_000, 2_000],
    ]);
  });
});

describe("a queue-proxy", () => {
  it("with a concurrency of 2 takes 22 of 50 at once and answers 503 to the rest", async () => {
    const { requests, texts, summary } = await play(`
duration: 30s
${fixed({ path: SERVE, concurrency: 2, app: "{serviceTime: 100ms}" })}
traffic: [{to: hello, clients: 50, requests: 50, from: 10s}]
`);
    expect(summary.requests.byStatus).toEqual({ "200": 22, "503": 28 });
    expect(requests.every(({ mode, activatorWaitUs }) => mode === "serve" && activatorWaitUs === null)).toBe(true);
    expect([...new Set(texts.values())]).toEqual(["pending request queue full\n"]);
    // Served in pairs: the last after 11 × 100 ms, of which 1 s was waiting.
    const served = requests.filter(({ status }) => status === "200");
    expect(served.at(-1)).toMatchObject({ podWaitUs: 1e6, latencyUs: 1.1e6 });
    // Whoever is turned away is turned away at once.
    expect(requests.filter(({ status, latencyUs }) => status === "503" && latencyUs !== 0)).toEqual([]);
  });

  it.each([
    [0, 1],
    [1, 2],
    [5, 6],
  ])("with a queue depth of %i and a concurrency of 1 takes %i at once", async (depth, taken) => {
    const { summary } = await play(`
duration: 30s
${fixed({ path: SERVE, concurrency: 1, app: `{serviceTime: 100ms, queueDepth: ${depth}}` })}
traffic: [{to: hello, clients: 20, requests: 20, from: 10s}]
`);
    expect(summary.requests.byStatus).toEqual({ "200": taken, "503": 20 - taken });
  });

  it("without a limit takes everything", async () => {
    const { summary } = await play(`
duration: 30s
${fixed({ path: SERVE, app: "{serviceTime: 100ms}" })}
traffic: [{to: hello, clients: 5000, requests: 5000, from: 10s}]
`);
    expect(summary.requests.byStatus).toEqual({ "200": 5_000 });
    expect(summary.latency.max).toBe(100);
  });
});

describe("serve mode", () => {
  it("takes ready pods in turn, blind to what they have to do", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ path: SERVE, pods: 2, concurrency: 1, app: "{serviceTime: {sequence: [5s, 1s]}}" })}
traffic: [{to: hello, at: [10s, 11s, 13s, 13.5s]}]
`);
    // Every second request goes to the first pod, although the other is idle at 13 s.
    expect(requests.map((request) => [request.pod, milliseconds(request.podWaitUs)])).toEqual([
      [pod(0), 0],
      [pod(1), 0],
      [pod(0), 2_000],
      [pod(1), 0],
    ]);
  });
});

describe("the overhead of a hop", () => {
  const overheads = "overheads: {ingress: 5ms, activator: 3ms, queueProxy: 2ms}";

  it("is added once on each hop of the path: 5 + 3 + 2 ms through the activator, 5 + 2 ms past it", async () => {
    for (const [path, latency] of [
      [PROXY, 110],
      [SERVE, 107],
    ] as const) {
      const { requests } = await play(`
duration: 30s
${fixed({ path, app: "{serviceTime: 100ms}" }).replace("overheads: none", overheads)}
traffic: [{to: hello, at: [10s]}]
`);
      expect(requests[0]).toMatchObject({ latencyUs: latency * 1e3, serviceUs: 100e3, podWaitUs: 0 });
    }
  });

  it("belongs to the concurrency of that hop, and its slot: the next one waits for it", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ concurrency: 1, app: "{serviceTime: 1s}" }).replace("overheads: none", "overheads: {activator: 0s, queueProxy: 200ms}")}
traffic: [{to: hello, at: [10s, 10s]}]
`);
    // The activator's slot is taken for 1.2 s.
    expect(requests.map(({ activatorWaitUs, latencyUs }) => [activatorWaitUs, latencyUs])).toEqual([
      [0, 1_200e3],
      [1_200e3, 2_400e3],
    ]);
  });

  it("of the ingress is no concurrency: nobody scales for requests that have not come to Knative yet", async () => {
    for (const path of [PROXY, SERVE]) {
      const { decisions, summary } = await play(`
duration: 3m
${fixed({ path, app: "{serviceTime: 100ms}" }).replace("overheads: none", "overheads: {ingress: 30s, activator: 0s, queueProxy: 0s}")}
traffic: [{to: hello, process: even, rate: 10}]
`);
      // 10 requests/s × 30.1 s are in the system, 10 × 0.1 s = 1 of them in a pod.
      expect(summary.inFlight.max).toBe(301);
      expect(Math.max(...decisions.map(({ stable, panic }) => Math.max(stable ?? 0, panic ?? 0)))).toBeLessThan(1.2);
    }
  });

  it("of the ingress comes before Knative's timers begin, but not before the client's patience does", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ timeoutSeconds: 1, app: "{serviceTime: 5s}" }).replace("overheads: none", "overheads: {ingress: 2s}")}
traffic: [{to: hello, at: [10s], name: calm}, {to: hello, at: [10s], timeout: 1500ms, name: hasty}]
`);
    expect(requests.map(({ status, latencyUs }) => [status, latencyUs])).toEqual([
      ["504", 3e6],
      ["timeout", 1.5e6],
    ]);
  });
});

describe("a cold request", () => {
  it("is one that waits for a pod, or ends while there is none; later ones are warm", async () => {
    const { requests, summary } = await play(`
duration: 1m
overheads: none
start: zero
services: [{name: hello, image: example/hello, timeoutSeconds: 4}]
apps: {example/hello: {serviceTime: 10ms, coldStart: ${coldStart("5s")}}}
traffic:
  - {to: hello, at: [5s, 8s, 10s, 11s]}
  - {to: hello, at: [6s], timeout: 1s, name: hasty}
`);
    // The pod is up at 10 s, when the request of that moment finds it.
    expect(requests.map(({ arrivalUs, status, cold }) => [arrivalUs / 1e6, status, cold])).toEqual([
      [5, "504", true],
      [6, "timeout", true],
      [8, "200", true],
      [10, "200", false],
      [11, "200", false],
    ]);
    expect(summary.requests.cold).toBe(3);
  });
});

describe("three activators", () => {
  it("do not all stand in the path of a revision with one pod: two do", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ concurrency: 1, activators: 3, app: "{serviceTime: 2s}" })}
traffic: [{to: hello, at: [5s, 5s, 5s]}]
`);
    // Two send one request each to the pod, where the second waits; the third request waits in the first one's activator.
    expect(requests.map(({ activatorWaitUs, podWaitUs }) => [activatorWaitUs, podWaitUs].map(milliseconds))).toEqual([
      [0, 0],
      [0, 2_000],
      [2_000, 2_000],
    ]);
  });
});

describe("a request's timer", () => {
  it("runs from the activator: 504 with its text, waiting for a pod included", async () => {
    const { requests, texts } = await play(`
duration: 30s
overheads: none
start: zero
services: [{name: hello, image: example/hello, timeoutSeconds: 3}]
apps: {example/hello: {serviceTime: 2s, coldStart: ${coldStart("4s")}}}
traffic: [{to: hello, at: [5s, 7.5s]}]
`);
    // The pod is up at 9 s: the first has waited for 3 s by 8 s, the second would end at 11 s and ends at 10.5 s.
    expect(requests.map(({ status, latencyUs, activatorWaitUs }) => [status, latencyUs, activatorWaitUs])).toEqual([
      ["504", 3e6, 3e6],
      ["504", 3e6, 1.5e6],
    ]);
    expect([...texts.values()]).toEqual(["activator request timeout", "activator request timeout"]);
  });

  it("runs in the queue-proxy in serve mode: 504 with another text, and the next one gets the slot", async () => {
    const { requests, texts } = await play(`
duration: 30s
${fixed({ path: SERVE, concurrency: 1, timeoutSeconds: 2, app: "{serviceTime: {sequence: [5s, 1s]}}" })}
traffic: [{to: hello, at: [10s, 11.5s]}]
`);
    expect(requests.map(({ status, latencyUs, podWaitUs }) => [status, latencyUs, podWaitUs])).toEqual([
      ["504", 2e6, 0],
      ["200", 1.5e6, 0.5e6],
    ]);
    expect([...texts.values()]).toEqual(["request timeout"]);
  });

  it("is as long as its own revision says, whatever those of others that were started before or after", async () => {
    const { requests } = await play(`
duration: 30s
overheads: none
start: ready
services:
  - {name: slow, image: example/slow, timeoutSeconds: 10}
  - {name: fast, image: example/slow, timeoutSeconds: 2}
  - {name: like-slow, image: example/slow, timeoutSeconds: 10}
apps: {example/slow: {serviceTime: 20s}}
traffic:
  - {to: slow, at: [1s, 4s]}
  - {to: fast, at: [2s, 5s]}
  - {to: like-slow, at: [3s]}
`);
    const ends = requests.map(({ arrivalUs, latencyUs, status }) => [arrivalUs / 1e6, milliseconds(latencyUs), status]);
    expect(ends.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [1, 10_000, "504"],
      [2, 2_000, "504"],
      [3, 10_000, "504"],
      [4, 10_000, "504"],
      [5, 2_000, "504"],
    ]);
  });

  it("of 600 s brings a limit of 300 s for the start of the answer along", async () => {
    const { requests } = await play(`
duration: 20m
${fixed({ timeoutSeconds: 600, app: "{serviceTime: {sequence: [299s, 400s]}}" })}
traffic: [{to: hello, at: [1s, 2s]}]
`);
    expect(requests.map(({ status, latencyUs }) => [status, latencyUs])).toEqual([
      ["200", 299e6],
      ["504", 300e6],
    ]);
  });

  it("that ends when the answer comes leaves the answer", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ timeoutSeconds: 2, app: "{serviceTime: 2s}" })}
traffic: [{to: hello, at: [1s]}]
`);
    expect(requests[0]).toMatchObject({ status: "200", latencyUs: 2e6 });
  });
});

describe("a client", () => {
  it("that gives up frees the slot for the next one", async () => {
    const { requests, summary } = await play(`
duration: 30s
${fixed({ concurrency: 1, app: "{serviceTime: 5s}" })}
traffic:
  - {to: hello, at: [1s], timeout: 2s, name: hasty}
  - {to: hello, at: [1.5s], name: patient}
`);
    expect(requests.map(({ status, latencyUs, activatorWaitUs }) => [status, latencyUs, activatorWaitUs])).toEqual([
      ["timeout", 2e6, 0],
      ["200", 6.5e6, 1.5e6],
    ]);
    expect(summary.requests.byStatus).toEqual({ "200": 1, timeout: 1 });
    expect(summary.requests).toMatchObject({ completed: 1, failed: 1 });
  });

  it("that gives up leaves whatever queue it is in", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ path: SERVE, concurrency: 1, app: "{serviceTime: {sequence: [4s, 1s]}}" })}
traffic:
  - {to: hello, at: [10s], name: first}
  - {to: hello, at: [11s], timeout: 1s, name: hasty}
  - {to: hello, at: [11.5s], name: patient, serviceTime: 500ms}
`);
    expect(
      requests.map(({ status, podWaitUs, serviceUs, latencyUs }) => [status, podWaitUs, serviceUs, latencyUs]),
    ).toEqual([
      ["200", 0, 4e6, 4e6],
      ["timeout", 1e6, 0, 1e6],
      // Its turn comes at 14 s; the source brings its own service time.
      ["200", 2.5e6, 0.5e6, 3e6],
    ]);
  });

  it("tries again after a pause, as often as it may, and its call counts once", async () => {
    const { requests, summary } = await play(`
duration: 30s
${fixed({ path: SERVE, concurrency: 1, app: "{serviceTime: 5s, queueDepth: 0}" })}
traffic:
  - {to: hello, at: [10s], name: first}
  - {to: hello, at: [11s], name: second, retries: {max: 2, backoff: 100ms}}
  - {to: hello, at: [14.9s], name: third, retries: {max: 2, backoff: 100ms}}
`);
    const rows = requests.map(({ id, arrivalUs, attempt, status }) => [id, arrivalUs / 1e6, attempt, status]);
    expect(rows).toEqual([
      ["first-1", 10, 1, "200"],
      ["second-1", 11, 1, "503"],
      ["second-2", 11.1, 2, "503"],
      ["second-3", 11.2, 3, "503"],
      ["third-1", 14.9, 1, "503"],
      ["third-2", 15, 2, "200"],
    ]);
    expect(summary.requests).toMatchObject({ offered: 6, completed: 2, failed: 4, retries: 3 });
    expect(summary.calls).toMatchObject({ made: 2, succeeded: 1, failed: 1, attempts: 5 });
    // From the first sending at 14.9 s to the answer at 20 s.
    expect(summary.calls?.latency.max).toBe(5_100);
  });

  it("may wait longer from try to try", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ path: SERVE, concurrency: 1, app: "{serviceTime: 9s, queueDepth: 0}" })}
traffic:
  - {to: hello, at: [10s], name: first}
  - {to: hello, at: [11s], name: second, retries: {max: 5, backoff: {initial: 100ms, factor: 2, max: 500ms}}}
`);
    // Pauses of 100, 200, 400, 500, 500 ms.
    expect(requests.slice(1).map(({ arrivalUs }) => arrivalUs / 1e6)).toEqual([11, 11.1, 11.3, 11.7, 12.2, 12.7]);
  });

  it("tries again only after the statuses it was told", async () => {
    const { requests } = await play(`
duration: 30s
${fixed({ concurrency: 1, app: "{serviceTime: 3s}" })}
traffic:
  - {to: hello, at: [1s], timeout: 1s, name: default, retries: {max: 1}}
  - {to: hello, at: [10s], timeout: 1s, name: told, retries: {max: 1, backoff: 50ms, statuses: [timeout]}}
  - {to: {service: hello, tag: none}, at: [20s], name: tag, retries: {max: 1, backoff: 1s, statuses: [4xx]}}
`);
    expect(requests.map(({ id, arrivalUs, status }) => [id, arrivalUs / 1e6, status])).toEqual([
      ["default-1", 1, "timeout"],
      ["told-1", 10, "timeout"],
      ["told-2", 11.05, "timeout"],
      ["tag-1", 20, "404"],
      ["tag-2", 21, "404"],
    ]);
  });

  it("that tries again asks for the same work", async () => {
    const body = (events: string) => `
duration: 30s
${fixed({ pods: 2, app: "{serviceTime: {exponential: {mean: 4s}}}" })}
traffic: [{to: hello, clients: 50, requests: 50, from: 5s, retries: {max: 1, backoff: 10ms}}]
events: [${events}]
`;
    const calm = await play(body(""));
    const killed = await play(body("{at: 5.1s, kill-pod: {service: hello}}"));
    const served = ({ requests }: typeof calm) =>
      requests.flatMap(({ status, serviceUs }) => (status === "200" ? [serviceUs] : [])).sort();
    expect(countBy(killed.requests, ({ status }) => status)["502"]).toBeGreaterThan(10);
    expect(served(killed)).toEqual(served(calm));
  });

  it("of a closed loop counts its retries as one request and thinks after the last", async () => {
    const { requests } = await play(`
duration: 10s
${fixed({ timeoutSeconds: 1, app: "{serviceTime: 5s}" })}
traffic: [{to: hello, clients: 1, think: 2s, retries: {max: 1, backoff: 500ms}}]
`);
    // 1 s until 504, a pause of 0.5 s, 1 s until 504, 2 s of thinking.
    expect(requests.map(({ arrivalUs }) => arrivalUs / 1e6)).toEqual([0, 1.5, 4.5, 6, 9]);
  });
});

import { describe, expect, it } from "vitest";
import { coldStart, countBy, play } from "./played.js";

const key = (name: string, value: string) => `autoscaling.knative.dev/${name}: "${value}"`;

interface Options {
  readonly annotations?: string;
  readonly activators?: number;
  readonly start?: string;
  readonly serviceTime?: string;
  readonly events: string;
  readonly traffic?: string;
  readonly duration?: string;
}

/** Ticks on whole seconds, nothing but work and the container's start takes time. */
const body = ({ annotations = "", activators = 1, start = "ready", serviceTime = "100ms", ...rest }: Options) => `
duration: ${rest.duration ?? "1m"}
overheads: none
start: ${start}
knative: {phases: zero, activators: ${activators}}
services: [{name: hello, image: example/hello, annotations: {${annotations}}}]
apps: {example/hello: {serviceTime: ${serviceTime}, coldStart: ${coldStart("2s")}}}
traffic: [${rest.traffic ?? ""}]
events: [${rest.events}]
`;

describe("a restart of the autoscaler", () => {
  it("loses the windows, begins in panic with more than one ready pod, and puts the activator back into the path", async () => {
    const { of, decisions } = await play(
      body({
        annotations: `${key("min-scale", "2")}, ${key("target-burst-capacity", "0")}`,
        events: "{at: 30.5s, restart: autoscaler}",
        traffic: "{to: hello, process: even, rate: 100}",
      }),
    );
    expect(of("ComponentDown")).toMatchObject([{ t: 30.5, component: "autoscaler" }]);
    expect(of("ComponentUp")).toMatchObject([{ t: 35.5, component: "autoscaler" }]);
    expect(of("DeciderDeleted").map(({ t }) => t)).toEqual([30.5]);
    expect(of("DeciderCreated").map(({ t, panicking }) => [t, panicking])).toEqual([
      [0, false],
      [35.5, true],
    ]);
    // No decision while it is away; then every 2 s from its return.
    expect(decisions.filter(({ t }) => t > 28 && t < 40).map(({ t }) => t)).toEqual([30, 37.5, 39.5]);
    // What it wants is unknown (−1) until the first valid decision: proxy mode from 35.5 to 37.5 s.
    expect(of("ModeChanged").map(({ t, mode }) => [t, mode])).toEqual([
      [2, "serve"],
      [35.5, "proxy"],
      [37.5, "serve"],
    ]);
  });

  it("does not touch pods while it is away: not even a request at zero wakes anything until it is back", async () => {
    const { of, requests } = await play(
      body({
        start: "zero",
        events: "{at: 10s, restart: {autoscaler: 1, for: 20s}}",
        traffic: "{to: hello, at: [15s]}",
      }),
    );
    // Back at 30 s without a memory; the activator's reports of the waiting request come every second, the first
    // decision is at 32 s.
    expect(of("ScaledTo")[0]).toMatchObject({ t: 32, to: 1 });
    expect(requests[0].latencyUs).toBe((32 + 2 - 15) * 1e6 + 100e3);
  });

  it("leaves a single ready pod calm", async () => {
    const { of } = await play(body({ events: "{at: 30s, restart: autoscaler}" }));
    expect(of("DeciderCreated").at(-1)).toMatchObject({ t: 35, panicking: false });
  });
});

describe("an autoscaler that stays away", () => {
  const annotations = `${key("min-scale", "1")}, ${key("target-burst-capacity", "-1")}`;
  const traffic = "{to: hello, process: even, rate: 10}";

  it("for more than 25 s makes the activators leave every path, until it is back", async () => {
    const { of, requests } = await play(
      body({ annotations, events: "{at: 10s, restart: {autoscaler: 1, for: 40s}}", traffic }),
    );
    expect(of("ComponentDown").map(({ t, component }) => [t, component])).toEqual([
      [10, "autoscaler"],
      [35, "activator-1"],
    ]);
    expect(of("ComponentUp").map(({ t, component }) => [t, component])).toEqual([
      [50, "autoscaler"],
      [50, "activator-1"],
    ]);
    expect(countBy(requests, ({ mode, status }) => `${mode} ${status}`)).toEqual({
      "proxy 200": 450,
      "serve 200": 150,
    });
  });

  it("for 25 s, or only without its lease, leaves them where they are", async () => {
    for (const outage of ["{autoscaler: 1, for: 25s}", "{autoscaler: 1, lost-lease: 45s}"]) {
      const { of, requests } = await play(body({ annotations, events: `{at: 10s, restart: ${outage}}`, traffic }));
      expect(of("ComponentDown").map(({ component }) => component)).toEqual(["autoscaler"]);
      expect(requests.every(({ mode }) => mode === "proxy")).toBe(true);
    }
  });

  it("leaves a service at zero without anybody to answer", async () => {
    const { requests } = await play(
      body({
        start: "zero",
        events: "{at: 1s, restart: {autoscaler: 1, for: 40s}}",
        traffic: "{to: hello, at: [20s, 30s]}",
      }),
    );
    // The first waits in the activator, which keeps what it holds, for a decision: the first is 2 s after 41 s.
    expect(requests.map(({ status, latencyUs }) => [status, latencyUs])).toEqual([
      ["200", (43 - 20 + 2) * 1e6 + 100e3],
      ["503", 0],
    ]);
  });
});

describe("an outage of the only activator", () => {
  const events = "{at: 10s, restart: {activator: 1, for: 20s}}";

  it("forces serve mode until it is back", async () => {
    const { of, requests } = await play(
      body({ annotations: key("min-scale", "1"), events, traffic: "{to: hello, process: even, rate: 10}" }),
    );
    expect(of("ModeChanged").map(({ t, mode, wanted, cause }) => [t, mode, wanted, cause])).toEqual([
      [10, "serve", "proxy", "noActivators"],
      [30, "proxy", "proxy", "ebc"],
    ]);
    expect(countBy(requests, ({ mode, status }) => `${mode} ${status}`)).toEqual({
      "proxy 200": 400,
      "serve 200": 200,
    });
  });

  it("leaves a service at zero without anybody to answer: 503 from the gateway", async () => {
    const { requests, texts } = await play(body({ start: "zero", events, traffic: "{to: hello, at: [15s, 35s]}" }));
    expect(requests.map(({ status, latencyUs }) => [status, latencyUs])).toEqual([
      ["503", 0],
      ["200", 2_100e3],
    ]);
    expect([...texts.values()]).toEqual(["no healthy upstream"]);
  });

  it("lets it finish what it holds", async () => {
    const { requests } = await play(
      body({
        start: "zero",
        serviceTime: "15s",
        events: events.replace("10s", "9s"),
        traffic: "{to: hello, at: [8s]}",
      }),
    );
    expect(requests[0]).toMatchObject({ status: "200", latencyUs: 17e6, mode: "proxy" });
  });

  it("changes nothing when it restarts gracefully", async () => {
    const traffic = "{to: hello, process: even, rate: 10}";
    const calm = await play(body({ events: "", traffic }));
    const restarted = await play(body({ events: "{at: 10s, restart: activator}", traffic }));
    expect(restarted.requests).toEqual(calm.requests);
  });
});

describe("an outage of one of two activators", () => {
  it("leaves everything to the other one, which then has all pods", async () => {
    const { requests, of } = await play(
      body({
        annotations: `${key("min-scale", "2")}, ${key("max-scale", "2")}, ${key("target-burst-capacity", "-1")}`,
        activators: 2,
        serviceTime: "10s",
        events: "{at: 10s, restart: {activator: 2, for: 30s}}",
        traffic: "{to: hello, at: [1s, 1s, 1s, 15s, 15s, 15s]}",
      }).replace("image: example/hello,", "image: example/hello, containerConcurrency: 1,"),
    );
    expect(of("ModeChanged")).toEqual([]);
    // The third waits for the pod of the first activator until that has both, at 10 s; it does not know that the other
    // pod is busy until 11 s. From 15 s on: one pod is free, the other from 21 s on.
    const waits = requests.map(({ activatorWaitUs, podWaitUs }) => [activatorWaitUs! / 1e6, podWaitUs! / 1e6]);
    expect(waits).toEqual([
      [0, 0],
      [0, 0],
      [9, 1],
      [0, 0],
      [6, 0],
      [10, 0],
    ]);
  });
});

describe("settings that change during a run", () => {
  it("of the autoscaler count from then on", async () => {
    const { of } = await play(
      body({
        duration: "2m",
        events: "{at: 20.5s, set-config: {config-autoscaler: {stable-window: 20s}}}",
        traffic: "{to: hello, at: [10.2s]}",
      }),
    );
    expect(of("ConfigChanged")).toMatchObject([{ t: 20.5, map: "config-autoscaler", keys: ["stable-window"] }]);
    // Load in bucket 10 only: with a window of 20 s it is out from 30 s on; with 60 s it would be from 70 s on.
    expect(of("ScaledTo").map(({ t, to }) => [t, to])).toEqual([[30, 0]]);
  });

  it("of an image hold for requests that start from then on", async () => {
    const { requests } = await play(
      body({
        annotations: key("min-scale", "1"),
        events: "{at: 10s, set-app: {image: example/hello, serviceTime: 2s}}",
        traffic: "{to: hello, at: [9.95s, 10s, 11s]}",
      }),
    );
    expect(requests.map(({ latencyUs }) => latencyUs)).toEqual([100e3, 2e6, 2e6]);
  });

  it("of an image win over what the service said of it", async () => {
    const { requests } = await play(`
duration: 30s
overheads: none
services: [{name: hello, image: example/hello, app: {serviceTime: 100ms, coldStart: ${coldStart("2s")}}}]
traffic: [{to: hello, at: [5s, 15s]}]
events: [{at: 10s, set-app: {image: example/hello, serviceTime: 300ms}}, {at: 20s, kill-pod: {service: hello}}]
`);
    expect(requests.map(({ latencyUs }) => latencyUs)).toEqual([100e3, 300e3]);
  });

  it("of an image leave out what they do not name", async () => {
    const { of } = await play(`
duration: 30s
overheads: none
services: [{name: hello, image: example/hello, app: {serviceTime: 100ms, coldStart: ${coldStart("2s")}}}]
apps: {example/hello: {coldStart: ${coldStart("7s")}}}
events: [{at: 10s, set-app: {image: example/hello, serviceTime: 300ms}}, {at: 20s, kill-pod: {service: hello}}]
`);
    expect(of("PodReady").map(({ t }) => t)).toEqual([0, 22]);
  });

  it("of reachability take away a min-scale, and give it back", async () => {
    const { of } = await play(
      body({
        duration: "4m",
        annotations: key("min-scale", "3"),
        events:
          "{at: 90s, reachability: {revision: hello-00001, is: Unreachable}}, {at: 3m, reachability: {revision: hello-00001, is: Reachable}}",
      }),
    );
    // With 3 ready the decider wants ⌊3 ÷ 2⌋ = 1 at least (max-scale-down-rate 2), which holds when the bound goes. The
    // decision at 90 s knows of it: 0 at once. Three pods can take a burst of 89 (3 × 100 − 211), so it was in serve mode,
    // and the activator must be in the path for 30 s.
    expect(of("ScaledTo").map(({ t, from, to, reason }) => [t, from, to, reason])).toEqual([
      [90, 3, 1, "decider"],
      [120, 1, 0, "idle"],
      [180, 0, 3, "minScale"],
    ]);
  });

  it("refused ones are a warning, or expected", async () => {
    const { summary, of } = await play(
      body({
        events: `{at: 5s, kn: "service update missing --image x/y", expectError: "not found"}, {at: 6s, reachability: {revision: hello-00007, is: Reachable}}`,
      }),
    );
    expect(of("CommandFailed")).toMatchObject([{ t: 5, exit: 1 }]);
    expect(summary.warnings.filter(({ id }) => id === "W-event").map(({ message }) => message)).toEqual([
      'reachability: revisions.serving.knative.dev "hello-00007" not found',
    ]);
  });
});

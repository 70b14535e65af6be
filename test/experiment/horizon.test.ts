import { describe, expect, it } from "vitest";
import { coldStart, play } from "../model/played.js";

/** Ticks and requests at known times; work of exactly so long. */
const body = (head: string, serviceTime: string, traffic: string) => `
${head}
overheads: none
knative: {phases: zero}
services: [{name: hello, image: example/hello, annotations: {autoscaling.knative.dev/min-scale: "1"}}]
apps: {example/hello: {serviceTime: ${serviceTime}, coldStart: ${coldStart("2s")}}}
traffic: [${traffic}]
`;

describe("warm-up", () => {
  it("leaves out requests that arrive in it, but not what they still do afterwards", async () => {
    const { summary, requests } = await play(
      body("duration: 20s\nwarmup: 10s", "4s", "{to: hello, at: [2s, 8s, 12s, 18s]}"),
    );
    expect(summary).toMatchObject({ from: 10, to: 20, drainedAt: 22 });
    // Those at 12 and 18 s.
    expect(summary.requests).toMatchObject({ offered: 2, completed: 2 });
    expect(summary.latency).toMatchObject({ min: 4_000, max: 4_000 });
    // In [10, 20): 2 s of the request from 8 s, 4 s of that from 12 s, 2 s of that from 18 s.
    expect(summary.inFlight.mean).toBeCloseTo((2 + 4 + 2) / 10, 9);
    expect(summary.inFlight.max).toBe(1);
    // The cohort until the end of the drain: 4 s each.
    expect(summary.inFlight.requestSeconds).toBe(8);
    expect(summary.pods.podSeconds).toBe(10);
    expect(requests).toHaveLength(4);
  });
});

describe("the drain", () => {
  it("waits for the last answer, and lets nobody send any more", async () => {
    const { summary } = await play(body("duration: 10s", "6s", "{to: hello, clients: 1, think: 1s}"));
    // Sent at 0 s and at 7 s; the answer at 13 s is not followed by another request.
    expect(summary.requests).toMatchObject({ offered: 2, completed: 2, inFlight: 0 });
    expect(summary.drainedAt).toBe(13);
  });

  it("makes no further try: the call has failed", async () => {
    const { summary } = await play(
      body(
        "duration: 10s",
        "6s",
        "{to: hello, at: [8s], timeout: 1500ms, retries: {max: 3, backoff: 2s, statuses: [timeout]}}",
      ),
    );
    expect(summary.requests).toMatchObject({ offered: 1, failed: 1 });
    expect(summary.calls).toMatchObject({ made: 1, failed: 1, attempts: 1 });
    expect(summary.drainedAt).toBe(10);
  });

  it("may be left out: what is in flight then stays so", async () => {
    const { summary, requests } = await play(body("duration: 10s\ndrain: false", "6s", "{to: hello, at: [1s, 8s]}"));
    expect(summary.requests).toMatchObject({ offered: 2, completed: 1, inFlight: 1 });
    expect(summary.drainedAt).toBe(10);
    expect(summary.inFlight.requestSeconds).toBe(6 + 2);
    expect(requests[1]).toMatchObject({ status: "", latencyUs: null });
  });

  it("ends after an hour all the same", async () => {
    const { summary } = await play(
      body("duration: 10s", "1s", "{to: hello, at: [9s]}").replace("overheads: none", "overheads: {ingress: 2h}"),
    );
    expect(summary.requests).toMatchObject({ offered: 1, inFlight: 1 });
    expect(summary.drainedAt).toBe(3_610);
  });

  it("goes on with everything but requests: pods are scaled down meanwhile, and count for nothing", async () => {
    const { of, summary } = await play(
      body("duration: 10s", "250s", "{to: hello, at: [9s]}").replace("min-scale", "initial-scale"),
    );
    expect(summary.drainedAt).toBe(259);
    expect(of("ScaledTo")).toEqual([]);
    expect(summary.pods.podSeconds).toBe(10);
  });
});

describe("a closed loop", () => {
  it("sends all at once, then each after its answer and its pause, so many in all", async () => {
    const { requests } = await play(
      body("duration: 1m", "1s", "{to: hello, clients: 3, think: 500ms, requests: 8, from: 5s}"),
    );
    // Rounds of 1.5 s.
    expect(requests.map(({ arrivalUs }) => arrivalUs / 1e6)).toEqual([5, 5, 5, 6.5, 6.5, 6.5, 8, 8]);
  });

  it("starts nothing from its end on", async () => {
    const { requests, summary } = await play(
      body("duration: 1m", "1s", "{to: hello, clients: 1, from: 5s, until: 8s}"),
    );
    expect(requests.map(({ arrivalUs }) => arrivalUs / 1e6)).toEqual([5, 6, 7]);
    expect(summary.requests.completed).toBe(3);
  });

  it("of 50 clients without a pause on one slot: 50 × the service time each", async () => {
    const { summary } = await play(
      body("duration: 2m\nwarmup: 20s", "100ms", "{to: hello, clients: 50}")
        .replace("image:", "containerConcurrency: 1, image:")
        .replace('min-scale: "1"', 'min-scale: "1", autoscaling.knative.dev/max-scale: "1"'),
    );
    // Validation B10: throughput 10 a second, response time 5 s.
    expect(summary.requests.offered).toBe(1_000);
    expect(summary.latency).toMatchObject({ min: 5_000, max: 5_000 });
    expect(summary.inFlight).toMatchObject({ mean: 50, max: 50 });
  });
});

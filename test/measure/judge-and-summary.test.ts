import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.js";

const SCENARIO = `
apiVersion: knsim/v1
kind: Scenario
name: judged
duration: 6m
warmup: 30s
start: zero
services:
  - name: hello
    image: example/hello
    containerConcurrency: 5
    annotations: {autoscaling.knative.dev/target: "3"}
    app: {serviceTime: {exponential: {mean: 200ms}}}
traffic:
  - {to: hello, until: 2m, rate: {steps: [[0s, 10], [50s, 80], [70s, 5]]}}
events:
  - {at: 1m, kn: "service update hello --env A=2"}
`;

describe("a run's verdicts and its summary", () => {
  it("agree on every figure that both know", async () => {
    const texts = [
      ...["offered >= 0", "completed >= 0", "errors >= 0", "cold >= 0", "in_flight_at_end >= 0"],
      ...["p(50) >= 0", "p(95) >= 0", "p(99.9) >= 0", "max >= 0", "avg >= 0", "stddev >= 0"],
      ...["mean(pods) >= 0", "max(pods) >= 0", "max(pods_total) >= 0", "pod_seconds >= 0", "pods_started >= 0"],
      ...["mean(concurrency) >= 0", "max(concurrency) >= 0", "cold_starts >= 0", "p(95, cold_start) >= 0"],
      ...["panic_seconds >= 0", "proxy_seconds >= 0", "max(desired) >= 0"].map((text) => `hello-00001: ${text}`),
      ...["offered >= 0", "p(95) >= 0", "mean(pods) >= 0"].map((text) => `hello-00002: ${text}`),
    ];
    const expects = texts.map((text) => `  - ${JSON.stringify(text)}\n`).join("");
    const { summary, expectations } = await simulate(`${SCENARIO}expect:\n${expects}`);
    const { requests, latency, pods, inFlight, coldStart, revisions } = summary;
    const first = revisions["hello-00001"];
    const second = revisions["hello-00002"];
    expect(requests.cold).toBeGreaterThan(0);
    expect(first.panicSeconds).toBeGreaterThan(0);
    expect(second.requests.offered).toBeGreaterThan(0);
    const figures = [
      ...[requests.offered, requests.completed, requests.failed, requests.cold, requests.inFlight],
      ...[latency.p50, latency.p95, latency.p999, latency.max, latency.mean, latency.stddev],
      ...[pods.meanReady, pods.maxReady, pods.maxTotal, pods.podSeconds, pods.started],
      ...[inFlight.mean, inFlight.max, coldStart.count, coldStart.p95],
      ...[first.panicSeconds, first.proxySeconds, first.desiredMax],
      ...[second.requests.offered, second.latency.p95, second.pods.meanReady],
    ];
    expectations.forEach(({ expect: text, value }, index) => {
      // latencies are printed to a microsecond
      expect([text, value === null ? null : Math.round(value * 1000) / 1000]).toEqual([
        text,
        figures[index] === null ? null : Math.round(figures[index] * 1000) / 1000,
      ]);
    });
  });
});

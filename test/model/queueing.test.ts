import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.js";
import { play, scenario } from "./played.js";

// Closed forms with samples small enough to be quick. The tolerance is 4.5 standard deviations of the estimate: for a time
// average over T of a process with variance V and integrated autocorrelation time τ, its variance is about 2 V τ / T.
const sigmas = (variance: number, tau: number, seconds: number) => 4.5 * Math.sqrt((2 * variance * tau) / seconds);

interface Queue {
  readonly rate: number;
  readonly seconds: number;
  readonly concurrency: number;
  readonly path: "proxy" | "serve";
  readonly app: string;
}

/** One pod that never changes, Poisson arrivals, no overheads; the first 10 s, in which serve mode sets in, do not count. */
const queue = ({ rate, seconds, concurrency, path, app }: Queue) => `
duration: ${seconds + 10}s
warmup: 10s
overheads: none
services:
  - name: queue
    image: example/queue
    containerConcurrency: ${concurrency}
    annotations:
      autoscaling.knative.dev/min-scale: "1"
      autoscaling.knative.dev/max-scale: "1"
      autoscaling.knative.dev/target-burst-capacity: "${path === "proxy" ? -1 : 0}"
apps: {example/queue: ${app}}
traffic: [{to: queue, rate: ${rate}}]
report: {timeline: none, decisions: none, events: none}
`;
const summaryOf = async (of: Queue) => (await simulate(scenario(queue(of)))).summary;

describe("a pod of concurrency 1 behind the activator is an M/M/1", () => {
  it("with 8 requests a second and 10 served: 0.8 wait, 4 in the system, 0.5 s each", async () => {
    const seconds = 12_500;
    const { summary, requests } = await play(
      queue({ rate: 8, seconds, concurrency: 1, path: "proxy", app: "{serviceTime: {exponential: {mean: 100ms}}}" }),
    );
    // M/M/1: variance ρ / (1 − ρ)² = 20, autocorrelation time (1 + ρ) / (μ (1 − ρ)²) = 4.5 s; about 0.54 of 4.
    const tolerance = sigmas(20, 4.5, seconds);
    expect(Math.abs(summary.inFlight.mean - 4)).toBeLessThan(tolerance);
    expect(Math.abs((summary.latency.mean as number) / 1_000 - 0.5)).toBeLessThan(tolerance / 8);
    const cohort = requests.filter(({ arrivalUs }) => arrivalUs >= 10e6);
    const waited = cohort.filter(({ activatorWaitUs }) => activatorWaitUs! > 0).length / cohort.length;
    expect(Math.abs(waited - 0.8)).toBeLessThan(sigmas(0.16, 4.5, seconds));
  });
});

describe("a queue-proxy without the activator is a queue with limited room", () => {
  it("of 1 + 10 turns away 18.8 % of 12 requests a second when it serves 10", async () => {
    const seconds = 10_000;
    const { requests } = await summaryOf({
      rate: 12,
      seconds,
      concurrency: 1,
      path: "serve",
      app: "{serviceTime: {exponential: {mean: 100ms}}}",
    });
    // M/M/1/11: P(11) = (1 − 1.2) 1.2¹¹ / (1 − 1.2¹²) = 0.187721; relaxation 1 / (λ + μ − 2 √(λμ) cos(π / 12)) = 1.2 s.
    const lost = requests.byStatus["503"] / requests.offered;
    expect(Math.abs(lost - 0.187721)).toBeLessThan(sigmas(0.1525, 1.2, seconds));
    expect(Object.keys(requests.byStatus)).toEqual(["200", "503"]);
  });

  it.each([
    [1, 5, 10_000, 1 / 3],
    [10, 100, 1_000, 0.214582],
  ])("of depth 0 and %i servers loses as Erlang's formula B says", async (servers, rate, seconds, blocking) => {
    const { requests } = await summaryOf({
      rate,
      seconds,
      concurrency: servers,
      path: "serve",
      app: "{serviceTime: {exponential: {mean: 100ms}}, queueDepth: 0}",
    });
    const lost = requests.byStatus["503"] / requests.offered;
    const variance = blocking * (1 - blocking);
    // Service times of 0.1 s bound the autocorrelation; the arrivals that look are a sample on top.
    const tolerance = sigmas(variance, 0.1, seconds) + 4.5 * Math.sqrt(variance / requests.offered);
    expect(Math.abs(lost - blocking)).toBeLessThan(tolerance);
  });
});

describe("a pod without a limit is an M/M/∞", () => {
  it("with 10 requests a second of 0.5 s: 5 in flight", async () => {
    const seconds = 5_000;
    const { inFlight, latency } = await summaryOf({
      rate: 10,
      seconds,
      concurrency: 0,
      path: "proxy",
      app: "{serviceTime: {exponential: {mean: 500ms}}}",
    });
    // Poisson of mean 5; autocorrelation exp(−t / 0.5 s).
    expect(Math.abs(inFlight.mean - 5)).toBeLessThan(sigmas(5, 0.5, seconds));
    expect(Math.abs((latency.mean as number) - 500)).toBeLessThan((4.5 * 500) / Math.sqrt(10 * seconds));
  });
});

describe("a pod whose work needs its CPU shares it", () => {
  it.each([
    [5, 20_000, 1, 2, 0.6, "{exponential: {mean: 100ms}}"],
    [8, 12_500, 4, 20, 4.5, "{exponential: {mean: 100ms}}"],
    [8, 12_500, 4, 20, 4.5, "100ms"],
  ])(
    "with %i requests a second over %i s: %i in the system, whatever the distribution (%#)",
    async (rate, seconds, mean, variance, tau, serviceTime) => {
      const { inFlight, latency } = await summaryOf({
        rate,
        seconds,
        concurrency: 0,
        path: "proxy",
        app: `{serviceTime: ${serviceTime}, cpu: 1}`,
      });
      // N is geometric, as in M/M/1, and W = m / (1 − ρ); insensitive to the distribution of the work.
      const tolerance = sigmas(variance, tau, seconds);
      expect(Math.abs(inFlight.mean - mean)).toBeLessThan(tolerance);
      expect(Math.abs((latency.mean as number) / 1_000 - 0.1 / (1 - rate / 10))).toBeLessThan(tolerance / rate);
    },
  );

  const shared = (app: string, at: string, cpu = "1", source = "") => `
duration: 30s
overheads: none
services:
  - name: hello
    image: example/hello
    resources: {limits: {cpu: "${cpu}"}}
    annotations: {autoscaling.knative.dev/min-scale: "1", autoscaling.knative.dev/max-scale: "1"}
apps: {example/hello: ${app}}
traffic: [{to: hello, at: ${at}, name: a}${source}]
`;
  const latencies = async (body: string) => (await play(body)).requests.map(({ latencyUs }) => latencyUs! / 1_000);

  it("halves the speed of two, and gives it back to the one that is left", async () => {
    // The first has done 0.5 s alone, needs 1 s for the rest; by then the second has done 0.5 s and has 0.5 s to go.
    expect(await latencies(shared("{serviceTime: 1s, cpu: 1}", "[1s, 1.5s]"))).toEqual([1_500, 1_500]);
  });

  it("does not make anybody faster than alone: two CPUs for two", async () => {
    expect(await latencies(shared("{serviceTime: 1s, cpu: 1}", "[1s, 1.5s]", "2"))).toEqual([1_000, 1_000]);
    // Three on two CPUs, each at 2/3: 1 s of work takes 1.5 s.
    expect(await latencies(shared("{serviceTime: 1s, cpu: 1}", "[1s, 1s, 1s]", "2"))).toEqual([1_500, 1_500, 1_500]);
  });

  it("shares only the part of the work that needs it", async () => {
    // A quarter of 1 s on the CPU, shared by two: 0.5 s; then 0.75 s of waiting for others.
    expect(await latencies(shared("{serviceTime: 1s, cpu: 0.25}", "[1s, 1s]"))).toEqual([1_250, 1_250]);
  });

  it("gives the share of a client that gave up to the others", async () => {
    const body = shared("{serviceTime: 1s, cpu: 1}", "[1s]", "1", ", {to: hello, at: [1s], timeout: 500ms, name: b}");
    // 0.25 s of work by 1.5 s, the rest alone.
    expect(await latencies(body)).toEqual([1_250, 500]);
  });

  it("and a limit of concurrency lets only so many share it", async () => {
    const body = shared("{serviceTime: 1s, cpu: 1}", "[1s, 1s, 1s]").replace(
      "image: example/hello\n",
      "image: example/hello\n    containerConcurrency: 2\n",
    );
    expect(await latencies(body)).toEqual([2_000, 2_000, 3_000]);
  });
});

import * as fc from "fast-check";

/**
 * Random scenarios that must load and run: as objects, which written as JSON are YAML. Small on purpose (a minute, some
 * hundred requests), with times on a coarse grid so that much falls on the same instant.
 */

export type ScenarioObject = Record<string, unknown>;

const MOST_SERVICES = 3;
const AUTOSCALING = "autoscaling.knative.dev/";

/** What is there or is not. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((value) => `${value}s`);
const milliseconds = (max: number) => fc.nat({ max }).map((value) => `${value}ms`);
const moment = (durationSeconds: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: durationSeconds }).map((value) => `${value}s`),
    fc.integer({ min: 0, max: durationSeconds * 1000 }).map((value) => `${value}ms`),
  );

const distribution = (mostMs: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 3, arbitrary: milliseconds(mostMs) },
    milliseconds(mostMs).map((mean) => ({ exponential: { mean } })),
    fc.record({ mean: milliseconds(mostMs), cv: fc.constantFrom(0, 0.5, 2) }).map((lognormal) => ({ lognormal })),
    fc.integer({ min: 1, max: mostMs }).map((ms) => ({ lognormal: { median: `${ms}ms`, p95: `${2 * ms}ms` } })),
    fc.record({ mean: milliseconds(mostMs), cv: fc.constantFrom(0, 1, 1.5) }).map((gamma) => ({ gamma })),
    milliseconds(mostMs).map((max) => ({ uniform: { min: "0s", max } })),
    fc.record({ mean: milliseconds(mostMs), sd: milliseconds(mostMs) }).map((normal) => ({ normal })),
    fc.integer({ min: 1, max: mostMs }).map((ms) => ({ pareto: { scale: `${ms}ms`, shape: 1.5 }, max: "20s" })),
    fc.integer({ min: 1, max: mostMs }).map((ms) => ({ weibull: { scale: `${ms}ms`, shape: 0.7 }, max: "20s" })),
    fc.array(milliseconds(mostMs), { minLength: 1, maxLength: 4 }).map((empirical) => ({ empirical })),
    fc.array(milliseconds(mostMs), { minLength: 1, maxLength: 4 }).map((sequence) => ({ sequence })),
    milliseconds(mostMs).map((top) => ({ percentiles: { 0: "0s", 100: top } })),
  );

const bounds = fc
  .record({
    min: maybe(fc.integer({ min: 0, max: 3 })),
    more: maybe(fc.integer({ min: 0, max: 5 })),
    initial: maybe(fc.integer({ min: 1, max: 3 })),
    activation: maybe(fc.integer({ min: 2, max: 4 })),
  })
  .map(({ min, more, initial, activation }) => {
    const max = more === undefined ? undefined : Math.max(1, (min ?? 0) + more);
    return {
      "min-scale": min,
      "max-scale": max,
      "initial-scale": initial === undefined ? undefined : Math.min(initial, max ?? initial),
      "activation-scale":
        activation !== undefined && activation >= (min ?? 0) && activation <= (max ?? 9) ? activation : undefined,
    };
  });

const annotations = fc
  .record({
    bounds,
    metric: maybe(fc.constantFrom("concurrency", "rps")),
    target: maybe(fc.constantFrom("0.5", "1", "3", "10", "100")),
    "target-utilization-percentage": maybe(fc.constantFrom("10", "70", "100")),
    "target-burst-capacity": maybe(fc.constantFrom("-1", "0", "7", "200")),
    window: maybe(fc.constantFrom("6s", "10s", "1m")),
    "panic-window-percentage": maybe(fc.constantFrom("10", "50", "100")),
    "panic-threshold-percentage": maybe(fc.constantFrom("110", "200", "1000")),
    "scale-down-delay": maybe(fc.constantFrom("0s", "5s", "30s")),
    "scale-to-zero-pod-retention-period": maybe(fc.constantFrom("0s", "7s")),
    "metric-aggregation-algorithm": maybe(fc.constantFrom("linear", "weighted-exponential")),
  })
  .map(({ bounds: scale, ...rest }) => {
    const entries = Object.entries({ ...scale, ...rest }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries.map(([key, value]) => [AUTOSCALING + key, String(value)]));
  });

const coldStart = fc.record(
  {
    control: distribution(50),
    schedule: distribution(50),
    imagePull: distribution(3000),
    containerStart: distribution(3000),
    boot: distribution(1000),
    readiness: distribution(1000),
    termination: distribution(5000),
  },
  { requiredKeys: [] },
);

const app = fc.record(
  {
    serviceTime: distribution(2000),
    cpu: fc.constantFrom(0, 0.5, 1),
    queueDepth: fc.constantFrom(0, 1, 5, 1000),
    coldStart,
    fault: fc.constantFrom(
      "none",
      { kind: "imageMissing" },
      { kind: "imagePull", until: "20s" },
      { kind: "crash", until: "15s" },
      { kind: "crash", from: "10s", exitCode: 137 },
      { kind: "neverReady", from: "5s", until: "25s" },
    ),
  },
  { requiredKeys: [] },
);

const service = (index: number) =>
  fc
    .record(
      {
        annotations,
        app,
        containerConcurrency: fc.constantFrom(0, 1, 2, 10),
        timeoutSeconds: fc.integer({ min: 1, max: 20 }),
        env: fc.constant({ TARGET: "First" }),
        resources: fc.constantFrom(
          { requests: { cpu: "500m", memory: "256Mi" } },
          { limits: { cpu: "2" }, requests: { cpu: "1" } },
        ),
        start: fc.constantFrom("ready", "zero", "new"),
        traffic: fc.constantFrom(
          [{ latestRevision: true, percent: 100 }],
          [{ latestRevision: true, percent: 100, tag: "current" }],
          [
            { latestRevision: true, percent: 60 },
            { revisionName: `s${index}-00001`, percent: 40, tag: "stable" },
          ],
        ),
      },
      { requiredKeys: ["annotations", "app"] },
    )
    .map((rest) => ({ name: `s${index}`, image: `example/s${index}`, ...rest }));

const retries = fc.record(
  {
    max: fc.integer({ min: 0, max: 3 }),
    backoff: fc.oneof(distribution(500), fc.constant({ initial: "50ms", factor: 2, max: "1s", jitter: 0.5 })),
    statuses: fc.constantFrom([503], ["5xx", "timeout"], [502, 504, "reset", "timeout"]),
  },
  { requiredKeys: ["max"] },
);

const source = (services: number, durationSeconds: number) => {
  const rate = fc.integer({ min: 0, max: 30 });
  const profile = fc.oneof(
    rate,
    fc.record({ from: rate, to: rate }).map((ramp) => ({ ramp })),
    fc.tuple(rate, rate).map(([first, second]) => ({
      steps: [
        ["0s", first],
        ["10s", second],
      ],
    })),
    fc.record({ mean: rate, amplitude: rate, period: seconds(1, 30) }).map((sine) => ({ sine })),
  );
  const arrivals = fc.oneof(
    fc.record({ rate: profile, process: fc.constantFrom("poisson", "even") }, { requiredKeys: ["rate"] }),
    fc.record(
      {
        clients: fc.oneof(
          fc.integer({ min: 0, max: 12 }),
          fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 8 })).map(([first, second]) => ({
            steps: [
              ["0s", first],
              ["7s", second],
            ],
          })),
        ),
        think: fc.oneof(
          fc.constant("200ms"),
          distribution(2000).map((think) => ({ ...asMapping(think), min: "50ms" })),
        ),
        requests: fc.integer({ min: 1, max: 200 }),
      },
      { requiredKeys: ["clients", "think"] },
    ),
    fc.array(moment(durationSeconds - 1), { minLength: 1, maxLength: 20 }).map((at) => ({ at })),
  );
  return fc
    .record({
      to: fc.integer({ min: 1, max: services }).map((index) => `s${index}`),
      arrivals,
      options: fc.record(
        { timeout: fc.constantFrom("100ms", "1s", "5s"), retries, serviceTime: distribution(1500) },
        { requiredKeys: [] },
      ),
      window: fc.constantFrom({}, { from: "3s" }, { until: "20s" }, { from: "1s", until: "4s" }),
    })
    .map(({ to, arrivals: how, options, window }) => ({ to, ...how, ...options, ...window }));
};

/** A cut stands beside a distribution, which a plain duration is not. */
function asMapping(written: unknown): Record<string, unknown> {
  return typeof written === "string" ? { empirical: [written] } : (written as Record<string, unknown>);
}

const action = (services: number): fc.Arbitrary<Record<string, unknown>> =>
  fc.integer({ min: 1, max: services }).chain((index) =>
    fc.oneof(
      fc
        .constantFrom(
          `service update s${index} --env TARGET=Second`,
          `service update s${index} --image example/s${index}:v2`,
          `service update s${index} --concurrency-limit 1`,
          `service update s${index} --scale-min 1 --scale-max 4`,
          `service update s${index} --annotation serving.knative.dev/rollout-duration=10s`,
          `service update s${index} --traffic s${index}-00001=30 --traffic @latest=70`,
          `service update s${index} --traffic @latest=100`,
          `service update s${index} --tag s${index}-00001=canary`,
          `service update s${index} --untag canary`,
          `service delete s${index}`,
          `service create extra --image example/extra`,
          `service apply s${index} --image example/s${index}:v3`,
          `revision delete s${index}-00001`,
        )
        .map((kn) => ({ kn })),
      fc.constantFrom(1, 2, "all").map((count) => ({ "kill-pod": { service: `s${index}`, count } })),
      fc.constant({ "kill-pod": { service: `s${index}`, pick: "random" } }),
      fc.constantFrom(
        { restart: "autoscaler" },
        { restart: "activator" },
        { restart: { autoscaler: 1, for: "7s" } },
        { restart: { activator: 1, for: "3s" } },
        { "set-config": { "config-autoscaler": { "stable-window": "12s", "target-burst-capacity": "0" } } },
        { "set-config": { "config-autoscaler": { "enable-scale-to-zero": "false" } } },
        { "set-config": { "config-network": { "rollout-duration": "15" } } },
        { note: "here <b>it</b> happens" },
      ),
      fc.record({ image: fc.constant(`example/s${index}`), serviceTime: distribution(3000) }).map((change) => ({
        "set-app": change,
      })),
      fc.constantFrom("Reachable", "Unreachable", "Unknown").map((is) => ({
        reachability: { revision: `s${index}-00001`, is },
      })),
      fc.constant({ delete: { kind: "Revision", name: `s${index}-00001` } }),
      // Whether the node is there then is left open: it may be refused.
      fc
        .tuple(fc.constantFrom("add", "drain", "remove"), fc.constantFrom("node-1", "node-2", "spare"))
        .map(([verb, node]) => ({ node: { [verb]: node }, expectError: "" })),
    ),
  );

const knative = fc.record(
  {
    "config-autoscaler": fc.record(
      {
        "stable-window": fc.constantFrom("6s", "15s", "60s"),
        "scale-to-zero-grace-period": fc.constantFrom("6s", "30s"),
        "enable-scale-to-zero": fc.constantFrom("true", "false"),
        "target-burst-capacity": fc.constantFrom("-1", "0", "20", "211"),
        "max-scale-up-rate": fc.constantFrom("1.5", "2", "1000"),
        "panic-threshold-percentage": fc.constantFrom("120", "200"),
        "container-concurrency-target-percentage": fc.constantFrom("0.5", "70", "100"),
      },
      { requiredKeys: [] },
    ),
    "config-network": fc.constantFrom({}, { "rollout-duration": "10" }),
    activators: fc.integer({ min: 1, max: 3 }),
    phases: fc.constantFrom("random", "zero", { activatorReport: "1s", decision: "2s" }),
    conditionTimes: fc.constantFrom("seconds", "exact"),
  },
  { requiredKeys: [] },
);

const cluster = fc.record(
  {
    nodes: fc.constantFrom(
      [{ cpu: "2", memory: "2Gi" }],
      [{ count: 2, cpu: "4", memory: "4Gi" }],
      [{ cpu: "100m", memory: "64Mi" }],
    ),
    latencies: fc.oneof(
      fc.constant("none"),
      fc.record(
        { reconcile: distribution(50), endpoints: distribution(300), ingress: distribution(1000) },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
);

const overheads = fc.oneof(
  fc.constant("none"),
  fc.record(
    { ingress: distribution(5), activator: distribution(5), queueProxy: distribution(5) },
    { requiredKeys: [] },
  ),
);

const EXPECTATIONS = [
  "p(95) < 300ms",
  "errors == 0",
  "max(pods) <= 10",
  "pods == 0 at 5s",
  "error_rate <= 1% after 3s",
  "mean(concurrency) in 0 .. 100 every 4s",
  "time_to(pods >= 1) <= 10s",
  "s1: p(50) > 0ms",
  "avg(cold_start) < 10s",
  "pod_seconds < 1000",
];

const report = fc.record(
  {
    timeline: fc.constantFrom("auto", "full", "sparse", "none"),
    step: fc.constantFrom("1s", "5s"),
    decisions: fc.constantFrom("all", "none"),
    events: fc.constantFrom("all", "none"),
  },
  { requiredKeys: [] },
);

/** A scenario that loads without an error and whose run must end, whatever it shows. */
export const validScenario: fc.Arbitrary<ScenarioObject> = fc
  .record({
    services: fc.integer({ min: 1, max: MOST_SERVICES }),
    durationSeconds: fc.integer({ min: 6, max: 60 }),
  })
  .chain(({ services, durationSeconds }) =>
    fc
      .record(
        {
          services: fc.tuple(...Array.from({ length: services }, (_, index) => service(index + 1))),
          traffic: fc.array(source(services, durationSeconds), { maxLength: 4 }),
          events: fc.array(fc.tuple(moment(durationSeconds - 1), action(services)), { maxLength: 8 }),
          seed: fc.oneof(fc.nat(), fc.constantFrom("a", "007", "")),
          warmup: seconds(0, 5),
          drain: fc.boolean(),
          start: fc.constantFrom("ready", "zero", "new"),
          knative,
          cluster,
          overheads,
          expect: fc.uniqueArray(fc.constantFrom(...EXPECTATIONS), { maxLength: 4 }),
          report,
        },
        { requiredKeys: ["services", "traffic", "events", "seed"] },
      )
      .map(({ events, ...rest }) => ({
        apiVersion: "knsim/v1",
        kind: "Scenario",
        name: "fuzzed",
        duration: `${durationSeconds}s`,
        ...rest,
        events: events.map(([at, what]) => ({ at, ...what })),
      })),
  );

export const asText = (scenario: ScenarioObject): string => `${JSON.stringify(scenario, null, 1)}\n`;

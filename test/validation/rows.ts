import type { Measured } from "./measured.js";
import { closedLoop, erlangB, mg1Wait, mm1ResponseQuantile, mmc, mmck, processorSharing } from "./queueing-theory.js";
import { exactly, type Figure, inBand, near, type Row, within } from "./row.js";

/** Every row that is a scenario; what each file holds is said there, what must come out is said here. */

const seconds = (ms: number | null): number => (ms ?? Number.NaN) / 1000;
const response = ({ summary }: Measured): number => seconds(summary.latency.mean);
const inSystem = ({ summary }: Measured): number => summary.inFlight.mean;
const throughput = ({ summary }: Measured): number => summary.requests.completed / (summary.to - summary.from);
const failed = ({ summary }: Measured): number => summary.requests.failed / summary.requests.offered;
const wait = ({ waiting }: Measured): number => waiting.mean;
const waiting = (run: Measured): number => run.waiting.number;
const waits = ({ waiting: { longerThan } }: Measured): number => longerThan(0);
const meanReady = ({ summary }: Measured): number => summary.pods.meanReady;

/** rho ≤ 0.7: 2 %, below 0.9: 4 %, above: 5 %; probabilities within 0.005. */
const PROBABILITY = 0.005;

const b1 = mmc(8, 10, 1);
const b2 = mmc(35, 10, 5);
const b2Figures = [
  near(PROBABILITY, "P(wait)", "", b2.waits, waits),
  within(2, "Wq", "s", b2.wait, wait),
  within(2, "W", "s", b2.response, response),
  within(2, "Lq", "", b2.waiting, waiting),
  within(2, "L", "", b2.inSystem, inSystem),
  near(PROBABILITY, "P(wait > 0.05 s)", "", b2.waitsLongerThan(0.05), ({ waiting: { longerThan } }) =>
    longerThan(0.05),
  ),
];
const b3 = mmck(12, 10, 1, 11);
const b4 = mmck(50, 10, 5, 55);
const b9 = closedLoop(10, 1, 0.1);
const b10 = closedLoop(50, 0, 0.1);

const queueing: readonly Row[] = [
  {
    id: "B1",
    model: "M/M/1, rho 0.8",
    file: "b1.yaml",
    figures: [
      near(PROBABILITY, "P(wait)", "", b1.waits, waits),
      within(4, "Wq", "s", b1.wait, wait),
      within(4, "W", "s", b1.response, response),
      within(4, "Lq", "", b1.waiting, waiting),
      within(4, "L", "", b1.inSystem, inSystem),
      within(4, "p50", "s", mm1ResponseQuantile(8, 10, 0.5), ({ summary }) => seconds(summary.latency.p50)),
      within(4, "p95", "s", mm1ResponseQuantile(8, 10, 0.95), ({ summary }) => seconds(summary.latency.p95)),
      within(4, "p99", "s", mm1ResponseQuantile(8, 10, 0.99), ({ summary }) => seconds(summary.latency.p99)),
    ],
  },
  { id: "B2", model: "M/M/5, rho 0.7, one pod", file: "b2.yaml", waitLimits: [0, 0.05], figures: b2Figures },
  {
    id: "B2",
    model: "M/M/5, rho 0.7, five pods",
    file: "b2-pods.yaml",
    isSlow: true,
    waitLimits: [0, 0.05],
    figures: b2Figures,
  },
  {
    id: "B2",
    model: "five pods without the activator: not M/M/5",
    file: "b2-separate.yaml",
    isSlow: true,
    figures: [{ ...within(4, "Wq", "s", b2.wait, wait), isOutside: true, allowed: "beyond ±4 %" }],
  },
  {
    id: "B3",
    model: "M/M/1/11, rho 1.2",
    file: "b3.yaml",
    isSlow: true,
    figures: [
      near(PROBABILITY, "P(503)", "", b3.rejected, failed),
      within(5, "throughput", "/s", b3.throughput, throughput),
      within(5, "L", "", b3.inSystem, inSystem),
      within(5, "W of accepted", "s", b3.response, response),
      near(PROBABILITY, "busy", "", b3.busy, ({ timeWith }) => timeWith((n) => n > 0)),
    ],
  },
  {
    id: "B4",
    model: "M/M/5/55, rho 1",
    file: "b4.yaml",
    isSlow: true,
    figures: [
      near(PROBABILITY, "P(503)", "", b4.rejected, failed),
      within(5, "throughput", "/s", b4.throughput, throughput),
      within(5, "L", "", b4.inSystem, inSystem),
      within(5, "W", "s", b4.response, response),
    ],
  },
  {
    id: "B5",
    model: "Erlang B, 1 server, 0.5 erlang",
    file: "b5-1.yaml",
    figures: [near(PROBABILITY, "blocking", "", erlangB(5, 10, 1), failed)],
  },
  {
    id: "B5",
    model: "Erlang B, 10 servers, 10 erlang",
    file: "b5-10.yaml",
    isSlow: true,
    figures: [near(PROBABILITY, "blocking", "", erlangB(100, 10, 10), failed)],
  },
  {
    id: "B6",
    model: "M/D/1, rho 0.8",
    file: "b6.yaml",
    figures: [
      within(4, "Wq", "s", mg1Wait(8, 0.1, 0), wait),
      within(4, "W", "s", mg1Wait(8, 0.1, 0) + 0.1, response),
      within(4, "L", "", 8 * (mg1Wait(8, 0.1, 0) + 0.1), inSystem),
    ],
  },
  {
    id: "B7",
    model: "M/G/1, gamma with C2 1, rho 0.8",
    file: "b7.yaml",
    figures: [within(4, "W", "s", mg1Wait(8, 0.1, 1) + 0.1, response)],
  },
  ...([5, 8] as const).flatMap((lambda) =>
    (["", "-constant"] as const).map((kind): Row => {
      const theory = processorSharing(lambda, 0.1);
      const percent = lambda === 5 ? 2 : 4;
      return {
        id: "B8",
        model: `M/${kind === "" ? "M" : "D"}/1-PS, rho 0.${lambda}`,
        file: `b8-${lambda}${kind}.yaml`,
        isSlow: true,
        figures: [
          within(percent, "W", "s", theory.response, response),
          within(percent, "L", "", theory.inSystem, inSystem),
          near(PROBABILITY, "P(N ≥ 10)", "", theory.atLeast(10), ({ timeWith }) => timeWith((n) => n >= 10)),
        ],
      };
    }),
  ),
  {
    id: "B9",
    model: "closed loop, 10 clients, think 1 s",
    file: "b9.yaml",
    isSlow: true,
    figures: [
      within(4, "throughput", "/s", b9.throughput, throughput),
      within(4, "R", "s", b9.response, response),
      within(4, "L", "", b9.inSystem, inSystem),
    ],
  },
  {
    id: "B10",
    model: "closed loop, 50 clients, no think time",
    file: "b10.yaml",
    isSlow: true,
    figures: [within(5, "throughput", "/s", b10.throughput, throughput), within(5, "R", "s", b10.response, response)],
  },
  {
    id: "B11",
    model: "M/M/∞, 5 erlang",
    file: "b11.yaml",
    isSlow: true,
    figures: [
      within(2, "L", "", 5, inSystem),
      near(PROBABILITY, "P(empty)", "", Math.exp(-5), ({ timeWith }) => timeWith((n) => n === 0)),
    ],
  },
  {
    id: "B12",
    model: "0.9/s of 1.991 s, one request per pod",
    file: "b12.yaml",
    isSlow: true,
    figures: [inBand(1.74, 1.85, "L", "", 0.9 * 1.991, inSystem)],
  },
];

const steady = (
  id: string,
  model: string,
  measured: number,
  low: number,
  high: number,
  more: readonly Figure[] = [],
): Row => ({
  id,
  model,
  file: `${id.toLowerCase()}.yaml`,
  figures: [inBand(low, high, "mean ready pods", "", measured, meanReady), ...more],
});

const steadyStates: readonly Row[] = [
  steady("C1", "metric rps, target 1, 1 req/s", 1.993, 1.89, 2.13),
  steady("C2", "metric rps, target 1, 3 req/s", 4.796, 4.56, 5.13),
  steady("C3", "metric rps, target 1, 20 req/s of 0.5158 s", 28.43, 27.0, 30.4),
  steady("C4", "metric concurrency, target 1, 20 req/s of 0.5155 s", 14.65, 13.9, 15.9),
  steady("C5", "the same, target 3", 5.03, 4.78, 5.45),
];

const only = (id: string, model: string, file: string, figures: readonly Figure[] = []): Row => ({
  id,
  model,
  file,
  figures,
});

const timelines: readonly Row[] = [
  only("D2", "7, then 12 clients against target 10, TBC 7", "d2.yaml"),
  only("D3", "from the last request to zero wanted", "d3-idle.yaml"),
  only("D3", "from ready to zero, TBC 0, window 10 s", "d3-unused.yaml"),
  only("D4", "from ready to zero, target 10, TBC 10", "d4.yaml"),
];

/** Of the last rollout of the run: the percentages of one revision, the first of each of its steps. */
function percentsOf(revision: string, { events }: Measured): number[] {
  const starts = events.map(({ kind }) => kind).lastIndexOf("RolloutStarted");
  const finish = events.map(({ kind }) => kind).lastIndexOf("RolloutFinished");
  const steps = events.slice(starts, finish).filter(({ kind }) => kind === "RolloutStarted" || kind === "RolloutStep");
  const rollout = steps.map(({ percents }) => Object.fromEntries(percents as [string, number][])[revision] ?? 0);
  // After the last step the split is the wish itself.
  const programmed = events.slice(starts).filter(({ kind }) => kind === "RouteProgrammed");
  const last = programmed.at(-1)?.targets as [string, number, string][] | undefined;
  const end = (last ?? []).filter(([name]) => name === revision).reduce((sum, [, percent]) => sum + percent, 0);
  return [...rollout, end];
}

/** Times of the steps of the only rollout, in seconds. */
function stepTimes({ events }: Measured): number[] {
  return events.filter(({ kind }) => kind.startsWith("Rollout")).map(({ t }) => t);
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((t, index) => t - times[index]);
}

const percentFigures = (revision: string, what: string, expected: readonly number[]): Figure[] =>
  expected.map((percent, step) =>
    exactly(`${what}, step ${step + 1} (%)`, "", percent, (run) => percentsOf(revision, run)[step] ?? Number.NaN),
  );

const upstream: readonly Row[] = [
  only("E1", "12, 18, 24 clients: 3, 5, 6 pods", "e1.yaml"),
  only("E2", "100 requests at once, one at a time per pod", "e2.yaml"),
  { ...only("E3", "1000 requests per second, TBC 0", "e3-serve.yaml"), isSlow: true },
  { ...only("E3", "1000 requests per second, TBC −1", "e3-proxy.yaml"), isSlow: true },
  only("E4", "rollout of 120 s", "e4.yaml", [
    exactly("steps after the first percent", "", 99, (run) => gaps(stepTimes(run)).length),
    // 119 s ÷ 99 steps, in whole microseconds.
    near(1e-6, "shortest step", "s", 119 / 99, (run) => Math.min(...gaps(stepTimes(run)))),
    near(1e-6, "longest step", "s", 119 / 99, (run) => Math.max(...gaps(stepTimes(run)))),
  ]),
  only("E5", "rollout of 55 % in 240 s", "e5.yaml", [
    ...percentFigures("server-00003", "latest", [1, 19, 37, 55]),
    ...percentFigures("server-00002", "previous", [54, 36, 18, 0]),
  ]),
];

const coldStart: readonly Row[] = [
  only("G1", "20 cold requests, default cold-start profile", "g1.yaml", [
    inBand(1.5, 3.5, "p50", "s", 2.072, ({ summary }) => seconds(summary.latency.p50)),
  ]),
  only("G2", "autoscale-go, 50 clients, utilisation 100 %", "g2-full.yaml"),
  only("G2", "autoscale-go, 50 clients, utilisation 70 %", "g2.yaml"),
  only("G2", "50 clients, 0.2778 s, warm pods", "g2-warm.yaml", [
    within(1, "throughput", "/s", 50 / 0.2778, throughput),
    within(0.1, "throughput × response", "", 50, (run) => throughput(run) * response(run)),
  ]),
];

export const TRACE_ROW: Row = {
  id: "H",
  model: "azure2019-100f-480min",
  file: "h.yaml",
  isSlow: true,
  figures: [
    exactly("requests sent", "", 339_657, ({ summary }) => summary.requests.offered),
    within(1, "executing on average", "", 10.6767, ({ serviceSeconds, summary }) => serviceSeconds / summary.to),
  ],
};

export const SECTIONS: readonly { readonly title: string; readonly text: string; readonly rows: readonly Row[] }[] = [
  {
    title: "B. Queueing theory",
    text:
      "Expected: closed forms (Erlang B and C, M/M/c/K, Pollaczek and Khinchine, processor sharing, mean-value analysis). " +
      "At least 400,000 requests after the warm-up, 4,000,000 from rho 0.9 on. B12 also: pacslab/simfaas README (1.7879 and 1.7971).",
    rows: queueing,
  },
  {
    title: "C. Measured steady states",
    text:
      "Expected: mean ready pods measured on Knative 0.19 (k3s, Kourier), 60 minutes a point: GitHub pacslab/conc-value-perf-modelling, commit 156320c3. " +
      "That release had a target burst capacity of 200, which these scenarios set. C4 and C5 were read from a plot.",
    rows: steadyStates,
  },
  {
    title: "D. Excess burst capacity, activator in or out",
    text: "Expected: knative/serving test/e2e/autoscale_test.go (D2), pkg/reconciler/autoscaling/kpa/scaler.go (D3), the plot of knative/docs demystifying-activator-on-path.md (D4).",
    rows: timelines,
  },
  {
    title: "E. Upstream's end-to-end assertions",
    text:
      "Expected: knative/serving test/e2e/autoscale.go (E1), test/e2e/activator_test.go (E2), test/performance/benchmarks/dataplane-probe (E3), " +
      "pkg/reconciler/route/traffic/rollout_test.go (E4); knative/docs route-status-updates.md (E5).",
    rows: upstream,
  },
  {
    title: "G. Cold start and the documented sample",
    text: "Expected: knative-extensions/kperf docs/examples.md (G1), knative/docs autoscale-go (G2).",
    rows: coldStart,
  },
  {
    title: "H. Traces",
    text: "Expected: sums over the trace itself (Azure Functions Trace 2019, Microsoft, CC BY 4.0). Left out where the trace is not there.",
    rows: [TRACE_ROW],
  },
];

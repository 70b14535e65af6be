import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJudge, type JudgedRun } from "../../src/measure/judge.js";
import type { Judged, Summary } from "../../src/measure/run-record.js";
import type { DecisionFact, EndedRequest, Fact, Observer } from "../../src/model/observer.js";

const SECOND = 1_000_000;
const MS = 1_000;
const END = 100 * SECOND;

/** A made-up run of one service with one revision, told second by second. */
class Run {
  private pod = 0;
  private request = 0;
  private readonly observer: Partial<Observer>;
  private readonly judge: ReturnType<typeof createJudge>;

  constructor(texts: readonly string[], run: Partial<JudgedRun> = {}) {
    const position = { file: "a.yaml", line: 7, column: 5 };
    const lines = texts.map((text) => ({ text, name: null, level: "error" as const, position }));
    this.judge = createJudge(lines, { warmupUs: 0, durationUs: END, ...run });
    this.observer = this.judge.observer;
    this.observer.serviceAdded?.(0, { name: "hello", traceId: null });
    this.observer.sourceAdded?.(0, { name: "web", service: 0, hasRetries: false });
    this.revision(0, "hello-00001");
  }

  revision(
    index: number,
    name: string,
    more: { containerConcurrency?: number; gibRequest?: number; service?: number } = {},
  ) {
    const { containerConcurrency = 0, gibRequest = null, service = 0 } = more;
    const rest = { createdAt: 0, cpuRequest: 1, gibRequest, containerConcurrency };
    this.observer.revisionAdded?.(index, { name, service, ...rest });
    return this;
  }

  /** A pod that is created at once, serves after `startUs`, is ready then, and is gone at `untilUs`. */
  pods(fromUs: number, startUs: number, untilUs = Number.POSITIVE_INFINITY, revision = 0) {
    const pod = this.pod++;
    const base = { service: 0, revision, pod };
    this.observer.podAdded?.(pod, { name: `pod-${pod}`, revision, createdAt: fromUs, initial: startUs < 0 });
    const ready = fromUs + Math.max(0, startUs);
    const stages = { control: 5, schedule: 1, imagePull: 2, containerStart: 3, boot: 4, detect: 6 };
    this.facts(
      { t: ready, kind: "PodServing", stages, ...base },
      { t: ready, kind: "PodReady", readiness: 9, ...base },
    );
    if (untilUs === Number.POSITIVE_INFINITY) return this;
    const ending = { cause: "scaleDown" as const, inFlight: 0, ...base };
    return this.facts({ t: untilUs, kind: "PodTerminating", ...ending }, { t: untilUs, kind: "PodDeleted", ...ending });
  }

  facts(...facts: Fact[]) {
    for (const fact of facts) this.observer.happened?.(fact);
    return this;
  }

  requests(arrivals: readonly number[], latencyUs: number, more: Partial<EndedRequest> = {}) {
    for (const arrivalUs of arrivals) {
      const request = this.request++;
      const { source = 0, service = 0, revision = 0 } = more;
      this.observer.requestArrived?.(arrivalUs, request, source, 1, service, revision);
      const ended: EndedRequest = {
        ...{
          request,
          source,
          number: 1,
          attempt: 1,
          service,
          revision,
          pod: 0,
          arrivalUs,
          status: 200,
          completed: true,
        },
        ...{ activatorWaitUs: -1, podWaitUs: 0, serviceUs: latencyUs, cold: false, path: 2, tag: "", text: "" },
        ...more,
      };
      this.observer.requestEnded?.(arrivalUs + latencyUs, ended);
    }
    return this;
  }

  decide(t: number, desired: number, more: Partial<DecisionFact> = {}) {
    this.observer.decided?.({
      ...{
        t,
        revision: 0,
        cause: "tick",
        valid: true,
        reason: "stableWindow",
        ready: 1,
        stable: 1,
        panic: 1,
        target: 10,
      },
      ...{ total: 10, desired, excessBurstCapacity: 5, delayed: desired, up: 10, down: 0, rawStable: 1, rawPanic: 1 },
      ...{ panicking: false, maxPanicPods: 0 },
      ...more,
    });
    return this;
  }

  requested(t: number, ...values: number[]) {
    values.forEach((value, index) => {
      this.observer.revisionGauge?.(t + index * SECOND, 0, "requested", value);
    });
    return this;
  }

  raw(): Partial<Observer> {
    return this.observer;
  }

  verdicts(endUs = END): Judged[] {
    return this.judge.judge(endUs);
  }

  verdict(endUs = END): Judged {
    return this.verdicts(endUs)[0];
  }
}

const seconds = (...times: number[]) => times.map((time) => time * SECOND);

describe("expectations about requests", () => {
  it("judges percentiles by nearest rank and tells the value", () => {
    // 20 requests of 10 ms and one of 212.4 ms: rank ceil(0.99 · 21) = 21 is the slow one, ceil(0.95 · 21) = 20 is not
    const run = new Run(["p(95) < 300ms", "p(99) < 100ms"]);
    run.requests(seconds(...Array.from({ length: 20 }, (_, k) => k + 1)), 10 * MS).requests([SECOND], 212_400);
    expect(run.verdicts()).toMatchObject([
      { pass: true, actual: "10ms", value: 10, unit: "ms", limit: 300, line: 7, column: 5, expect: "p(95) < 300ms" },
      { pass: false, actual: "212.4ms", value: 212.4, limit: 100, margin: -1.124 },
    ]);
  });

  it("counts the cohort that arrives in [W, D), however late it ends", () => {
    const run = new Run(["offered == 2", "completed == 2", "max > 1m"], { warmupUs: 10 * SECOND });
    run
      .requests(seconds(9.999999, 10), 5 * MS)
      .requests([END - 1], 70 * SECOND)
      .requests([END], 5 * MS);
    expect(run.verdicts(END + 70 * SECOND).map(({ pass }) => pass)).toEqual([true, true, true]);
  });

  it("fails when there is no data, but a count of nothing is 0", () => {
    const run = new Run([
      "p(95) < 300ms",
      "errors == 0",
      "error_rate == 0",
      "count(latency) == 0",
      "rate(offered) < 1rps",
    ]);
    expect(run.verdicts().map(({ pass, actual }) => [pass, actual])).toEqual([
      [false, "no data (0 completed requests)"],
      [true, "0"],
      [false, "no data (0 ended requests)"],
      [true, "0"],
      [true, "0/s"],
    ]);
  });

  it("tells statuses, timeouts, resets and cold requests apart", () => {
    const texts = [
      "failed",
      "status(500..599)",
      "rejected",
      "timeouts",
      "resets",
      "cold",
      "in_flight_at_end",
      "retries",
    ];
    const run = new Run(texts.map((text) => `${text} == 99`));
    const failed = { completed: false };
    run.requests(seconds(1), 5, { status: 503, ...failed }).requests(seconds(2), 5, { status: 504, ...failed });
    run.requests(seconds(3), 5, { status: -1, ...failed }).requests(seconds(4), 5, { status: -2, ...failed });
    run.requests(seconds(5), 5, { cold: true, attempt: 2 }).requests(seconds(6), 5, { status: 0, ...failed });
    // failed: 503, 504, timeout and reset; the one in flight has not ended
    expect(run.verdicts().map(({ value }) => value)).toEqual([4, 2, 1, 2, 1, 1, 1, 1]);
  });

  it("divides errors by what ended, and shows percent", () => {
    const run = new Run(["error_rate < 1%", "failed/offered < 50%", "cold_rate == 0"]);
    run.requests(seconds(1, 2, 3), 5).requests(seconds(4), 5, { status: 503, completed: false });
    expect(run.verdicts()).toMatchObject([
      { pass: false, actual: "25%", value: 0.25, limit: 0.01, margin: -24 },
      { pass: true, actual: "25%" },
      { pass: true, value: 0 },
    ]);
  });

  it("splits latency into its parts, which add up", () => {
    const parts = ["activator_wait", "pod_wait", "waiting", "service_time", "overhead", "latency"];
    const run = new Run(parts.map((part) => `max(${part}) < 1h`));
    run.requests(seconds(1), 100, { activatorWaitUs: 20, podWaitUs: 30, serviceUs: 40 });
    // in µs: waiting 20 + 30, overhead 100 − 20 − 30 − 40
    expect(run.verdicts().map(({ value }) => value)).toEqual([0.02, 0.03, 0.05, 0.04, 0.01, 0.1]);
  });

  it("knows cold and warm latencies and those of a status", () => {
    const run = new Run([
      "max(latency.cold) < 1h",
      "max(latency.warm) < 1h",
      "max(latency.status(503)) < 1h",
      "max(latency.all) < 1h",
    ]);
    run.requests(seconds(1), 3 * MS, { cold: true }).requests(seconds(2), 2 * MS);
    run.requests(seconds(3), 9 * MS, { status: 503, completed: false });
    expect(run.verdicts().map(({ value }) => value)).toEqual([3, 2, 9, 9]);
  });

  it("rates apdex: satisfied up to T, half for up to 4 T, nothing for errors", () => {
    const run = new Run(["apdex(100) >= 0.5"]);
    run
      .requests(seconds(1), 100 * MS)
      .requests(seconds(2), 400 * MS)
      .requests(seconds(3), 401 * MS);
    run.requests(seconds(4), 1, { status: 500, completed: false });
    expect(run.verdict()).toMatchObject({ pass: false, value: 0.375 }); // (1 + ½) / 4
  });

  it("prints a value exactly when rounding would contradict the verdict", () => {
    const run = new Run(["max <= 300ms"]).requests(seconds(1), 300_007);
    expect(run.verdict()).toMatchObject({ pass: false, actual: "300.007ms" });
  });
});

describe("windows", () => {
  it("takes requests by arrival in [A, B)", () => {
    const run = new Run(["offered == 2 during 10s..20s", "offered == 1 after 20s", "offered == 1 before 10s"]);
    run.requests(seconds(9, 10, 19.999999, 20), 1);
    expect(run.verdicts().map(({ value }) => value)).toEqual([2, 1, 1]);
  });

  it("reads a gauge at an instant after everything that happens at it", () => {
    const run = new Run(["pods == 1 at 10s", "pods == 0 at 9.999999s", "pods == 0 at 20s", "pods == 1 at 200s"]);
    run.pods(10 * SECOND, 0, 20 * SECOND);
    expect(run.verdicts().map(({ pass }) => pass)).toEqual([true, true, true, false]);
    expect(run.verdicts()[3].actual).toBe("no data (the run ended at 1m40s)");
  });

  it("includes the end of a window for gauges, but not the end of the run", () => {
    const run = new Run([
      ...["max(pods) <= 0 during 0s..10s", "max(pods) <= 0 before 10s", "pods <= 0 during 0s..10s every 5s"],
      "max(pods) <= 1",
    ]);
    run.pods(10 * SECOND, 0).pods(END, 0);
    expect(run.verdicts().map(({ pass }) => pass)).toEqual([false, false, false, true]);
  });

  it("judges each piece by itself and reports the worst", () => {
    const run = new Run(["max <= 50ms every 10s", "offered <= 2 every 10s", "pods <= 1 every 30s"]);
    run
      .requests(seconds(1, 2), 20 * MS)
      .requests(seconds(35, 36, 37), 80 * MS)
      .pods(40 * SECOND, 0)
      .pods(70 * SECOND, 0);
    expect(run.verdicts()).toMatchObject([
      { pass: false, value: 80, at: 30 }, // pieces without requests are not judged
      { pass: false, value: 3, at: 30 },
      { pass: false, value: 2, at: 70 },
    ]);
  });

  it("waits with a window that is tied to what happens, and starts at it then", () => {
    const run = new Run([
      "time_to(pods == 0) <= 30s after last(response)",
      "offered == 2 after first(PodReady)",
      "max(pods) <= 1 during first(PodReady)..last(request)",
      "offered == 0 after first(PanicEntered)",
    ]);
    run.pods(10 * SECOND, 5 * SECOND, 50 * SECOND).requests(seconds(12, 15, 18), SECOND);
    run.requests(seconds(30), 5, { status: -1, completed: false }); // a client that gave up saw no response
    expect(run.verdicts()).toMatchObject([
      { pass: false, actual: "31s", value: 31_000 }, // last response at 18 s + 1 s, the pod goes at 50 s
      { pass: false, value: 3 },
      { pass: true, value: 1 },
      { pass: false, actual: "no data (there was no PanicEntered)" },
    ]);
  });

  it("follows a window that begins in the drain to the end of the run", () => {
    const run = new Run(["time_to(pods == 0) <= 30s after last(response)"]).requests([END - SECOND], 2 * SECOND);
    run.pods(0, 0, END + 21 * SECOND);
    expect(run.verdict(END + 40 * SECOND)).toMatchObject({ pass: true, value: 20_000 });
  });

  it("gives the same figures for a window known beforehand and one tied to an event there", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(90), fc.integer({ min: 1, max: 30 })), { maxLength: 12 }),
        fc.constantFrom("", " every 7s"),
        (spans, every) => {
          const values = [
            "mean(pods) >= 0",
            "max(pods) <= 0",
            "pods <= 1",
            "p(50, pods) <= 1",
            "time_while(pods > 1) < 1s",
          ];
          const fixed = values.map((value) => `${value} during 20s..80s${every}`);
          const late = values.map((value) => `${value} during first(Note)..last(Note)${every}`);
          const run = new Run([...fixed, ...late]);
          const steps = spans.flatMap(([from, length]) => [
            { t: from * SECOND, start: true },
            { t: (from + length) * SECOND, start: false },
          ]);
          const sorted = steps.sort((a, b) => a.t - b.t || Number(b.start) - Number(a.start));
          const alive: number[] = [];
          sorted.forEach(({ t, start }, pod) => {
            const base = { t, service: 0, revision: 0 };
            if (start) {
              alive.push(pod);
              run.raw().podAdded?.(pod, { name: "", revision: 0, createdAt: t, initial: false });
              run.facts({ ...base, kind: "PodReady", pod, readiness: 0 });
            } else run.facts({ ...base, kind: "PodDeleted", pod: alive.shift()!, cause: "scaleDown", inFlight: 0 });
          });
          run.facts({ t: 20 * SECOND, kind: "Note", text: "" }, { t: 80 * SECOND, kind: "Note", text: "" });
          const verdicts = run.verdicts().map(({ expect: _, ...rest }) => rest);
          expect(verdicts.slice(values.length)).toEqual(verdicts.slice(0, values.length));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("expectations about gauges", () => {
  it("must hold at every moment of the window; what comes and goes within an instant does not count", () => {
    const run = new Run(["pods <= 1", "pods >= 1 during 10s..end", "max(pods) <= 1"]);
    run
      .pods(5 * SECOND, 0)
      .pods(20 * SECOND, 0, 20 * SECOND)
      .pods(30 * SECOND, 0, 40 * SECOND);
    expect(run.verdicts()).toMatchObject([
      { pass: false, actual: "2 pods", value: 2, unit: "pods", at: 30, margin: -1 },
      { pass: true, value: 1 },
      { pass: false, value: 2, at: 30 },
    ]);
  });

  it("weighs means and percentiles by time", () => {
    const run = new Run([
      "mean(pods) == 0.3",
      "p(70, pods) == 0",
      "p(71, pods) == 1",
      "first(pods) == 0",
      "last(pods) == 1",
    ]);
    run.pods(70 * SECOND, 0); // one pod in 30 of 100 s
    expect(run.verdicts().map(({ pass }) => pass)).toEqual([true, true, true, true, true]);
  });

  it("tells a pod's states apart", () => {
    const names = ["pods_total", "pods_starting", "pods_pending", "pods_terminating", "pods_serving", "cpu_requested"];
    const at = (t: number) => names.map((name) => `${name} < 0 at ${t}s`);
    const run = new Run([...at(11), ...at(13), ...at(15), ...at(21)]);
    const base = { service: 0, revision: 0, pod: 0 };
    run.raw().podAdded?.(0, { name: "p", revision: 0, createdAt: 10 * SECOND, initial: false });
    run.facts(
      { t: 12 * SECOND, kind: "PodScheduled", ...base },
      { t: 14 * SECOND, kind: "PodReady", readiness: 0, ...base },
    );
    run.facts({ t: 20 * SECOND, kind: "PodTerminating", cause: "scaleDown", inFlight: 0, ...base });
    const values = run.verdicts().map(({ value }) => value);
    expect(values.slice(0, 6)).toEqual([1, 1, 1, 0, 0, 0]); // pending
    expect(values.slice(6, 12)).toEqual([1, 1, 0, 0, 0, 1]); // starting
    expect(values.slice(12, 18)).toEqual([1, 0, 0, 0, 1, 1]); // ready
    expect(values.slice(18, 24)).toEqual([1, 0, 0, 1, 0, 1]); // terminating
  });

  it("measures how long until and how long something holds", () => {
    const run = new Run([
      "time_to(pods >= 2) <= 20s",
      "time_while(pods >= 1) < 1m",
      "time_to(pods >= 3) <= 20s during 0s..50s",
    ]);
    run.pods(10 * SECOND, 0).pods(30 * SECOND, 0);
    expect(run.verdicts()).toMatchObject([
      { pass: false, actual: "30s", value: 30_000, limit: 20_000, margin: -0.5 },
      { pass: false, actual: "1m30s" },
      { pass: false, actual: "never within 50s", value: null },
    ]);
  });

  it("counts requests in the system, also beside pods", () => {
    const run = new Run([
      "max(concurrency) <= 2",
      "concurrency/pods <= 2",
      "web_".replace("web_", "source/web: max(in_flight) <= 2"),
    ]);
    run.pods(0, 0).pods(1 * SECOND, 0);
    const observer = run.raw();
    for (const [index, t] of [1, 2, 3].entries()) observer.requestArrived?.(t * SECOND, index, 0, index, 0, 0);
    expect(run.verdicts()).toMatchObject([
      { pass: false, value: 3, at: 3 },
      { pass: true, value: 1.5 }, // 3 requests, 2 pods
      { pass: false, value: 3 },
    ]);
  });

  it("knows what was decided and what was asked for", () => {
    const run = new Run([
      "max(desired) <= 3",
      "requested <= 4",
      "scale_ups == 2",
      "scale_downs == 1",
      "decisions == 2",
      "ebc > 0",
    ]);
    run.decide(2 * SECOND, 5).decide(4 * SECOND, 0, { valid: false, desired: null, excessBurstCapacity: null });
    run.requested(2 * SECOND, -1, 1, 5, 0, 2); // the first scale is no change
    expect(run.verdicts().map(({ pass, value }) => [pass, value])).toEqual([
      [false, 5],
      [false, 5],
      [true, 2],
      [true, 1],
      [true, 2],
      [true, 5],
    ]);
  });

  it("takes a revision that starts with pods for active until told otherwise", () => {
    const run = new Run(["active == 1 before 10s", "active == 0 at 10s"]).pods(0, -1);
    const condition = { object: "PodAutoscaler" as const, type: "Active", reason: "NoTraffic", message: "" };
    run.facts({ t: 10 * SECOND, kind: "ConditionChanged", service: 0, revision: 0, status: "False", ...condition });
    // `before` reads the gauge at its end too
    expect(run.verdicts()).toMatchObject([{ pass: false, at: 10 }, { pass: true }]);
  });

  it("has no value of what nobody has decided", () => {
    expect(new Run(["desired <= 3"]).verdict()).toMatchObject({ pass: false, actual: "no data (it had no value)" });
  });

  it("follows panic, the path and conditions", () => {
    const run = new Run([
      "panic_seconds == 10",
      "panics == 1",
      "panicking == 0",
      "proxied == 1 at 5s",
      "proxy_seconds == 20",
      "ready == 1 at 50s",
    ]);
    const base = { service: 0, revision: 0 };
    const panic = { ...base, panic: 1, ready: 1, threshold: 2 };
    const mode = { ...base, cause: "ebc" as const, activators: 1 };
    run.facts({ t: 0, kind: "ModeChanged", mode: "proxy", wanted: "proxy", ...mode });
    run.facts({ t: 10 * SECOND, kind: "PanicEntered", ...panic }, { t: 20 * SECOND, kind: "PanicExited", ...panic });
    run.facts({ t: 20 * SECOND, kind: "ModeChanged", mode: "serve", wanted: "serve", ...mode });
    const condition = { object: "Service" as const, type: "Ready", reason: "", message: "" };
    run.facts({ t: 30 * SECOND, kind: "ConditionChanged", service: 0, status: "True", ...condition });
    expect(run.verdicts().map(({ pass }) => pass)).toEqual([true, true, false, true, true, true]);
    expect(run.verdicts()[2].at).toBe(10);
  });
});

describe("expectations about pods and what they cost", () => {
  it("counts cold starts of pods created in the window, never the initial ones", () => {
    const run = new Run(
      [
        "cold_starts == 1",
        "pods_started == 1",
        "max(cold_start) < 1h",
        "max(cold_start.boot) < 1h",
        "max(cold_start.readiness) < 1h",
      ],
      {
        warmupUs: 5 * SECOND,
      },
    );
    run
      .pods(0, -1)
      .pods(1 * SECOND, 2 * SECOND)
      .pods(10 * SECOND, 3 * SECOND);
    expect(run.verdicts().map(({ value }) => value)).toEqual([1, 1, 3000, 0.004, 0.009]);
  });

  it("integrates pods and their requests over [W, D)", () => {
    const run = new Run(["pod_seconds == 40", "cpu_seconds == 38", "gib_seconds == 0"], { warmupUs: 50 * SECOND });
    run.pods(60 * SECOND, 2 * SECOND); // 100 − 60 s, scheduled with its readiness at 62 s
    expect(run.verdicts().map(({ pass, actual }) => [pass, actual])).toEqual([
      [true, "40s"],
      [true, "38s"],
      [false, "no data (no container asks for memory)"],
    ]);
  });

  it("divides executing time by the slots of ready pods", () => {
    const run = new Run(["hello-00002: utilization <= 10%", "hello-00001: utilization <= 10%"]);
    run.revision(1, "hello-00002", { containerConcurrency: 2 }).pods(0, 0, undefined, 1);
    run.raw().executingChanged?.(10 * SECOND, 1, 1);
    run.raw().executingChanged?.(60 * SECOND, 1, -1);
    expect(run.verdicts()).toMatchObject([
      { pass: false, value: 0.25, actual: "25%" }, // 50 s of 2 slots × 100 s
      { pass: false, actual: "no data (no ready pod with a concurrency limit)" },
    ]);
  });
});

describe("selectors", () => {
  it("takes a name for the service, else the revision, and says when both exist", () => {
    const run = new Run(["hello: offered == 3", "hello-00002: offered == 1", "revision/hello-00001: offered == 2"]);
    run.revision(1, "hello-00002").requests(seconds(1, 2), 5).requests(seconds(3), 5, { revision: 1 });
    expect(run.verdicts().map(({ pass }) => pass)).toEqual([true, true, true]);
    const both = new Run(["hello: offered == 0"]).revision(1, "hello");
    expect(both.verdict().actual).toBe("hello is a service and a revision: write service/hello or revision/hello");
  });

  it("fails for a revision that never existed, and tells which there were", () => {
    const run = new Run(["hello-00009: p(95) < 1s"]).revision(1, "hello-00002");
    expect(run.verdict()).toMatchObject({
      pass: false,
      actual: "no revision hello-00009 existed; there were hello-00001, hello-00002",
    });
  });

  it("judges every revision by itself with a star, also those that come later", () => {
    const run = new Run(["revision/*: max <= 50ms", "source/*: offered >= 1", "service/*: offered >= 9"]);
    run
      .requests(seconds(1), 20 * MS)
      .revision(1, "hello-00002")
      .requests(seconds(2), 60 * MS, { revision: 1 });
    expect(run.verdicts()).toMatchObject([
      { pass: false, actual: "hello-00002: 60ms", value: 60 },
      { pass: true, actual: "web: 2" },
      { pass: false, actual: "hello: 2" },
    ]);
  });

  it("measures a revision's share of its service, also against requests from before it existed", () => {
    const run = new Run(["hello-00002: share == 25%", "revision/*: share >= 25%"]);
    run
      .requests(seconds(1, 2, 3), 5)
      .revision(1, "hello-00002")
      .requests(seconds(4), 5, { revision: 1 });
    expect(run.verdicts()).toMatchObject([
      { pass: true, value: 0.25 },
      { pass: true, actual: "hello-00002: 25%" },
    ]);
  });

  it("fails for a tag that nobody ever had, and knows the tags there were", () => {
    const run = new Run(["hello#canry: errors == 0", "*#canary: errors == 0", "*#beta: errors == 0"]);
    const targets = [[0, 100, "canary"]] as const;
    run.raw().happened?.({ kind: "RouteProgrammed", t: 0, service: 0, targets });
    run.requests(seconds(1), 5);
    expect(run.verdicts().map(({ pass, actual }) => [pass, actual])).toEqual([
      [false, "hello had no tag canry; there were canary"],
      [true, "hello: 0"],
      [false, "there was no service with the tag beta"],
    ]);
  });

  it("counts the nodes of the cluster", () => {
    const run = new Run(["nodes == 3", "node_seconds == 300s"], { nodes: 3 });
    expect(run.verdicts().map(({ pass }) => pass)).toEqual([true, true]);
  });

  it("counts nodes that join and go from the moments at which they do", () => {
    const texts = [
      "nodes == 3 at 9.9s",
      "nodes == 4 at 10s",
      "nodes == 2 at 50s",
      "max(nodes) == 4",
      "node_seconds == 290s",
    ];
    const run = new Run(texts, { nodes: 3 });
    run.facts({ t: 10e6, kind: "NodeReady", node: "spare" });
    for (const node of ["spare", "node-1"]) run.facts({ t: 50e6, kind: "NodeRemoved", node });
    // 3 × 10 s + 4 × 40 s + 2 × 50 s = 290 s; the window ends at 100 s.
    expect(run.verdicts().map(({ value }) => value)).toEqual([3, 4, 2, 4, 290]);
  });

  it("notes that a measured figure is compared exactly", () => {
    const run = new Run(["p(95) == 5ms", "errors == 0"]);
    expect(run.verdicts().map(({ note }) => note)).toEqual([
      'compares a measured figure exactly: "in A..B" allows for a range',
      undefined,
    ]);
  });

  it("tells requests by tag and by source", () => {
    const run = new Run(["hello#canary: offered == 1", "source/web: offered == 2", "source/app: offered == 0"]);
    run.requests(seconds(1), 5, { tag: "canary" }).requests(seconds(2), 5);
    expect(run.verdicts()).toMatchObject([
      { pass: true },
      { pass: true },
      { actual: "no source app existed; there were web" },
    ]);
  });

  it("goes on with the same name after a service was deleted and created anew", () => {
    const run = new Run(["hello: offered == 2"]).requests(seconds(1), 5);
    run.raw().serviceAdded?.(1, { name: "hello", traceId: null });
    run.requests(seconds(2), 5, { service: 1, revision: -1 });
    expect(run.verdict()).toMatchObject({ pass: true });
  });
});

describe("verdicts", () => {
  it("uses the baseline's figures with the allowance", () => {
    const figures = { latency: { p95: 100 }, requests: { failed: 4 } };
    const baseline = { ...figures, services: {}, revisions: {}, expectations: [] } as unknown as Summary;
    const run = new Run(["p(95) <= baseline + 5%", "errors <= baseline", "p(42) < baseline"], { baseline });
    run.requests(seconds(1), 105_001);
    expect(run.verdicts()).toMatchObject([
      { pass: false, limit: 105 },
      { pass: true, limit: 4 },
      { pass: true, actual: "skipped: the baseline has no such value" },
    ]);
  });

  it("uses what the baseline's own expectations found for windows", () => {
    const expectations = [{ expect: "p(95) < 1s during 1s..5s", value: 50 }];
    const baseline = { services: {}, revisions: {}, expectations } as unknown as Summary;
    const run = new Run(["p(95) <= baseline + 1ms during 1s..5s"], { baseline }).requests(seconds(2), 51 * MS);
    expect(run.verdict()).toMatchObject({ pass: true, limit: 51 });
  });

  it("skips or fails without a baseline", () => {
    expect(new Run(["p(95) <= baseline"]).verdict()).toMatchObject({ pass: true, actual: "skipped: no baseline" });
    const strict = new Run(["p(95) <= baseline"], { requireBaseline: true });
    expect(strict.verdict()).toMatchObject({ pass: false, actual: "error: no baseline" });
  });

  it("includes both ends of a range", () => {
    const run = new Run(["max in 10ms..20ms", "max in 10ms..19ms", "pods in 0..1"])
      .requests(seconds(1), 20 * MS)
      .pods(0, 0);
    expect(run.verdicts()).toMatchObject([{ pass: true }, { pass: false, limit: 19 }, { pass: true }]);
  });

  it("listens to nothing without expectations, and to no request when none is asked about", () => {
    expect(Object.keys(new Run([]).raw())).toEqual([]);
    const calls = Object.keys(new Run(["pods <= 3", "panics == 0"]).raw());
    expect(calls).not.toContain("requestArrived");
    expect(calls).not.toContain("requestEnded");
    expect(calls).toContain("happened");
  });

  it("can be asked on the way without changing the result", () => {
    const texts = ["mean(pods) == 0.9", "time_to(pods == 0) < 1h after first(PodReady)", "max < 1h"];
    const once = new Run(texts);
    const twice = new Run(texts);
    for (const run of [once, twice]) run.pods(10 * SECOND, 0).requests(seconds(12), 5);
    twice.verdicts(50 * SECOND);
    expect(twice.verdicts()).toEqual(once.verdicts());
    expect(once.verdict()).toMatchObject({ pass: true });
  });
});

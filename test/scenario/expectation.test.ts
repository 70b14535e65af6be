import { describe, expect, it } from "vitest";
import { type Expectation, parseExpectation, parseMeasurement } from "../../src/scenario/expectation.js";

const MINUTE = 60_000_000;
const RUN = { warmupUs: MINUTE, durationUs: 10 * MINUTE };

function parsed(text: string): Expectation {
  const result = parseExpectation(text, RUN);
  if (!result.ok) throw new Error(`${text}: ${result.error}`);
  return result.expectation;
}

function refusal(text: string) {
  const result = parseExpectation(text, RUN);
  if (result.ok) throw new Error(`accepted: ${text}`);
  return result;
}

const limitOf = (text: string) => {
  const { test } = parsed(text);
  return test.kind === "compare" && test.limit.kind === "number" ? test.limit.value : test;
};

describe("the grammar of expectations", () => {
  it.each([
    "p(95) < 300ms",
    "hello-00002: p(99) < 1s",
    "errors == 0",
    "max(pods) <= 10 during 1m..5m",
    "pods == 0 at 9m",
    "cold_starts <= 3",
    "p(95)<300",
    "p(95) <= baseline + 5%",
    "time_to(pods == 0) <= 68s after last(response)",
    "revision/*: error_rate < 1% every 30s",
    'service/"my name"#canary: p(99.9, latency.warm) in 10ms .. 1.5s before end - 10s',
    "shop/hello: rate(offered) > 100rps",
    "rate(offered) > 100/s",
    "source/web: status(500..599) === 0",
    "p(50, latency.status(503)) < 1s",
    "failed/offered < 1%",
    "concurrency / pods <= 12",
    "time_while(panicking == 1) < 2m after first(PanicEntered) + 5s",
    "med < 1s",
    "stddev(latency.all) < 1s",
    "apdex(300) >= 0.9 every 1m",
    "hello-00002: share in 8%..12% during 3m..drained",
    "pod_seconds < 1_000",
    "cpu_requested <= 4vcpu",
  ])("reads %s", (text) => {
    expect(parsed(text).text).toBe(text);
  });

  it("understands a selector, its kind and its tag", () => {
    expect(parsed("hello: errors == 0").selector).toMatchObject({ kind: null, name: "hello", tag: null });
    expect(parsed("revision/hello-00001 : errors == 0").selector).toMatchObject({
      kind: "revision",
      name: "hello-00001",
    });
    expect(parsed("service/shop/hello: errors == 0").selector).toMatchObject({ kind: "service", name: "shop/hello" });
    expect(parsed("*#canary: errors == 0").selector).toMatchObject({ kind: null, name: "*", tag: "canary" });
    expect(parsed("default/hello: errors == 0").selector?.name).toBe("hello");
  });

  it("counts time in microseconds, bare numbers against a time as milliseconds", () => {
    expect(limitOf("p(95) < 300")).toBe(300_000);
    expect(limitOf("p(95) < 1m30.5s")).toBe(90_500_000);
    expect(limitOf("p(95) < 300 ms")).toBe(300_000);
    expect(limitOf("time_to(pods == 0) < 2s")).toBe(2_000_000);
    expect(limitOf("panic_seconds < 2m")).toBe(120);
  });

  it("counts ratios as fractions, with or without a percent sign", () => {
    expect(limitOf("error_rate < 1%")).toBe(0.01);
    expect(limitOf("error_rate < 0.01")).toBe(0.01);
    expect(limitOf("failed/offered < 50%")).toBe(0.5);
  });

  it("reads a baseline with a relative or an absolute allowance", () => {
    const limit = (text: string) => {
      const { test } = parsed(text);
      return test.kind === "compare" ? test.limit : null;
    };
    expect(limit("p(95) <= baseline + 5%")).toEqual({ kind: "baseline", factor: 1.05, offset: 0 });
    expect(limit("p(95) <= baseline - 10ms")).toEqual({ kind: "baseline", factor: 1, offset: -10_000 });
    expect(limit("p(95) <= baseline")).toEqual({ kind: "baseline", factor: 1, offset: 0 });
  });

  it("ties windows to the start, the warm-up, the end and events", () => {
    expect(parsed("pods >= 1 during warmup + 10s .. end").window).toMatchObject({
      kind: "span",
      from: { anchor: { kind: "warmup" }, offsetUs: 10_000_000 },
      until: { anchor: { kind: "end" }, offsetUs: 0 },
    });
    expect(parsed("pods >= 1 after last(PodReady)").window).toMatchObject({
      from: { anchor: { kind: "last", of: { event: "PodReady" } } },
      until: null,
    });
    expect(parsed("errors == 0 every 30s").window).toMatchObject({ from: null, until: null, everyUs: 30_000_000 });
  });

  it("knows the same metric by its other names", () => {
    const name = (text: string) => {
      const { value } = parsed(text);
      return value.kind === "bare" ? value.use.metric.name : value.kind;
    };
    expect(["errors == 0", "requests > 1", "in_flight < 5", "pods_ready > 0"].map(name)).toEqual([
      ...["failed", "offered", "concurrency", "pods"],
    ]);
  });

  it("notes that an exact comparison of a measured figure is fragile", () => {
    expect(parsed("p(95) == 300ms").notes).toHaveLength(1);
    expect(parsed("errors == 0").notes).toEqual([]);
    expect(parsed("count(latency) == 5").notes).toEqual([]);
  });

  it("reads a measurement without a verdict", () => {
    expect(parseMeasurement("hello: p(95) during 1m..5m")).toMatchObject({
      ok: true,
      measurement: { dimension: "time", selector: { name: "hello" } },
    });
    expect(parseMeasurement("p(95) < 3s")).toMatchObject({ ok: false, offset: 6 });
  });
});

describe("mistakes in expectations", () => {
  it("points at an unknown metric and names the nearest", () => {
    expect(refusal("cold_start_count <= 3")).toEqual({
      ok: false,
      error: 'unknown metric "cold_start_count"',
      offset: 0,
      suggestion: "cold_starts",
    });
    expect(refusal("p95 < 3s")).toMatchObject({ suggestion: "p(95)" });
    expect(refusal("max(pod) <= 3")).toMatchObject({ offset: 4, suggestion: "pods" });
  });

  it.each([
    ["avg(errors) < 1", '"errors" is a counter: use errors or rate(errors)'],
    ["med(pods) < 1", '"pods" is a gauge: use max(pods), min(pods), mean(pods), or "at 9m"'],
    ["rate(pods) < 1", '"pods" is a gauge: use max(pods), min(pods), mean(pods), or "at 9m"'],
    ["mean(error_rate) < 1", '"error_rate" is a ratio: use it as it is'],
    ["max(pod_seconds) < 1", '"pod_seconds" is a total: use it as it is'],
    ["time_to(errors > 0) < 1s", 'time_to needs a gauge, such as pods; "errors" is a counter'],
    ["pods/errors < 1", '"pods/errors" mixes a gauge with a figure of a whole window'],
    ["cost <= 3EUR", '"cost" is not measured yet'],
    ["status(500..400) == 0", "the range ends before it begins"],
    [
      "latency.status(200) < 3",
      '"latency.status(200)" is a distribution: use p(95, latency.status(200)), avg(latency.status(200)), med(latency.status(200)), min(latency.status(200)), max(latency.status(200)), stddev(latency.status(200)) or count(latency.status(200))',
    ],
    ["status == 0", '"status" needs an argument: status(200)'],
    ["errors(200) == 0", '"errors" takes nothing in parentheses'],
  ])("refuses %s", (text, error) => {
    expect(refusal(text).error).toBe(error);
  });

  it("says what a distribution needs", () => {
    expect(refusal("latency < 3s").error).toBe(
      '"latency" is a distribution: use p(95, latency), avg(latency), med(latency), min(latency), max(latency), stddev(latency) or count(latency)',
    );
  });

  it.each([
    ["pods == 0 at 300", '"300" needs a unit here: pods are compared with a plain number, time with 300ms or 300s'],
    ["pods <= 10 during 5m..1m", "window ends before it begins"],
    ["pods <= 10 before 30s", "window ends before it begins"], // the warm-up lasts 1m
    ["pods <= 10 after 9m5s during 1m..2m", 'expected the end, found "during"'],
    ["pods <= 10 at 2h", "2h0m0s lies more than 1h after the end of the run at 10m0s"],
    ["pods <= 10 during -5s..1m", "-5s lies before the start"],
    ["errors == 0 at 9m", '"errors" is no figure of one moment: use "during 1m..5m" instead of "at"'],
    ["pods <= 3 at 9m every 1m", '"at" is one moment: use "during" with "every"'],
    ["pods <= 300ms", '"300ms" has the wrong unit: pods is compared with a number of pods, such as 10'],
    ["p(95) < 5%", '"5%" has the wrong unit: latency is compared with a time, such as 300ms or 300s'],
    ["p(95) < 5min", 'unknown unit "min"'],
    ["p(101) < 5ms", "a percentile is a number from 0 to 100"],
    ["p(95) = 5ms", 'expected a comparison such as <=, found "="'],
    ["p(95) <", "expected a number, it ends here"],
    ["p(95, latency < 3", 'expected ")", found "<"'],
    ["pods <= 3 at noon", 'unknown moment "noon"; there are start, warmup, end, drained, first(…) and last(…)'],
    ["pods <= 3 durin 1m..2m", 'unexpected "durin"; a window begins with at, during, after, before or every'],
    [
      "share > 5%",
      '"share" is a revision\'s part of its service: put the revision before it, as in hello-00002: share >= 10%',
    ],
    ["source/web: pods <= 3", '"pods" is not known by source'],
    ["hello#canary: pods <= 3", '"pods" is not known by tag'],
    ["hello: commands_failed == 0", '"commands_failed" is about the whole run and takes no selector'],
    ['"hello: pods <= 3', "unterminated string"],
  ])("refuses %s", (text, error) => {
    expect(refusal(text).error).toBe(error);
  });

  it.each([
    ["p(95) = 5ms", "=="],
    ["p(95) => 5ms", ">="],
    ["p(95) =< 5ms", "<="],
    ["p(95) <> 5ms", "!="],
    ["http_req_duration < 5", "latency"],
    ["http_req_failed < 1%", "error_rate"],
    ["http_reqs > 5", "requests"],
  ])("knows what %s means elsewhere", (text, suggestion) => {
    expect(refusal(text)).toMatchObject({ suggestion });
  });

  it("tells a name with a dash from a difference", () => {
    expect(refusal("pods <= 3 at end-10s")).toMatchObject({ offset: 13, suggestion: "end - 10s" });
  });

  it("knows the kinds of events", () => {
    expect(refusal("pods <= 3 after first(PodRedy)")).toMatchObject({ offset: 22, suggestion: "PodReady" });
  });
});

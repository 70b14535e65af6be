import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "../../src/engine/invariant.js";
import { NEVER, SECOND } from "../../src/engine/time.js";
import { seedFigure } from "../../src/measure/summary.js";
import { NO_LATENCY } from "./no-latency.js";
import { Play } from "./play.js";

describe("the summary of a run", () => {
  it("has every figure of two requests and one pod, worked out by hand, at all three levels", () => {
    const play = new Play({ durationUs: 10 * SECOND })
      .service(0, "hello")
      .revision(0, "hello-00001", 0, { cpuRequest: 1.025, gibRequest: 0.5 })
      .source(0, "web", 0);
    const pod = play.pod(0, { initial: true });
    play.fact(0, { kind: "PodReady", service: 0, revision: 0, pod, readiness: 0 });
    const slow = play.arrive(1);
    const failing = play.arrive(2, { cold: true });
    play.end(2.5, failing, { status: 503 }).end(5, slow);
    const { summary } = play.finish(10);

    const figures = {
      requests: { offered: 2, completed: 1, failed: 1, inFlight: 0, byStatus: { 200: 1, 503: 1 }, cold: 1 },
      latency: {
        unit: "ms",
        mean: 4000,
        stddev: 0,
        min: 4000,
        p50: 4000,
        p75: 4000,
        p90: 4000,
        p95: 4000,
        p99: 4000,
        p999: 4000,
        max: 4000,
      },
      latencyFailed: {
        unit: "ms",
        mean: 500,
        stddev: 0,
        min: 500,
        p50: 500,
        p75: 500,
        p90: 500,
        p95: 500,
        p99: 500,
        p999: 500,
        max: 500,
      },
      // 4 s + 0.5 s over 10 s; both at once from 2 to 2.5
      inFlight: { mean: 0.45, max: 2, requestSeconds: 4.5 },
      pods: {
        meanReady: 1,
        maxReady: 1,
        maxTotal: 1,
        started: 0, // it was there from the beginning
        podSeconds: 10,
        readySeconds: 10,
        cpuSeconds: 10.25,
        gibSeconds: 5,
      },
      coldStart: {
        count: 0,
        unit: "ms",
        mean: null,
        min: null,
        p50: null,
        p95: null,
        max: null,
        failed: 0,
        stages: Object.fromEntries(
          ["control", "schedule", "imagePull", "containerStart", "boot", "detect", "readiness"].map((stage) => [
            stage,
            { mean: null, p50: null, p95: null },
          ]),
        ),
      },
    };
    expect(summary).toEqual({
      schemaVersion: 1,
      knsim: "0.1.0",
      scenario: "play",
      seed: 1,
      scenarioHash: "abc",
      resultHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      from: 0,
      to: 10,
      drainedAt: 10,
      ...figures,
      services: { hello: figures },
      revisions: { "hello-00001": { ...figures, desiredMax: null, panicSeconds: 0, proxySeconds: 10 } },
      expectations: [],
      warnings: [],
      events: 3, // PodReady and two requests
    });
    expect(Object.keys(summary)).toEqual(
      "schemaVersion knsim scenario seed scenarioHash resultHash from to drainedAt requests latency latencyFailed inFlight pods coldStart services revisions expectations warnings events".split(
        " ",
      ),
    );
  });

  it("of a run without anything is all zeros and nulls", () => {
    const { summary } = new Play().finish(100);
    expect(summary.requests).toEqual({ offered: 0, completed: 0, failed: 0, inFlight: 0, byStatus: {}, cold: 0 });
    expect(summary.latency).toEqual(NO_LATENCY);
    expect(summary.inFlight).toEqual({ mean: 0, max: 0, requestSeconds: 0 });
    expect(summary.pods.gibSeconds).toBeNull();
    expect(summary.services).toEqual({});
  });

  it("sorts services and revisions by the bytes of their names", () => {
    const play = new Play().service(0, "b").service(1, "a").revision(0, "b-00002", 0).revision(1, "b-00001", 0);
    const { summary } = play.finish(100);
    expect(Object.keys(summary.services)).toEqual(["a", "b"]);
    expect(Object.keys(summary.revisions)).toEqual(["b-00001", "b-00002"]);
  });

  it("shows a seed as a number only when it is written as one", () => {
    expect(["42", "007", "1e3", "-3", "9007199254740993", "x", ""].map(seedFigure)).toEqual([
      42,
      "007",
      "1e3",
      -3,
      "9007199254740993",
      "x",
      "",
    ]);
  });

  it("lists statuses ascending, then timeout, then reset", () => {
    const play = new Play().hello();
    for (const [i, status] of [-2, 503, 200, -1, 404, 200].entries()) play.request(i, i + 1, { status });
    const { byStatus } = play.finish(100).summary.requests;
    expect(Object.entries(byStatus)).toEqual([
      ["200", 2],
      ["404", 1],
      ["503", 1],
      ["timeout", 1],
      ["reset", 1],
    ]);
  });
});

describe("warm-up and drain", () => {
  it("count requests by arrival in [W, D), wherever they end", () => {
    const play = new Play({ warmupUs: 10 * SECOND, durationUs: 20 * SECOND }).hello();
    const early = play.arrive(9.999999); // by a microsecond
    const first = play.arrive(10); // at W exactly
    play.end(10.5, early).end(11, first);
    const last = play.arrive(19.999999);
    play.end(23, last); // 3.000001 s, ends in the drain
    const { summary } = play.finish(23);
    expect(summary.requests.offered).toBe(2);
    expect(summary.requests.completed).toBe(2);
    expect(summary.latency).toMatchObject({ min: 1000, max: 3000.001 });
    expect([summary.from, summary.to, summary.drainedAt]).toEqual([10, 20, 23]);
    expect(summary.events).toBe(3); // of the whole run
  });

  it("integrate time figures over [W, D) whoever caused them, and the cohort's request seconds over [W, E)", () => {
    const play = new Play({ warmupUs: 10 * SECOND, durationUs: 20 * SECOND }).hello();
    const early = play.arrive(4); // in the window from 10 to 12
    play.end(12, early);
    const member = play.arrive(18); // in the window from 18 to 20
    play.end(25, member);
    const { inFlight } = play.finish(25).summary;
    expect(inFlight).toEqual({ mean: 0.4, max: 1, requestSeconds: 7 }); // (2 + 2)/10; 25 − 18
  });

  it("tell the cohort's requests from early ones that never end", () => {
    const play = new Play({ warmupUs: 10 * SECOND, durationUs: 20 * SECOND }).hello();
    play.arrive(4);
    play.arrive(15);
    const { summary } = play.finish(20);
    expect(summary.inFlight).toEqual({ mean: 1.5, max: 2, requestSeconds: 5 }); // (10 + 5)/10
    expect(summary.requests).toMatchObject({ offered: 1, inFlight: 1 });
  });

  it("take no notice of maxima outside the window", () => {
    const play = new Play({ warmupUs: 10 * SECOND, durationUs: 20 * SECOND }).hello();
    const ids = [play.arrive(1), play.arrive(1), play.arrive(1)];
    play.end(10, ids[0]); // at W itself: it was not there for any part of the window
    for (const id of ids.slice(1)) play.end(11, id);
    expect(play.finish(20).summary.inFlight.max).toBe(2);
  });

  it("do without the cold starts and started pods of the warm-up, but not without its pod seconds", () => {
    const play = new Play({ warmupUs: 10 * SECOND, durationUs: 20 * SECOND }).hello();
    const stages = { control: 0, schedule: 0, imagePull: 0, containerStart: 0, boot: 0, detect: 0 };
    const early = play.pod(8);
    play.fact(11, { kind: "PodServing", service: 0, revision: 0, pod: early, stages });
    const late = play.pod(19);
    play.fact(22, { kind: "PodServing", service: 0, revision: 0, pod: late, stages });
    const { pods, coldStart } = play.finish(30).summary;
    expect(pods).toMatchObject({ started: 1, maxTotal: 2, podSeconds: 11 }); // 10 + 1
    expect(coldStart).toMatchObject({ count: 1, mean: 3000, failed: 0 }); // served in the drain
  });

  it("end the window where a run is stopped before D", () => {
    const play = new Play({ durationUs: NEVER }).hello();
    play.request(2, 4);
    const { summary } = play.finish(8);
    expect([summary.to, summary.drainedAt, summary.inFlight.mean]).toEqual([8, 8, 0.25]);
  });

  it("leave what was recorded as it is when a run is looked at on its way", () => {
    const looked = new Play().hello();
    const plain = new Play().hello();
    const [a, b] = [looked.arrive(1), plain.arrive(1)];
    looked.finish(2.5);
    looked.end(3, a);
    plain.end(3, b);
    const [first, second] = [looked.finish(100), plain.finish(100)];
    expect(first.summary).toEqual(second.summary);
    expect([...first.timeline()]).toEqual([...second.timeline()]);
  });
});

describe("services and revisions", () => {
  it("count a 404 for the service, though for no revision", () => {
    const play = new Play().hello();
    play.request(1, 2);
    play.request(3, 3, { revision: -1, status: 404 });
    const { requests, services, revisions } = play.finish(100).summary;
    expect(requests).toMatchObject({ offered: 2, completed: 1, failed: 1 });
    expect(services.hello.requests).toEqual(requests);
    expect(revisions["hello-00001"].requests).toMatchObject({ offered: 1, failed: 0, byStatus: { 200: 1 } });
  });

  it("take maxima of their own: two revisions that are busy in turn make no two at once", () => {
    const play = new Play().hello().revision(1, "hello-00002", 0);
    play.request(1, 2);
    play.request(2, 3, { revision: 1 });
    const { inFlight, services, revisions } = play.finish(100).summary;
    expect([inFlight.max, services.hello.inFlight.max, revisions["hello-00002"].inFlight.max]).toEqual([1, 1, 1]);
    expect(inFlight.requestSeconds).toBe(2);
  });

  it("add up to the run, latencies included", () => {
    const play = new Play().hello().service(1, "other").revision(1, "other-00001", 1).source(1, "api", 1);
    play.request(1, 2); // 1 s
    play.request(2, 5, { source: 1, service: 1, revision: 1 }); // 3 s
    const { latency, services } = play.finish(100).summary;
    expect(latency).toMatchObject({ mean: 2000, stddev: 1000, min: 1000, p50: 1000, p99: 3000 });
    expect(services.hello.latency.mean).toBe(1000);
    expect(services.other.latency.mean).toBe(3000);
  });

  it("made by a trace carry its id", () => {
    const { services } = new Play().service(0, "fn-001", "a1b2").finish(100).summary;
    expect(services["fn-001"].traceId).toBe("a1b2");
  });

  it("created again under their old names go on with their entries", () => {
    const play = new Play().hello();
    play.request(1, 2);
    play.recorder.revisionRemoved(play.at(5), 0);
    play.service(1, "hello").revision(1, "hello-00001", 1, { at: 8 });
    play.request(9, 12, { service: 1, revision: 1 });
    const { services, revisions } = play.finish(100).summary;
    expect(Object.keys(services)).toEqual(["hello"]);
    expect(services.hello.requests.offered).toBe(2);
    expect(revisions["hello-00001"]).toMatchObject({ requests: { completed: 2 }, proxySeconds: 97 }); // 5 + (100 − 8)
  });
});

describe("retries and calls", () => {
  it("are shown for services with a source that retries, and for no other", () => {
    const play = new Play().hello().service(1, "other").source(1, "api", 1, true);
    play.request(1, 2);
    const { requests, calls, services } = play.finish(100).summary;
    expect(requests.retries).toBe(0);
    expect(calls).toMatchObject({ made: 0, succeeded: 0, failed: 0, attempts: 0, latency: NO_LATENCY });
    expect(services.other.requests.retries).toBe(0);
    expect(services.hello.requests).not.toHaveProperty("retries");
    expect(new Play().hello().finish(1).summary).not.toHaveProperty("calls");
  });

  it("count attempts as requests, and calls from the first sending to the last answer", () => {
    const play = new Play().service(0, "hello").revision(0, "hello-00001", 0).source(0, "web", 0, true);
    play.request(1, 2, { status: 503 });
    play.request(2.5, 3, { attempt: 2 });
    play.recorder.callEnded(play.at(3), { source: 0, firstSentAt: SECOND, attempts: 2, succeeded: true });
    play.request(4, 5, { status: 503 });
    play.request(6, 7, { status: 503, attempt: 2 });
    play.recorder.callEnded(play.at(7), { source: 0, firstSentAt: 4 * SECOND, attempts: 2, succeeded: false });
    play.arrive(99); // a call that is under way at the end
    const pending = play.finish(100).summary;
    expect(pending.requests).toMatchObject({ offered: 5, completed: 1, failed: 3, inFlight: 1, retries: 2 });
    expect(pending.calls).toMatchObject({ succeeded: 1, failed: 1, attempts: 4 });
    expect(pending.calls?.latency).toMatchObject({ mean: 2000, max: 2000 }); // of the call that succeeded
    expect(pending.revisions["hello-00001"].requests.retries).toBe(2);
  });

  it("count a call as made when its first attempt ended or was given up", () => {
    const play = new Play().service(0, "hello").revision(0, "hello-00001", 0).source(0, "web", 0, true);
    const id = play.arrive(99);
    play.end(100, id, { status: 0 });
    expect(play.finish(100).summary.calls).toMatchObject({ made: 1, succeeded: 0, failed: 0 });
  });
});

describe("pods", () => {
  const started = {
    control: 30_000,
    schedule: 20_000,
    imagePull: 0,
    containerStart: 1_900_000,
    boot: 50_000,
    detect: 30_000,
  };

  it("are counted from creation to deletion, as ready while Kubernetes says so, and for resources once scheduled", () => {
    const play = new Play({ durationUs: 50 * SECOND })
      .service(0, "hello")
      .revision(0, "hello-00001", 0, { cpuRequest: 0.5, gibRequest: null });
    const pod = play.pod(10);
    play.fact(12, { kind: "PodScheduled", service: 0, revision: 0, pod, node: "node-1" });
    play.fact(14, { kind: "PodServing", service: 0, revision: 0, pod, stages: started });
    play.fact(15, { kind: "PodReady", service: 0, revision: 0, pod, readiness: 1_000_000 });
    play.fact(30, { kind: "PodTerminating", service: 0, revision: 0, pod, cause: "scaleDown", inFlight: 0 });
    play.fact(40, { kind: "PodDeleted", service: 0, revision: 0, pod, cause: "scaleDown", inFlight: 0 });
    const { pods, coldStart, revisions, services } = play.finish(50).summary;
    expect(pods).toEqual({
      meanReady: 0.3, // 15 … 30 of 50 s
      maxReady: 1,
      maxTotal: 1,
      started: 1,
      podSeconds: 30,
      readySeconds: 15,
      cpuSeconds: 14, // 0.5 × (40 − 12)
      gibSeconds: null, // nobody asks for memory
    });
    expect(revisions["hello-00001"].pods).toEqual(pods);
    expect(services.hello.pods).toEqual(pods);
    expect(coldStart).toEqual({
      count: 1,
      unit: "ms",
      mean: 4000,
      min: 4000,
      p50: 4000,
      p95: 4000,
      max: 4000,
      failed: 0,
      stages: {
        control: { mean: 30, p50: 30, p95: 30 },
        schedule: { mean: 20, p50: 20, p95: 20 },
        imagePull: { mean: 0, p50: 0, p95: 0 },
        containerStart: { mean: 1900, p50: 1900, p95: 1900 },
        boot: { mean: 50, p50: 50, p95: 50 },
        detect: { mean: 30, p50: 30, p95: 30 },
        readiness: { mean: 1000, p50: 1000, p95: 1000 },
      },
    });
  });

  it("that never start have failed, those deleted while starting count nowhere", () => {
    const play = new Play().hello();
    const end = { service: 0, revision: 0, inFlight: 0 } as const;
    play.pod(1); // waits for a node for ever
    const crashed = play.pod(1);
    const superfluous = play.pod(1);
    const killed = play.pod(2);
    play.fact(2, { kind: "PodFailed", ...end, pod: crashed, cause: "crash" });
    play.fact(2, { kind: "PodTerminating", ...end, pod: superfluous, cause: "scaleDown" });
    play.fact(2, { kind: "PodDeleted", ...end, pod: superfluous, cause: "scaleDown" });
    play.fact(3, { kind: "PodDeleted", ...end, pod: crashed, cause: "crash" });
    play.fact(3, { kind: "PodKilled", ...end, pod: killed, cause: "kill" });
    const { coldStart, pods } = play.finish(100).summary;
    expect(coldStart).toMatchObject({ count: 0, failed: 2 });
    expect(pods).toMatchObject({ started: 4, cpuSeconds: 0 }); // none of them was ever scheduled
  });

  it("become cold starts once, however often they become ready", () => {
    const play = new Play().hello();
    const pod = play.pod(1);
    for (const at of [3, 5]) {
      play.fact(at, { kind: "PodServing", service: 0, revision: 0, pod, stages: started });
      play.fact(at, { kind: "PodReady", service: 0, revision: 0, pod, readiness: 0 });
      play.fact(at + 1, { kind: "PodNotReady", service: 0, revision: 0, pod });
    }
    const { coldStart, pods } = play.finish(100).summary;
    expect(coldStart).toMatchObject({ count: 1, mean: 2000 });
    expect(pods.readySeconds).toBe(2);
  });

  it("of revisions that ask for no memory add nothing to the memory of those that do", () => {
    const play = new Play({ durationUs: 10 * SECOND })
      .service(0, "hello")
      .revision(0, "hello-00001", 0, { gibRequest: 2 })
      .revision(1, "hello-00002", 0);
    for (const revision of [0, 1]) {
      const pod = play.pod(0, { revision, initial: true });
      play.fact(0, { kind: "PodReady", service: 0, revision, pod, readiness: 0 });
    }
    const { pods, revisions } = play.finish(10).summary;
    expect(pods.gibSeconds).toBe(20);
    expect(revisions["hello-00002"].pods.gibSeconds).toBeNull();
  });
});

describe("figures of a revision", () => {
  it("panics from entry to exit, and from its decider's creation when that begins in panic", () => {
    const play = new Play({ warmupUs: 10 * SECOND }).hello();
    const panic = { service: 0, revision: 0, panic: 3, ready: 1, threshold: 2 } as const;
    play.fact(4, { kind: "DeciderCreated", service: 0, revision: 0, panicking: true });
    play.fact(15, { kind: "PanicExited", ...panic });
    play.fact(20, { kind: "PanicEntered", ...panic });
    play.fact(27, { kind: "DeciderDeleted", service: 0, revision: 0, panicking: true });
    expect(play.finish(100).summary.revisions["hello-00001"].panicSeconds).toBe(12); // 10 … 15 and 20 … 27
  });

  it("is proxied from its creation until the ingress serves it, and again, and no longer than it exists", () => {
    const play = new Play().hello();
    const mode = { kind: "ModeChanged", service: 0, revision: 0, cause: "ebc", activators: 1 } as const;
    play.fact(10, { ...mode, mode: "serve", wanted: "serve" });
    play.fact(30, { ...mode, mode: "proxy", wanted: "serve" });
    play.recorder.revisionRemoved(play.at(70), 0);
    expect(play.finish(100).summary.revisions["hello-00001"].proxySeconds).toBe(50);
  });

  it("has the largest desired scale of its valid decisions in [W, D)", () => {
    const play = new Play({ warmupUs: 10 * SECOND, durationUs: 20 * SECOND }).hello();
    play.decide(9, { desired: 50 }).decide(10, { desired: 0 }).decide(12, { valid: false, desired: null });
    play.decide(14, { desired: 3 }).decide(16, { desired: 2 }).decide(20, { desired: 70 });
    expect(play.finish(21).summary.revisions["hello-00001"].desiredMax).toBe(3);
  });

  it("has none without a decision, and 0 when nothing was ever wanted", () => {
    const play = new Play().hello().revision(1, "hello-00002", 0);
    play.decide(2, { desired: 0, revision: 1 });
    const { revisions } = play.finish(100).summary;
    expect([revisions["hello-00001"].desiredMax, revisions["hello-00002"].desiredMax]).toEqual([null, 0]);
  });
});

describe("facts announced", () => {
  it("are lines of events, ended requests and decisions, kept or not", () => {
    const count = (keep: boolean): number => {
      const play = new Play({ keepEvents: keep, keepDecisions: keep, keepRequests: keep, timeline: "none" }).hello();
      play.fact(1, { kind: "Note", text: "begin" }).decide(2).decide(4, { valid: false, desired: null });
      play.request(5, 6);
      play.request(6, 7, { status: 503 });
      play.end(100, play.arrive(7), { status: 0 });
      const record = play.finish(100);
      expect([...record.events()]).toHaveLength(keep ? 1 : 0);
      expect([...record.decisions()]).toHaveLength(keep ? 2 : 0);
      expect([...record.requests()]).toHaveLength(keep ? 3 : 0);
      expect([...record.timeline()]).toHaveLength(0);
      return record.summary.events;
    };
    expect(count(true)).toBe(5); // the request in flight has not ended
    expect(count(false)).toBe(5);
  });

  it("say how far a run has come", () => {
    const play = new Play({ warmupUs: 50 * SECOND }).hello();
    play.request(1, 2);
    play.request(2, 3, { status: 500 });
    play.arrive(4);
    expect(play.recorder.soFar).toEqual({ offered: 3, completed: 1, failed: 1, inFlight: 1, events: 2 });
  });
});

describe("thousands of requests within one row", () => {
  it("are counted as one by one", () => {
    const play = new Play().hello();
    for (let i = 0; i < 3000; i++) play.request(10 + i / 10_000, 10 + (i + 1) / 10_000);
    expect(play.recorder.soFar).toMatchObject({ offered: 3000, completed: 3000, inFlight: 0 });
    const { requests, inFlight } = play.finish(20).summary;
    expect([requests.offered, requests.completed]).toEqual([3000, 3000]);
    expect([inFlight.max, inFlight.requestSeconds]).toEqual([1, 0.3]);
  });
});

describe("facts counted together", () => {
  it("make the same report as facts counted at once", () => {
    const request = fc.record({
      from: fc.nat(3000),
      stays: fc.nat(2500),
      revision: fc.constantFrom(-1, 0, 1),
      status: fc.constantFrom(200, 200, 503, -1),
      cold: fc.boolean(),
      attempt: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 12 }), fc.constantFrom(0, 1), (requests, warmup) => {
        const steps = requests
          .flatMap((how, index) => [
            { at: how.from, index, how, isEnd: false },
            { at: how.from + how.stays, index, how, isEnd: true },
          ])
          .sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd));
        const played = (isLookedAt: boolean) => {
          const play = new Play({ warmupUs: warmup * SECOND }).hello().revision(1, "hello-00002", 0);
          const ids: number[] = [];
          for (const { at, index, how, isEnd } of steps) {
            const { revision, status, cold, attempt } = how;
            if (isEnd) play.end(at / 1000, ids[index], { status, cold });
            else ids[index] = play.arrive(at / 1000, { revision, attempt });
            // Whoever looks at a report on its way has everything counted up to there.
            if (isLookedAt) play.finish(at / 1000);
          }
          const run = play.finish(10);
          return { summary: run.summary, rows: [...run.timeline()] };
        };
        expect(played(true)).toEqual(played(false));
      }),
    );
  });
});

describe("conservation", () => {
  it("includes requests given up at the end as in flight", () => {
    const play = new Play({ durationUs: 10 * SECOND }).hello();
    play.end(10, play.arrive(4), { status: 0 });
    const { requests, inFlight, latency } = play.finish(10).summary;
    expect(requests).toMatchObject({ offered: 1, completed: 0, failed: 0, inFlight: 1, byStatus: {} });
    expect(inFlight.requestSeconds).toBe(6);
    expect(latency.max).toBeNull();
  });

  it("is broken by a request that ends twice", () => {
    const twice = (keepRequests: boolean): unknown => {
      const play = new Play({ keepRequests }).hello();
      const id = play.arrive(1);
      const again = { request: id, source: 0, number: 1, arrivalUs: SECOND };
      play.end(2, id).end(3, play.arrive(2)).end(4, play.arrive(3), again);
      return play.finish(100);
    };
    // Without a log the count is right, but the time spent is not: 1 + 1 + 3 s of requests, 1 + 1 + 1 of them there.
    expect(() => twice(false)).toThrow(/do not integrate/);
    expect(() => twice(true)).toThrow(/ended twice/);
  });

  it("is broken by a request that ends at another revision than it arrived at", () => {
    const play = new Play().hello().revision(1, "hello-00002", 0);
    const id = play.arrive(1);
    expect(() => play.end(2, id, { revision: 1 }).finish(3)).toThrow(/fell below zero/);
  });

  it("is broken by an arrival that is not when it says", () => {
    const play = new Play().hello();
    play.end(2, play.arrive(1), { arrivalUs: 1_500_000 });
    expect(() => play.finish(100)).toThrow(/do not integrate to the times spent/);
  });

  it("is broken by more waiting requests than there are", () => {
    const play = new Play().hello();
    play.recorder.podQueueChanged(play.at(1), 0, 1);
    expect(() => play.finish(100)).toThrow(/more requests wait than there are/);
  });

  it("allows no arrival after the end", () => {
    const play = new Play({ durationUs: 10 * SECOND }).hello();
    expect(() => play.arrive(10)).toThrow(InvariantError);
  });
});

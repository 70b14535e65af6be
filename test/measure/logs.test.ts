import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/time.js";
import { ResultHash } from "../../src/measure/result-hash.js";
import type { EventRow } from "../../src/measure/run-record.js";
import { Play, type Untimed } from "./play.js";

describe("a line of events.jsonl", () => {
  const line = (fact: Untimed, seconds = 1.5, verbose = false): EventRow[] => {
    const play = new Play({ verboseEvents: verbose }).hello().revision(1, "hello-00002", 0);
    play.pod(1);
    return [...play.fact(seconds, fact).finish(100).events()];
  };
  const text = (fact: Untimed): string => JSON.stringify(line(fact)[0]);
  const pod = { service: 0, revision: 0, pod: 0 } as const;

  it("has t, kind, service, then the fields in the order of the contract, names for indices", () => {
    expect(text({ inFlight: 2, cause: "scaleDown", node: "node-1", ...pod, kind: "PodTerminating" })).toBe(
      '{"t":1.5,"kind":"PodTerminating","service":"hello","revision":"hello-00001","pod":"pod-0","node":"node-1","cause":"scaleDown","inFlight":2}',
    );
    expect(text({ kind: "PodCreated", ...pod })).toBe(
      '{"t":1.5,"kind":"PodCreated","service":"hello","revision":"hello-00001","pod":"pod-0"}',
    );
  });

  it("tells stages and readiness in milliseconds, instants in seconds", () => {
    const stages = {
      control: 31_000,
      schedule: 20_500,
      imagePull: 0,
      containerStart: 1_900_001,
      boot: 50_000,
      detect: 7,
    };
    expect(line({ kind: "PodServing", ...pod, stages })[0].stages).toEqual({
      control: 31,
      schedule: 20.5,
      imagePull: 0,
      containerStart: 1900.001,
      boot: 50,
      detect: 0.007,
    });
    expect(line({ kind: "PodReady", ...pod, readiness: 450_250 })[0].readiness).toBe(450.25);
    const percents = [["hello-00001", 90] as const, ["hello-00002", 10] as const];
    expect(line({ kind: "RolloutStep", service: 0, percents, next: 2_500_000 })[0]).toMatchObject({
      percents,
      next: 2.5,
    });
    expect(text({ kind: "RolloutFinished", service: 0, percents: [], next: null })).toContain('"next":null');
    expect(line({ kind: "PodCreated", ...pod }, 1.000001)[0].t).toBe(1.000001);
  });

  it("names the revisions that the ingress serves", () => {
    const targets = [[0, 90, ""] as const, [1, 10, "canary"] as const];
    expect(text({ kind: "RouteProgrammed", service: 0, targets })).toBe(
      '{"t":1.5,"kind":"RouteProgrammed","service":"hello","targets":[["hello-00001",90,""],["hello-00002",10,"canary"]]}',
    );
  });

  it("tells wishes, conditions and scales", () => {
    expect(
      text({ kind: "TrafficChanged", service: 0, from: [], to: [["hello-00001", 100, "old"]], cause: "user" }),
    ).toBe(
      '{"t":1.5,"kind":"TrafficChanged","service":"hello","from":[],"to":[["hello-00001",100,"old"]],"cause":"user"}',
    );
    const condition = { service: 0, type: "Ready", status: "False", reason: "", message: "x" } as const;
    expect(text({ kind: "ConditionChanged", object: "Revision", revision: 1, ...condition })).toBe(
      '{"t":1.5,"kind":"ConditionChanged","service":"hello","object":"Revision","revision":"hello-00002","type":"Ready","status":"False","reason":"","message":"x"}',
    );
    expect(text({ kind: "ConditionChanged", object: "Service", ...condition })).not.toContain("revision");
    const scaled = { kind: "ScaledTo", service: 0, revision: 0, from: -1, to: 0, desired: 0, reason: "idle" } as const;
    expect(text({ ...scaled, path: "grace" })).toBe(
      '{"t":1.5,"kind":"ScaledTo","service":"hello","revision":"hello-00001","from":-1,"to":0,"desired":0,"reason":"idle","path":"grace"}',
    );
    expect(text(scaled)).not.toContain("path");
    const panic = { service: 0, revision: 0, panic: 2.123456, ready: 1, threshold: 2 } as const;
    expect(text({ kind: "PanicEntered", ...panic })).toBe(
      '{"t":1.5,"kind":"PanicEntered","service":"hello","revision":"hello-00001","panic":2.123456,"ready":1,"threshold":2}',
    );
  });

  it("of the cluster has no service", () => {
    expect(text({ kind: "ComponentDown", component: "autoscaler" })).toBe(
      '{"t":1.5,"kind":"ComponentDown","component":"autoscaler"}',
    );
    expect(text({ kind: "ConfigChanged", map: "config-autoscaler", keys: ["tick-interval", "stable-window"] })).toBe(
      '{"t":1.5,"kind":"ConfigChanged","map":"config-autoscaler","keys":["tick-interval","stable-window"]}',
    );
    expect(text({ kind: "CommandFailed", command: "kn x", exit: 1, stderr: "no" })).toBe(
      '{"t":1.5,"kind":"CommandFailed","command":"kn x","exit":1,"stderr":"no"}',
    );
  });

  it("about an extended panic is written only when all is wanted", () => {
    const fact = { kind: "PanicExtended", service: 0, revision: 0, panic: 3, ready: 1, threshold: 2 } as const;
    expect(line(fact)).toEqual([]);
    expect(line(fact, 1.5, true)).toHaveLength(1);
  });

  it("comes in the order announced, whatever the texts", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.string())), (notes) => {
        const play = new Play();
        let seconds = 0;
        const want = notes.map(([gap, text]) => {
          seconds += gap;
          play.fact(seconds, { kind: "Note", text });
          return { t: seconds, kind: "Note", text };
        });
        expect([...play.finish(seconds).events()]).toEqual(want);
      }),
    );
  });
});

describe("a line of decisions.jsonl", () => {
  it("has the contract's keys in its order, then the extras", () => {
    const play = new Play().hello();
    play.decide(2.745019, {
      stable: 1.5,
      panic: 2.25,
      desired: 3,
      delayed: 2,
      up: 10,
      down: 1,
      rawStable: 2,
      rawPanic: 3,
    });
    const [row] = play.finish(100).decisions();
    expect(JSON.stringify(row)).toBe(
      '{"t":2.745019,"revision":"hello-00001","ready":1,"stable":1.5,"panic":2.25,"target":70,"desired":3,"ebc":-111,"panicking":false,"valid":true,"reason":"stableWindow","cause":"tick","total":100,"up":10,"down":1,"raw":{"stable":2,"panic":3},"maxPanicPods":0,"delayed":2}',
    );
  });

  it("is full of nulls when the decision is invalid, but for the state", () => {
    const play = new Play().hello();
    const nothing = { stable: null, panic: null, desired: null, excessBurstCapacity: null, delayed: null };
    play.decide(2).decide(4, {
      ...nothing,
      up: null,
      down: null,
      rawStable: null,
      rawPanic: null,
      valid: false,
      reason: "noData",
      cause: "poke",
      panicking: true,
      maxPanicPods: 9,
    });
    expect([...play.finish(100).decisions()][1]).toEqual({
      t: 4,
      revision: "hello-00001",
      ready: 1,
      stable: null,
      panic: null,
      target: 70,
      desired: null,
      ebc: null,
      panicking: true,
      valid: false,
      reason: "noData",
      cause: "poke",
      total: 100,
      up: null,
      down: null,
      raw: { stable: null, panic: null },
      maxPanicPods: 9,
      delayed: null,
    });
  });
});

describe("a line of requests.csv", () => {
  it("tells where a request was and how long, and its latency is the sum of the parts and the overheads", () => {
    const play = new Play({ warmupUs: 50 * SECOND }).hello();
    const pod = play.pod(0);
    play.fact(1, { kind: "PodScheduled", service: 0, revision: 0, pod, node: "node-1" });
    const overheadsUs = 1_500;
    const parts = { activatorWaitUs: 2_000_000, podWaitUs: 30_000, serviceUs: 100_000 };
    play.request(2, 2 + 2.13 + overheadsUs / SECOND, { ...parts, pod, cold: true, path: 1, attempt: 2, tag: "canary" });
    const [row] = play.finish(100).requests();
    expect(row).toEqual({
      id: "web-1",
      arrivalUs: 2_000_000, // in the warm-up, and here all the same
      service: "hello",
      revision: "hello-00001",
      pod: "pod-0",
      status: "200",
      latencyUs: 2_131_500,
      ...parts,
      cold: true,
      source: "web",
      attempt: 2,
      mode: "proxy",
      tag: "canary",
      node: "node-1",
    });
    expect(row.latencyUs).toBe(row.activatorWaitUs! + row.podWaitUs! + row.serviceUs! + overheadsUs);
  });

  it("leaves empty what was never reached: revision, pod, activator; and the status of what is in flight", () => {
    const play = new Play({ durationUs: 10 * SECOND }).hello();
    play.request(1, 1, { revision: -1, status: 404 });
    const served = play.arrive(2);
    const unfinished = play.arrive(3);
    play.end(4, served).end(10, unfinished, { status: 0 });
    const [lost, fine, open] = play.finish(10).requests();
    expect(lost).toMatchObject({ revision: "", pod: "", node: "", mode: "", status: "404", latencyUs: 0, cold: false });
    expect(fine).toMatchObject({ mode: "serve", activatorWaitUs: null, podWaitUs: 0 });
    expect(open).toMatchObject({ status: "", latencyUs: null });
  });

  it("comes by arrival, then source, then number, whenever the requests end", () => {
    const play = new Play().hello().source(1, "api", 0);
    const a = play.arrive(1, { source: 1 });
    const b = play.arrive(1, { source: 0 });
    const c = play.arrive(1, { source: 0 });
    const d = play.arrive(2, { source: 1 });
    play.end(3, d).end(4, c).end(5, a).end(6, b);
    expect(Array.from(play.finish(100).requests(), ({ id }) => id)).toEqual(["web-1", "web-2", "api-1", "api-2"]);
  });

  it("is there for every request of a long run", () => {
    const play = new Play({ durationUs: 1e9 * SECOND }).hello();
    for (let i = 0; i < 20_000; i++) play.request(i, i + 0.5);
    let next = 1;
    for (const { id, arrivalUs } of play.finish(20_000).requests()) {
      if (id !== `web-${next}` || arrivalUs !== (next - 1) * SECOND) throw new Error(`${id} at ${arrivalUs}`);
      next++;
    }
    expect(next).toBe(20_001);
  });
});

describe("the result hash", () => {
  type Four = [arrivalUs: number, revision: number, status: number, latencyUs: number];
  const hash = (requests: readonly Four[]): string => {
    const result = new ResultHash();
    for (const request of requests) result.add(...request);
    return result.digest();
  };

  it("never changes its value for the same requests from one version to the next without notice", () => {
    expect(hash([])).toBe("51f0eb0f9d0f4cce");
    expect(
      hash([
        [1_000_000, 0, 200, 100_000],
        [2_000_000, -1, 404, 0],
      ]),
    ).toBe("0612e969c6cca55d");
  });

  it("tells apart any change of one field of one request, the order, and the number of requests", () => {
    const four = fc.tuple(
      fc.maxSafeNat(),
      fc.integer({ min: -1, max: 20_000 }),
      fc.constantFrom(200, 503, 404, -1, -2, 0),
      fc.maxSafeNat(),
    );
    fc.assert(
      fc.property(fc.array(four, { minLength: 2, maxLength: 6 }), fc.nat(5), fc.nat(3), (requests, which, field) => {
        const changed = requests.map((request) => [...request] as Four);
        changed[which % requests.length][field] += 1;
        const all = [requests, changed, requests.slice(1), [...requests, requests[0]]];
        if (String(requests[0]) !== String(requests[1])) all.push([requests[1], requests[0], ...requests.slice(2)]);
        expect(new Set(all.map(hash)).size).toBe(all.length);
      }),
    );
  });

  it("tells apart times that differ by 2^32 µs, 71 minutes", () => {
    const far = 4_294_967_296;
    const requests: Four[] = [
      [7, 0, 200, 5],
      [7 + far, 0, 200, 5],
      [7, 0, 200, 5 + far],
      [7 + far, 0, 200, 5 + far],
    ];
    expect(new Set(requests.map((request) => hash([request]))).size).toBe(4);
  });

  it("has no collision among a million near neighbours", () => {
    const seen = new Set<string>();
    for (let arrival = 0; arrival < 1000; arrival++) {
      for (let latency = 0; latency < 1000; latency++) seen.add(hash([[arrival, 0, 200, latency]]));
    }
    expect(seen.size).toBe(1_000_000);
  });

  it("covers the cohort alone, in the order of ends", () => {
    const run = (early: boolean, swapped: boolean): string => {
      const play = new Play({ warmupUs: 10 * SECOND }).hello();
      if (early) play.request(1, 2);
      const [a, b] = [play.arrive(11), play.arrive(11)];
      const id = play.arrive(12);
      if (swapped) play.end(14, id).end(15, a).end(15, b);
      else play.end(14, a).end(15, id).end(15, b);
      return play.finish(100).summary.resultHash;
    };
    expect(run(true, false)).toBe(run(false, false));
    expect(run(false, true)).not.toBe(run(false, false));
  });
});

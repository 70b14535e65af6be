import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DistributionSpec } from "../../src/engine/distribution.js";
import { createStreams } from "../../src/engine/random.js";
import { NEVER } from "../../src/engine/time.js";
import { type ArrivalProcess, createArrivals } from "../../src/workload/arrivals.js";

interface Options {
  readonly clients: readonly (readonly [us: number, count: number])[];
  readonly think?: DistributionSpec;
  readonly startJitter?: DistributionSpec | null;
  readonly requests?: number | null;
  readonly fromUs?: number;
  readonly untilUs?: number;
}

const NO_THINK: DistributionSpec = { kind: "constant", us: 0 };

function closedLoop(options: Options) {
  const { clients, think = NO_THINK, startJitter = null, requests = null, fromUs = 0, untilUs = NEVER } = options;
  const streams = createStreams("1");
  return createArrivals(
    { kind: "clients", clients, think, startJitter, requests },
    { fromUs, untilUs },
    { arrivals: streams.get("arrivals/web"), think: streams.get("think/web") },
  );
}

/** What is sent up to `limit`, as [time, client], when request n takes `service(n)`; answers at one instant come in order of sending. */
function play(process: ArrivalProcess, service: (n: number) => number, limit: number): [number, number][] {
  const sent: [number, number][] = [];
  let running: { client: number; sentAt: number; endsAt: number; n: number }[] = [];
  for (;;) {
    running.sort((a, b) => a.endsAt - b.endsAt || a.n - b.n);
    const end = running[0];
    if (end !== undefined && end.endsAt <= process.nextAt) {
      if (end.endsAt > limit) return sent;
      running = running.slice(1);
      process.requestEnded(end.client, end.sentAt, end.endsAt);
      continue;
    }
    if (process.nextAt > limit) return sent;
    const sentAt = process.nextAt;
    const client = process.take();
    const n = sent.push([sentAt, client]) - 1;
    running.push({ client, sentAt, endsAt: sentAt + service(n), n });
  }
}

describe("clients that do not start together", () => {
  it("send first after a time of their own, in its order", () => {
    const startJitter: DistributionSpec = { kind: "sequence", valuesUs: [30, 10, 20] };
    const process = closedLoop({ clients: [[0, 3]], startJitter, fromUs: 50 });
    expect(play(process, () => 1000, 500)).toEqual([
      [60, 1],
      [70, 2],
      [80, 0],
    ]);
  });

  it("begin when they join again if they have left by then, and not at all after the end", () => {
    const startJitter: DistributionSpec = { kind: "constant", us: 100 };
    const steps = [
      [0, 2],
      [50, 1],
      [300, 2],
    ] as const;
    expect(play(closedLoop({ clients: steps, startJitter }), () => 1000, 500)).toEqual([
      [100, 0],
      [300, 1],
    ]);
    expect(play(closedLoop({ clients: [[0, 2]], startJitter, untilUs: 100 }), () => 1000, 500)).toEqual([]);
  });

  it("draw one number each, which their think times do not share", () => {
    const startJitter: DistributionSpec = { kind: "uniform", lowUs: 0, highUs: 1000 };
    const think: DistributionSpec = { kind: "exponential", meanUs: 1000 };
    const starts = (clients: number) =>
      play(closedLoop({ clients: [[0, clients]], startJitter, think }), () => 1e6, 1000);
    const [three, two] = [starts(3), starts(2)];
    expect(three.filter(([, client]) => client < 2)).toEqual(two);
    expect(new Set(three.map(([at]) => at)).size).toBe(3);
  });
});

describe("closed-loop clients", () => {
  it("all send first at `from`, in the order of their numbers, then each when it has its answer", () => {
    // Requests 0, 1, 2 take 300, 100, 200 µs, the rest 1000 µs.
    const process = closedLoop({ clients: [[0, 3]], fromUs: 50 });
    expect(play(process, (n) => [300, 100, 200][n] ?? 1000, 400)).toEqual([
      [50, 0],
      [50, 1],
      [50, 2],
      [150, 1],
      [250, 2],
      [350, 0],
    ]);
  });

  it("wait until they are answered: meanwhile nothing is next", () => {
    const process = closedLoop({ clients: [[0, 1]] });
    expect(process.take()).toBe(0);
    expect(process.nextAt).toBe(NEVER);
    process.requestEnded(0, 0, 70);
    expect(process.nextAt).toBe(70);
  });

  it("think after each answer", () => {
    const process = closedLoop({ clients: [[0, 1]], think: { kind: "constant", us: 500 } });
    expect(play(process, () => 100, 2_000).map(([at]) => at)).toEqual([0, 600, 1200, 1800]);
  });

  it("think as long as the request's own draw says, in whatever order answers come", () => {
    // Think times go with the requests: 0 → 10, 1 → 2000, 2 → 30 µs. Client 1 is answered first.
    const process = closedLoop({ clients: [[0, 2]], think: { kind: "sequence", valuesUs: [10, 2000, 30] } });
    expect(play(process, (n) => [500, 100][n] ?? 5_000, 2_100)).toEqual([
      [0, 0],
      [0, 1],
      [510, 0],
      [2_100, 1],
    ]);
  });

  it("at one instant send in the order of their numbers, whoever was answered first", () => {
    const process = closedLoop({ clients: [[0, 3]], think: { kind: "sequence", valuesUs: [10, 40, 60, 9999] } });
    // Answers at 90, 60, 40: all three send at 100.
    expect(play(process, (n) => [90, 60, 40][n] ?? 10_000, 100).slice(3)).toEqual([
      [100, 0],
      [100, 1],
      [100, 2],
    ]);
  });

  it("pause for a millisecond after an answer in no time at all", () => {
    expect(play(closedLoop({ clients: [[0, 1]] }), () => 0, 3_500).map(([at]) => at)).toEqual([0, 1000, 2000, 3000]);
    const thinking = closedLoop({ clients: [[0, 1]], think: { kind: "constant", us: 1500 } });
    expect(play(thinking, () => 0, 3_500).map(([at]) => at)).toEqual([0, 1500, 3000]);
  });

  it("stop after so many requests in all; whoever is free takes the next", () => {
    // Client 1 answers four times as fast and takes most of the six.
    const process = closedLoop({ clients: [[0, 2]], requests: 6 });
    const sent = play(process, (n) => (n === 0 ? 400 : 100), 10_000);
    expect(sent.map(([, client]) => client)).toEqual([0, 1, 1, 1, 1, 0]);
    expect(process.nextAt).toBe(NEVER);
  });

  it("are fewer than planned when there are fewer requests", () => {
    expect(play(closedLoop({ clients: [[0, 10]], requests: 3 }), () => 100, 10_000)).toHaveLength(3);
    expect(closedLoop({ clients: [[0, 10]], requests: 0 }).nextAt).toBe(NEVER);
    expect(closedLoop({ clients: [[0, 0]] }).nextAt).toBe(NEVER);
  });

  it("start nothing at or after `until`", () => {
    const process = closedLoop({ clients: [[0, 1]], untilUs: 300 });
    expect(play(process, () => 100, 10_000).map(([at]) => at)).toEqual([0, 100, 200]);
  });
});

describe("clients that come and go", () => {
  it("join at once, and are counted from `from`", () => {
    const process = closedLoop({
      clients: [
        [0, 1],
        [250, 3],
      ],
      fromUs: 1000,
    });
    expect(play(process, () => 100, 1_300)).toEqual([
      [1000, 0],
      [1100, 0],
      [1200, 0],
      [1250, 1],
      [1250, 2],
      [1300, 0],
    ]);
  });

  it("are none before the first step", () => {
    expect(closedLoop({ clients: [[400, 2]], fromUs: 100 }).nextAt).toBe(500);
  });

  it("leave from the highest number down, after the request they wait for", () => {
    const process = closedLoop({
      clients: [
        [0, 3],
        [150, 1],
      ],
    });
    // At 100 all three send again; at 150 clients 1 and 2 are waiting for their answers, which come at 200.
    expect(play(process, () => 100, 300)).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [100, 0],
      [100, 1],
      [100, 2],
      [200, 0],
      [300, 0],
    ]);
  });

  it("leave at once when they are thinking, even at the moment they would send", () => {
    const process = closedLoop({
      clients: [
        [0, 2],
        [200, 1],
      ],
      think: { kind: "constant", us: 100 },
    });
    expect(play(process, () => 100, 400)).toEqual([
      [0, 0],
      [0, 1],
      [200, 0],
      [400, 0],
    ]);
  });

  it("come back when the count grows again, at once if they had left, after their answer if not", () => {
    const clients = [
      [0, 3],
      [50, 1],
      [120, 3],
    ] as const;
    // Client 1 (answered at 100) is gone and comes back at 120; client 2 (answered at 200) never noticed.
    const service = [1000, 100, 200];
    expect(play(closedLoop({ clients }), (n) => service[n] ?? 1000, 900)).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [120, 1],
      [200, 2],
    ]);
  });

  it("never have more requests under way than there are clients, but for those that were leaving", () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.nat(6));
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat(200)),
        fc.nat(120),
        (raw, services, think) => {
          let at = 0;
          const clients = raw.map(([gap, count], i) => [i === 0 ? 0 : (at += gap), count] as const);
          const process = closedLoop({ clients, think: { kind: "constant", us: think } });
          const ends: number[] = [];
          const sent = play(
            process,
            (n) => {
              ends[n] = services.next().value! + 1;
              return ends[n];
            },
            at + 300,
          );
          const countAt = (us: number) => clients.findLast(([start]) => start <= us)![1];
          const lastEnd = new Map<number, number>();
          sent.forEach(([sentAt, client], n) => {
            // Only present clients send, and never while they wait for an answer.
            expect(client).toBeLessThan(countAt(sentAt));
            expect(sentAt).toBeGreaterThanOrEqual(lastEnd.get(client) ?? 0);
            lastEnd.set(client, sentAt + ends[n]);
          });
          expect(sent.map(([sentAt]) => sentAt)).toEqual(sent.map(([sentAt]) => sentAt).toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("a million clients", () => {
  it("send their first requests in order", () => {
    const process = closedLoop({ clients: [[0, 1_000_000]], think: { kind: "constant", us: 1000 } });
    let isOrdered = true;
    for (let client = 0; client < 1_000_000; client++) isOrdered = process.take() === client && isOrdered;
    expect(isOrdered).toBe(true);
    expect(process.nextAt).toBe(NEVER);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/time.js";
import type { TimelineRow } from "../../src/measure/run-record.js";
import { StepFunctions } from "../../src/measure/time-average.js";
import { Timeline } from "../../src/measure/timeline.js";
import { Column } from "../../src/measure/timeline-series.js";
import { Play } from "./play.js";

const QUIET: TimelineRow = {
  t: 0,
  service: "hello",
  revision: "hello-00001",
  offered: 0,
  completed: 0,
  errors: 0,
  concurrency: 0,
  queuedActivator: 0,
  queuedPods: 0,
  desired: null,
  podsReady: 0,
  podsStarting: 0,
  podsTerminating: 0,
  stable: null,
  panic: null,
  panicking: null,
  excessBurstCapacity: null,
  mode: "proxy",
  percent: 0,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  requested: null,
};

describe("a row of the timeline", () => {
  it("has every column, worked out by hand", () => {
    const play = new Play().hello();
    const { recorder } = play;
    const [waiting, running] = [play.arrive(0.25), play.arrive(0.5)];
    const gone = play.pod(0.5);
    const pod = play.pod(0.5);
    play.pod(0.6);
    const of = { service: 0, revision: 0 } as const;
    play.fact(0.5, { kind: "PodReady", ...of, pod, readiness: 0 });
    play.fact(0.6, { kind: "PodTerminating", ...of, pod: gone, cause: "scaleDown", inFlight: 0 });
    recorder.activatorQueueChanged(play.at(0.75), 0, 1);
    recorder.podQueueChanged(play.at(0.9), 0, 1);
    recorder.activatorQueueChanged(play.at(1), 0, -1);
    recorder.podQueueChanged(play.at(1), 0, -1);
    play.end(1.5, waiting);
    play.end(1.75, running, { status: 500 });
    play.end(1.8, play.arrive(1.79));
    play.decide(1.9, { desired: 3, stable: 1.25, panic: 2.5, excessBurstCapacity: -211, panicking: true });
    play.fact(1.9, { kind: "PanicEntered", ...of, panic: 2.5, ready: 1, threshold: 2 });
    play.fact(1.95, { kind: "ModeChanged", ...of, mode: "serve", wanted: "serve", cause: "ebc", activators: 1 });
    recorder.revisionGauge(play.at(1.99), 0, "percent", 90);
    recorder.revisionGauge(play.at(1.99), 0, "requested", 2);
    recorder.revisionGauge(play.at(1.99), 0, "replicas", 2);
    expect(play.rows(2)).toEqual([
      {
        ...QUIET,
        offered: 2,
        concurrency: 1.25, // 0.75 + 0.5 s
        queuedActivator: 0.25,
        queuedPods: 0.1,
        podsReady: 1,
        podsStarting: 1,
        podsTerminating: 1,
      },
      {
        ...QUIET,
        t: 1,
        offered: 1,
        completed: 2,
        errors: 1,
        concurrency: 1.26, // 0.5 + 0.75 + 0.01 s
        podsReady: 1,
        podsStarting: 1,
        podsTerminating: 1,
        desired: 3,
        stable: 1.25,
        panic: 2.5,
        panicking: true,
        excessBurstCapacity: -211,
        mode: "serve",
        percent: 90,
        p50Ms: 10, // of the two that completed: 10 ms and 1250 ms
        p95Ms: 1250,
        p99Ms: 1250,
        requested: 2,
      },
    ]);
  });

  it("keeps the last valid decision over invalid ones, and empties requested when nothing is asked for", () => {
    const play = new Play().hello();
    play.decide(0, { desired: 4, stable: 3, panic: 2, excessBurstCapacity: 1 });
    play.decide(2, { valid: false, desired: null, stable: null, panic: null, excessBurstCapacity: null });
    play.recorder.revisionGauge(play.at(1), 0, "requested", 0);
    play.recorder.revisionGauge(play.at(2), 0, "requested", -1);
    const rows = play.rows(3);
    expect(rows.map(({ desired, stable }) => [desired, stable])).toEqual([
      [4, 3],
      [4, 3],
      [4, 3],
    ]);
    expect(rows.map(({ requested }) => requested)).toEqual([null, null, null]);
  });

  it("counts by arrival and by end, so that what came less what ended is in flight", () => {
    const play = new Play().hello();
    const ids = [0.1, 0.2, 1.1, 2.5].map((at) => play.arrive(at));
    play.end(2.6, ids[0]).end(3.2, ids[1], { status: 503 }).end(3.9, ids[2]).end(4.5, ids[3]);
    let inFlight = 0;
    const found = play.rows(5).map(({ offered, completed, errors }) => (inFlight += offered - completed - errors));
    expect(found).toEqual([2, 3, 3, 1, 0]);
  });
});

describe("the border of two rows", () => {
  it("gives counts and integrals of the very instant to the later row, gauges to the earlier one", () => {
    const play = new Play().hello();
    const id = play.arrive(1);
    play.decide(1, { desired: 7 });
    play.end(2, id);
    const [zero, one, two] = play.rows(3);
    expect([zero.offered, zero.concurrency, zero.desired]).toEqual([0, 0, 7]);
    expect([one.offered, one.completed, one.concurrency, one.p50Ms]).toEqual([1, 0, 1, null]);
    expect([two.completed, two.concurrency, two.p50Ms]).toEqual([1, 0, 1000]);
  });

  it("is one microsecond wide at most: what happens just after is in the later row's gauges only", () => {
    const play = new Play().hello();
    play.decide(1.000001, { desired: 7 });
    expect(play.rows(2).map(({ desired }) => desired)).toEqual([null, 7]);
  });

  it("at the end of the run leaves everything to the last row", () => {
    const play = new Play({ durationUs: 3 * SECOND }).hello();
    const id = play.arrive(1.5);
    play.decide(3, { desired: 5 });
    play.end(3, id);
    const rows = play.rows(3);
    expect(rows).toHaveLength(3);
    expect(rows[2]).toMatchObject({ t: 2, completed: 1, concurrency: 1, p50Ms: 1500, desired: 5 });
  });

  it("comes every step, and the averages are over whole seconds of it", () => {
    const play = new Play({ stepUs: 10 * SECOND }).hello();
    const id = play.arrive(5);
    play.end(21.5, id);
    const rows = play.rows(21.5);
    // 5 of 10 s; 10 of 10 s; 1.5 of the 2 s that have begun
    expect(rows.map(({ t, concurrency }) => [t, concurrency])).toEqual([
      [0, 0.5],
      [10, 1],
      [20, 0.75],
    ]);
  });
});

describe("the rows of a timeline", () => {
  it("go from 0 to ceil(E) − 1", () => {
    expect(
      new Play()
        .hello()
        .rows(3)
        .map(({ t }) => t),
    ).toEqual([0, 1, 2]);
    expect(
      new Play()
        .hello()
        .rows(3.000001)
        .map(({ t }) => t),
    ).toEqual([0, 1, 2, 3]);
  });

  it("add up to all requests and to the seconds they spent, the last one included", () => {
    const play = new Play({ durationUs: 3 * SECOND }).hello();
    play.request(0.5, 2.25);
    play.request(2.75, 4.125);
    const record = play.finish(4.125);
    const rows = [...record.timeline()];
    expect(rows.reduce((sum, row) => sum + row.concurrency, 0)).toBeCloseTo(record.summary.inFlight.requestSeconds, 9);
    expect(rows.reduce((sum, row) => sum + row.completed, 0)).toBe(2);
  });

  it("exist for a revision from the second of its creation to that of its deletion", () => {
    const play = new Play().hello().revision(1, "hello-00002", 0, { at: 2.5 });
    play.recorder.revisionRemoved(play.at(4.5), 1);
    const rows = play.rows(7);
    expect(rows.filter(({ revision }) => revision === "hello-00002").map(({ t }) => t)).toEqual([2, 3, 4]);
    expect(rows.map(({ t, revision }) => `${t} ${revision.slice(-1)}`).slice(0, 6)).toEqual([
      "0 1",
      "1 1",
      "2 1",
      "2 2",
      "3 1",
      "3 2",
    ]);
  });

  it("include the second that begins with the deletion", () => {
    const play = new Play().hello();
    play.recorder.revisionRemoved(play.at(4), 0);
    expect(play.rows(7).map(({ t, mode }) => `${t} ${mode}`)).toEqual([0, 1, 2, 3, 4].map((t) => `${t} proxy`));
  });

  it("of a deleted revision go on while requests of it are about", () => {
    const play = new Play().hello();
    const id = play.arrive(1);
    play.recorder.revisionRemoved(play.at(2.5), 0);
    play.end(4.5, id);
    expect(play.rows(8).map(({ t }) => t)).toEqual([0, 1, 2, 3, 4]);
  });

  it("without a revision exist only for seconds with requests that reached none, after those of revisions", () => {
    const play = new Play().hello();
    play.request(1.5, 1.5, { revision: -1, status: 404 });
    const long = play.arrive(3.5, { revision: -1 });
    play.end(5.5, long, { status: 404 });
    const rows = play.rows(7).filter(({ revision }) => revision === "");
    expect(rows.map(({ t, offered, errors, concurrency }) => [t, offered, errors, concurrency])).toEqual([
      [1, 1, 1, 0],
      [3, 1, 0, 0.5],
      [4, 0, 0, 1],
      [5, 0, 1, 0.5],
    ]);
    expect(rows[0]).toMatchObject({ service: "hello", podsReady: null, mode: null, percent: null, desired: null });
    expect(
      play
        .rows(7)
        .map(({ t, revision }) => `${t}${revision}`)
        .slice(1, 3),
    ).toEqual(["1hello-00001", "1"]);
  });
});

/** Something that happens at a revision, at whole and broken seconds. */
const happening = fc.record({
  gap: fc.constantFrom(0, 0, 0.000001, 0.25, 0.75, 1, 3, 10),
  revision: fc.nat(2),
  what: fc.constantFrom("arrive", "arrive", "end", "end", "fail", "decide", "queue", "percent", "remove", "nothing"),
  value: fc.nat(2),
});

/** The rows of one story, told in full or sparsely. */
function tell(
  story: readonly { gap: number; revision: number; what: string; value: number }[],
  sparse: boolean,
): TimelineRow[] {
  const play = new Play({ timeline: sparse ? "sparse" : "full", durationUs: 10_000 * SECOND }).hello();
  play.revision(1, "hello-00002", 0);
  const open: [number, number][] = [];
  const queued = [0, 0, 0];
  const removed = new Set<number>();
  let seconds = 0;
  let hasThird = false;
  for (const { gap, revision: wanted, what, value } of story) {
    seconds += gap;
    if (wanted === 2 && !hasThird) {
      play.revision(2, "hello-00003", 0, { at: seconds });
      hasThird = true;
    }
    const revision = wanted;
    if (removed.has(revision)) continue;
    const t = play.at(seconds);
    if (what === "arrive") open.push([play.arrive(seconds, { revision: value === 2 ? -1 : revision }), revision]);
    if ((what === "end" || what === "fail") && open.length > 0) {
      play.end(seconds, open.shift()![0], { status: what === "end" ? 200 : 503 });
    }
    if (what === "decide") play.decide(seconds, { revision, desired: value, stable: value / 3 });
    if (what === "percent") play.recorder.revisionGauge(t, revision, "percent", value);
    if (what === "queue") {
      const change = queued[revision] > 0 ? -1 : 1;
      queued[revision] += change;
      play.recorder.activatorQueueChanged(t, revision, change);
    }
    if (what === "remove" && value === 2 && open.length === 0 && queued[revision] === 0) {
      play.recorder.revisionRemoved(t, revision);
      removed.add(revision);
    }
  }
  // Nobody waits who is not there when the run ends.
  queued.forEach((waiting, revision) => {
    if (waiting > 0) play.recorder.activatorQueueChanged(play.at(seconds + 1), revision, -waiting);
  });
  return play.rows(seconds + 3);
}

describe("a sparse timeline", () => {
  it("leaves out seconds in which nothing changes, after their first row", () => {
    const play = new Play({ timeline: "sparse" }).hello();
    const id = play.arrive(5.5);
    play.end(9.5, id);
    // Row 0 is the first; 1 … 4 equal it; 5 has the arrival; 6 is the first with a concurrency of 1; 9 has the end; 10 is quiet again.
    expect(play.rows(50).map(({ t }) => t)).toEqual([0, 5, 6, 9, 10]);
  });

  it("shows the end of a wait that took as much of its last second as of its first", () => {
    const play = new Play({ timeline: "sparse" }).hello();
    const id = play.arrive(0.5);
    play.recorder.activatorQueueChanged(play.at(10.5), 0, 1);
    play.recorder.activatorQueueChanged(play.at(11.5), 0, -1);
    play.end(19.5, id);
    // Row 11 may be left out: half a second of waiting, as in row 10. Row 12 may not.
    const waiting = play.rows(20).map(({ t, queuedActivator }) => [t, queuedActivator]);
    expect(waiting).toEqual([
      [0, 0],
      [1, 0],
      [10, 0.5],
      [12, 0],
      [19, 0], // the end of the request
    ]);
  });

  it("says the same as the full one: filling the gaps with the row before restores it", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (story) => {
        const full = tell(story, false);
        const sparse = tell(story, true);
        const kept = new Map(sparse.map((row) => [`${row.t} ${row.revision}`, row]));
        const last = new Map<string, TimelineRow>();
        for (const row of full) {
          const found = kept.get(`${row.t} ${row.revision}`);
          if (found !== undefined) last.set(row.revision, found);
          kept.delete(`${row.t} ${row.revision}`);
          expect({ ...last.get(row.revision)!, t: row.t }).toEqual(row);
          if (row.offered + row.completed + row.errors > 0) expect(found).toEqual(row);
        }
        expect(kept.size).toBe(0); // and it has no row that the full one has not
      }),
      { numRuns: 400 },
    );
  });

  it("has no more rows for being longer when nothing happens", () => {
    const rows = (seconds: number): number => new Play({ timeline: "sparse" }).hello().rows(seconds).length;
    expect(rows(10)).toBe(1);
    expect(rows(90)).toBe(1);
  });

  it("takes over from a full one that became too long, for the past as well", () => {
    const functions = new StepFunctions();
    const [sparse, automatic] = (["sparse", "auto"] as const).map((mode) => {
      const timeline = new Timeline(mode, SECOND, 20);
      const ids = [functions.create(), functions.create(), functions.create()] as const;
      const series = timeline.add(0, true, ids);
      timeline.begin(series);
      for (let second = 0; second < 60; second++) {
        while (timeline.nextBoundary <= second * SECOND) timeline.passBoundary();
        if (second % 7 !== 3) continue;
        if (series.isAsleep) timeline.wake(series);
        series.now[Column.desired] = second;
      }
      return timeline;
    });
    const list = (timeline: Timeline): number[][] =>
      Array.from(timeline.rows(59 * SECOND + 1), ({ t, values }) => [t, ...values]);
    expect(automatic.becameSparse).toBe(true);
    expect(list(automatic)).toEqual(list(sparse));
  });
});

describe("a timeline in automatic mode", () => {
  it("is full and warns of nothing while it is short", () => {
    const play = new Play({ timeline: "auto" }).hello();
    const record = play.finish(50);
    expect([...record.timeline()]).toHaveLength(50);
    expect(record.summary.warnings).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.js";

/** Invariants of the whole loop (knative/autoscaler.md §12, I20 and I25–I27); the pure ones are in autoscaler/. */

interface Scaled {
  readonly t: number;
  readonly from: number;
  readonly to: number;
}

interface Setting {
  readonly window: number;
  readonly seed: number;
  readonly burstCapacity: string;
  readonly start: "ready" | "zero";
  /** Seconds at which bursts of requests come. */
  readonly bursts: readonly { readonly at: number; readonly count: number }[];
}

const setting = fc.record<Setting>({
  window: fc.integer({ min: 6, max: 40 }),
  seed: fc.nat(1_000),
  burstCapacity: fc.constantFrom("211", "0", "-1"),
  start: fc.constantFrom("ready", "zero"),
  bursts: fc.array(fc.record({ at: fc.integer({ min: 1, max: 150 }), count: fc.integer({ min: 1, max: 60 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

const times = ({ bursts }: Setting): number[] =>
  bursts.flatMap(({ at, count }) => Array<number>(count).fill(at)).sort((a, b) => a - b);

async function run(of: Setting, events: readonly string[] = []) {
  return simulate(`
apiVersion: knsim/v1
kind: Scenario
name: invariants
seed: ${of.seed}
start: ${of.start}
duration: 6m
drain: false
services:
  - name: hello
    image: example/hello
    annotations:
      autoscaling.knative.dev/window: ${of.window}s
      autoscaling.knative.dev/target: "10"
      autoscaling.knative.dev/target-burst-capacity: "${of.burstCapacity}"
apps: {example/hello: {serviceTime: 200ms}}
traffic:
  - {to: hello, at: [${times(of)
    .map((t) => `${t}s`)
    .join(", ")}]}
events: [${events.join(", ")}]
report: {timeline: none}
`);
}

function scalings(result: Awaited<ReturnType<typeof run>>): Scaled[] {
  return [...result.events()].filter(({ kind }) => kind === "ScaledTo") as unknown as Scaled[];
}

describe("a revision in a cluster", () => {
  it("keeps its last pod for a stable window after the last load (I20)", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (of) => {
        const result = await run(of);
        for (const { t } of scalings(result).filter(({ to }) => to === 0)) {
          // Load falls into whole seconds; the last one before has its second of arrival at least.
          const last = times(of)
            .filter((at) => at <= t)
            .at(-1);
          if (last !== undefined) expect(t).toBeGreaterThanOrEqual(Math.floor(last) + of.window);
        }
      }),
      { numRuns: 25, seed: 20 },
    );
  });

  it("is scaled up for a request at zero pods within a tick and a report (I25)", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (of) => {
        const result = await run({ ...of, start: "zero" });
        const [first] = times(of);
        const [up] = scalings(result);
        // Its last decision was for zero: it is poked, and patched one reconcile (5 ms) later.
        expect(up).toMatchObject({ from: 0, to: 1 });
        expect(up.t - first).toBeLessThan(0.02);
      }),
      { numRuns: 15, seed: 25 },
    );
  });

  it("goes through the same replicas however often somebody looks (I26)", async () => {
    await fc.assert(
      fc.asyncProperty(setting, fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 6 }), async (of, looks) => {
        // Saying again what is so already makes the autoscaler look, and changes nothing else.
        const spurious = looks.map((at) => `{at: ${at}s, reachability: {revision: hello-00001, is: Reachable}}`);
        const quiet = scalings(await run(of)).map(({ to }) => to);
        expect(scalings(await run(of, spurious)).map(({ to }) => to)).toEqual(quiet);
      }),
      { numRuns: 15, seed: 26 },
    );
  });

  it("loses no pod for a stable window after a restart of the autoscaler with more than one ready (I27)", async () => {
    await fc.assert(
      fc.asyncProperty(setting, fc.integer({ min: 8, max: 40 }), async (of, after) => {
        const [{ at }] = [...of.bursts].sort((a, b) => a.at - b.at);
        const downAt = at + after;
        const result = await run(of, [`{at: ${downAt}s, restart: autoscaler}`]);
        const facts = [...result.events()];
        const created = facts.filter(({ kind, t }) => kind === "DeciderCreated" && t > downAt)[0];
        if (created?.panicking !== true) return;
        const lowered = scalings(result).filter(
          ({ t, from, to }) => t > downAt && t < created.t + of.window && to < from,
        );
        expect(lowered).toEqual([]);
      }),
      { numRuns: 20, seed: 27 },
    );
  });
});

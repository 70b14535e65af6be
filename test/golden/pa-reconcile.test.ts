import { describe, expect, it } from "vitest";
import { parseAutoscalerConfig } from "../../src/kube/config.js";
import { createPodAutoscalerState, reconcilePodAutoscaler } from "../../src/model/autoscaler/pod-autoscaler.js";
import type { Reachability } from "../../src/model/autoscaler/reachability.js";
import { resolveScalingSettings } from "../../src/model/autoscaler/scaling-settings.js";
import { differingFields, judge } from "./vectors.js";

const us = (seconds: number) => Math.round(seconds * 1000) * 1000;

interface Case {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  readonly progressDeadline: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly containerConcurrency: number;
  readonly ops: readonly {
    readonly t: number;
    readonly in: {
      readonly desired: number;
      readonly excessBurstCapacity: number;
      readonly ready: number;
      readonly sks: { readonly proxySince: number | null; readonly ready: boolean } | null;
      readonly probe: boolean;
      readonly replicas: number;
      readonly reachability: Reachability | "";
    };
    readonly want: Readonly<Record<string, unknown>> & {
      readonly activeSince: number;
      readonly requeueAfter: readonly number[];
    };
  }[];
}

describe("pa-reconcile", () => {
  it("passes through every recorded life of a pod autoscaler as Knative does", () => {
    let passes = 0;
    const { cases, mismatches } = judge<Case>("pa-reconcile", (item) => {
      const parsed = parseAutoscalerConfig(item.config);
      if (!parsed.ok) return [`${item.name}: the configuration was refused: ${parsed.error}`];
      const { annotations, containerConcurrency, progressDeadline } = item;
      const settings = resolveScalingSettings(annotations, parsed.config, containerConcurrency, us(progressDeadline));
      let state = createPodAutoscalerState(0, "exact");
      return item.ops.flatMap(({ t, in: seen, want }, index) => {
        passes++;
        const { desired, excessBurstCapacity, ready, sks, probe, replicas, reachability } = seen;
        const observed = {
          desired,
          excessBurstCapacity,
          ready,
          replicas,
          reachability: reachability || "Unknown",
          sks: sks && { ready: sks.ready, proxySinceUs: sks.proxySince === null ? null : us(sks.proxySince) },
          probe: probe ? "success" : "failure",
        } as const;
        const outcome = reconcilePodAutoscaler(settings, state, observed, us(t), "exact");
        state = outcome.state;
        const got = {
          replicas: outcome.patch?.replicas ?? replicas,
          sksMode: state.mode === "proxy" ? "Proxy" : "Serve",
          activators: state.activators,
          active: state.active.status,
          reason: state.active.reason,
          activeSince: state.active.sinceUs,
          initialized: state.initialized,
          desiredScale: state.desiredScale,
          actualScale: state.actualScale,
          requeueAfter: String(outcome.requeueAfterUs === null ? [] : [outcome.requeueAfterUs]),
          asyncProbe: outcome.startAsyncProbe,
          ready: state.ready,
        };
        const wanted = {
          ...want,
          activeSince: us(want.activeSince),
          requeueAfter: String(want.requeueAfter.map(us)),
        };
        return differingFields(got, wanted).map((text) => `${item.name}, pass ${index} at ${t}: ${text}`);
      });
    });
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(cases).toBeGreaterThan(0);
    expect(passes).toBeGreaterThan(cases);
  });
});

import { describe, expect, it } from "vitest";
import { parseAutoscalerConfig } from "../../src/kube/config.js";
import {
  type ActiveCondition,
  activeThreshold,
  type ConditionStatus,
} from "../../src/model/autoscaler/active-condition.js";
import { nextStatus } from "../../src/model/autoscaler/pod-autoscaler-status.js";
import type { Reachability } from "../../src/model/autoscaler/reachability.js";
import type { ProbeResult } from "../../src/model/autoscaler/scale-to-zero.js";
import { scale } from "../../src/model/autoscaler/scaler.js";
import { resolveScalingSettings, type ScalingSettings } from "../../src/model/autoscaler/scaling-settings.js";
import { differingFields, judge } from "./vectors.js";

const us = (seconds: number) => Math.round(seconds * 1000) * 1000;

interface Common {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly reachability: Reachability | "";
}

interface ScaleCase extends Common {
  readonly kind: "scale";
  readonly progressDeadline: number;
  readonly status: { readonly active: ConditionStatus; readonly for: number; readonly initialized: boolean };
  readonly sks: { readonly mode: "Proxy" | "Serve"; readonly proxyFor: number | null };
  readonly desiredScale: number;
  readonly replicas: number;
  readonly probe: ProbeResult;
  readonly want: {
    readonly scale: number;
    readonly applied: boolean;
    readonly requeueAfter: readonly number[];
    readonly probed: boolean;
    readonly asyncProbe: boolean;
  };
}

interface ActiveCase extends Common {
  readonly kind: "active";
  readonly status: {
    readonly state: "active" | "inactive" | "inactiveTimedOut" | "activating" | "new";
    readonly initialized: boolean;
    readonly desiredScale: number | null;
  };
  readonly hasServiceName: boolean;
  readonly ready: number;
  readonly wantScale: number;
  readonly want: Readonly<Record<string, unknown>>;
}

/** Some hours into a run, so that every recorded duration fits before it. */
const NOW = us(36_000);

const BEFORE: Readonly<Record<ActiveCase["status"]["state"], Omit<ActiveCondition, "sinceUs">>> = {
  active: { status: "True", reason: "", message: "" },
  inactive: { status: "False", reason: "NoTraffic", message: "The target is not receiving traffic." },
  inactiveTimedOut: { status: "False", reason: "TimedOut", message: "The target could not be activated." },
  activating: {
    status: "Unknown",
    reason: "Queued",
    message: "Requests to the target are being buffered as resources are provisioned.",
  },
  new: { status: "Unknown", reason: "", message: "" },
};

function settingsOf({ config, annotations }: Common, progressDeadline: number): ScalingSettings {
  const parsed = parseAutoscalerConfig(config);
  if (!parsed.ok) throw new Error(parsed.error);
  return resolveScalingSettings(annotations, parsed.config, 0, us(progressDeadline));
}

function scaleDifferences(item: ScaleCase): string[] {
  const { status, sks, want } = item;
  const outcome = scale(settingsOf(item, item.progressDeadline), {
    nowUs: NOW,
    desired: item.desiredScale,
    replicas: item.replicas,
    reachability: item.reachability || "Unknown",
    initialized: status.initialized,
    active: { status: status.active, sinceUs: NOW - us(status.for) },
    mode: sks.mode === "Proxy" ? "proxy" : "serve",
    proxySinceUs: sks.proxyFor === null ? null : NOW - us(sks.proxyFor),
    probe: item.probe,
  });
  const { want: wanted, patch, requeueAfterUs, probed, startAsyncProbe } = outcome;
  const got = {
    scale: wanted,
    applied: patch !== null,
    requeueAfter: String(requeueAfterUs === null ? [] : [requeueAfterUs]),
    probed,
    asyncProbe: startAsyncProbe,
  };
  const patched = patch === null || patch.replicas === wanted ? [] : [`patched to ${patch.replicas}`];
  return [...patched, ...differingFields(got, { ...want, requeueAfter: String(want.requeueAfter.map(us)) })];
}

function activeDifferences(item: ActiveCase): string[] {
  const settings = settingsOf(item, 600);
  const { state, initialized, desiredScale } = item.status;
  const reachability = item.reachability || "Unknown";
  const before = {
    active: { ...BEFORE[state], sinceUs: 0 },
    initialized,
    hasServiceName: item.hasServiceName,
    desiredScale,
    actualScale: null,
  };
  const after = nextStatus(settings, before, { want: item.wantScale, ready: item.ready, reachability, nowUs: NOW });
  const got = {
    active: after.active.status,
    reason: after.active.reason,
    message: after.active.message,
    transitioned: after.active.sinceUs === NOW,
    initialized: after.initialized,
    statusDesiredScale: after.desiredScale,
    statusActualScale: after.actualScale,
    activeThreshold: activeThreshold(settings, reachability, initialized),
  };
  return differingFields(got, item.want);
}

describe("scale-to-zero", () => {
  it("scales and marks every recorded revision as Knative does", () => {
    const counts = { scale: 0, active: 0 };
    const { mismatches } = judge<ScaleCase | ActiveCase>("scale-to-zero", (item) => {
      counts[item.kind]++;
      const texts = item.kind === "scale" ? scaleDifferences(item) : activeDifferences(item);
      return texts.map((text) => `${item.name}: ${text}`);
    });
    expect(mismatches.slice(0, 10)).toEqual([]);
    expect(counts.scale).toBeGreaterThan(0);
    expect(counts.active).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from "vitest";
import {
  type ActiveCondition,
  activeThreshold,
  nextActiveCondition,
} from "../../../src/model/autoscaler/active-condition.js";
import { nextStatus, readyCondition } from "../../../src/model/autoscaler/pod-autoscaler-status.js";
import { DEFAULTS } from "./recorded-revision.js";

const condition = (status: ActiveCondition["status"], reason: ActiveCondition["reason"]): ActiveCondition => ({
  status,
  reason,
  message: { "": "", Queued: QUEUED, NoTraffic: NO_TRAFFIC, TimedOut: TIMED_OUT }[reason],
  sinceUs: 0,
});
const QUEUED = "Requests to the target are being buffered as resources are provisioned.";
const NO_TRAFFIC = "The target is not receiving traffic.";
const TIMED_OUT = "The target could not be activated.";
const BEFORE = [condition("True", ""), condition("False", "NoTraffic"), condition("Unknown", "Queued")];

describe("condition Active", () => {
  /** The table of §6.5, row by row; the first that fits. */
  function tabled(want: number, ready: number, threshold: number, before: ActiveCondition["status"]) {
    if (threshold === 0) return "NoTraffic";
    if (want === 0) return before === "Unknown" ? "TimedOut" : "NoTraffic";
    if (want > 0) return ready < threshold ? "Queued" : "";
    if (before === "False") return "NoTraffic";
    return ready < threshold ? "Queued" : "";
  }

  it("follows the table for every wish, pod count, threshold and state before (I24)", () => {
    let rows = 0;
    for (const want of [-1, 0, 1, 5]) {
      for (const ready of [0, 1, 2, 3, 6]) {
        for (const threshold of [0, 1, 2, 3, 6]) {
          for (const before of BEFORE) {
            const after = nextActiveCondition(before, { want, ready, threshold, nowUs: 7 });
            const reason = tabled(want, ready, threshold, before.status);
            const status = { "": "True", Queued: "Unknown", NoTraffic: "False", TimedOut: "False" }[reason];
            const row = { want, ready, threshold, before: before.status };
            expect({ ...row, status: after.status, reason: after.reason }).toEqual({ ...row, status, reason });
            expect(after.sinceUs).toBe(after.status === before.status && after.reason === before.reason ? 0 : 7);
            rows++;
          }
        }
      }
    }
    expect(rows).toBe(300);
  });

  it("restarts its clock when only the reason changes: TimedOut becomes NoTraffic on the next look", () => {
    const before = condition("False", "TimedOut");
    const after = nextActiveCondition(before, { want: 0, ready: 0, threshold: 1, nowUs: 9 });
    expect(after).toEqual({ status: "False", reason: "NoTraffic", message: NO_TRAFFIC, sinceUs: 9 });
  });

  it("keeps a time-out that nothing contradicts while the wish is unknown", () => {
    const before = condition("False", "TimedOut");
    expect(nextActiveCondition(before, { want: -1, ready: 1, threshold: 1, nowUs: 9 })).toBe(before);
  });

  it("asks for the initial scale at first, then for one pod, and always for the minimum", () => {
    const settings = { minScale: 2, maxScale: 0, initialScale: 3 };
    expect(activeThreshold(settings, "Reachable", false)).toBe(3);
    expect(activeThreshold(settings, "Reachable", true)).toBe(2);
    expect(activeThreshold(settings, "Unreachable", true)).toBe(1);
    expect(activeThreshold({ ...settings, initialScale: 0 }, "Unreachable", false)).toBe(0);
  });
});

describe("status of a pod autoscaler", () => {
  const before = { active: BEFORE[2], initialized: false, hasServiceName: true, desiredScale: null, actualScale: null };
  const seen = { want: 1, ready: 1, reachability: "Reachable", nowUs: 5 } as const;

  it("is initialized once the initial scale is reached, for good, but not before routing has a name", () => {
    const reached = nextStatus(DEFAULTS, before, seen);
    expect(reached.initialized).toBe(true);
    expect(nextStatus(DEFAULTS, reached, { ...seen, want: 0, ready: 0 }).initialized).toBe(true);
    expect(nextStatus(DEFAULTS, { ...before, hasServiceName: false }, seen).initialized).toBe(false);
  });

  it("keeps the last known scale when the autoscaler forgot it", () => {
    const known = nextStatus(DEFAULTS, before, { ...seen, want: 3 });
    expect(known.desiredScale).toBe(3);
    expect(nextStatus(DEFAULTS, known, { ...seen, want: -1 }).desiredScale).toBe(3);
    expect(nextStatus(DEFAULTS, before, { ...seen, want: -1 }).desiredScale).toBe(-1);
  });

  it("is ready only when active, initialized and routed, and not ready when inactive", () => {
    const active = nextStatus(DEFAULTS, before, seen);
    expect(readyCondition(active, true)).toBe("True");
    expect(readyCondition(active, false)).toBe("Unknown");
    expect(readyCondition({ ...active, initialized: false }, true)).toBe("Unknown");
    expect(readyCondition({ ...active, active: BEFORE[2] }, true)).toBe("Unknown");
    expect(readyCondition({ ...active, active: BEFORE[1] }, false)).toBe("False");
  });
});

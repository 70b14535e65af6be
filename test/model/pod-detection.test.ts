import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/time.js";
import type { ReadinessProbe } from "../../src/kube/objects.js";
import { detectedAt, kubernetesReadyAt } from "../../src/model/pod-detection.js";

const AGGRESSIVE: ReadinessProbe = {
  periodUs: 0,
  timeoutUs: SECOND,
  initialDelayUs: 0,
  successThreshold: 1,
  waitsForKubernetes: false,
};
const EVERY_2_S: ReadinessProbe = { ...AGGRESSIVE, periodUs: 2 * SECOND };

/** Milliseconds from the start of the processes until the activator finds the pod. */
function detection(address: number, listens: number, probe = AGGRESSIVE, ticksFrom?: number): number {
  const at = detectedAt({
    addressKnownAt: address * MILLISECOND,
    processStartsAt: 0,
    listensAt: listens * MILLISECOND,
    probe,
    ticksFrom: ticksFrom === undefined ? undefined : ticksFrom * MILLISECOND,
  });
  return at / MILLISECOND;
}

/** Milliseconds from the start of the processes until Kubernetes finds the pod ready. */
function readiness(listens: number, probe = AGGRESSIVE): number {
  return kubernetesReadyAt({ processStartsAt: 0, listensAt: listens * MILLISECOND, probe }) / MILLISECOND;
}

describe("an activator finds a starting pod", () => {
  it("as soon as it learns the address of one that serves already", () => {
    expect(detection(100, 50)).toBe(100);
  });

  it("with the first 50 ms try of the queue-proxy after the port listens", () => {
    expect(detection(100, 1_010)).toBe(1_050);
    expect(detection(100, 1_050)).toBe(1_050);
  });

  it("on the first 200 ms tick after the queue-proxy starts, when the address was known before", () => {
    // Address 330 ms before: ticks at −330, −130, 70.
    expect(detection(-330, 20)).toBe(70);
    // Ticks of a ticker that runs for longer: …, −50, 150.
    expect(detection(-330, 20, AGGRESSIVE, -1_050)).toBe(150);
  });

  it("after as many tries in a row as the success threshold asks for", () => {
    expect(detection(100, 1_010, { ...AGGRESSIVE, successThreshold: 3 })).toBe(1_150); // 1050, 1100, 1150
  });

  it("with its own tick when the probe has a period: each look is a single try", () => {
    expect(detection(100, 1_010, EVERY_2_S)).toBe(1_100); // 100 + 5 × 200
    expect(detection(100, 90, EVERY_2_S)).toBe(100);
  });

  it("never before the port listens nor before it knows the address, and soon after both", () => {
    const time = fc.integer({ min: -5_000, max: 20_000 });
    fc.assert(
      fc.property(time, fc.nat(20_000), fc.boolean(), (address, listens, isAggressive) => {
        const found = detection(address, listens, isAggressive ? AGGRESSIVE : EVERY_2_S);
        const possible = Math.max(address, listens);
        expect(found).toBeGreaterThanOrEqual(possible);
        expect(found - possible).toBeLessThan(200);
      }),
    );
  });
});

describe("Kubernetes finds a starting pod ready", () => {
  it("at once when the application is up within the first checks", () => {
    expect(readiness(50)).toBe(50);
    expect(readiness(1_990)).toBe(2_000);
  });

  it("only on the kubelet's 10 s grid when the application is slower", () => {
    expect(readiness(3_000)).toBe(10_000);
    // The check at 10 s is held for up to 1 s.
    expect(readiness(10_400)).toBe(10_400);
    expect(readiness(11_100)).toBe(20_000);
  });

  it("seconds after an activator has found it, if it boots slowly", () => {
    expect(readiness(3_000) - detection(100, 3_000)).toBe(7_000);
  });

  it("on the grid of the probe's own period", () => {
    expect(readiness(0, EVERY_2_S)).toBe(0);
    expect(readiness(100, EVERY_2_S)).toBe(2_000);
    expect(readiness(4_100, EVERY_2_S)).toBe(6_000);
  });

  it("not before the initial delay", () => {
    expect(readiness(100, { ...EVERY_2_S, initialDelayUs: 5 * SECOND })).toBe(6_000);
    expect(readiness(100, { ...AGGRESSIVE, initialDelayUs: 5 * SECOND })).toBe(10_000);
  });

  it("after as many checks in a row as the success threshold asks for", () => {
    expect(readiness(100, { ...EVERY_2_S, successThreshold: 3 })).toBe(6_000); // 2, 4, 6 s
    expect(readiness(50, { ...AGGRESSIVE, successThreshold: 2 })).toBe(10_000); // at once, and 10 s later
  });

  it("on the grid, each check a single try, when an exec or startup probe decides", () => {
    expect(readiness(50, { ...AGGRESSIVE, waitsForKubernetes: true })).toBe(10_000);
  });
});

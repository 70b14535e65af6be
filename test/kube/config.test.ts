import { describe, expect, it } from "vitest";
import {
  defaultClusterConfig,
  parseAutoscalerConfig,
  parseClusterConfig,
  parseDefaultsConfig,
  parseDeploymentConfig,
  parseNetworkConfig,
} from "../../src/kube/config.js";

describe("a stock install", () => {
  it("has Knative's defaults", () => {
    const config = defaultClusterConfig();
    expect(config.autoscaler).toMatchObject({
      containerConcurrencyTargetFraction: 0.7,
      targetBurstCapacity: 211,
      stableWindowUs: 60_000_000,
      scaleToZeroGracePeriodUs: 30_000_000,
      initialScale: 1,
    });
    expect(config.defaults).toMatchObject({
      revisionTimeoutSeconds: 300,
      revisionResponseStartTimeoutSeconds: 300,
      containerConcurrency: 0,
      revisionCpuRequest: null,
    });
    expect(config.deployment).toEqual({
      progressDeadlineUs: 600_000_000,
      queueSidecarCpuRequest: 0.025,
      queueSidecarMemoryRequestBytes: null,
      podIsAlwaysSchedulable: false,
      registriesSkippingTagResolving: ["kind.local", "ko.local", "dev.local"],
    });
    expect(config.gc).toEqual({
      retainSinceCreateTimeUs: 172_800_000_000,
      retainSinceLastActiveTimeUs: 54_000_000_000,
      minNonActiveRevisions: 20,
      maxNonActiveRevisions: 1000,
    });
    expect(config.network).toEqual({ rolloutDurationSeconds: 0 });
  });
});

describe("config-autoscaler", () => {
  it("reports the first malformed value before any range", () => {
    const parsed = parseAutoscalerConfig({
      "stable-window": "5s",
      "max-scale-up-rate": "x",
      "min-scale": "y",
    });
    expect(parsed).toEqual({
      ok: false,
      error:
        'failed to parse data: failed to parse "max-scale-up-rate": strconv.ParseFloat: parsing "x": invalid syntax',
    });
  });

  it("takes a target percentage up to 1 for a fraction", () => {
    const fraction = (text: string) => {
      const parsed = parseAutoscalerConfig({ "container-concurrency-target-percentage": text });
      return parsed.ok && parsed.config.containerConcurrencyTargetFraction;
    };
    expect([fraction("1"), fraction("1.5"), fraction("0.7")]).toEqual([1, 0.015, 0.7]);
  });
});

describe("config-network", () => {
  it("reads the rollout duration as a bare number of seconds, the new spelling first", () => {
    expect(parseNetworkConfig({ rolloutDuration: "20", "rollout-duration": "380" })).toEqual({
      ok: true,
      config: { rolloutDurationSeconds: 380 },
    });
    expect(parseNetworkConfig({ rolloutDuration: "20" })).toMatchObject({
      config: { rolloutDurationSeconds: 20 },
    });
  });

  it("refuses the unit that the documentation shows, and negative numbers", () => {
    expect(parseNetworkConfig({ "rollout-duration": "380s" })).toEqual({
      ok: false,
      error: 'failed to parse "rollout-duration": strconv.Atoi: parsing "380s": invalid syntax',
    });
    expect(parseNetworkConfig({ "rollout-duration": "-1" })).toEqual({
      ok: false,
      error: "rollout-duration must be a positive integer, but was -1",
    });
  });
});

describe("config-deployment", () => {
  it.each([
    [{ "progress-deadline": "0s" }, "progress-deadline cannot be a non-positive duration, was 0s"],
    [{ "progress-deadline": "1.5s" }, "progress-deadline must be rounded to a whole second, was: 1.5s"],
    [{ "queue-sidecar-image": "" }, "queue-sidecar-image cannot be empty or unset"],
    [{ "digest-resolution-timeout": "-1s" }, "digest-resolution-timeout cannot be a non-positive duration, was -1s"],
    [{ "default-affinity-type": "x" }, 'unsupported default-affinity-type value: "x"'],
    [
      { progressDeadline: "x", "progress-deadline": "1m" },
      'failed to parse "progressDeadline": time: invalid duration "x"',
    ],
  ])("refuses %j", (data, error) => {
    expect(parseDeploymentConfig(data as Record<string, string>)).toEqual({ ok: false, error });
  });

  it("lets the new spelling win over the old", () => {
    const parsed = parseDeploymentConfig({
      queueSidecarCPURequest: "1",
      "queue-sidecar-cpu-request": "50m",
      progressDeadline: "2m",
    });
    expect(parsed).toMatchObject({
      config: { queueSidecarCpuRequest: 0.05, progressDeadlineUs: 120_000_000 },
    });
  });
});

describe("config-defaults", () => {
  it("takes the response start timeout from the revision timeout unless it is set", () => {
    const parsed = parseDefaultsConfig({ "revision-timeout-seconds": "100" });
    expect(parsed).toMatchObject({ config: { revisionResponseStartTimeoutSeconds: 100 } });
  });

  it("reads quantities in vCPU and bytes", () => {
    const parsed = parseDefaultsConfig({ "revision-cpu-request": "400m", "revision-memory-limit": "200M" });
    expect(parsed).toMatchObject({
      config: { revisionCpuRequest: 0.4, revisionMemoryLimitBytes: 200_000_000 },
    });
  });
});

describe("a cluster's maps", () => {
  it("keeps the defaults of a rejected map and says which one it was", () => {
    const { config, errors } = parseClusterConfig({
      "config-gc": { "min-non-active-revisions": "-1" },
      "config-network": { "rollout-duration": "10" },
    });
    expect(errors).toEqual([{ map: "config-gc", error: "min-non-active-revisions must be non-negative, was: -1" }]);
    expect([config.gc.minNonActiveRevisions, config.network.rolloutDurationSeconds]).toEqual([20, 10]);
  });
});

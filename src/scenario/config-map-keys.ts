import type { ConfigMapName } from "../kube/config.js";

/**
 * The keys of knative-serving's ConfigMaps that the simulation reads, with Knative's defaults as they would be written;
 * null = unset.
 *
 * @see knative/serving config/core/configmaps/*.yaml
 */
export const CONFIG_MAP_KEYS: Readonly<Record<ConfigMapName, Readonly<Record<string, string | null>>>> = {
  "config-autoscaler": {
    "container-concurrency-target-percentage": "70",
    "container-concurrency-target-default": "100",
    "requests-per-second-target-default": "200",
    "target-burst-capacity": "211",
    "stable-window": "60s",
    "panic-window-percentage": "10",
    "panic-threshold-percentage": "200",
    "max-scale-up-rate": "1000",
    "max-scale-down-rate": "2",
    "enable-scale-to-zero": "true",
    "scale-to-zero-grace-period": "30s",
    "scale-to-zero-pod-retention-period": "0s",
    "pod-autoscaler-class": "kpa.autoscaling.knative.dev",
    "activator-capacity": "100",
    "initial-scale": "1",
    "allow-zero-initial-scale": "false",
    "min-scale": "0",
    "max-scale": "0",
    "scale-down-delay": "0s",
    "max-scale-limit": "0",
  },
  "config-network": { "rollout-duration": "0" },
  "config-defaults": {
    "revision-timeout-seconds": "300",
    "max-revision-timeout-seconds": "600",
    // Unset, it is the revision timeout, so its default follows another key.
    "revision-response-start-timeout-seconds": null,
    "revision-idle-timeout-seconds": "0",
    "revision-cpu-request": null,
    "revision-memory-request": null,
    "revision-cpu-limit": null,
    "revision-memory-limit": null,
    "container-concurrency": "0",
    "container-concurrency-max-limit": "1000",
    "allow-container-concurrency-zero": "true",
  },
  "config-deployment": {
    "progress-deadline": "600s",
    "queue-sidecar-cpu-request": "25m",
    "queue-sidecar-memory-request": null,
  },
  "config-gc": {
    "retain-since-create-time": "48h",
    "retain-since-last-active-time": "15h",
    "min-non-active-revisions": "20",
    "max-non-active-revisions": "1000",
  },
};

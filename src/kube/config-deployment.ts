import type { DeploymentConfig } from "./config.js";
import { ConfigValues, type ParsedConfig } from "./config-values.js";
import { formatGoDuration, isWholeSeconds, NANOS_PER_SECOND, toMicroseconds } from "./go-duration.js";
import { quote } from "./go-format.js";

/** Registries that exist only on the developer's machine. */
const LOCAL_REGISTRIES = "kind.local,ko.local,dev.local";

const AFFINITY_TYPES = ["none", "prefer-spread-revision-over-nodes"];

/**
 * Reads the data of config-deployment; the old camel-case spellings are read too, the new ones win.
 *
 * Simplification: Knative demands queue-sidecar-image, which every release sets; here its absence means the release's
 * image, so that a map may name only what it changes. TLS settings and runtime classes are not checked.
 *
 * @see knative/serving pkg/deployment/config.go (NewConfigFromMap)
 */
export function parseDeploymentConfig(data: Readonly<Record<string, string>>): ParsedConfig<DeploymentConfig> {
  const values = new ConfigValues(data);
  const oldImage = values.text("queueSidecarImage", "(the release's)");
  const oldProgressDeadline = values.duration("progressDeadline", 600n * NANOS_PER_SECOND);
  const oldDigestTimeout = values.duration("digestResolutionTimeout", 10n * NANOS_PER_SECOND);
  const oldCpuRequest = values.quantity("queueSidecarCPURequest", 0.025);
  const oldMemoryRequest = values.quantity("queueSidecarMemoryRequest", null);
  for (const key of ["EphemeralStorageRequest", "CPULimit", "MemoryLimit", "EphemeralStorageLimit"]) {
    values.quantity(`queueSidecar${key}`, null);
  }
  const image = values.text("queue-sidecar-image", oldImage);
  const progressDeadline = values.duration("progress-deadline", oldProgressDeadline);
  const digestTimeout = values.duration("digest-resolution-timeout", oldDigestTimeout);
  const queueSidecarCpuRequest = values.quantity("queue-sidecar-cpu-request", oldCpuRequest);
  const queueSidecarMemoryRequestBytes = values.quantity("queue-sidecar-memory-request", oldMemoryRequest);
  for (const key of ["ephemeral-storage-request", "cpu-limit", "memory-limit", "ephemeral-storage-limit"]) {
    values.quantity(`queue-sidecar-${key}`, null);
  }
  const podIsAlwaysSchedulable = values.bool("pod-is-always-schedulable", false);
  const oldRegistries = values.text("registriesSkippingTagResolving", LOCAL_REGISTRIES);
  const registries = values.text("registries-skipping-tag-resolving", oldRegistries);

  const fail = (error: string): ParsedConfig<DeploymentConfig> => ({ ok: false, error });
  if (values.error !== null) return fail(values.error);
  if (image === "") return fail("queue-sidecar-image cannot be empty or unset");
  if (progressDeadline <= 0n) {
    return fail(`progress-deadline cannot be a non-positive duration, was ${formatGoDuration(progressDeadline)}`);
  }
  if (!isWholeSeconds(progressDeadline)) {
    return fail(`progress-deadline must be rounded to a whole second, was: ${formatGoDuration(progressDeadline)}`);
  }
  if (digestTimeout <= 0n) {
    return fail(`digest-resolution-timeout cannot be a non-positive duration, was ${formatGoDuration(digestTimeout)}`);
  }
  const affinity = data["default-affinity-type"];
  if (affinity !== undefined && !AFFINITY_TYPES.includes(affinity)) {
    return fail(`unsupported default-affinity-type value: ${quote(affinity)}`);
  }
  return {
    ok: true,
    config: {
      progressDeadlineUs: toMicroseconds(progressDeadline),
      queueSidecarCpuRequest,
      queueSidecarMemoryRequestBytes,
      podIsAlwaysSchedulable,
      registriesSkippingTagResolving: registries
        .split(",")
        .map((registry) => registry.trim())
        .filter((registry) => registry !== ""),
    },
  };
}

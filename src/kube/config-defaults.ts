import { MAX_INT32 } from "./autoscaling-limits.js";
import type { DefaultsConfig } from "./config.js";
import { ConfigValues, type ParsedConfig } from "./config-values.js";
import { type FieldError, fieldErrorText, outOfBounds } from "./field-error.js";

/**
 * Reads the data of config-defaults; unset keys take Knative's defaults, unknown ones are ignored.
 *
 * Simplification: container name templates are not evaluated, so a malformed one is not refused. No effect on results.
 *
 * @see knative/serving pkg/apis/config/defaults.go (NewDefaultsConfigFromMap)
 */
export function parseDefaultsConfig(data: Readonly<Record<string, string>>): ParsedConfig<DefaultsConfig> {
  const values = new ConfigValues(data);
  const config = readConfig(values);
  const error = values.error ?? firstProblem(config);
  return error === null ? { ok: true, config } : { ok: false, error };
}

/** The calls stand in the order in which Knative parses. */
function readConfig(values: ConfigValues): DefaultsConfig {
  const allowContainerConcurrencyZero = values.bool("allow-container-concurrency-zero", true);
  const revisionTimeoutSeconds = values.int64("revision-timeout-seconds", 300);
  const maxRevisionTimeoutSeconds = values.int64("max-revision-timeout-seconds", 600);
  const revisionIdleTimeoutSeconds = values.int64("revision-idle-timeout-seconds", 0);
  const containerConcurrency = values.int64("container-concurrency", 0);
  const containerConcurrencyMaxLimit = values.int64("container-concurrency-max-limit", 1000);
  const revisionCpuRequest = values.quantity("revision-cpu-request", null);
  const revisionMemoryRequestBytes = values.quantity("revision-memory-request", null);
  values.quantity("revision-ephemeral-storage-request", null);
  const revisionCpuLimit = values.quantity("revision-cpu-limit", null);
  const revisionMemoryLimitBytes = values.quantity("revision-memory-limit", null);
  values.quantity("revision-ephemeral-storage-limit", null);
  return {
    revisionTimeoutSeconds,
    maxRevisionTimeoutSeconds,
    revisionResponseStartTimeoutSeconds: values.int64(
      "revision-response-start-timeout-seconds",
      revisionTimeoutSeconds,
    ),
    revisionIdleTimeoutSeconds,
    containerConcurrency,
    containerConcurrencyMaxLimit,
    allowContainerConcurrencyZero,
    revisionCpuRequest,
    revisionCpuLimit,
    revisionMemoryRequestBytes,
    revisionMemoryLimitBytes,
  };
}

function firstProblem(config: DefaultsConfig): string | null {
  const exceeds = (key: string, seconds: number, limitKey: string, limit: number) =>
    `${key} (${seconds}) cannot be greater than ${limitKey} (${limit})`;
  const timeout = config.revisionTimeoutSeconds;
  if (timeout > config.maxRevisionTimeoutSeconds) {
    return exceeds(
      "revision-timeout-seconds",
      timeout,
      "max-revision-timeout-seconds",
      config.maxRevisionTimeoutSeconds,
    );
  }
  const responseStart = config.revisionResponseStartTimeoutSeconds;
  if (responseStart > 0 && responseStart > timeout) {
    return exceeds("revision-response-start-timeout-seconds", responseStart, "revision-timeout-seconds", timeout);
  }
  const idle = config.revisionIdleTimeoutSeconds;
  if (idle > 0 && idle > timeout)
    return exceeds("revision-idle-timeout-seconds", idle, "revision-timeout-seconds", timeout);
  const concurrencyProblem = containerConcurrencyProblem(config);
  return concurrencyProblem && fieldErrorText(concurrencyProblem);
}

function containerConcurrencyProblem(config: DefaultsConfig): FieldError | null {
  const { containerConcurrency, containerConcurrencyMaxLimit: limit } = config;
  if (limit < 1) return outOfBounds(limit, 1, MAX_INT32, "container-concurrency-max-limit");
  if (containerConcurrency < 0 || containerConcurrency > limit) {
    return outOfBounds(containerConcurrency, 0, limit, "container-concurrency");
  }
  return null;
}

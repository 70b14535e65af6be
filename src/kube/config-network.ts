import type { NetworkConfig } from "./config.js";
import { ConfigValues, type ParsedConfig } from "./config-values.js";

/**
 * Reads from config-network what routing needs: the rollout duration, a whole number of seconds without a unit.
 *
 * The old spelling `rolloutDuration` is read too, the new one wins.
 *
 * @see knative/networking config/config.go (NewConfigFromMap)
 */
export function parseNetworkConfig(data: Readonly<Record<string, string>>): ParsedConfig<NetworkConfig> {
  const values = new ConfigValues(data);
  const old = values.int("rolloutDuration", 0);
  const rolloutDurationSeconds = values.int("rollout-duration", old);
  if (values.error !== null) return { ok: false, error: values.error };
  if (rolloutDurationSeconds < 0) {
    return {
      ok: false,
      error: `rollout-duration must be a positive integer, but was ${rolloutDurationSeconds}`,
    };
  }
  return { ok: true, config: { rolloutDurationSeconds } };
}

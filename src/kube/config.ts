import { invariant } from "../engine/invariant.js";
import type { Duration } from "../engine/time.js";
import { parseAutoscalerConfig } from "./config-autoscaler.js";
import { parseDefaultsConfig } from "./config-defaults.js";
import { parseDeploymentConfig } from "./config-deployment.js";
import { parseGcConfig } from "./config-gc.js";
import { parseNetworkConfig } from "./config-network.js";
import type { ParsedConfig } from "./config-values.js";

export type { ParsedConfig };
export { parseAutoscalerConfig, parseDefaultsConfig, parseDeploymentConfig, parseGcConfig, parseNetworkConfig };

/** config-autoscaler after parsing (knative/autoscaler.md §8.1). Percentages and fractions as the names say. */
export interface AutoscalerConfig {
  readonly enableScaleToZero: boolean;
  readonly containerConcurrencyTargetFraction: number;
  readonly containerConcurrencyTargetDefault: number;
  /** Fixed 0.7: what rps targets use (no key of its own). */
  readonly targetUtilization: number;
  readonly rpsTargetDefault: number;
  readonly targetBurstCapacity: number;
  readonly activatorCapacity: number;
  readonly allowZeroInitialScale: boolean;
  readonly initialScale: number;
  readonly minScale: number;
  readonly maxScale: number;
  readonly maxScaleLimit: number;
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  readonly stableWindowUs: Duration;
  readonly panicWindowPercentage: number;
  readonly panicThresholdPercentage: number;
  readonly scaleToZeroGracePeriodUs: Duration;
  readonly scaleToZeroPodRetentionPeriodUs: Duration;
  readonly scaleDownDelayUs: Duration;
  readonly podAutoscalerClass: string;
}

/** config-defaults (knative/control-plane.md §15.3). */
export interface DefaultsConfig {
  readonly revisionTimeoutSeconds: number;
  readonly maxRevisionTimeoutSeconds: number;
  readonly revisionResponseStartTimeoutSeconds: number;
  readonly revisionIdleTimeoutSeconds: number;
  readonly containerConcurrency: number;
  readonly containerConcurrencyMaxLimit: number;
  readonly allowContainerConcurrencyZero: boolean;
  /** vCPU and bytes; null = unset. */
  readonly revisionCpuRequest: number | null;
  readonly revisionCpuLimit: number | null;
  readonly revisionMemoryRequestBytes: number | null;
  readonly revisionMemoryLimitBytes: number | null;
}

/** config-deployment (knative/control-plane.md §15.4). */
export interface DeploymentConfig {
  readonly progressDeadlineUs: Duration;
  /** vCPU. */
  readonly queueSidecarCpuRequest: number;
  readonly queueSidecarMemoryRequestBytes: number | null;
  /** Whether a pod without room for it does not count as a failure: something makes room (a cluster autoscaler). */
  readonly podIsAlwaysSchedulable: boolean;
  /** Images from these registries are run without their digest being looked up. */
  readonly registriesSkippingTagResolving: readonly string[];
}

/** config-gc (knative/control-plane.md §13); null = `disabled`. */
export interface GcConfig {
  readonly retainSinceCreateTimeUs: Duration | null;
  readonly retainSinceLastActiveTimeUs: Duration | null;
  readonly minNonActiveRevisions: number;
  readonly maxNonActiveRevisions: number | null;
}

/** config-network, what routing needs (knative/control-plane.md §15.2). */
export interface NetworkConfig {
  /** Whole seconds; 0 = switch at once. */
  readonly rolloutDurationSeconds: number;
}

export interface ClusterConfig {
  readonly autoscaler: AutoscalerConfig;
  readonly defaults: DefaultsConfig;
  readonly deployment: DeploymentConfig;
  readonly gc: GcConfig;
  readonly network: NetworkConfig;
}

/** A ConfigMap of knative-serving that the simulation reads, and the part of the cluster's settings it holds. */
export const CONFIG_MAPS = {
  "config-autoscaler": "autoscaler",
  "config-defaults": "defaults",
  "config-deployment": "deployment",
  "config-gc": "gc",
  "config-network": "network",
} as const satisfies Readonly<Record<string, keyof ClusterConfig>>;

export type ConfigMapName = keyof typeof CONFIG_MAPS;

export function isConfigMapName(name: string): name is ConfigMapName {
  return Object.hasOwn(CONFIG_MAPS, name);
}

/** ConfigMap data by the map's name; a missing map is an empty one. */
export type ConfigMapData = Readonly<Partial<Record<ConfigMapName, Readonly<Record<string, string>>>>>;

/** Why one map of a cluster was rejected. */
export interface ConfigMapError {
  readonly map: ConfigMapName;
  /** Knative's text. */
  readonly error: string;
}

/**
 * Reads all maps of a cluster. A rejected map leaves its part at Knative's defaults, so that its errors and those of
 * the objects beside it can be shown together.
 */
export function parseClusterConfig(maps: ConfigMapData): {
  readonly config: ClusterConfig;
  readonly errors: readonly ConfigMapError[];
} {
  const errors: ConfigMapError[] = [];
  function read<Config>(
    map: ConfigMapName,
    parse: (data: Readonly<Record<string, string>>) => ParsedConfig<Config>,
  ): Config {
    const parsed = parse(maps[map] ?? {});
    if (parsed.ok) return parsed.config;
    errors.push({ map, error: parsed.error });
    const byDefault = parse({});
    invariant(byDefault.ok, "the defaults of a ConfigMap are valid", { map });
    return byDefault.config;
  }
  const config: ClusterConfig = {
    autoscaler: read("config-autoscaler", parseAutoscalerConfig),
    defaults: read("config-defaults", parseDefaultsConfig),
    deployment: read("config-deployment", parseDeploymentConfig),
    gc: read("config-gc", parseGcConfig),
    network: read("config-network", parseNetworkConfig),
  };
  return { config, errors };
}

/** The settings of a stock Knative install. */
export function defaultClusterConfig(): ClusterConfig {
  return parseClusterConfig({}).config;
}

import { NANOS_PER_SECOND } from "./go-duration.js";

/**
 * Bounds and names that config-autoscaler and the annotations share.
 *
 * @see knative/serving pkg/apis/autoscaling/register.go
 */

export const KPA_CLASS = "kpa.autoscaling.knative.dev";
export const HPA_CLASS = "hpa.autoscaling.knative.dev";

/** The least target, concurrency or requests per second. */
export const TARGET_MINIMUM = 0.01;

export const WINDOW = { lowest: 6n * NANOS_PER_SECOND, highest: 3_600n * NANOS_PER_SECOND };
export const PANIC_WINDOW_PERCENTAGE = { lowest: 1, highest: 100 };
export const PANIC_THRESHOLD_PERCENTAGE = { lowest: 110, highest: 1000 };

/** Go's math.MaxInt32. */
export const MAX_INT32 = 2_147_483_647;

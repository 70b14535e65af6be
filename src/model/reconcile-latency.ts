import type { Duration } from "../engine/time.js";
import type { LatencySource } from "./context.js";

/**
 * How long controllers take from a change to what they make of it, in reconcile latencies: a pass waits for its turn,
 * reads, and writes objects one after another.
 *
 * With the default of 5 ms a Service shows its first message after 20 ms and its route's after 40 ms; in published
 * transcripts of kn this takes 20 … 50 ms each (knative/control-plane.md §18).
 */
const LATENCIES_PER_PASS = { service: 4, configuration: 2, revision: 2, route: 6, labels: 2 } as const;

export type Controller = keyof typeof LATENCIES_PER_PASS;

/** The latency of one pass of a controller. */
export function controllerLatency(controller: Controller, source: LatencySource): Duration {
  return LATENCIES_PER_PASS[controller] * source.next();
}

import { createSampler, type Sampler } from "../engine/distribution.js";
import type { AppPlan, ColdStartPlan, FaultPlan } from "../kube/cluster-plan.js";

/** What a container image does, with its distributions ready to be drawn from. */
export interface ImageBehaviour {
  readonly serviceTime: Sampler;
  /** Share of the service time that needs a CPU, 0 … 1. */
  readonly cpuShare: number;
  /** Requests that may wait in one pod; null = 10 × containerConcurrency. */
  readonly queueDepth: number | null;
  readonly coldStart: ColdStartSamplers;
  /** null = nothing is wrong with it. */
  readonly fault: FaultPlan | null;
}

export type ColdStartSamplers = {
  readonly [Stage in keyof Omit<ColdStartPlan, "termination">]: Sampler;
} & { readonly termination: Sampler | null };

export function imageBehaviour({ serviceTime, cpu, queueDepth, coldStart, fault }: AppPlan): ImageBehaviour {
  const { control, schedule, imagePull, containerStart, boot, readiness, termination } = coldStart;
  return {
    serviceTime: createSampler(serviceTime),
    cpuShare: cpu,
    queueDepth,
    fault,
    coldStart: {
      control: createSampler(control),
      schedule: createSampler(schedule),
      imagePull: createSampler(imagePull),
      containerStart: createSampler(containerStart),
      boot: createSampler(boot),
      readiness: createSampler(readiness),
      termination: termination && createSampler(termination),
    },
  };
}

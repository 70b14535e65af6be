import type { Duration } from "../engine/time.js";
import type { ColdStartStages } from "../model/observer.js";
import { LatencyStore } from "./latency-store.js";
import type { ColdStartFigures, StageFigures } from "./run-record.js";

/** Those of `PodServing`, then the time from there to Kubernetes' Ready. */
const STAGES = ["control", "schedule", "imagePull", "containerStart", "boot", "detect", "readiness"] as const;
type Stage = (typeof STAGES)[number];

/** Cold starts of the pods created in [W, D): creation to able to serve (contract details A4, C1). */
export class ColdStartTally {
  /** Pods of the cohort that neither serve yet nor were deleted while starting. */
  private starting = 0;
  private readonly durations = new LatencyStore();
  private readonly stages: Readonly<Record<Stage, LatencyStore>>;

  constructor() {
    this.stages = Object.fromEntries(STAGES.map((stage) => [stage, new LatencyStore()])) as Record<Stage, LatencyStore>;
  }

  podCreated(): void {
    this.starting++;
  }

  /** A pod is deleted while it starts: it counts nowhere. */
  podWithdrawn(): void {
    this.starting--;
  }

  podServes(afterUs: Duration, stages: ColdStartStages): void {
    this.starting--;
    this.durations.add(afterUs);
    for (const stage of STAGES) if (stage !== "readiness") this.stages[stage].add(stages[stage]);
  }

  podReady(readinessUs: Duration): void {
    this.stages.readiness.add(readinessUs);
  }

  merge(other: ColdStartTally): void {
    this.starting += other.starting;
    this.durations.merge(other.durations);
    for (const stage of STAGES) this.stages[stage].merge(other.stages[stage]);
  }

  figures(): ColdStartFigures {
    const { mean, min, p50, p95, max } = this.durations.figures();
    const stages: Record<string, StageFigures> = {};
    for (const stage of STAGES) {
      const figures = this.stages[stage].figures();
      stages[stage] = { mean: figures.mean, p50: figures.p50, p95: figures.p95 };
    }
    return { count: this.durations.count, unit: "ms", mean, min, p50, p95, max, failed: this.starting, stages };
  }
}

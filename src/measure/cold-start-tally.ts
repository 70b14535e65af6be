import type { Duration } from "../engine/time.js";
import type { ColdStartStages } from "../model/observer.js";
import { LatencyStore } from "./latency-store.js";
import type { ColdStartFigures, StageFigures } from "./run-record.js";

/** The stages of `PodServing`, in the order of the summary. */
const SERVING_STAGES = ["control", "schedule", "imagePull", "containerStart", "boot", "detect"] as const;

/** Numbers of a row: a cold start's whole duration, then its stages. */
const ROW = 1 + SERVING_STAGES.length;
const FIRST_ROWS = 4;
const MOST_ROWS = 64;

const NO_ROWS = new Float64Array(0);

/** Cold starts of the pods created in [W, D): creation to able to serve (contract details A4, C1). */
export class ColdStartTally {
  /** Pods of the cohort that neither serve yet nor were deleted while starting. */
  private starting = 0;
  /**
   * The first cold starts as they were: a store for each stage takes several times the room, and in a fleet most
   * revisions have few. All go into `many` when there are too many for rows.
   */
  private rows = NO_ROWS;
  private rowCount = 0;
  private many: StageStores | null = null;
  /** From serving to Kubernetes' Ready. */
  private readonly readiness = new LatencyStore();

  podCreated(): void {
    this.starting++;
  }

  /** A pod is deleted while it starts: it counts nowhere. */
  podWithdrawn(): void {
    this.starting--;
  }

  podServes(afterUs: Duration, stages: ColdStartStages): void {
    this.starting--;
    if (this.many !== null) {
      this.many.add(afterUs, stages);
      return;
    }
    if (this.rowCount * ROW === this.rows.length) {
      if (this.rowCount === MOST_ROWS) {
        this.intoStores().add(afterUs, stages);
        return;
      }
      const grown = new Float64Array(Math.max(FIRST_ROWS, this.rowCount * 2) * ROW);
      grown.set(this.rows);
      this.rows = grown;
    }
    const at = this.rowCount++ * ROW;
    this.rows[at] = afterUs;
    for (let i = 0; i < SERVING_STAGES.length; i++) this.rows[at + 1 + i] = stages[SERVING_STAGES[i]];
  }

  podReady(readinessUs: Duration): void {
    this.readiness.add(readinessUs);
  }

  merge(other: ColdStartTally): void {
    this.starting += other.starting;
    this.readiness.merge(other.readiness);
    other.addTo(this.intoStores());
  }

  figures(): ColdStartFigures {
    const stores = this.many ?? new StageStores();
    if (this.many === null) this.addTo(stores);
    const { mean, min, p50, p95, max } = stores.durations.figures();
    const stages: Record<string, StageFigures> = {};
    SERVING_STAGES.forEach((stage, index) => {
      stages[stage] = stageFigures(stores.stages[index]);
    });
    stages.readiness = stageFigures(this.readiness);
    return { count: stores.durations.count, unit: "ms", mean, min, p50, p95, max, failed: this.starting, stages };
  }

  private intoStores(): StageStores {
    if (this.many === null) {
      const stores = new StageStores();
      this.addTo(stores);
      this.many = stores;
      this.rows = NO_ROWS;
      this.rowCount = 0;
    }
    return this.many;
  }

  private addTo(stores: StageStores): void {
    if (this.many !== null) stores.merge(this.many);
    for (let at = 0; at < this.rowCount * ROW; at += ROW) stores.addRow(this.rows, at);
  }
}

/** Many cold starts: their durations, and those of each stage. */
class StageStores {
  readonly durations = new LatencyStore();
  readonly stages: readonly LatencyStore[] = SERVING_STAGES.map(() => new LatencyStore());

  add(afterUs: Duration, stages: ColdStartStages): void {
    this.durations.add(afterUs);
    for (let i = 0; i < SERVING_STAGES.length; i++) this.stages[i].add(stages[SERVING_STAGES[i]]);
  }

  addRow(rows: Float64Array, at: number): void {
    this.durations.add(rows[at]);
    for (let i = 0; i < SERVING_STAGES.length; i++) this.stages[i].add(rows[at + 1 + i]);
  }

  merge(other: StageStores): void {
    this.durations.merge(other.durations);
    for (let i = 0; i < SERVING_STAGES.length; i++) this.stages[i].merge(other.stages[i]);
  }
}

function stageFigures(store: LatencyStore): StageFigures {
  const { mean, p50, p95 } = store.figures();
  return { mean, p50, p95 };
}

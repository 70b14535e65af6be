import { type Instant, SECOND } from "../engine/time.js";
import { sixDecimals } from "./rounding.js";
import type { InFlightFigures, PodFigures } from "./run-record.js";
import { type StepFunction, type StepFunctions, timeAverage } from "./time-average.js";

/** The window [W, D) of the time figures; `to` earlier when the run stopped before D. */
export interface TimeWindow {
  readonly from: Instant;
  readonly to: Instant;
}

/** Pods of one revision by what they ask for: resources are counted from scheduling to deletion (contract details A33). */
export interface ResourceUse {
  readonly scheduled: StepFunction;
  readonly cpuRequest: number;
  readonly gibRequest: number | null;
}

/**
 * What there is of a scope as time passes, whoever caused it (time figures of contract details A7): requests in the
 * system, pods. Used for the whole run, a service, a revision: maxima cannot be had from those of the parts.
 */
export class Presence {
  readonly inSystem: StepFunction;
  readonly pods: StepFunction;
  readonly podsReady: StepFunction;
  readonly resources: ResourceUse[] = [];

  constructor(private readonly functions: StepFunctions) {
    this.inSystem = functions.create();
    this.pods = functions.create();
    this.podsReady = functions.create();
  }

  /** @param cohortUs integral of the cohort's requests in the system over [W, E), µs */
  inFlightFigures(window: TimeWindow, cohortUs: number): InFlightFigures {
    const { functions, inSystem } = this;
    return {
      mean: average(functions.windowArea(inSystem, window.to), window),
      max: functions.windowMax(inSystem, window.to),
      requestSeconds: sixDecimals(cohortUs / SECOND),
    };
  }

  /** @param started pods created in the window, a figure of the cohort */
  podFigures(window: TimeWindow, started: number): PodFigures {
    const { functions } = this;
    const readyArea = functions.windowArea(this.podsReady, window.to);
    let cpuUs = 0;
    let gibUs = 0;
    let asksForMemory = false;
    for (const { scheduled, cpuRequest, gibRequest } of this.resources) {
      const area = functions.windowArea(scheduled, window.to);
      cpuUs += cpuRequest * area;
      gibUs += (gibRequest ?? 0) * area;
      asksForMemory ||= gibRequest !== null;
    }
    return {
      meanReady: average(readyArea, window),
      maxReady: functions.windowMax(this.podsReady, window.to),
      maxTotal: functions.windowMax(this.pods, window.to),
      started,
      podSeconds: sixDecimals(functions.windowArea(this.pods, window.to) / SECOND),
      readySeconds: sixDecimals(readyArea / SECOND),
      cpuSeconds: sixDecimals(cpuUs / SECOND),
      gibSeconds: asksForMemory ? sixDecimals(gibUs / SECOND) : null,
    };
  }
}

function average(area: number, window: TimeWindow): number {
  return sixDecimals(timeAverage(area, window.to - window.from) ?? 0);
}

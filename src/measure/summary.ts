import { type Instant, SECOND } from "../engine/time.js";
import { compareBytes } from "../kube/byte-order.js";
import type { CallTally } from "./call-tally.js";
import { Cohort } from "./cohort.js";
import type { Presence, TimeWindow } from "./presence.js";
import { sixDecimals } from "./rounding.js";
import type { Judged, RevisionFigures, ScopeFigures, ServiceFigures, Summary, Warning } from "./run-record.js";
import type { RevisionScope, ServiceScope } from "./scope.js";
import type { StepFunction, StepFunctions } from "./time-average.js";

/** What the summary says about the run without having measured it. */
export interface RunHead {
  readonly knsim: string;
  readonly scenario: string;
  /** The seed's source text; a number in the summary when it is one (contract details A10). */
  readonly seed: string;
  readonly scenarioHash: string;
  readonly expectations: readonly Judged[];
  readonly warnings: readonly Warning[];
}

/** All that was measured, from which a summary is made. */
export interface Measured {
  readonly functions: StepFunctions;
  readonly warmupUs: Instant;
  readonly durationUs: Instant;
  /** When the run was over, E. */
  readonly endUs: Instant;
  readonly total: Presence;
  readonly services: readonly ServiceScope[];
  readonly revisions: readonly RevisionScope[];
  /** Null when no source retries. */
  readonly calls: CallTally | null;
  readonly resultHash: string;
  readonly events: number;
}

/**
 * The figures of a run, keys in the order of the contract (contract details C1). Changes nothing that was measured.
 *
 * @throws InvariantError when requests were lost or counted twice, in any scope
 */
export function summarize(measured: Measured, head: RunHead): Summary {
  const { warmupUs, endUs, services, revisions, calls } = measured;
  const window: TimeWindow = { from: warmupUs, to: Math.min(measured.durationUs, endUs) };
  const figures = (name: string, cohort: Cohort, presence: Presence, retries: boolean): ScopeFigures =>
    scopeFigures({ name, cohort, presence, retries, window, measured });

  const cohorts = services.map((service) => sum(service.leaves.map((leaf) => leaf.cohort)));
  const ofService = (service: ServiceScope, index: number): [string, ServiceFigures] => {
    const { name, presence, hasRetries, traceId } = service;
    const base = figures(`service ${name}`, cohorts[index], presence, hasRetries);
    return [name, traceId === null ? base : { ...base, traceId }];
  };
  const ofRevision = (revision: RevisionScope): [string, RevisionFigures] => {
    const { name, cohort, presence, service } = revision;
    const seconds = (step: StepFunction): number =>
      sixDecimals(measured.functions.windowArea(step, window.to) / SECOND);
    return [
      name,
      {
        ...figures(`revision ${name}`, cohort, presence, service.hasRetries),
        desiredMax: revision.desiredMax,
        panicSeconds: seconds(revision.panicking),
        proxySeconds: seconds(revision.proxied),
      },
    ];
  };

  return {
    schemaVersion: 1,
    knsim: head.knsim,
    scenario: head.scenario,
    seed: seedFigure(head.seed),
    scenarioHash: head.scenarioHash,
    resultHash: measured.resultHash,
    from: window.from / SECOND,
    to: window.to / SECOND,
    drainedAt: endUs / SECOND,
    ...figures("run", sum(cohorts), measured.total, calls !== null),
    ...(calls === null ? {} : { calls: calls.figures() }),
    services: byName(services.map(ofService)),
    revisions: byName(revisions.map(ofRevision)),
    expectations: [...head.expectations],
    warnings: [...head.warnings],
    events: measured.events,
  };
}

/** A number exactly when that is how the number would be written; 007 stays a text (contract details A10). */
export function seedFigure(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : text;
}

function scopeFigures(scope: {
  readonly name: string;
  readonly cohort: Cohort;
  readonly presence: Presence;
  readonly retries: boolean;
  readonly window: TimeWindow;
  readonly measured: Measured;
}): ScopeFigures {
  const { cohort, presence, window } = scope;
  const { functions, warmupUs, endUs } = scope.measured;
  const allUs = functions.areaSinceOpening(presence.inSystem, endUs);
  const cohortUs = cohort.requestUs(allUs, endUs - warmupUs);
  cohort.check(scope.name, presence.inSystem.value, cohortUs);
  return {
    requests: cohort.requestFigures(scope.retries),
    latency: cohort.latency.figures(),
    latencyFailed: cohort.latencyFailed.figures(),
    inFlight: presence.inFlightFigures(window, cohortUs),
    pods: presence.podFigures(window, cohort.podsStarted),
    coldStart: cohort.coldStartFigures(),
  };
}

/** One cohort that is alone stands for itself: a fleet's services have one revision each. Nobody may change what is returned. */
function sum(cohorts: readonly Cohort[]): Cohort {
  if (cohorts.length === 1) return cohorts[0];
  const total = new Cohort();
  for (const cohort of cohorts) total.merge(cohort);
  return total;
}

/** In byte order of the names; names that look like whole numbers come first, as in every JavaScript object. */
function byName<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => compareBytes(a, b)));
}

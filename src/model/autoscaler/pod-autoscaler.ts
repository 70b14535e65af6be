import { type Instant, SECOND } from "../../engine/time.js";
import type { ServingMode } from "../observer.js";
import { activatorCount } from "./activator-count.js";
import type { ConditionStatus } from "./active-condition.js";
import { nextStatus, type PodAutoscalerStatus, readyCondition } from "./pod-autoscaler-status.js";
import type { Reachability } from "./reachability.js";
import type { ProbeResult } from "./scale-to-zero.js";
import { type ScalerInput, type ScalerOutcome, scale } from "./scaler.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** Activators in the path of a revision whose routing object was just created. */
const ACTIVATORS_AT_CREATION = 2;

/** One revision's PodAutoscaler: its status and what it last asked of routing. Replaced, never changed. */
export interface PodAutoscalerState extends PodAutoscalerStatus {
  /** The routing mode asked for; the path in force also depends on ready pods. */
  readonly mode: ServingMode;
  readonly activators: number;
  /** The overall Ready condition. */
  readonly ready: ConditionStatus;
}

/** What one pass sees of the cluster. */
export interface PodAutoscalerObservation {
  /** The decider's latest wish; −1 = none yet. */
  readonly desired: number;
  readonly excessBurstCapacity: number;
  /** Ready pods before the pass's own change of replicas. */
  readonly ready: number;
  /** Of the Deployment. */
  readonly replicas: number;
  readonly reachability: Reachability;
  /** The routing object (SKS); null before it exists. */
  readonly sks: {
    /** Since when the activator is confirmed in the path; null = it is not. */
    readonly proxySinceUs: Instant | null;
    readonly ready: boolean;
  } | null;
  /** What the check that the activator answers would find. */
  readonly probe: ProbeResult;
}

export interface PodAutoscalerOutcome extends Omit<ScalerOutcome, "probed"> {
  readonly state: PodAutoscalerState;
  /** Whether the state differs or replicas were written: then there is another pass. */
  readonly changed: boolean;
}

/** How condition times are stored: in a real cluster only whole seconds are. */
export type ConditionTimes = "seconds" | "exact";

/** A time as it is stored in a condition. */
export function storedTime(nowUs: Instant, conditionTimes: ConditionTimes): Instant {
  return conditionTimes === "seconds" ? Math.floor(nowUs / SECOND) * SECOND : nowUs;
}

/** A PodAutoscaler as created: activating for no reason yet, with everything through the activator. */
export function createPodAutoscalerState(nowUs: Instant, conditionTimes: ConditionTimes): PodAutoscalerState {
  return {
    active: { status: "Unknown", reason: "", message: "", sinceUs: storedTime(nowUs, conditionTimes) },
    initialized: false,
    hasServiceName: false,
    desiredScale: null,
    actualScale: null,
    mode: "proxy",
    activators: ACTIVATORS_AT_CREATION,
    ready: "Unknown",
  };
}

/**
 * One reconcile pass.
 *
 * A pass that finds no routing object creates it and does nothing else: no pods are counted, nothing is scaled.
 *
 * @see knative/serving pkg/reconciler/autoscaling/kpa/kpa.go (ReconcileKind)
 */
export function reconcilePodAutoscaler(
  settings: ScalingSettings,
  state: PodAutoscalerState,
  observed: PodAutoscalerObservation,
  nowUs: Instant,
  conditionTimes: ConditionTimes,
): PodAutoscalerOutcome {
  const { sks, reachability } = observed;
  const ready = sks === null ? 0 : observed.ready;
  const scaled = sks === null ? NOT_SCALED : scale(settings, scalerInput(state, observed, sks.proxySinceUs, nowUs));
  const named = state.hasServiceName || sks === null ? state : { ...state, hasServiceName: true };
  const status = nextStatus(settings, named, {
    want: scaled.want,
    ready,
    reachability,
    nowUs: storedTime(nowUs, conditionTimes),
  });
  const mode = scaled.want > 0 && observed.excessBurstCapacity >= 0 ? "serve" : "proxy";
  const activators = sks === null ? ACTIVATORS_AT_CREATION : activatorCount(settings, ready);
  const isReady = readyCondition(status, sks?.ready ?? false);
  const isUnchanged =
    isSameStatus(state, status) && state.mode === mode && state.activators === activators && state.ready === isReady;
  const { want, bounded, patch, requeueAfterUs, startAsyncProbe } = scaled;
  return {
    state: isUnchanged ? state : createState(status, mode, activators, isReady),
    changed: patch !== null || !isUnchanged,
    want,
    bounded,
    patch,
    requeueAfterUs,
    startAsyncProbe,
  };
}

/** Written out: passes are frequent, and spreading a status costs more than the whole rest of one. */
function createState(
  { active, initialized, hasServiceName, desiredScale, actualScale }: PodAutoscalerStatus,
  mode: ServingMode,
  activators: number,
  ready: ConditionStatus,
): PodAutoscalerState {
  return { active, initialized, hasServiceName, desiredScale, actualScale, mode, activators, ready };
}

function scalerInput(
  { active, initialized, mode }: PodAutoscalerState,
  { desired, replicas, reachability, probe }: PodAutoscalerObservation,
  proxySinceUs: Instant | null,
  nowUs: Instant,
): ScalerInput {
  return { nowUs, desired, replicas, reachability, initialized, active, mode, proxySinceUs, probe };
}

const NOT_SCALED: ScalerOutcome = {
  want: -1,
  bounded: -1,
  patch: null,
  requeueAfterUs: null,
  probed: false,
  startAsyncProbe: false,
};

function isSameStatus(a: PodAutoscalerStatus, b: PodAutoscalerStatus): boolean {
  return (
    a.active === b.active &&
    a.initialized === b.initialized &&
    a.hasServiceName === b.hasServiceName &&
    a.desiredScale === b.desiredScale &&
    a.actualScale === b.actualScale
  );
}

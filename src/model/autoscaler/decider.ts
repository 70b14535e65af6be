import type { Duration, Instant } from "../../engine/time.js";
import type { DecisionFact, DecisionReason } from "../observer.js";
import { toInt32 } from "./int32.js";
import { MaxWindow } from "./max-window.js";
import type { WindowAverages } from "./revision-metrics.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** The settings a decision looks at; they may differ from one decision to the next. */
export type DecisionSettings = Pick<
  ScalingSettings,
  | "target"
  | "total"
  | "targetBurstCapacity"
  | "panicThreshold"
  | "maxScaleUpRate"
  | "maxScaleDownRate"
  | "stableWindowUs"
  | "activationScale"
>;

/** What survives from one decision to the next. */
export interface DeciderState {
  /** The last decision above the panic threshold; null when not panicking. */
  panicTimeUs: Instant | null;
  /** The most pods wanted since panic began; zeroed only when it ends. */
  maxPanicPods: number;
  /** Null when there was no scale-down delay at creation; later changes of the delay have no effect. */
  readonly delayWindow: MaxWindow | null;
}

/** What is seen at the moment of a decision. */
export interface DecisionInput {
  readonly nowUs: Instant;
  /** Ready pods, ≥ 0; terminating ones are not. */
  readonly ready: number;
  /** False only for a revision known to be unreachable. */
  readonly reachable: boolean;
  /** Of the scaling metric; `notCollecting` when the revision has no windows yet. */
  readonly averages: WindowAverages | "noData" | "notCollecting";
}

/** How a decision moved the panic mode; null = not at all. */
export type PanicChange = "entered" | "extended" | "exited" | null;

/** What every decision says, valid or not. */
type Outcome = Pick<DecisionFact, "ready" | "panicking" | "maxPanicPods"> & { readonly panicChange: PanicChange };

/** Fields that only a valid decision has (see DecisionFact). */
interface Figures {
  readonly stable: number;
  readonly panic: number;
  readonly desired: number;
  readonly excessBurstCapacity: number;
  readonly delayed: number;
  readonly up: number;
  readonly down: number;
  readonly rawStable: number;
  readonly rawPanic: number;
}

export type ValidDecision = Outcome & Figures & { readonly valid: true; readonly reason: DecisionReason };
/** Nothing changes: neither the state nor what was decided before. */
export type InvalidDecision = Outcome & { readonly [Figure in keyof Figures]: null } & {
  readonly valid: false;
  readonly reason: "noData" | "notCollecting";
};
export type Decision = ValidDecision | InvalidDecision;

/**
 * The state of a new decider.
 *
 * With more than one ready pod it starts out panicking, so that a restart of the autoscaler, which forgets all load,
 * cannot take pods away for one stable window.
 *
 * @see knative/serving pkg/autoscaler/scaling/autoscaler.go (New)
 */
export function createDeciderState(created: {
  readonly nowUs: Instant;
  readonly ready: number;
  readonly scaleDownDelayUs: Duration;
}): DeciderState {
  return {
    panicTimeUs: created.ready > 1 ? created.nowUs : null,
    maxPanicPods: created.ready,
    delayWindow: created.scaleDownDelayUs > 0 ? new MaxWindow(created.scaleDownDelayUs) : null,
  };
}

/**
 * How many pods a revision should have, and how much of a burst they could take.
 *
 * Minimum, maximum and initial scale play no part: the pod autoscaler applies them afterwards.
 *
 * @param state updated, unless the decision is invalid
 * @see knative/serving pkg/autoscaler/scaling/autoscaler.go (Scale)
 */
export function decide(settings: DecisionSettings, state: DeciderState, input: DecisionInput): Decision {
  const { nowUs, ready, reachable, averages } = input;
  if (typeof averages === "string") return invalid(averages, state, ready);
  // Rates and the threshold are relative to at least one pod, the burst capacity is not.
  const base = Math.max(1, ready);
  const up = Math.ceil(settings.maxScaleUpRate * base);
  const down = reachable ? Math.floor(base / settings.maxScaleDownRate) : 0;
  const rawStable = wantedPods(averages.stable, settings);
  const rawPanic = wantedPods(averages.panic, settings);
  const stable = podCount(rawStable, { up, down, activationScale: settings.activationScale });
  const panic = podCount(rawPanic, { up, down, activationScale: settings.activationScale });

  const isBurst = isOverThreshold(rawPanic, ready, settings);
  const panicChange = movePanic(state, { isBurst, nowUs, stableWindowUs: settings.stableWindowUs });

  const isPanicking = state.panicTimeUs !== null;
  const wish = isPanicking ? Math.max(stable, panic) : stable;
  if (isPanicking) state.maxPanicPods = Math.max(state.maxPanicPods, wish);
  const held = isPanicking ? state.maxPanicPods : wish;
  const desired = reachable && state.delayWindow !== null ? state.delayWindow.record(nowUs, held) : held;
  return {
    valid: true,
    reason: reasonFor({ desired, held, wish, up, down, rawStable, rawPanic: isPanicking ? rawPanic : rawStable }),
    ready,
    stable: averages.stable,
    panic: averages.panic,
    desired,
    excessBurstCapacity: excessBurstCapacity(settings, ready, averages.panic),
    delayed: held,
    up,
    down,
    rawStable,
    rawPanic,
    panicking: isPanicking,
    maxPanicPods: state.maxPanicPods,
    panicChange,
  };
}

/** Pods for an average load, before any limit. */
function wantedPods(average: number, { target }: Pick<DecisionSettings, "target">): number {
  return Math.ceil(average / target);
}

/** Whether the next decisions depend on the averages and ready pods alone: panic and a scale-down delay look at the time as well. */
export function isCalm(state: DeciderState): boolean {
  return state.panicTimeUs === null && state.delayWindow === null;
}

/**
 * Whether a calm decision with other averages and as many ready pods would say the same as this one, as far as anybody
 * acts on it: the pods wanted, and the sign of the excess burst capacity.
 */
export function saysTheSame(settings: DecisionSettings, decision: ValidDecision, averages: WindowAverages): boolean {
  const { ready, rawStable } = decision;
  return (
    wantedPods(averages.stable, settings) === rawStable &&
    !isOverThreshold(wantedPods(averages.panic, settings), ready, settings) &&
    excessBurstCapacity(settings, ready, averages.panic) < 0 === decision.excessBurstCapacity < 0
  );
}

/** Whether the load of the panic window is a burst that the ready pods are too few for. */
function isOverThreshold(rawPanic: number, ready: number, { panicThreshold }: DecisionSettings): boolean {
  return rawPanic / Math.max(1, ready) >= panicThreshold;
}

function invalid(reason: "noData" | "notCollecting", state: DeciderState, ready: number): InvalidDecision {
  return {
    valid: false,
    reason,
    ready,
    stable: null,
    panic: null,
    desired: null,
    excessBurstCapacity: null,
    delayed: null,
    up: null,
    down: null,
    rawStable: null,
    rawPanic: null,
    panicking: state.panicTimeUs !== null,
    maxPanicPods: state.maxPanicPods,
    panicChange: null,
  };
}

/** Pods for one of the two averages: within the scale rates, but raised to the activation scale by any load. */
function podCount(raw: number, limits: { up: number; down: number; activationScale: number }): number {
  const { up, down, activationScale } = limits;
  const clamped = clamp(raw, down, up);
  // Acts at every decision with load, not only when leaving zero, and beyond the scale-up rate.
  return activationScale > 1 && raw > 0 ? Math.max(clamped, activationScale) : clamped;
}

function clamp(raw: number, down: number, up: number): number {
  return toInt32(Math.min(Math.max(raw, down), up));
}

/** Panic begins or goes on above the threshold, and ends more than one stable window after the last time above it. */
function movePanic(
  state: DeciderState,
  now: { readonly isBurst: boolean; readonly nowUs: Instant; readonly stableWindowUs: Duration },
): PanicChange {
  const wasPanicking = state.panicTimeUs !== null;
  if (now.isBurst) {
    state.panicTimeUs = now.nowUs;
    return wasPanicking ? "extended" : "entered";
  }
  if (state.panicTimeUs === null || state.panicTimeUs + now.stableWindowUs >= now.nowUs) return null;
  state.panicTimeUs = null;
  state.maxPanicPods = 0;
  return "exited";
}

/**
 * The requests that the ready pods could take beyond the target burst capacity and the load of the panic window.
 * Negative: the activator stays in the path.
 */
function excessBurstCapacity(settings: DecisionSettings, ready: number, panicAverage: number): number {
  const { targetBurstCapacity, total } = settings;
  if (targetBurstCapacity === 0) return 0;
  return targetBurstCapacity > 0 ? toInt32(Math.floor(ready * total - targetBurstCapacity - panicAverage)) : -1;
}

/** The rule that produced the desired scale: the first that made a difference, from the last step to the first. */
function reasonFor(decided: {
  readonly desired: number;
  /** After panic, before the scale-down delay. */
  readonly held: number;
  /** Before the panic maximum. */
  readonly wish: number;
  readonly up: number;
  readonly down: number;
  readonly rawStable: number;
  /** Only looked at when panicking; the stable count otherwise. */
  readonly rawPanic: number;
}): DecisionReason {
  const { desired, held, wish, up, down, rawStable, rawPanic } = decided;
  if (desired > held) return "scaleDownDelay";
  if (held > wish) return "panicHold";
  if (wish === 0) return "zero";
  const raw = Math.max(rawStable, rawPanic);
  if (wish > clamp(raw, down, up)) return "activationScale";
  if (raw > up) return "maxScaleUpRate";
  if (raw < down) return "maxScaleDownRate";
  return rawPanic > rawStable ? "panicWindow" : "stableWindow";
}

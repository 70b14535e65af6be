import { type Duration, type Instant, SECOND } from "../../engine/time.js";
import type { ServingMode } from "../observer.js";
import type { ActiveCondition } from "./active-condition.js";
import type { Reachability } from "./reachability.js";
import type { ScalingSettings } from "./scaling-settings.js";

/** Activation may take this much longer than the Deployment's progress. */
const ACTIVATION_BUFFER: Duration = 30 * SECOND;
/** Long enough for the reconcile in progress to end. */
const ALREADY_PROXIED_REQUEUE: Duration = 3 * SECOND;
const UNKNOWN_SCALE = -1;

/** What the check that the activator answers for the revision found. */
export type ProbeResult = "success" | "failure" | "error";

/** Which clock allowed the last pod to go. */
export type IdlePath = "fast" | "grace" | "retention";

export interface ScaleToZeroInput {
  readonly nowUs: Instant;
  readonly reachability: Reachability;
  readonly active: Pick<ActiveCondition, "status" | "sinceUs">;
  /** The mode last asked for. */
  readonly mode: ServingMode;
  /** Since when the activator is confirmed in the path; null = it is not. */
  readonly proxySinceUs: Instant | null;
  readonly probe: ProbeResult;
}

/** What to do about a wish for no pods. */
export interface ScaleToZeroStep {
  /** The scale to go by: 0, 1, or −1 = unknown. */
  readonly scale: number;
  /** Whether the Deployment is scaled to it; otherwise its replicas stay as they are. */
  readonly apply: boolean;
  readonly rule: "scaleToZeroDisabled" | "activationTimeout" | "parkedAtOne" | "idle" | "waiting";
  /** Set when `rule` is `idle`. */
  readonly path: IdlePath | null;
  /** Another look is due after this long; null = none is asked for. */
  readonly requeueAfterUs: Duration | null;
  /** Whether the activator was checked. */
  readonly probed: boolean;
  /** A background check starts (unless one is under way): every second, at most 45 s, with another look 1 s after its end. */
  readonly startAsyncProbe: boolean;
}

export type ScaleToZeroSettings = Pick<
  ScalingSettings,
  | "enableScaleToZero"
  | "progressDeadlineUs"
  | "stableWindowUs"
  | "targetBurstCapacity"
  | "gracePeriodUs"
  | "retentionUs"
>;

/**
 * Decides how a revision for which no pods are wanted gets there: first it becomes inactive, then, with the activator
 * in the path to catch new requests, the last pod goes.
 *
 * @see knative/serving pkg/reconciler/autoscaling/kpa/scaler.go (handleScaleToZero)
 */
export function scaleToZero(settings: ScaleToZeroSettings, input: ScaleToZeroInput): ScaleToZeroStep {
  if (!settings.enableScaleToZero) return applied(1, "scaleToZeroDisabled");
  switch (input.active.status) {
    case "Unknown":
      return whileActivating(settings, input);
    case "True":
      return whileActive(settings, input);
    case "False":
      return whileInactive(settings, input);
  }
}

/** An activation that nobody waits for any more is left alone until it has had its time. */
function whileActivating(settings: ScaleToZeroSettings, { nowUs, active }: ScaleToZeroInput): ScaleToZeroStep {
  const allowanceUs = settings.progressDeadlineUs + ACTIVATION_BUFFER;
  if (nowUs - active.sinceUs > allowanceUs) return applied(0, "activationTimeout");
  return waiting(UNKNOWN_SCALE, allowanceUs);
}

/** Active for one stable window at least, whenever traffic stopped; until then one pod stays. */
function whileActive(settings: ScaleToZeroSettings, { nowUs, active, mode }: ScaleToZeroInput): ScaleToZeroStep {
  const remainingUs = settings.stableWindowUs - (nowUs - active.sinceUs);
  if (remainingUs > 0) return { ...applied(1, "parkedAtOne"), requeueAfterUs: remainingUs };
  // The condition turns False now. If the routing mode changes too, that calls for the next look; otherwise nothing might.
  return waiting(0, mode === "proxy" ? ALREADY_PROXIED_REQUEUE : null);
}

function whileInactive(settings: ScaleToZeroSettings, input: ScaleToZeroInput): ScaleToZeroStep {
  // Without a limit on the burst capacity the activator is always in the path.
  const probed = settings.targetBurstCapacity !== -1;
  if (probed && input.probe !== "success") return { ...waiting(0, null), probed, startAsyncProbe: true };
  return { ...whileBacked(settings, input), probed };
}

/** With the activator in the path, retention is a lower bound and the grace period an upper one on the rest of the wait. */
function whileBacked(settings: ScaleToZeroSettings, input: ScaleToZeroInput): ScaleToZeroStep {
  const { nowUs, reachability, active, proxySinceUs } = input;
  const { gracePeriodUs } = settings;
  const retentionUs = reachability === "Unreachable" ? 0 : settings.retentionUs;
  const inactiveUs = nowUs - active.sinceUs;
  if (inactiveUs >= Math.max(gracePeriodUs, retentionUs))
    return idle(retentionUs > gracePeriodUs ? "retention" : "grace");
  if (inactiveUs < retentionUs) return waiting(0, retentionUs - inactiveUs);
  const remainingUs = gracePeriodUs - (proxySinceUs === null ? 0 : nowUs - proxySinceUs);
  if (remainingUs > 0) return waiting(0, remainingUs);
  return idle(retentionUs > 0 ? "retention" : "fast");
}

function waiting(scale: number, requeueAfterUs: Duration | null): ScaleToZeroStep {
  return { scale, apply: false, rule: "waiting", path: null, requeueAfterUs, probed: false, startAsyncProbe: false };
}

function applied(scale: number, rule: ScaleToZeroStep["rule"]): ScaleToZeroStep {
  return { scale, apply: true, rule, path: null, requeueAfterUs: null, probed: false, startAsyncProbe: false };
}

function idle(path: IdlePath): ScaleToZeroStep {
  return { ...applied(0, "idle"), path };
}

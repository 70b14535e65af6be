import type { DecisionRow, EventRow, Summary } from "../measure/run-record.js";
import { clock, counted, span } from "./number-words.js";
import { decisionReason, type ScalingTerms, type Sentence } from "./words.js";

interface Fate {
  /** Wanted by the last `ScaledTo`; null before the first. */
  scale: number | null;
  scaledAt: number;
  reason: string;
  decision: DecisionRow | null;
  /** Since when every decision has wanted zero; null = the last one did not. */
  zeroSince: number | null;
  /** Since when every decision has wanted fewer pods than are ready; null = the last one did not. */
  heldSince: number | null;
}

/** Longer than a scale change takes to be carried out: what is held for so long is held by a bound. */
const LONG_HELD_SECONDS = 10;

/** What is known of revisions besides what happened to them. */
export interface RevisionTerms {
  readonly termsOf: (revision: string) => ScalingTerms;
  /** The min-scale of its service's manifest; 0 when there is none. */
  readonly minScaleOf: (revision: string) => number;
}

/** Watches how each revision ends, to say at last why it did or did not reach zero. */
export class ZeroStory {
  private readonly fates = new Map<string, Fate>();

  addEvent(event: EventRow): void {
    if (event.revision === undefined) return;
    if (event.kind === "RevisionDeleted") this.fates.delete(event.revision);
    if (event.kind !== "ScaledTo" || typeof event.to !== "number") return;
    const fate = this.fateOf(event.revision);
    [fate.scale, fate.scaledAt, fate.reason] = [event.to, event.t, String(event.reason)];
  }

  addDecision(decision: DecisionRow): void {
    const fate = this.fateOf(decision.revision);
    fate.decision = decision;
    fate.zeroSince = decision.desired === 0 ? (fate.zeroSince ?? decision.t) : null;
    const isHeld = decision.desired !== null && decision.desired < decision.ready;
    fate.heldSince = isHeld ? (fate.heldSince ?? decision.t) : null;
  }

  sentences({ to }: Summary, { termsOf, minScaleOf }: RevisionTerms): Sentence[] {
    return [...this.fates].map(([revision, fate]) => ({
      t: to,
      kind: "End",
      revision,
      text: ending(revision, fate, to, termsOf(revision), minScaleOf(revision)),
    }));
  }

  private fateOf(revision: string): Fate {
    let fate = this.fates.get(revision);
    if (fate === undefined) {
      fate = { scale: null, scaledAt: 0, reason: "", decision: null, zeroSince: null, heldSince: null };
      this.fates.set(revision, fate);
    }
    return fate;
  }
}

function ending(revision: string, fate: Fate, to: number, terms: ScalingTerms, minScale: number): string {
  const { scale, scaledAt, reason, decision, zeroSince, heldSince } = fate;
  if (scale === 0) return `${revision} ends at zero, where it has been since ${clock(scaledAt)}`;
  const count = scale ?? decision?.ready ?? 0;
  const still = `${revision} does not reach zero`;
  const keeps = counted(count, "pod");
  const isHeld = heldSince !== null && to - heldSince >= LONG_HELD_SECONDS && (minScale > 0 || zeroSince === null);
  if (reason === "minScale" || isHeld) return `${still}: min-scale keeps ${keeps}`;
  if (reason === "scaleToZeroDisabled") return `${still}: scale to zero is disabled`;
  if (zeroSince !== null) {
    const waits = reason === "parkedAtOne" ? " and has not been active for a whole stable window" : "";
    return `${still}: it wants zero only since ${clock(zeroSince)}${waits}, ${span(to - zeroSince)} before the end`;
  }
  if (decision === null) return `${still}: the autoscaler never decided about it`;
  if (!decision.valid) return `${still}: its last decision is not valid (${decisionReason(decision, terms)})`;
  const wanted = counted(decision.desired ?? 0, "pod");
  return `${still}: at the end it still wants ${wanted}, as ${decisionReason(decision, terms)}`;
}

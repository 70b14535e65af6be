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
  }

  sentences({ to }: Summary, termsOf: (revision: string) => ScalingTerms): Sentence[] {
    return [...this.fates].map(([revision, fate]) => ({
      t: to,
      kind: "End",
      revision,
      text: ending(revision, fate, to, termsOf(revision)),
    }));
  }

  private fateOf(revision: string): Fate {
    let fate = this.fates.get(revision);
    if (fate === undefined) {
      fate = { scale: null, scaledAt: 0, reason: "", decision: null, zeroSince: null };
      this.fates.set(revision, fate);
    }
    return fate;
  }
}

function ending(revision: string, fate: Fate, to: number, terms: ScalingTerms): string {
  const { scale, scaledAt, reason, decision, zeroSince } = fate;
  if (scale === 0) return `${revision} ends at zero, where it has been since ${clock(scaledAt)}`;
  const count = scale ?? decision?.ready ?? 0;
  const still = `${revision} does not reach zero`;
  const keeps = counted(count, "pod");
  if (reason === "minScale") return `${still}: min-scale keeps ${keeps}`;
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

import { type Duration, formatDuration, type Instant } from "../engine/time.js";
import type { Anchor, Window, WindowTime } from "../scenario/expectation-ast.js";

/** A window of an expectation in virtual time. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
  /** Whether gauges are also read at `until` itself; counts never are. */
  readonly isClosed: boolean;
  /** Length of its pieces; null = one piece. */
  readonly everyUs: Duration | null;
}

/** W and D of contract details A7. */
export interface RunWindow {
  readonly warmupUs: Instant;
  readonly durationUs: Instant;
}

/** What is known once a run is over. */
export interface Moments {
  /** E of contract details A7. */
  readonly endUs: Instant;
  /** When the first or last of its kind happened; null = never. */
  momentOf(anchor: Extract<Anchor, { readonly kind: "first" | "last" }>): Instant | null;
}

/** Why a window has no place in a run. */
export interface NoSpan {
  readonly reason: string;
}

/**
 * Where a window lies. Without `moments` null stands for: not known before the end of the run.
 *
 * A window that begins after D (`after last(response)` in the drain) ends with the run.
 */
export function spanOf(window: Window | null, run: RunWindow, moments: Moments): Span | NoSpan;
export function spanOf(window: Window | null, run: RunWindow, moments: null): Span | null;
export function spanOf(window: Window | null, run: RunWindow, moments: Moments | null): Span | NoSpan | null {
  const everyUs = window?.everyUs ?? null;
  if (window === null || (window.from === null && window.until === null)) {
    return { from: run.warmupUs, until: run.durationUs, isClosed: false, everyUs };
  }
  const from = window.from === null ? run.warmupUs : instantOf(window.from, run, moments);
  const until = window.until === null ? run.durationUs : instantOf(window.until, run, moments);
  if (from === null || until === null) return null;
  if (typeof from === "object") return from;
  if (typeof until === "object") return until;
  if (until >= from) return { from, until, isClosed: true, everyUs };
  if (moments === null) return window.until === null ? null : { from, until: from, isClosed: false, everyUs };
  if (window.until === null && moments.endUs >= from) return { from, until: moments.endUs, isClosed: true, everyUs };
  return { reason: `the window from ${formatDuration(from)} ends before it begins` };
}

function instantOf(time: WindowTime, run: RunWindow, moments: Moments | null): Instant | NoSpan | null {
  const { anchor, offsetUs } = time;
  switch (anchor.kind) {
    case "start":
      return offsetUs;
    case "warmup":
      return run.warmupUs + offsetUs;
    case "end":
      return run.durationUs + offsetUs;
    case "drained":
      return moments === null ? null : moments.endUs + offsetUs;
    default: {
      if (moments === null) return null;
      const moment = moments.momentOf(anchor);
      const what = typeof anchor.of === "string" ? anchor.of : anchor.of.event;
      return moment === null ? { reason: `there was no ${what}` } : Math.max(0, moment + offsetUs);
    }
  }
}

/** Pieces of a span, cut off where the run ended; at least one. */
export function pieceCount(span: Span, endUs: Instant): number {
  if (span.everyUs === null) return 1;
  return Math.max(1, Math.ceil((Math.min(span.until, endUs) - span.from) / span.everyUs));
}

/** The piece an instant of the span lies in; the end of a closed span belongs to its last piece. */
export function pieceAt({ from, until, everyUs }: Span, t: Instant): number {
  if (everyUs === null) return 0;
  const piece = Math.floor((t - from) / everyUs);
  return t === until && piece > 0 && from + piece * everyUs === until ? piece - 1 : piece;
}

export function pieceStart({ from, everyUs }: Span, piece: number): Instant {
  return everyUs === null ? from : from + piece * everyUs;
}

/** Where a piece ends: with the span, or where the run ended. */
export function pieceEnd(span: Span, piece: number, endUs: Instant): Instant {
  const end = span.everyUs === null ? span.until : Math.min(span.until, span.from + (piece + 1) * span.everyUs);
  return Math.max(pieceStart(span, piece), Math.min(end, endUs));
}

import type { Duration, Instant } from "../engine/time.js";
import { pieceAt, pieceEnd, type Span } from "./window-span.js";

/** What is asked of a gauge besides its extremes and average. */
export interface GaugeQuestions {
  /** Time by value, for percentiles. */
  readonly keepsWeights: boolean;
  /** The condition of `time_to` and `time_while`. */
  readonly condition: ((value: number) => boolean) | null;
  /** What must hold at every moment; its first breach is kept. */
  readonly holds: ((value: number) => boolean) | null;
}

/** A gauge over one piece of a window. */
export class GaugePiece {
  /** Time in which there was a value. */
  weightUs: Duration = 0;
  /** Integral, µs · value. */
  area = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  first = Number.NaN;
  last = Number.NaN;
  brokeAt: Instant | null = null;
  brokenValue = Number.NaN;
  /** When the condition held first. */
  metAt: Instant | null = null;
  metUs: Duration = 0;
  readonly weights = new Map<number, Duration>();

  get isEmpty(): boolean {
    return Number.isNaN(this.first);
  }

  copy(): GaugePiece {
    const { weights, ...rest } = this;
    const piece = Object.assign(new GaugePiece(), rest);
    for (const [value, us] of weights) piece.weights.set(value, us);
    return piece;
  }

  observe(from: Instant, to: Instant, value: number, { keepsWeights, condition, holds }: GaugeQuestions): void {
    const us = to - from;
    if (this.isEmpty) this.first = value;
    this.last = value;
    this.weightUs += us;
    this.area += us * value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (this.brokeAt === null && holds !== null && !holds(value)) {
      this.brokeAt = from;
      this.brokenValue = value;
    }
    if (condition?.(value)) {
      this.metAt ??= from;
      this.metUs += us;
    }
    if (keepsWeights) this.weights.set(value, (this.weights.get(value) ?? 0) + us);
  }

  /** The smallest value that the gauge did not exceed for `q` of the time; the only value of a moment. */
  quantile(q: number): number | null {
    const values = [...this.weights].sort(([left], [right]) => left - right);
    const wanted = q * this.weightUs;
    let seen = 0;
    for (const [value, us] of values) {
      seen += us;
      if (us > 0 && seen >= wanted * (1 - 1e-12)) return value;
    }
    return values.at(-1)?.[0] ?? null;
  }
}

const NOTHING = new GaugePiece();

/**
 * The values of one gauge in a window, piece by piece: what lasted, and the value at a closed end. While the window is
 * not known, every step is kept.
 */
export class GaugeWindow {
  private readonly pieces: GaugePiece[] = [];
  private readonly steps: number[] = [];

  constructor(
    private readonly track: GaugeFeed,
    private readonly span: Span | null,
    private readonly questions: GaugeQuestions,
  ) {
    track.feed(this);
  }

  /** The gauge had `value` in [from, to); `isLast`: it has it still at `to`, the end of the run. */
  segment(from: Instant, to: Instant, value: number, isLast = false): void {
    if (this.span === null) this.steps.push(from, to, value);
    else if (!Number.isNaN(value)) this.observe(this.span, from, to, value, isLast);
  }

  /** The gauge up to `endUs` by piece of a window; that of the constructor if it was known there. */
  over(span: Span, endUs: Instant): (piece: number) => GaugePiece {
    const { track, steps } = this;
    const copy = new GaugeWindow(NO_TRACK, span, this.questions);
    this.pieces.forEach((piece, index) => {
      copy.pieces[index] = piece.copy();
    });
    for (let index = 0; index < steps.length; index += 3) {
      copy.segment(steps[index], steps[index + 1], steps[index + 2]);
    }
    copy.segment(track.since, Math.max(endUs, track.since), track.value, true);
    return (piece) => copy.pieces[piece] ?? NOTHING;
  }

  private observe(span: Span, from: Instant, to: Instant, value: number, isLast: boolean): void {
    const until = Math.min(span.until, to);
    let at = Math.max(from, span.from);
    const isPoint = span.isClosed && at === span.until && (to > at || isLast);
    if (isPoint) this.piece(pieceAt(span, at)).observe(at, at, value, this.questions);
    while (at < until) {
      const piece = pieceAt(span, at);
      const end = Math.min(until, pieceEnd(span, piece, until));
      this.piece(piece).observe(at, end, value, this.questions);
      at = end;
    }
  }

  private piece(index: number): GaugePiece {
    return (this.pieces[index] ??= new GaugePiece());
  }
}

/** For windows that are read and not fed. */
const NO_TRACK: GaugeFeed = { value: Number.NaN, since: 0, feed: () => {} };

/** What a window needs to know of the gauge that feeds it. */
export interface GaugeFeed {
  readonly value: number;
  /** Of its last step. */
  readonly since: Instant;
  /** Its values go to `window`; to be called before the first step. */
  feed(window: GaugeWindow): void;
}

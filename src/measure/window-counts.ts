import type { Duration, Instant } from "../engine/time.js";
import { LatencyStore } from "./latency-store.js";
import { pieceAt, type Span } from "./window-span.js";

/** Counts what happens in the pieces of a window [from, until). While the window is not known, it keeps the instants. */
export class WindowCounter {
  private readonly counts: number[] = [];
  private readonly instants: Instant[] = [];

  /** @param span null = known only at the end of the run */
  constructor(private readonly span: Span | null) {}

  add(t: Instant): void {
    if (this.span === null) this.instants.push(t);
    else if (isWithin(this.span, t)) {
      const piece = pieceAt(this.span, t);
      this.counts[piece] = (this.counts[piece] ?? 0) + 1;
    }
  }

  /** The counts so far by piece of a window; that of the constructor if it was known there. */
  over(span: Span): (piece: number) => number {
    if (this.span !== null) return (piece) => this.counts[piece] ?? 0;
    const counter = new WindowCounter(span);
    for (const t of this.instants) counter.add(t);
    return counter.over(span);
  }
}

const NONE = new LatencyStore();

/** Durations of what began in the pieces of a window [from, until), kept as a `WindowCounter` counts. */
export class WindowSample {
  private readonly stores: LatencyStore[] = [];
  private readonly instants: Instant[] = [];
  private readonly durations: Duration[] = [];

  constructor(private readonly span: Span | null) {}

  /** @param t the instant that decides about the window: an arrival, a creation */
  add(t: Instant, us: Duration): void {
    if (this.span === null) {
      this.instants.push(t);
      this.durations.push(us);
    } else if (isWithin(this.span, t)) {
      const piece = pieceAt(this.span, t);
      (this.stores[piece] ??= new LatencyStore()).add(us);
    }
  }

  over(span: Span): (piece: number) => LatencyStore {
    if (this.span !== null) return (piece) => this.stores[piece] ?? NONE;
    const sample = new WindowSample(span);
    this.instants.forEach((t, index) => {
      sample.add(t, this.durations[index]);
    });
    return sample.over(span);
  }
}

function isWithin({ from, until }: Span, t: Instant): boolean {
  return t >= from && t < until;
}

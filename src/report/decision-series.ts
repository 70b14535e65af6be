import type { PanicInterval } from "./event-digest.js";
import { WIDTH } from "./spec.js";
import { Thinning } from "./thinning.js";

/** What a picture shows of one decision. */
export interface DecisionPoint {
  /** Seconds since the first one. */
  readonly t: number;
  /** Ready pods. */
  readonly ready: number;
  /** Null without data, as the averages. */
  readonly desired: number | null;
  readonly stable: number | null;
  readonly panic: number | null;
  readonly panicking: boolean;
}

export type DecisionFigure = "ready" | "desired" | "stable" | "panic";

/** A figure from one moment until the next; null = there is none. */
export interface Held {
  readonly t: number;
  readonly value: number | null;
}

/** Decisions in order of time, gathered for a picture: a long series keeps its extremes. */
export class DecisionSeries {
  private readonly figures: Readonly<Record<DecisionFigure, Thinning<Held>>>;
  private readonly panicIntervals: PanicInterval[] = [];
  private panicSince: number | null = null;

  /** @param endSeconds when the last decision ends, since the first one */
  constructor(readonly endSeconds: number) {
    const figure = () => new Thinning<Held>(endSeconds / WIDTH);
    this.figures = { ready: figure(), desired: figure(), stable: figure(), panic: figure() };
  }

  add(point: DecisionPoint): void {
    const { t, panicking } = point;
    for (const figure of ["ready", "desired", "stable", "panic"] as const) {
      const value = point[figure];
      this.figures[figure].add(t, value ?? -1, () => ({ t, value }));
    }
    if (panicking) {
      this.panicSince ??= t;
    } else if (this.panicSince !== null) {
      this.panicIntervals.push({ from: this.panicSince, to: t });
      this.panicSince = null;
    }
  }

  /** Without repetitions of the same value. */
  figure(name: DecisionFigure): readonly Held[] {
    return this.figures[name].points().filter(({ value }, index, all) => index === 0 || value !== all[index - 1].value);
  }

  /** One that lasts is open to the end. */
  panics(): readonly PanicInterval[] {
    const { panicIntervals, panicSince: from, endSeconds: to } = this;
    return from === null ? panicIntervals : [...panicIntervals, { from, to }];
  }
}

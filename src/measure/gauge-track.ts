import type { Instant } from "../engine/time.js";
import type { GaugeFeed, GaugeWindow } from "./gauge-window.js";

/** A gauge of one scope as a step function of time; NaN = it has no value. */
export class GaugeTrack implements GaugeFeed {
  private steppedAt: Instant = 0;
  private readonly windows: GaugeWindow[] = [];
  private readonly followers: ((t: Instant) => void)[] = [];

  constructor(private current: number) {}

  get value(): number {
    return this.current;
  }

  get since(): Instant {
    return this.steppedAt;
  }

  feed(window: GaugeWindow): void {
    this.windows.push(window);
  }

  /** `follower` is called after each step. */
  follow(follower: (t: Instant) => void): void {
    this.followers.push(follower);
  }

  change(t: Instant, by: number): void {
    this.set(t, this.current + by);
  }

  set(t: Instant, value: number): void {
    if (Object.is(value, this.current)) return;
    if (t > this.steppedAt) {
      for (const window of this.windows) window.segment(this.steppedAt, t, this.current);
      this.steppedAt = t;
    }
    this.current = value;
    for (const follower of this.followers) follower(t);
  }
}

/** How the values of several revisions make the value of their service or of the whole run. */
export type Combination = "sum" | "any" | "all" | "min" | "max";

/** A gauge that is the combination of its members' values; members without a value do not count. */
export class MemberTrack extends GaugeTrack {
  private readonly members = new Map<number, number>();
  private sum = 0;

  constructor(
    private readonly combination: Combination,
    /** What it is without members. */
    private readonly empty: number,
  ) {
    super(empty);
  }

  /** @param value NaN = the member has none, or is gone */
  setMember(t: Instant, member: number, value: number): void {
    const before = this.members.get(member);
    if (Object.is(before, value) || (before === undefined && Number.isNaN(value))) return;
    this.sum += (Number.isNaN(value) ? 0 : value) - (before ?? 0);
    if (Number.isNaN(value)) this.members.delete(member);
    else this.members.set(member, value);
    this.set(t, this.combined());
  }

  private combined(): number {
    const { members, sum } = this;
    if (members.size === 0) return this.empty;
    if (members.size === 1) return members.values().next().value ?? this.empty;
    switch (this.combination) {
      case "sum":
        return Number.isInteger(sum) ? sum : [...members.values()].reduce((total, value) => total + value, 0);
      case "any":
        return sum > 0 ? 1 : 0;
      case "all":
        return sum === members.size ? 1 : 0;
      case "min":
        return Math.min(...members.values());
      case "max":
        return Math.max(...members.values());
    }
  }
}

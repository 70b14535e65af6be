import { invariant } from "../engine/invariant.js";
import { type Instant, NEVER } from "../engine/time.js";
import type { ActiveWindow } from "./arrivals.js";
import { OpenArrivals } from "./open-arrivals.js";
import type { ArrivalPlan } from "./source.js";

/** As many as a turn of a run is made for; 512 KB. */
const READ_AHEAD = 65_536;

/**
 * Arrivals of a trace that is read while time passes, so that its length costs no memory.
 *
 * Reading takes its time and a run does not wait within a turn: before each turn somebody calls `readAhead`, and the
 * turn ends at `knownUntil`. What arrives does not depend on where turns end.
 */
export class StreamedArrivals extends OpenArrivals {
  private readonly blocks: AsyncIterator<Float64Array>;
  private readonly untilUs: Instant;
  /** Arrivals that nobody asked for yet are those from `position` to `length`. */
  private buffer = new Float64Array(READ_AHEAD);
  private position = 0;
  private length = 0;
  private hasBegun = false;
  private hasEnded = false;

  constructor(plan: ArrivalPlan & { readonly kind: "stream" }, window: ActiveWindow) {
    super(window);
    this.blocks = plan.open();
    this.untilUs = window.untilUs;
    this.setNext(NEVER);
  }

  /** Nothing arrives up to here, this instant included, that was not read; −1 before anything was. */
  get knownUntil(): Instant {
    if (this.hasEnded) return NEVER;
    return this.length > 0 ? this.buffer[this.length - 1] - 1 : -1;
  }

  /** Whether `readAhead` has anything to do at `now`. */
  needsReading(now: Instant): boolean {
    return !this.hasEnded && (this.length - this.position < READ_AHEAD / 2 || this.knownUntil <= now);
  }

  /**
   * Reads until a run at `now` can go on. More than the usual is held only where more arrive at one instant.
   *
   * @throws whatever the trace fails with
   */
  async readAhead(now: Instant): Promise<void> {
    while (!this.hasEnded && (this.length - this.position < READ_AHEAD || this.knownUntil <= now)) {
      const { done, value } = await this.blocks.next();
      if (this.hasEnded) return;
      if (done) this.hasEnded = true;
      else if (value.length > 0) this.append(value);
      if (this.length > 0 && this.buffer[this.length - 1] >= this.untilUs) await this.stop();
    }
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.setNext(this.following());
  }

  override close(): void {
    super.close();
    this.hasEnded = true;
  }

  /** Reads no further; what was read still arrives. */
  async stop(): Promise<void> {
    this.hasEnded = true;
    await this.blocks.return?.();
  }

  protected following(): Instant {
    if (this.position < this.length) return this.buffer[this.position++];
    invariant(this.hasEnded, "an arrival was due before it was read", { knownUntilUs: this.knownUntil });
    return NEVER;
  }

  private append(times: Float64Array): void {
    const { position, length } = this;
    const kept = length - position;
    if (kept + times.length > this.buffer.length) {
      const larger = new Float64Array(2 * (kept + times.length));
      larger.set(this.buffer.subarray(position, length));
      this.buffer = larger;
    } else if (length + times.length > this.buffer.length) this.buffer.copyWithin(0, position, length);
    else {
      this.buffer.set(times, length);
      this.length += times.length;
      return;
    }
    this.buffer.set(times, kept);
    this.position = 0;
    this.length = kept + times.length;
  }
}

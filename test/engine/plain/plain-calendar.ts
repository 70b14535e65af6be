import { type EventHandle, NO_EVENT } from "../../../src/engine/calendar.js";
import { NEVER } from "../../../src/engine/time.js";

interface Entry {
  readonly handle: EventHandle;
  readonly at: number;
  readonly rank: number;
  readonly kind: number;
  readonly entity: number;
  readonly payload: number;
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.rank !== b.rank) return a.rank < b.rank;
  if (a.entity !== b.entity) return a.entity < b.entity;
  return a.handle < b.handle;
}

/** What the calendar is by definition: a sorted list. */
export class PlainCalendar {
  private readonly pending: Entry[] = [];
  private popped: Entry | null = null;
  private scheduled = NO_EVENT;

  get isEmpty(): boolean {
    return this.pending.length === 0;
  }

  get nextTime(): number {
    return this.pending[0]?.at ?? NEVER;
  }

  get nextRank(): number {
    return this.pending[0]?.rank ?? 0;
  }

  get nextKind(): number {
    return this.pending[0].kind;
  }

  get nextEntity(): number {
    return this.pending[0].entity;
  }

  schedule(at: number, rank: number, kind: number, entity: number, payload: number): EventHandle {
    const entry = { handle: ++this.scheduled, at, rank, kind, entity, payload };
    const place = this.pending.findIndex((other) => isBefore(entry, other));
    this.pending.splice(place < 0 ? this.pending.length : place, 0, entry);
    return entry.handle;
  }

  cancel(handle: EventHandle): void {
    const place = this.pending.findIndex((entry) => entry.handle === handle);
    if (place < 0) throw new Error("cancelled an event that is not pending");
    this.pending.splice(place, 1);
  }

  pop(): EventHandle {
    this.popped = this.pending.shift()!;
    return this.popped.handle;
  }

  rankOf(handle: EventHandle): number {
    return this.entry(handle).rank;
  }

  kindOf(handle: EventHandle): number {
    return this.entry(handle).kind;
  }

  entityOf(handle: EventHandle): number {
    return this.entry(handle).entity;
  }

  payloadOf(handle: EventHandle): number {
    return this.entry(handle).payload;
  }

  private entry(handle: EventHandle): Entry {
    return this.popped?.handle === handle ? this.popped : this.pending.find((entry) => entry.handle === handle)!;
  }
}

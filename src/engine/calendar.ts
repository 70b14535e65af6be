import { invariant } from "./invariant.js";
import { type Instant, NEVER } from "./time.js";

/** Names one pending event until it fires or is cancelled; then the number may be given to another event. */
export type EventHandle = number;

export const NO_EVENT: EventHandle = -1;

const ARITY = 4;

/** Places of the whole numbers of an event, and of those that put events of one instant and rank in order. */
const RANK = 0;
const KIND = 1;
const PAYLOAD = 2;
/** See `PENDING`. */
const STATE = 3;
const WHOLE_NUMBERS = 4;
const ENTITY = 0;
const SEQUENCE = 1;
const ORDER_NUMBERS = 2;

/** States of a slot: its event is pending, or cancelled and still in the heap; from `FREED` on it names the next free slot. */
const PENDING = 0;
const CANCELLED = 1;
const FREED = 2;

/** So many cancelled events more than half of all are too many. */
const CANCELLED_AT_LEAST = 64;

/**
 * Pending events in the order (time, rank of their kind, entity, sequence number).
 *
 * Ties are not rare in virtual time, so insertion order decides only among events of the same rank and entity.
 * A 4-ary heap over typed arrays; times lie in heap order, everything else by slot and is read on equal times only
 * (63 ns for a pop and a push at 100 pending events, half of what a heap of event objects takes).
 *
 * A cancelled event stays in the heap until it would be the first or cancelled ones are the most of it: to find it there,
 * each event would have to keep its position, which every pop would write for some five of them.
 */
export class Calendar {
  /** NEVER beyond the last event, so that every event has four children to compare. */
  private heapTime = new Float64Array(1024 + ARITY).fill(NEVER);
  private heapSlot = new Int32Array(1024);
  private size = 0;

  /** What each event is, by slot; see `KIND` and `ENTITY`. Together: two cache lines an event and two arrays to look up. */
  private whole = new Int32Array(WHOLE_NUMBERS * 1024);
  private order = new Float64Array(ORDER_NUMBERS * 1024);
  /** Slots in use or freed; beyond, all are fresh. Freed ones are chained through their states. */
  private slots = 0;
  private firstFree = -1;
  /** Cancelled events in the heap; the first of all is none of them. */
  private cancelled = 0;
  private nextSequence = 0;

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Time of the earliest event; NEVER when empty. */
  get nextTime(): Instant {
    return this.heapTime[0];
  }

  /** Rank of the earliest event; meaningless when empty. */
  get nextRank(): number {
    return this.rankOf(this.heapSlot[0]);
  }

  get nextKind(): number {
    return this.kindOf(this.heapSlot[0]);
  }

  get nextEntity(): number {
    return this.entityOf(this.heapSlot[0]);
  }

  /** @param at a real instant, not NEVER */
  schedule(at: Instant, rank: number, kind: number, entity: number, payload: number): EventHandle {
    const slot = this.firstFree >= 0 ? this.reusedSlot() : this.newSlot();
    const { whole, order } = this;
    whole[slot * WHOLE_NUMBERS + RANK] = rank;
    whole[slot * WHOLE_NUMBERS + KIND] = kind;
    whole[slot * WHOLE_NUMBERS + PAYLOAD] = payload;
    whole[slot * WHOLE_NUMBERS + STATE] = PENDING;
    order[slot * ORDER_NUMBERS + ENTITY] = entity;
    order[slot * ORDER_NUMBERS + SEQUENCE] = this.nextSequence++;
    if (this.size === this.heapSlot.length) this.growHeap();
    this.siftUp(this.size++, at, slot);
    return slot;
  }

  /** Takes an event out. The handle must be of an event that is still pending. */
  cancel(handle: EventHandle): void {
    invariant(this.stateOf(handle) === PENDING, "cancelled an event that is not pending");
    this.whole[handle * WHOLE_NUMBERS + STATE] = CANCELLED;
    this.cancelled++;
    if (this.heapSlot[0] === handle) this.dropCancelled();
    else if (2 * this.cancelled > this.size + CANCELLED_AT_LEAST) this.rebuild();
  }

  /** Takes the earliest event out; its rank, kind, entity and payload stay readable by the handle until the next `schedule`. */
  pop(): EventHandle {
    const slot = this.heapSlot[0];
    this.removeFirst();
    if (this.cancelled > 0) this.dropCancelled();
    return slot;
  }

  rankOf(handle: EventHandle): number {
    return this.whole[handle * WHOLE_NUMBERS + RANK];
  }

  kindOf(handle: EventHandle): number {
    return this.whole[handle * WHOLE_NUMBERS + KIND];
  }

  entityOf(handle: EventHandle): number {
    return this.order[handle * ORDER_NUMBERS + ENTITY];
  }

  payloadOf(handle: EventHandle): number {
    return this.whole[handle * WHOLE_NUMBERS + PAYLOAD];
  }

  private stateOf(handle: EventHandle): number {
    return this.whole[handle * WHOLE_NUMBERS + STATE];
  }

  private removeFirst(): void {
    this.free(this.heapSlot[0]);
    const last = --this.size;
    const time = this.heapTime[last];
    const slot = this.heapSlot[last];
    this.heapTime[last] = NEVER;
    // The last event belongs far down nearly always: from a leaf it has one step up or none, from above many down.
    if (last > 0) this.siftUp(this.sink(), time, slot);
  }

  /** Takes out cancelled events until the first is none of them. */
  private dropCancelled(): void {
    while (this.size > 0 && this.stateOf(this.heapSlot[0]) === CANCELLED) {
      this.cancelled--;
      this.removeFirst();
    }
  }

  /** Takes out all cancelled events. */
  private rebuild(): void {
    const times = this.heapTime.slice(0, this.size);
    const slots = this.heapSlot.slice(0, this.size);
    this.heapTime.fill(NEVER, 0, this.size);
    this.size = 0;
    this.cancelled = 0;
    for (let i = 0; i < slots.length; i++) {
      if (this.stateOf(slots[i]) === CANCELLED) this.free(slots[i]);
      else this.siftUp(this.size++, times[i], slots[i]);
    }
  }

  private free(slot: number): void {
    this.whole[slot * WHOLE_NUMBERS + STATE] = FREED + this.firstFree + 1;
    this.firstFree = slot;
  }

  private siftUp(start: number, time: Instant, slot: number): void {
    const { heapTime, heapSlot } = this;
    let hole = start;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (!this.isBefore(time, slot, parent)) break;
      heapTime[hole] = heapTime[parent];
      heapSlot[hole] = heapSlot[parent];
      hole = parent;
    }
    heapTime[hole] = time;
    heapSlot[hole] = slot;
  }

  /** Lets a hole sink from the top to the bottom: the least child moves up each time. @returns where it ends */
  private sink(): number {
    const { heapTime, heapSlot, size } = this;
    let hole = 0;
    for (let first = 1; first < size; first = hole * ARITY + 1) {
      // Which child is least is a coin toss; sums instead of branches save a quarter of the time.
      const left = first + +(heapTime[first + 1] < heapTime[first]);
      const right = first + 2 + +(heapTime[first + 3] < heapTime[first + 2]);
      let least = left + (right - left) * +(heapTime[right] < heapTime[left]);
      if (
        heapTime[first] === heapTime[first + 1] ||
        heapTime[first + 2] === heapTime[first + 3] ||
        heapTime[left] === heapTime[right]
      ) {
        least = this.leastFrom(first);
      }
      heapTime[hole] = heapTime[least];
      heapSlot[hole] = heapSlot[least];
      hole = least;
    }
    return hole;
  }

  /** The least of up to four siblings, by the full order. */
  private leastFrom(first: number): number {
    const end = Math.min(first + ARITY, this.size);
    let least = first;
    for (let child = first + 1; child < end; child++) {
      if (this.isBefore(this.heapTime[child], this.heapSlot[child], least)) least = child;
    }
    return least;
  }

  /** Whether an event fires before the one at a heap position. */
  private isBefore(time: Instant, slot: number, position: number): boolean {
    const other = this.heapTime[position];
    return time < other || (time === other && this.slotIsBefore(slot, this.heapSlot[position]));
  }

  private slotIsBefore(a: number, b: number): boolean {
    if (this.rankOf(a) !== this.rankOf(b)) return this.rankOf(a) < this.rankOf(b);
    if (this.entityOf(a) !== this.entityOf(b)) return this.entityOf(a) < this.entityOf(b);
    return this.order[a * ORDER_NUMBERS + SEQUENCE] < this.order[b * ORDER_NUMBERS + SEQUENCE];
  }

  private reusedSlot(): number {
    const slot = this.firstFree;
    this.firstFree = this.stateOf(slot) - FREED - 1;
    return slot;
  }

  private newSlot(): number {
    if (this.slots * WHOLE_NUMBERS === this.whole.length) {
      this.whole = grown(Int32Array, this.whole, this.whole.length * 2);
      this.order = grown(Float64Array, this.order, this.order.length * 2);
    }
    return this.slots++;
  }

  private growHeap(): void {
    this.heapTime = grown(Float64Array, this.heapTime, this.size * 2 + ARITY).fill(NEVER, this.size);
    this.heapSlot = grown(Int32Array, this.heapSlot, this.size * 2);
  }
}

/** A longer copy of a typed array; new elements are 0. */
function grown<T extends Float64Array | Int32Array>(type: new (length: number) => T, from: T, length: number): T {
  const copy = new type(length);
  copy.set(from);
  return copy;
}

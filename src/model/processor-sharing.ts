import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import { type Instant, NEVER } from "../engine/time.js";
import type { Request } from "./request.js";

/**
 * Requests in one container that share its CPUs: with n of them each advances at min(1, C / n) (contract details A28).
 *
 * Instead of touching every request at each change, one "work clock" runs at the common speed; a request is done when
 * that clock has gone on by its work since it came. Whoever is to be done first is found in a heap.
 */
export class ProcessorSharing {
  /** Reading of the work clock, µs of work. */
  private worked = 0;
  private since: Instant = 0;
  /** Heap of requests by `doneAt`, then by arrival. */
  private readonly heap: { readonly doneAt: number; readonly request: Request }[] = [];
  /** The pending event of the next one done; kept by the owner. */
  event: EventHandle = NO_EVENT;

  constructor(private readonly cpus: number) {}

  /** A request needs `workUs` of CPU from now on. */
  add(request: Request, workUs: number, now: Instant): void {
    this.advance(now);
    this.heap.push({ doneAt: this.worked + workUs, request });
    this.siftUp(this.heap.length - 1);
  }

  /** A request goes before it is done; nothing happens when it is not there. */
  remove(request: Request, now: Instant): void {
    this.advance(now);
    const position = this.heap.findIndex((entry) => entry.request === request);
    if (position >= 0) this.removeAt(position);
  }

  /** When the next request is done if nothing changes; rounded up to a whole µs, NEVER when there is none. */
  nextDoneAt(now: Instant): Instant {
    if (this.heap.length === 0) return NEVER;
    this.advance(now);
    return now + Math.max(0, Math.ceil((this.heap[0].doneAt - this.worked) / this.speed()));
  }

  /** Takes out a request that is done; null when none is. */
  takeDone(now: Instant): Request | null {
    this.advance(now);
    if (this.heap.length === 0 || this.heap[0].doneAt > this.worked + 1e-6) return null;
    const { request } = this.heap[0];
    this.removeAt(0);
    return request;
  }

  private speed(): number {
    return Math.min(1, this.cpus / this.heap.length);
  }

  private advance(now: Instant): void {
    if (this.heap.length > 0) this.worked += (now - this.since) * this.speed();
    else this.worked = 0;
    this.since = now;
  }

  private removeAt(position: number): void {
    const last = this.heap.pop();
    if (last === undefined || position === this.heap.length) return;
    this.heap[position] = last;
    this.siftUp(position);
    this.siftDown(position);
  }

  private isBefore(a: number, b: number): boolean {
    const left = this.heap[a];
    const right = this.heap[b];
    return left.doneAt < right.doneAt || (left.doneAt === right.doneAt && left.request.request < right.request.request);
  }

  private siftUp(start: number): void {
    for (let child = start; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.isBefore(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private siftDown(start: number): void {
    for (let parent = start; ; ) {
      let least = parent * 2 + 1;
      if (least >= this.heap.length) return;
      if (least + 1 < this.heap.length && this.isBefore(least + 1, least)) least++;
      if (!this.isBefore(least, parent)) return;
      this.swap(least, parent);
      parent = least;
    }
  }

  private swap(a: number, b: number): void {
    const entry = this.heap[a];
    this.heap[a] = this.heap[b];
    this.heap[b] = entry;
  }
}

import { RingDues } from "../../../src/engine/ring-dues.js";
import { NEVER } from "../../../src/engine/time.js";

interface Member {
  readonly number: number;
  readonly first: number;
  next: number;
  isAwake: boolean;
}

/** What a ring of periodic work is by definition: whoever of those awake is due first, by time, then number. */
export class PlainPeriodic {
  private readonly members = new Map<number, Member>();
  private readonly place: number;
  private last = { at: -1, number: -1 };

  constructor(
    readonly rank: number,
    readonly kind: number,
    readonly periodUs: number,
    private readonly dues = new RingDues(),
  ) {
    this.place = dues.add(rank);
  }

  get size(): number {
    return this.members.size;
  }

  get nextTime(): number {
    return this.due?.next ?? NEVER;
  }

  add(number: number, first: number): void {
    this.members.set(number, { number, first, next: first, isAwake: true });
    this.note();
  }

  remove(number: number): void {
    this.members.delete(number);
    this.note();
  }

  sleep(number: number): void {
    this.members.get(number)!.isAwake = false;
    this.note();
  }

  isAsleep(number: number): boolean {
    return !this.members.get(number)!.isAwake;
  }

  has(number: number): boolean {
    return this.members.has(number);
  }

  turnBy(number: number, at: number): number {
    return at - ((at - this.phaseOf(number)) % this.periodUs);
  }

  firstTurn(number: number): number {
    return this.members.get(number)!.first;
  }

  wake(number: number, now: number, isPast = false): number {
    const member = this.members.get(number)!;
    const hadTurn = isPast || (this.last.at === now && number <= this.last.number);
    let next = this.phaseOf(number);
    while (next < now || (next === now && hadTurn)) next += this.periodUs;
    member.next = next;
    member.isAwake = true;
    this.note();
    return next;
  }

  advance(): number {
    const member = this.due!;
    this.last = { at: member.next, number: member.number };
    member.next += this.periodUs;
    this.note();
    return this.last.at >= member.first ? member.number : -1;
  }

  private get due(): Member | null {
    let earliest: Member | null = null;
    for (const member of this.members.values()) {
      if (!member.isAwake) continue;
      const isEarlier =
        earliest === null ||
        member.next < earliest.next ||
        (member.next === earliest.next && member.number < earliest.number);
      if (isEarlier) earliest = member;
    }
    return earliest;
  }

  private note(): void {
    this.dues.set(this.place, this.nextTime);
  }

  private phaseOf(number: number): number {
    return this.members.get(number)!.first % this.periodUs;
  }
}

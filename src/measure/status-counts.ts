import { Status } from "../model/observer.js";

/** How many requests ended with which status. */
export class StatusCounts {
  /** The first there was: nearly all of a scope are like it, and need no look into a table. 0 = there was none. */
  private usual = 0;
  private usualCount = 0;
  private others: Map<number, number> | null = null;

  /** @param status an HTTP status, or timeout or reset as in `Status` */
  add(status: number, by = 1): void {
    if (status === this.usual) this.usualCount += by;
    else this.addOther(status, by);
  }

  merge(other: StatusCounts): void {
    for (const [status, count] of other.entries()) this.add(status, count);
  }

  get total(): number {
    return this.entries().reduce((sum, [, count]) => sum + count, 0);
  }

  /** `byStatus` of the summary: HTTP statuses ascending, then `timeout`, `reset` (contract details A3). */
  toObject(): Record<string, number> {
    const rank = (status: number): number => (status > 0 ? status : 1000 - status);
    const found = this.entries().sort(([a], [b]) => rank(a) - rank(b));
    return Object.fromEntries(found.map(([status, count]) => [statusText(status), count]));
  }

  private entries(): [status: number, count: number][] {
    return this.usual === 0 ? [] : [[this.usual, this.usualCount], ...(this.others ?? [])];
  }

  private addOther(status: number, count: number): void {
    if (this.usual === 0) {
      this.usual = status;
      this.usualCount = count;
    } else {
      this.others ??= new Map();
      this.others.set(status, (this.others.get(status) ?? 0) + count);
    }
  }
}

/** A status as files show it: `200`, `timeout`, `reset`, or "" for a request in flight at the end. */
export function statusText(status: number): string {
  if (status === Status.timeout) return "timeout";
  if (status === Status.reset) return "reset";
  return status === Status.inFlight ? "" : String(status);
}

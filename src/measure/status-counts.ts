import { Status } from "../model/observer.js";

const FIRST_CAPACITY = 4;

/** How many requests ended with which status. A scope sees few different ones: they are looked for in turn. */
export class StatusCounts {
  private statuses = new Int16Array(FIRST_CAPACITY);
  private counts = new Float64Array(FIRST_CAPACITY);
  private size = 0;

  /** @param status an HTTP status, or timeout or reset as in `Status` */
  add(status: number, by = 1): void {
    for (let i = 0; i < this.size; i++) {
      if (this.statuses[i] === status) {
        this.counts[i] += by;
        return;
      }
    }
    this.addNew(status, by);
  }

  merge(other: StatusCounts): void {
    for (let i = 0; i < other.size; i++) this.add(other.statuses[i], other.counts[i]);
  }

  get total(): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) sum += this.counts[i];
    return sum;
  }

  /** `byStatus` of the summary: HTTP statuses ascending, then `timeout`, `reset` (contract details A3). */
  toObject(): Record<string, number> {
    const found = Array.from(this.statuses.subarray(0, this.size), (status, i) => ({ status, count: this.counts[i] }));
    const rank = (status: number): number => (status > 0 ? status : 1000 - status);
    found.sort((a, b) => rank(a.status) - rank(b.status));
    return Object.fromEntries(found.map(({ status, count }) => [statusText(status), count]));
  }

  private addNew(status: number, count: number): void {
    if (this.size === this.statuses.length) {
      const statuses = new Int16Array(this.size * 2);
      statuses.set(this.statuses);
      this.statuses = statuses;
      const counts = new Float64Array(this.size * 2);
      counts.set(this.counts);
      this.counts = counts;
    }
    this.statuses[this.size] = status;
    this.counts[this.size++] = count;
  }
}

/** A status as files show it: `200`, `timeout`, `reset`, or "" for a request in flight at the end. */
export function statusText(status: number): string {
  if (status === Status.timeout) return "timeout";
  if (status === Status.reset) return "reset";
  return status === Status.inFlight ? "" : String(status);
}

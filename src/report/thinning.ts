/**
 * Keeps the extremes of a long series: of each bucket of time the points with the lowest and the highest weight.
 *
 * A picture has some hundred pixels; more points than that only cost time, but a peak must not get lost between two of
 * them. With buckets no longer than a row everything is kept.
 */
export class Thinning<Point> {
  private readonly kept: Point[] = [];
  private bucket = -1;
  private low: Weighed<Point> | null = null;
  private high: Weighed<Point> | null = null;

  constructor(private readonly bucketSeconds: number) {}

  /**
   * @param t seconds; never less than that of the point before
   * @param make called only when the point is kept for now
   */
  add(t: number, weight: number, make: () => Point): void {
    const bucket = Math.floor(t / this.bucketSeconds);
    if (bucket !== this.bucket) this.flush();
    this.bucket = bucket;
    if (this.low === null || this.high === null) {
      this.low = this.high = { t, weight, point: make() };
    } else if (weight < this.low.weight) {
      this.low = { t, weight, point: make() };
    } else if (weight > this.high.weight) {
      this.high = { t, weight, point: make() };
    }
  }

  /** In order of time. */
  points(): readonly Point[] {
    this.flush();
    return this.kept;
  }

  private flush(): void {
    const { low, high } = this;
    if (low === null || high === null) return;
    if (low === high) this.kept.push(low.point);
    else if (low.t < high.t) this.kept.push(low.point, high.point);
    else this.kept.push(high.point, low.point);
    this.low = this.high = null;
  }
}

interface Weighed<Point> {
  readonly t: number;
  readonly weight: number;
  readonly point: Point;
}

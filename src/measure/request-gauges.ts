import type { Instant } from "../engine/time.js";
import { type EndedRequest, Status } from "../model/observer.js";
import { GaugeTrack } from "./gauge-track.js";
import type { JudgedScope, ScopeBook } from "./judged-scope.js";

/** Places where requests are counted; `limited`: executing in pods with a concurrency limit. */
type Place = "activator" | "pod" | "executing" | "limited";

const PLACES: Readonly<Record<string, readonly Place[]>> = {
  queued: ["activator", "pod"],
  queued_activator: ["activator"],
  queued_pods: ["pod"],
  executing: ["executing"],
  executing_limited: ["limited"],
};

interface Counted {
  readonly scope: JudgedScope;
  readonly track: GaugeTrack;
}

/** Gauges that count requests: in the system, waiting, executing. */
export class RequestGauges {
  private readonly inSystem: Counted[] = [];
  private readonly counted: Readonly<Record<Place, Counted[]>> = { activator: [], pod: [], executing: [], limited: [] };
  private readonly hasLimit: boolean[] = [];

  constructor(private readonly book: ScopeBook) {}

  /** The track of a gauge, null when it is none of requests. */
  track(name: string, scope: JudgedScope): GaugeTrack | null {
    const track = new GaugeTrack(0);
    if (name === "concurrency") {
      this.inSystem.push({ scope, track });
      return track;
    }
    if (!Object.hasOwn(PLACES, name)) return null;
    for (const place of PLACES[name]) this.counted[place].push({ scope, track });
    return track;
  }

  revisionAdded(index: number, { containerConcurrency }: { readonly containerConcurrency: number }): void {
    this.hasLimit[index] = containerConcurrency > 0;
  }

  requestArrived(t: Instant, source: number, service: number, revision: number): void {
    for (const { scope, track } of this.inSystem) {
      if (scope.hasRequest(service, revision, source, "")) track.change(t, 1);
    }
  }

  /** One that is given up as in flight stays in the system. */
  requestEnded(t: Instant, { status, service, revision, source }: EndedRequest): void {
    if (status === Status.inFlight) return;
    for (const { scope, track } of this.inSystem) {
      if (scope.hasRequest(service, revision, source, "")) track.change(t, -1);
    }
  }

  /** One more or one fewer request of a revision is at a place. */
  moved(place: "activator" | "pod" | "executing", t: Instant, revision: number, change: number): void {
    this.count(this.counted[place], t, revision, change);
    if (place === "executing" && this.hasLimit[revision]) this.count(this.counted.limited, t, revision, change);
  }

  private count(counted: readonly Counted[], t: Instant, revision: number, change: number): void {
    const service = this.book.serviceOfRevision[revision];
    for (const { scope, track } of counted) if (scope.hasRevision(revision, service)) track.change(t, change);
  }
}

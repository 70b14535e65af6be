import { formatDuration, toSeconds } from "../engine/time.js";
import type { RunRecord, Summary } from "../measure/run-record.js";
import type { Scenario } from "../scenario/scenario.js";
import { busiestRevisions } from "./busiest.js";
import { EventDigest } from "./event-digest.js";
import { counted } from "./number-words.js";
import { type RevisionDigest, TimelineDigest } from "./timeline-digest.js";

/** What every picture says about itself. */
export interface Heading {
  readonly scenario: string;
  /** `seed 42 · knsim 0.1.0` */
  readonly origin: string;
  /** Length of a row of the timeline, in words. */
  readonly step: string;
  readonly endSeconds: number;
  /** The statistics cover [from, to), seconds. */
  readonly window: readonly [from: number, to: number];
}

/** A run, thinned to what pictures show. Made once for all of them; filled by the writers of the data files. */
export class RunDigest {
  readonly timeline: TimelineDigest;
  readonly events: EventDigest;
  readonly heading: Heading;
  private readonly summary: Summary;

  constructor(run: RunRecord, scenario: Scenario) {
    const { summary } = run;
    this.summary = summary;
    const endSeconds = Math.max(summary.to, summary.drainedAt);
    const stepSeconds = toSeconds(scenario.report.stepUs);
    this.timeline = new TimelineDigest(busiestRevisions(summary), stepSeconds, endSeconds);
    this.events = new EventDigest(endSeconds);
    this.heading = {
      scenario: summary.scenario,
      origin: `seed ${summary.seed} · knsim ${summary.knsim}`,
      step: stepSeconds === 1 ? "second" : formatDuration(scenario.report.stepUs),
      endSeconds,
      window: [summary.from, summary.to],
    };
  }

  /** Those shown one by one, by name. */
  get revisions(): readonly RevisionDigest[] {
    return this.timeline.revisions();
  }

  /** What a picture leaves out, for its foot. */
  notes(markerCount: number, { othersAreShown }: { readonly othersAreShown: boolean }): string[] {
    const notes: string[] = [];
    const shownMarkers = this.events.markers().shown.length;
    if (markerCount > shownMarkers)
      notes.push(`and ${counted(markerCount - shownMarkers, "later event")} of the scenario`);
    const others = Object.keys(this.summary.revisions).length - this.revisions.length;
    if (others > 0 && !othersAreShown) notes.push(`${counted(others, "revision")} with less traffic not shown`);
    return notes;
  }
}

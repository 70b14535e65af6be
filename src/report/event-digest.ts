import type { DecisionRow, EventRow } from "../measure/run-record.js";
import { component } from "./words.js";

/** A revision was in panic in [from, to], seconds. */
export interface PanicInterval {
  readonly from: number;
  readonly to: number;
}

/** A pod's way to its first moment able to serve. */
export interface ColdStart {
  readonly revision: string;
  readonly pod: string;
  /** Seconds: when it was able to serve. */
  readonly servingAt: number;
  /** Creation to able to serve, ms. */
  readonly ms: number;
  /** Stages in order, ms; `control` comes before the creation. */
  readonly stages: readonly (readonly [name: string, ms: number])[];
}

/** Something a picture marks with a line and a number. */
export interface Marker {
  readonly t: number;
  readonly text: string;
}

/** Cold starts drawn one by one as a Gantt chart. */
const MOST_IN_GANTT = 24;

/** Marks of one kind in one picture; more would be a smear. */
const MOST_MARKS = 400;

const MOST_MARKERS = 12;

/** Stages that are no part of a cold start's length (contract details C5). */
const BEFORE_CREATION = "control";

/** What pictures show of a run's events, gathered as they pass by. */
export class EventDigest {
  private readonly panics = new Map<string, PanicInterval[]>();
  private readonly panicSince = new Map<string, number>();
  private readonly marks = new Map<string, ColdStart[]>();
  private readonly slowest: ColdStart[] = [];
  private readonly markerList: Marker[] = [];
  private readonly targets = new Map<string, { readonly t: number; readonly target: number }[]>();
  private coldStartCount = 0;
  private markerCount = 0;

  constructor(private readonly endSeconds: number) {}

  addEvent(event: EventRow): void {
    const { t, kind } = event;
    const revision = event.revision ?? "";
    switch (kind) {
      case "PanicEntered":
        if (!this.panicSince.has(revision)) this.panicSince.set(revision, t);
        return;
      case "DeciderCreated":
        if (event.panicking === true && !this.panicSince.has(revision)) this.panicSince.set(revision, t);
        return;
      case "PanicExited":
      case "DeciderDeleted":
        this.endPanic(revision, t);
        return;
      case "PodServing":
        this.addColdStart(event);
        return;
      case "Note":
      case "CommandRun":
      case "ComponentDown":
      case "NodeReady":
      case "NodeRemoved":
        this.addMarker(event);
        return;
    }
  }

  addDecision(decision: DecisionRow): void {
    let list = this.targets.get(decision.revision);
    if (list === undefined) {
      list = [];
      this.targets.set(decision.revision, list);
    }
    if (list.at(-1)?.target !== decision.target) list.push({ t: decision.t, target: decision.target });
  }

  /** In order of time; one that lasts is open to the end of the run. */
  panicIntervals(revision: string): readonly PanicInterval[] {
    const since = this.panicSince.get(revision);
    const ended = this.panics.get(revision) ?? [];
    return since === undefined ? ended : [...ended, { from: since, to: this.endSeconds }];
  }

  /** The longest of a revision when there are many; in order of time. */
  coldStarts(revision: string): readonly ColdStart[] {
    return byTime(longest(this.marks.get(revision) ?? [], MOST_MARKS));
  }

  /** The slowest of the run, in order of time, and how many there were. */
  slowestColdStarts(): { readonly count: number; readonly shown: readonly ColdStart[] } {
    return { count: this.coldStartCount, shown: byTime(longest(this.slowest, MOST_IN_GANTT)) };
  }

  /** The first of the user's doings and notes, in order of time, and how many there were. */
  markers(): { readonly count: number; readonly shown: readonly Marker[] } {
    return { count: this.markerCount, shown: this.markerList };
  }

  /** The target per pod at a moment: that of the last decision until then; null before the first. */
  targetAt(revision: string, t: number): number | null {
    return this.targets.get(revision)?.findLast((change) => change.t <= t)?.target ?? null;
  }

  private endPanic(revision: string, t: number): void {
    const from = this.panicSince.get(revision);
    if (from === undefined) return;
    this.panicSince.delete(revision);
    const list = this.panics.get(revision);
    if (list === undefined) this.panics.set(revision, [{ from, to: t }]);
    else list.push({ from, to: t });
  }

  private addColdStart(event: EventRow): void {
    const stages = Object.entries((event.stages ?? {}) as Readonly<Record<string, number>>);
    const ms = stages.reduce((sum, [name, length]) => sum + (name === BEFORE_CREATION ? 0 : length), 0);
    if (stages.length === 0) return; // a pod of `start: ready` has no cold start
    const coldStart = { revision: event.revision ?? "", pod: event.pod ?? "", servingAt: event.t, ms, stages };
    this.coldStartCount++;
    keep(this.slowest, coldStart, MOST_IN_GANTT);
    let marks = this.marks.get(coldStart.revision);
    if (marks === undefined) {
      marks = [];
      this.marks.set(coldStart.revision, marks);
    }
    keep(marks, coldStart, MOST_MARKS);
  }

  private addMarker(event: EventRow): void {
    this.markerCount++;
    if (this.markerList.length >= MOST_MARKERS) return;
    this.markerList.push({ t: event.t, text: markerText(event) });
  }
}

function markerText(event: EventRow): string {
  switch (event.kind) {
    case "ComponentDown":
      return `${component(event.component)} goes down`;
    case "NodeReady":
      return `node ${event.node} joins`;
    case "NodeRemoved":
      return `node ${event.node} is removed`;
    default:
      return String(event.command ?? event.text ?? "");
  }
}

/** Adds to a list of at least the longest `most`; it is cut when it has grown to twice that. */
function keep(list: ColdStart[], coldStart: ColdStart, most: number): void {
  list.push(coldStart);
  if (list.length >= 2 * most) list.splice(0, list.length, ...longest(list, most));
}

/** Ties: the earlier, then the one announced first. */
function longest(list: readonly ColdStart[], most: number): readonly ColdStart[] {
  return list.length <= most ? list : [...list].sort((a, b) => b.ms - a.ms || a.servingAt - b.servingAt).slice(0, most);
}

function byTime(list: readonly ColdStart[]): readonly ColdStart[] {
  return [...list].sort((a, b) => a.servingAt - b.servingAt);
}

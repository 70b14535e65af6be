import { type Instant, MILLISECOND, SECOND, WIDE } from "../engine/time.js";
import type { ColdStartStages, Fact } from "../model/observer.js";
import type { NameTables } from "./names.js";
import { NumberLog, type NumberReader } from "./number-log.js";
import { sixDecimals } from "./rounding.js";
import type { EventRow } from "./run-record.js";
import { TextTable } from "./text-table.js";

/** What a field of a fact holds: how it is kept, and how it is printed. */
type FieldType =
  | "text"
  | "texts"
  | "number"
  | "flag"
  /** µs → s; null stays null. */
  | "instant"
  /** µs → ms */
  | "duration"
  | "stages"
  /** Index → name. */
  | "revision"
  | "pod"
  /** [revision index, percent, tag] → [name, percent, tag] */
  | "targets"
  /** [name, percent, tag] */
  | "shares"
  /** [name, percent] */
  | "percents";
type Fields = readonly (readonly [name: string, type: FieldType])[];

const GENERATION: Fields = [["generation", "number"]];
const REVISION: Fields = [["revision", "revision"]];
const REVISION_BORN: Fields = [...REVISION, ...GENERATION, ["cause", "text"]];
const PERCENTS: Fields = [
  ["percents", "percents"],
  ["next", "instant"],
];
const DECIDER: Fields = [...REVISION, ["panicking", "flag"]];
const PANIC: Fields = [...REVISION, ["panic", "number"], ["ready", "number"], ["threshold", "number"]];
const POD: Fields = [...REVISION, ["pod", "pod"], ["node", "text"]];
const POD_ENDS: Fields = [...POD, ["cause", "text"], ["inFlight", "number"]];
const REQUEST: Fields = [["id", "text"], ...REVISION, ["status", "text"], ["text", "text"]];
const NODE: Fields = [["node", "text"]];
const COMPONENT: Fields = [["component", "text"]];
const COMMAND: Fields = [
  ["command", "text"],
  ["exit", "number"],
  ["stderr", "text"],
];

/** The closed list of contract details part D: kinds, and their fields in the order of the lines' keys. */
const FIELDS: Readonly<Record<Fact["kind"], Fields>> = {
  ServiceCreated: GENERATION,
  ServiceUpdated: GENERATION,
  ServiceDeleted: GENERATION,
  RevisionCreated: REVISION_BORN,
  RevisionDeleted: REVISION_BORN,
  RouteProgrammed: [["targets", "targets"]],
  TrafficChanged: [
    ["from", "shares"],
    ["to", "shares"],
    ["cause", "text"],
  ],
  RolloutStarted: PERCENTS,
  RolloutStep: PERCENTS,
  RolloutFinished: PERCENTS,
  ConditionChanged: [
    ["object", "text"],
    ["revision", "revision"],
    ["type", "text"],
    ["status", "text"],
    ["reason", "text"],
    ["message", "text"],
  ],
  RoutingStateChanged: [...REVISION, ["state", "text"]],
  DeciderCreated: DECIDER,
  DeciderDeleted: DECIDER,
  PanicEntered: PANIC,
  PanicExtended: PANIC,
  PanicExited: PANIC,
  ScaledTo: [
    ...REVISION,
    ["from", "number"],
    ["to", "number"],
    ["desired", "number"],
    ["reason", "text"],
    ["path", "text"],
  ],
  ModeChanged: [...REVISION, ["mode", "text"], ["wanted", "text"], ["cause", "text"], ["activators", "number"]],
  PodCreated: POD,
  PodScheduled: POD,
  PodUnschedulable: POD,
  ImagePulled: POD,
  PodStarted: POD,
  PodServing: [...POD, ["stages", "stages"]],
  PodReady: [...POD, ["readiness", "duration"]],
  PodNotReady: POD,
  PodTerminating: POD_ENDS,
  PodDrained: POD_ENDS,
  PodKilled: POD_ENDS,
  PodFailed: POD_ENDS,
  PodDeleted: POD_ENDS,
  NodeRequested: NODE,
  NodeReady: NODE,
  NodeRemoved: NODE,
  ComponentDown: COMPONENT,
  ComponentUp: COMPONENT,
  ConfigChanged: [
    ["map", "text"],
    ["keys", "texts"],
  ],
  CommandRun: COMMAND,
  CommandFailed: COMMAND,
  ClientGaveUp: REQUEST,
  RequestFailed: REQUEST,
  Note: [["text", "text"]],
};

const KINDS = Object.keys(FIELDS) as readonly Fact["kind"][];
const NUMBER_OF_KIND: ReadonlyMap<string, number> = new Map(KINDS.map((kind, number) => [kind, number]));
const STAGES = ["control", "schedule", "imagePull", "containerStart", "boot", "detect"] as const;

/** Stands for an index or a text that is not there. */
const NONE = -1;

/**
 * The lines of events.jsonl, in about ten bytes each: numbers as they are, every text once.
 *
 * A table says for each kind of fact which fields it has; it gives the order of keys and the way they are kept.
 */
export class EventLog {
  private readonly log = new NumberLog();
  private readonly texts = new TextTable();
  private previousT: Instant = WIDE;
  private count = 0;

  constructor() {
    this.previousT = 0;
  }

  /** Lines so far. */
  get length(): number {
    return this.count;
  }

  add(fact: Fact): void {
    this.put(NUMBER_OF_KIND.get(fact.kind)!);
    this.put(fact.t - this.previousT);
    this.put("service" in fact ? fact.service : NONE);
    const values = fact as unknown as Readonly<Record<string, unknown>>;
    for (const [name, type] of FIELDS[fact.kind]) this.write(type, values[name]);
    this.previousT = fact.t;
    this.count++;
  }

  /** Lines in the order announced: names instead of indices, seconds and milliseconds instead of microseconds. */
  *rows(names: NameTables): IterableIterator<EventRow> {
    const reader = this.log.reader();
    let t = 0;
    const { count } = this;
    for (let i = 0; i < count; i++) {
      const kind = KINDS[reader.readNumber()];
      t += reader.readNumber();
      const row: EventRow = { t: t / SECOND, kind };
      const service = reader.readNumber();
      if (service !== NONE) row.service = names.services[service];
      for (const [name, type] of FIELDS[kind]) {
        const value = this.read(type, reader, names);
        if (value !== undefined) row[name] = value;
      }
      yield row;
    }
  }

  private write(type: FieldType, value: unknown): void {
    switch (type) {
      case "text":
        this.putText(value as string | undefined);
        break;
      case "texts":
        this.putList(value as readonly string[], (text) => this.putText(text));
        break;
      case "number":
      case "duration":
        this.put(value as number);
        break;
      case "flag":
        this.put(value ? 1 : 0);
        break;
      case "instant":
        this.put((value as number | null) ?? Number.NaN);
        break;
      case "stages":
        for (const stage of STAGES) this.put((value as ColdStartStages)[stage]);
        break;
      case "revision":
      case "pod":
        this.put((value as number | undefined) ?? NONE);
        break;
      case "targets":
        this.putList(value as readonly (readonly [number, number, string])[], ([revision, percent, tag]) => {
          this.put(revision);
          this.put(percent);
          this.putText(tag);
        });
        break;
      case "shares":
        this.putList(value as readonly (readonly [string, number, string])[], ([revision, percent, tag]) => {
          this.putText(revision);
          this.put(percent);
          this.putText(tag);
        });
        break;
      case "percents":
        this.putList(value as readonly (readonly [string, number])[], ([revision, percent]) => {
          this.putText(revision);
          this.put(percent);
        });
        break;
    }
  }

  private read(type: FieldType, reader: NumberReader, names: NameTables): unknown {
    const next = (): number => reader.readNumber();
    const nextText = (): string | undefined => this.texts.textOf(next());
    const list = <T>(item: () => T): T[] => Array.from({ length: next() }, item);
    switch (type) {
      case "text":
        return nextText();
      case "texts":
        return list(nextText);
      case "number":
        return sixDecimals(next());
      case "flag":
        return next() === 1;
      case "instant": {
        const us = next();
        return Number.isNaN(us) ? null : us / SECOND;
      }
      case "duration":
        return next() / MILLISECOND;
      case "stages":
        return Object.fromEntries(STAGES.map((stage) => [stage, next() / MILLISECOND]));
      case "revision":
        return names.revisions[next()];
      case "pod":
        return names.pods[next()];
      case "targets":
        return list(() => [names.revisions[next()], next(), nextText()]);
      case "shares":
        return list(() => [nextText(), next(), nextText()]);
      case "percents":
        return list(() => [nextText(), next()]);
    }
  }

  private put(value: number): void {
    this.log.reserve(1);
    this.log.writeNumber(value);
  }

  private putList<T>(items: readonly T[], putItem: (item: T) => void): void {
    this.put(items.length);
    for (const item of items) putItem(item);
  }

  private putText(text: string | undefined): void {
    this.put(text === undefined ? NONE : this.texts.numberOf(text));
  }
}

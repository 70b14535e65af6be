import type { DecisionRow, EventRow } from "../measure/run-record.js";
import { counted, plain } from "./number-words.js";

/** What is known of a revision's scaling beyond its decisions; without it sentences stay general. */
export interface ScalingTerms {
  /** What is scaled on; null when it cannot be told. */
  readonly metric: "concurrency" | "rps" | null;
  /** Lengths of the two windows in seconds; null when they cannot be told. */
  readonly stableWindowSeconds: number | null;
  readonly panicWindowSeconds: number | null;
}

export const UNKNOWN_TERMS: ScalingTerms = { metric: null, stableWindowSeconds: null, panicWindowSeconds: null };

/** One sentence of a run's story. */
export interface Sentence {
  /** Seconds of virtual time. */
  readonly t: number;
  readonly kind: string;
  readonly revision: string;
  /** Without the time and without a final full stop. */
  readonly text: string;
}

export interface StoryOptions {
  /** Only sentences about this revision. */
  readonly revision?: string;
  readonly termsOf?: (revision: string) => ScalingTerms;
}

/**
 * Why the pod counts changed, told in order of time: scale changes with the decision behind them, panic, changes of the
 * request path, of traffic, of revisions, failures, and what the user did. Decisions that changed nothing are left out.
 *
 * Events and decisions are both in order of time, as in their files.
 */
export function* story(
  events: Iterable<EventRow>,
  decisions: Iterable<DecisionRow>,
  options: StoryOptions = {},
): IterableIterator<Sentence> {
  const { revision: only, termsOf = () => UNKNOWN_TERMS } = options;
  const latest = new Map<string, DecisionRow>();
  const pending = decisions[Symbol.iterator]();
  let next = pending.next();
  for (const event of events) {
    // A decision at the instant of a scale change is its cause.
    while (!next.done && next.value.t <= event.t) {
      if (next.value.valid) latest.set(next.value.revision, next.value);
      next = pending.next();
    }
    const revision = event.revision ?? "";
    if (only !== undefined && revision !== only) continue;
    const text = eventInWords(event, latest.get(revision) ?? null, termsOf(revision));
    if (text !== null) yield { t: event.t, kind: event.kind, revision, text };
  }
}

/**
 * An event in words, without its time; null when there is nothing to tell (a pod's daily life).
 *
 * @param decision the revision's latest valid decision at that moment, for the reason of a scale change
 */
export function eventInWords(event: EventRow, decision: DecisionRow | null, terms: ScalingTerms): string | null {
  const who = event.revision ?? event.service ?? "";
  switch (event.kind) {
    case "ScaledTo":
      return `${who} went from ${number(event.from)} to ${counted(number(event.to), "pod")}: ${scaleReason(event, decision, terms)}`;
    case "PanicEntered":
      return `${who} entered panic: ${load(number(event.panic), terms)} ${over(terms.panicWindowSeconds, "panic window")} on ${counted(number(event.ready), "ready pod")}${threshold(event)}`;
    case "DeciderCreated":
      return event.panicking === true
        ? `${who} is decided about anew, in panic: nothing is known of its load, and more than one pod is ready`
        : null;
    case "PanicExited":
      return `${who} left panic: its load has stayed under the threshold for one stable window`;
    case "ModeChanged":
      return modeChange(who, event);
    case "RevisionCreated":
      return `${who} was created`;
    case "RevisionDeleted":
      return `${who} was deleted (${word(event.cause)})`;
    case "ServiceCreated":
    case "ServiceDeleted":
      return `service ${who} was ${event.kind === "ServiceCreated" ? "created" : "deleted"}`;
    case "ConditionChanged":
      return failure(who, event);
    case "RouteProgrammed":
      return `the ingress now sends traffic of ${who} to ${targets(event.targets)}`;
    case "PodUnschedulable":
      return `pod ${event.pod ?? ""} fits on no node and waits`;
    case "PodKilled":
    case "PodFailed":
      return `pod ${event.pod ?? ""} of ${who} ${event.kind === "PodKilled" ? "was killed" : "failed"} (${word(event.cause)}) with ${counted(number(event.inFlight), "request")} in flight`;
    case "NodeReady":
      return `node ${word(event.node)} joined`;
    case "NodeRemoved":
      return `node ${word(event.node)} was removed`;
    case "ComponentDown":
      return `${component(event.component)} went down`;
    case "ComponentUp":
      return `${component(event.component)} is back`;
    case "ConfigChanged":
      return `${word(event.map)} changed: ${list(event.keys).map(String).join(", ")}`;
    case "CommandRun":
      return `the user ran: ${word(event.command)}`;
    case "CommandFailed":
      return `a command failed: ${word(event.command)} (${word(event.stderr).trim()})`;
    case "Note":
      return word(event.text);
    default:
      return null;
  }
}

/** A decision in words, with what it wants: for `why` and `explain`. */
export function decisionInWords(decision: DecisionRow, terms: ScalingTerms = UNKNOWN_TERMS): string {
  const { desired } = decision;
  const wish = desired === null ? "no wish" : `wants ${counted(desired, "pod")}`;
  return `${decision.revision} ${wish}: ${decisionReason(decision, terms)}${decision.panicking ? " (in panic)" : ""}`;
}

/** Why a decision came out as it did, in numbers where it has them. */
export function decisionReason(decision: DecisionRow, terms: ScalingTerms = UNKNOWN_TERMS): string {
  const { reason, ready, target, desired } = decision;
  const each = `target ${plain(target)} each`;
  const stable = `${load(decision.stable, terms)} on average ${over(terms.stableWindowSeconds, "stable window")}`;
  const panic = `${load(decision.panic, terms)} ${over(terms.panicWindowSeconds, "panic window")} on ${counted(ready, "ready pod")}`;
  switch (reason) {
    case "notCollecting":
      return "its metrics are not collected yet";
    case "noData":
      return "no sample has reached its windows";
    case "podCountError":
      return "its ready pods could not be counted";
    case "stableWindow":
      return `${stable}, ${each}`;
    case "panicWindow":
      return `${panic}, ${each} → panic`;
    case "panicHold":
      return `in panic the count never falls; ${counted(decision.maxPanicPods, "pod")} is the most asked for since panic began (now ${panic})`;
    case "scaleDownDelay":
      return `the scale-down delay holds the highest wish of its window; now ${stable}, ${each}`;
    case "activationScale":
      return `activation-scale asks for at least ${counted(desired ?? 0, "pod")} when it starts from zero; ${stable}`;
    case "maxScaleUpRate":
      return `${panic}, ${each} would take more, but max-scale-up-rate stops at ${plain(decision.up ?? desired ?? 0)} from ${ready} ready`;
    case "maxScaleDownRate":
      return `${stable}, ${each} would take fewer, but max-scale-down-rate stops at ${plain(decision.down ?? desired ?? 0)} from ${ready} ready`;
    case "zero":
      return `no request ${over(terms.stableWindowSeconds, "stable window")}`;
  }
}

/** Reasons of the pod autoscaler itself, which bounds the decider's wish (contract details D). */
function scaleReason(event: EventRow, decision: DecisionRow | null, terms: ScalingTerms): string {
  const to = number(event.to);
  const wished = typeof event.desired === "number" && event.desired >= 0 ? ` (the decider wants ${event.desired})` : "";
  switch (event.reason) {
    case "decider":
      return decision === null ? "the decider wants it" : decisionReason(decision, terms);
    case "minScale":
      return `min-scale keeps at least ${to}${wished}`;
    case "maxScale":
      return `max-scale allows no more than ${to}${wished}`;
    case "initialScale":
      return `a new revision starts with initial-scale ${to}`;
    case "scaleToZeroDisabled":
      return `scale to zero is disabled${wished}`;
    case "parkedAtOne":
      return `it wants zero, but has not been active for a whole stable window: one pod stays`;
    case "idle":
      return `idle ${over(terms.stableWindowSeconds, "stable window")}, ${idlePath(event.path)}`;
    case "activationTimeout":
      return "it did not become ready in time and gives up";
    case "user":
      return "the user asked for it";
    default:
      return word(event.reason);
  }
}

function idlePath(path: unknown): string {
  switch (path) {
    case "grace":
      return "and the scale-to-zero grace period has passed";
    case "retention":
      return "and the pod retention period has passed";
    default:
      return "and the activator is already in the path";
  }
}

function modeChange(who: string, event: EventRow): string {
  const where =
    event.mode === "proxy"
      ? `requests to ${who} go through the activator`
      : `requests to ${who} go straight to its pods`;
  switch (event.cause) {
    case "noReadyPods":
      return `${where}: no pod is ready`;
    case "noActivators":
      return `${where}: there is no activator`;
    case "ebc":
      return `${where}: ${event.mode === "proxy" ? "too little" : "enough"} spare capacity for a burst`;
    default:
      return where;
  }
}

/** A service or revision that turns not ready; every other condition is its daily life. */
function failure(who: string, { object, type, status, reason, message }: EventRow): string | null {
  if (type !== "Ready" || status !== "False" || (object !== "Service" && object !== "Revision")) return null;
  const what = object === "Service" ? `service ${who} is` : `${who} is`;
  return `${what} not ready: ${word(reason)}: ${word(message).trim()}`;
}

/** The autoscaler, or an activator by its name. */
export function component(name: unknown): string {
  return name === "autoscaler" ? "the autoscaler" : word(name);
}

function threshold(event: EventRow): string {
  return typeof event.threshold === "number" ? `, at least ${plain(event.threshold)} times what they should carry` : "";
}

function targets(value: unknown): string {
  const parts = list(value).map((target) => {
    const [revision, percent, tag] = list(target);
    const label = tag === undefined || tag === null || tag === "" ? "" : ` (tag ${word(tag)})`;
    return `${word(revision)} ${plain(number(percent))} %${label}`;
  });
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

function load(value: number | null, { metric }: ScalingTerms): string {
  if (value === null) return "no data";
  if (metric === null) return `a load of ${plain(value)}`;
  return metric === "rps" ? `${plain(value)} requests per second` : `${counted(value, "request")} in flight`;
}

function over(seconds: number | null, window: string): string {
  return seconds === null ? `over the ${window}` : `over the last ${plain(seconds, 3)} s`;
}

/** Fields of events are unknown until their kind is; these read what the kind promises and never throw. */
function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function word(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

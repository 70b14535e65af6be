import { type EventHandle, NO_EVENT } from "../engine/calendar.js";
import { type Instant, NEVER, WIDE } from "../engine/time.js";
import type { Node } from "./nodes.js";
import type { ColdStartStages, PodEndCause } from "./observer.js";
import type { PodFailure } from "./pod-failure.js";
import type { QueueProxy } from "./queue-proxy.js";
import type { Revision } from "./revision.js";

/** How long each stage of a pod's start takes, µs, as drawn when the pod was asked for. */
export interface StartDurations {
  readonly control: number;
  readonly schedule: number;
  readonly imagePull: number;
  readonly containerStart: number;
  readonly boot: number;
  readonly readiness: number;
  /** From the deletion mark to the end; null = the modelled drain. */
  readonly termination: number | null;
}

/**
 * One pod: scheduled → image present → containers started → able to serve → ready, and at last terminating → gone.
 *
 * State only; what moves it is in pod-lifecycle.ts. "Able to serve" is when an activator's probe found it, which for slow
 * applications is earlier than Kubernetes' readiness.
 */
export class Pod {
  // What every request looks at comes first, so that it lies together.
  /** Killed: whoever still sends to its address gets an error. */
  isDead = false;
  isGone = false;
  /** No request came for the drain's quiet period: only requests in flight keep it. */
  isDrained = false;
  isTerminating = false;
  servingAt: Instant = NEVER;
  readonly createdAt: Instant = WIDE;

  node: Node | null = null;
  address = "";

  scheduledAt: Instant = NEVER;
  startedAt: Instant = NEVER;
  readyAt: Instant = NEVER;
  terminatingSince: Instant = NEVER;

  /** Its containers run: phase Running, otherwise Pending. */
  isRunning = false;
  /** The activators send requests to it. */
  isRouted = false;
  /** Ready for Kubernetes and not marked for deletion. */
  isReady = false;
  endCause: PodEndCause = "scaleDown";
  /** What went wrong while it started; null = nothing. */
  failure: PodFailure | null = null;

  readonly stages: ColdStartStages;
  /** The next step of its start; NO_EVENT when there is none. */
  nextStep: EventHandle = NO_EVENT;
  readiness: EventHandle = NO_EVENT;
  drainCheck: EventHandle = NO_EVENT;
  gracePeriod: EventHandle = NO_EVENT;

  constructor(
    /** In order of creation among all pods of the run. */
    readonly index: number,
    /** In its revision, from 0, in the order in which they were asked for. */
    readonly ordinal: number,
    readonly name: string,
    readonly revision: Revision,
    createdAt: Instant,
    readonly durations: StartDurations,
    readonly queueProxy: QueueProxy,
  ) {
    this.createdAt = createdAt;
    this.stages = { control: durations.control, schedule: 0, imagePull: 0, containerStart: 0, boot: 0, detect: 0 };
  }

  /** Whether anybody answers at its address: a queue-proxy does not listen any more once it has drained. */
  get isAnswering(): boolean {
    return !this.isDead && !this.isGone && !this.isDrained;
  }

  /** Whether scale-down may choose it, i.e. whether it counts as a replica. */
  get isReplica(): boolean {
    return !this.isTerminating && !this.isGone;
  }
}

/** Letters and digits of generated names: nothing that could spell a word. */
const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/**
 * `<revision>-deployment-<hash>-<5 characters>`: the hash is common to a revision's pods, the end follows the ordinal.
 *
 * Different ordinals of one revision have different ends: they are the digits of the ordinal, scrambled by a bijection.
 *
 * @see kubernetes staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go (alphabet)
 */
export function podName(revision: string, ordinal: number): string {
  const seed = hash32(revision);
  const base = NAME_ALPHABET.length;
  const range = SUFFIXES;
  let number = (((ordinal % range) * SCRAMBLE) % range) + (hash32(`pods of ${revision}`) % range);
  let suffix = "";
  for (let i = 0; i < SUFFIX_LENGTH; i++) {
    suffix += NAME_ALPHABET[number % base];
    number = Math.floor(number / base);
  }
  let rest = seed;
  let template = "";
  for (let i = 0; i < TEMPLATE_HASH_LENGTH; i++) {
    template += NAME_ALPHABET[rest % base];
    rest = i === 4 ? hash32(revision + template) : Math.floor(rest / base);
  }
  return `${revision}-deployment-${template}-${suffix}`;
}

/** `<revision>-deployment-<hash>`: what the names of a revision's pods have in common. */
export function replicaSetName(revision: string): string {
  return podName(revision, 0).slice(0, -SUFFIX_LENGTH - 1);
}

const SUFFIX_LENGTH = 5;
/** 27 to the power of 5. */
const SUFFIXES = 14_348_907;
const TEMPLATE_HASH_LENGTH = 9;
/** Prime to the number of suffixes (a power of 3), so that multiplication permutes them. */
const SCRAMBLE = 8_191_993;

/** FNV-1a, 32 bits. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

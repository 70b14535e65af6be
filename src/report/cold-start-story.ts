import type { EventRow, Summary } from "../measure/run-record.js";
import { counted, latency } from "./number-words.js";
import type { Sentence } from "./words.js";

/** Stages in words; those of no length are left out. */
const STAGE_WORDS: Readonly<Record<string, string>> = {
  schedule: "scheduling",
  imagePull: "image pull",
  containerStart: "container start",
  boot: "boot",
  detect: "detection",
};

interface Serving {
  readonly t: number;
  readonly ms: number;
  readonly stages: readonly (readonly [name: string, ms: number])[];
}

/** What makes pods start: a scale-up, or the end of a pod that another one replaces. */
const CAUSES: ReadonlySet<string> = new Set(["ScaledTo", "PodKilled", "PodFailed", "PodTerminating"]);

/** Gathers pods that become able to serve for one reason into one sentence. */
export class ColdStartStory {
  readonly sentences: Sentence[] = [];
  private readonly open = new Map<string, Serving[]>();

  add(event: EventRow): void {
    const revision = event.revision ?? "";
    if (CAUSES.has(event.kind)) this.close(revision);
    if (event.kind !== "PodServing") return;
    const stages = Object.entries((event.stages ?? {}) as Readonly<Record<string, number>>).filter(
      ([name]) => name in STAGE_WORDS,
    );
    if (stages.length === 0) return; // a pod of `start: ready` has no cold start
    const ms = stages.reduce((sum, [, length]) => sum + length, 0);
    const list = this.open.get(revision);
    const serving = { t: event.t, ms, stages };
    if (list === undefined) this.open.set(revision, [serving]);
    else list.push(serving);
  }

  end(): void {
    for (const revision of [...this.open.keys()]) this.close(revision);
  }

  private close(revision: string): void {
    const servings = this.open.get(revision);
    if (servings === undefined) return;
    this.open.delete(revision);
    const sorted = [...servings].sort((a, b) => a.ms - b.ms);
    const slowest = sorted[sorted.length - 1];
    const parts = stagesInWords(slowest.stages);
    const text =
      servings.length === 1
        ? `a pod of ${revision} can serve, ${latency(slowest.ms)} after its creation: ${parts}`
        : `${servings.length} pods of ${revision} can serve, ${latency(sorted[0].ms)} to ${latency(slowest.ms)} after their creation; the slowest took ${parts}`;
    this.sentences.push({ t: servings[servings.length - 1].t, kind: "PodServing", revision, text });
  }
}

/** What the cold requests of each revision waited for, stage by stage; told at the end of what is measured. */
export function coldRequests({ revisions, to }: Summary): Sentence[] {
  return Object.entries(revisions).flatMap(([revision, { requests, coldStart }]) => {
    if (requests.cold === 0) return [];
    const medians = Object.entries(coldStart.stages)
      .filter(([name, { p50 }]) => name in STAGE_WORDS && p50 !== null)
      .map(([name, { p50 }]) => [name, p50 ?? 0] as const);
    const stages = medians.length === 0 ? "" : `: ${stagesInWords(medians)} (medians)`;
    const length = coldStart.p50 === null ? "" : `, ${latency(coldStart.p50)} by the median${stages}`;
    const text = `in all, ${counted(requests.cold, "request")} to ${revision} waited for a pod to start${length}`;
    return [{ t: to, kind: "ColdRequests", revision, text }];
  });
}

function stagesInWords(stages: readonly (readonly [name: string, ms: number])[]): string {
  return stages
    .filter(([, ms]) => ms > 0)
    .map(([name, ms]) => `${STAGE_WORDS[name]} ${latency(ms)}`)
    .join(", ");
}

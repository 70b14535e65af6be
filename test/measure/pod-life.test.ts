import { describe, expect, it } from "vitest";
import { PodLife } from "../../src/measure/pod-life.js";
import type { Fact } from "../../src/model/observer.js";

type Kind = Extract<Fact, { pod: number }>["kind"];

/** Lets these things happen to one pod, one after another. */
function live(...kinds: Kind[]): () => void {
  return () => {
    const life = new PodLife();
    kinds.forEach((kind, t) => {
      life.happened({ t, kind, service: 0, revision: 0, pod: 99 } as Extract<Fact, { pod: number }>);
    });
  };
}

const UP: Kind[] = ["PodCreated", "PodScheduled", "ImagePulled", "PodStarted", "PodServing", "PodReady"];

describe("a pod's life", () => {
  it.each<[string, Kind[]]>([
    ["from creation to a drained end", [...UP, "PodTerminating", "PodDrained", "PodDeleted"]],
    ["that is there from the beginning", ["PodCreated", "PodReady", "PodTerminating", "PodDrained", "PodDeleted"]],
    ["that waits for a node and is given up", ["PodCreated", "PodUnschedulable", "PodTerminating", "PodDeleted"]],
    ["that is killed while it drains", [...UP, "PodTerminating", "PodKilled", "PodDeleted"]],
    ["that is killed", [...UP, "PodKilled", "PodDeleted"]],
    ["ready again after it was not", [...UP, "PodNotReady", "PodServing", "PodReady"]],
    [
      "that crashes and starts again",
      ["PodCreated", "PodScheduled", "PodStarted", "PodFailed", "PodStarted", "PodReady"],
    ],
  ])("may be one %s", (_, kinds) => {
    expect(live(...kinds)).not.toThrow();
  });

  it.each<[string, Kind[]]>([
    ["started before it has a node", ["PodCreated", "PodStarted"]],
    ["ready before it exists", ["PodReady"]],
    ["scheduled twice", ["PodCreated", "PodScheduled", "PodScheduled"]],
    ["ready twice", [...UP, "PodReady"]],
    ["ready after its end has begun", ["PodCreated", "PodScheduled", "PodStarted", "PodTerminating", "PodReady"]],
    ["deleted without an end", [...UP, "PodDeleted"]],
    ["deleted twice", [...UP, "PodKilled", "PodDeleted", "PodDeleted"]],
    ["drained while it serves", [...UP, "PodDrained"]],
    ["killed when it is gone", [...UP, "PodKilled", "PodDeleted", "PodKilled"]],
  ])("is never %s", (_, kinds) => {
    expect(live(...kinds)).toThrow(/cannot happen to this pod now/);
  });
});

import { describe, expect, it } from "vitest";
import { ColdStartStory } from "../../src/report/cold-start-story.js";

describe("the story of cold starts", () => {
  const about = { service: "hello", revision: "hello-00001" };
  const serving = (t: number, containerStart: number) => ({
    ...{ t, kind: "PodServing", ...about },
    stages: { control: 5, schedule: 0, imagePull: 0, containerStart, boot: 0, detect: 100 },
  });
  const told = (...events: Parameters<ColdStartStory["add"]>[0][]) => {
    const story = new ColdStartStory();
    for (const event of events) story.add(event);
    story.end();
    return story.sentences.map(({ t, text }) => `${t} ${text}`);
  };

  it("tells the pods of one scale-up together", () => {
    expect(told({ t: 1, kind: "ScaledTo", ...about }, serving(3, 1900), serving(4, 2900))).toEqual([
      "4 2 pods of hello-00001 can serve, 2 s to 3 s after their creation; the slowest took container start 2.9 s, detection 100 ms",
    ]);
  });

  it("tells the pod that replaces a killed one by itself", () => {
    expect(told(serving(3, 1900), { t: 60, kind: "PodKilled", ...about }, serving(62, 1900))).toEqual([
      "3 a pod of hello-00001 can serve, 2 s after its creation: container start 1.9 s, detection 100 ms",
      "62 a pod of hello-00001 can serve, 2 s after its creation: container start 1.9 s, detection 100 ms",
    ]);
  });
});

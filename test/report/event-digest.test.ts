import { describe, expect, it } from "vitest";
import { EventDigest } from "../../src/report/event-digest.js";

describe("the marks in a chart", () => {
  it("show what the user did to the cluster: commands, notes, components and nodes", () => {
    const digest = new EventDigest(600);
    digest.addEvent({ t: 10, kind: "CommandRun", command: "service update hello", exit: 0, stderr: "" });
    digest.addEvent({ t: 20, kind: "ComponentDown", component: "autoscaler" });
    digest.addEvent({ t: 25, kind: "ComponentUp", component: "autoscaler" });
    digest.addEvent({ t: 30, kind: "NodeRequested", node: "spare" });
    digest.addEvent({ t: 30, kind: "NodeReady", node: "spare" });
    digest.addEvent({ t: 40, kind: "Note", text: "node node-1 is drained" });
    digest.addEvent({ t: 50, kind: "NodeRemoved", node: "node-1" });
    expect(digest.markers()).toEqual({
      count: 5,
      shown: [
        { t: 10, text: "service update hello" },
        { t: 20, text: "the autoscaler goes down" },
        { t: 30, text: "node spare joins" },
        { t: 40, text: "node node-1 is drained" },
        { t: 50, text: "node node-1 is removed" },
      ],
    });
  });
});

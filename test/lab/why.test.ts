import { describe, expect, it } from "vitest";
import { HELLO, lastOutput } from "./lab-play.js";

const AUTO = "kn service create auto --image gcr.io/knative-samples/autoscale-go --scale-target 10";
const LOAD = "hey -z 5m -c 100 http://auto.default.example.com?sleep=100 &";

describe("why", () => {
  it("asks for something to explain", async () => {
    expect(await lastOutput(["-why"])).toBe("why: there is no revision yet\n");
    expect(await lastOutput([HELLO, "-why x"])).toBe('why: there is no service or revision "x"\n');
  });

  it("says that nothing was decided yet", async () => {
    expect(await lastOutput([HELLO, "why"])).toContain(
      "The autoscaler has not decided anything yet: no sample has reached its windows.\n",
    );
  });

  it("says what keeps the last pod of a young revision, and until when", async () => {
    // Active since 2 s (the whole second), one stable window: 1m02s.
    expect(await lastOutput([HELLO, "sleep 40s", "why"])).toContain(
      "it must have been active for a whole stable window (1m0s, since 2s): one pod stays until 1m02s.\n",
    );
  });

  it("says until when the last pod waits for the activator to have been in the path for the grace period", async () => {
    const line = `${HELLO} --annotation autoscaling.knative.dev/target-burst-capacity=0`;
    const output = await lastOutput([line, `curl hello.default.example.com`, "sleep 70s", "why"]);
    // Past the activator until it turns inactive, some second after 1m02s; 30 s of grace from then on.
    expect(output).toMatch(/It is inactive since 1m0(\d)s; its last pods stay until 1m3\1(\.\d)?s, /);
    expect(output).toContain("it is in the path only while no pod is wanted or ready.\n");
  });

  it("says until when pods are kept by a retention period", async () => {
    const annotation = "autoscaling.knative.dev/scale-to-zero-pod-retention-period=10m";
    const output = await lastOutput([`${HELLO} --annotation ${annotation}`, "sleep 2m", "why"]);
    // Inactive since some second after 1m02s; ten minutes later.
    expect(output).toMatch(/It is inactive since 1m0\ds; its last pods stay until 11m0\ds, /);
  });

  it("says what the next request finds at zero", async () => {
    expect(await lastOutput([HELLO, "sleep 3m", "why"])).toMatch(
      /hello-00001 has 0 ready pods\.\n(.*\n)+It is at zero since about 1m0\ds \(NoTraffic\): the next request waits in the activator for a pod\.\n/,
    );
  });

  it("gives averages, target, panic and the bound", async () => {
    const output = await lastOutput([`${AUTO} --scale-max 5`, LOAD, "sleep 15s", "why"]);
    // 100 in flight, 7 per pod: 15 wanted.
    expect(output).toContain("wanted 15 pods: 100 requests in flight over the last 6 s");
    expect(output).toContain("max-scale 5 cuts that to 5.\n");
    expect(output).toContain("It is in panic: the count does not fall below 15 pods until");
  });

  it("says when panic may end", async () => {
    const quiet = [AUTO, LOAD.replace("5m", "10s"), "sleep 30s", "why"];
    // 100 requests ask for 15 pods: twice what is ready only until 8 are, some 6 s after the start; then a stable window.
    expect(await lastOutput(quiet)).toMatch(
      /of what the ready pods should carry for 1m0s, after 1m0\ds at the earliest\.\n/,
    );
  });

  it("says why a revision is not ready", async () => {
    const crash = "image a/bad fault='{kind: crash, exitCode: 3, message: boom}'";
    expect(await lastOutput([crash, "-kn service create bad --image a/bad", "why"])).toMatch(
      /^bad-00001 has 0 ready pods, 1 starting\.\nIt failed [12]s after the start: ExitCode3: Container failed with: boom\n/,
    );
    const missing = "image a/bad fault=imageMissing";
    expect(await lastOutput([missing, "-kn service create bad --image a/bad", "why"])).toContain(
      'ContainerMissing: Unable to fetch image "a/bad": failed to resolve image to digest: ',
    );
  });

  it("adds up the excess burst capacity", async () => {
    // 15 pods × 10 − 211 − 100 = −161.
    expect(await lastOutput([AUTO, LOAD, "sleep 3m", "why"])).toContain(
      "Requests go through the activator: excess burst capacity is 15 ready × 10 − 211 (target-burst-capacity) − 100 in flight → -161, below 0.\n",
    );
  });
});

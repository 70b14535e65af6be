import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.js";
import { WARNING_IDS } from "../../src/scenario/warning-ids.js";
import { HEAD, HELLO, load, WITH_HELLO } from "./loading.js";

/** Every warning by its id, each with the least that brings it about. */

/** As contract details A35 names them; the others are ours. */
const IDS_OF_THE_CONTRACT = ["W-hpa", "W-probe-exec", "W-startup-probe", "W-volume"];

const MANIFEST = `${HEAD}services: [{manifest: hello.yaml, app: {serviceTime: 1ms}}]\n`;
const withPod = (lines: string) => ({ "hello.yaml": `${HELLO}${lines}` });
const withTraffic = (source: string) => `${WITH_HELLO}traffic: [{to: hello, ${source}}]\n`;
const BUCKETS = "HashOwner,HashApp,HashFunction,Trigger,1\no,a,f,http,3\n";

type Given = Parameters<typeof load>[1];

const LOADING: Readonly<Record<string, readonly [scenario: string, given?: Given]>> = {
  "W-hpa": [
    MANIFEST,
    {
      files: {
        "hello.yaml": HELLO.replace(
          "      annotations:\n",
          "      annotations:\n        autoscaling.knative.dev/class: hpa.autoscaling.knative.dev\n",
        ),
      },
    },
  ],
  "W-probe-exec": [MANIFEST, { files: withPod("          readinessProbe: {exec: {command: [ls]}}\n") }],
  "W-startup-probe": [MANIFEST, { files: withPod("          startupProbe: {tcpSocket: {}}\n") }],
  "W-volume": [
    MANIFEST,
    { files: withPod("      volumes: [{name: data, persistentVolumeClaim: {claimName: data, readOnly: true}}]\n") },
  ],
  "W-init-container": [MANIFEST, { files: withPod("      initContainers: [{name: first, image: example/first}]\n") }],
  "W-annotation": [MANIFEST, { files: { "hello.yaml": HELLO.replace("dev/target", "dev/taget") } }],
  "W-kind": [
    `${WITH_HELLO}manifests: [other.yaml]\n`,
    { files: { "other.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n" } },
  ],
  "W-configuration": [
    `${WITH_HELLO}manifests: [other.yaml]\n`,
    {
      files: {
        "other.yaml":
          "apiVersion: serving.knative.dev/v1\nkind: Configuration\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{image: example/x}]}}}\n",
      },
    },
  ],
  "W-config-key": [`${WITH_HELLO}knative: {config-autoscaler: {stable-windw: 60s}}\n`],
  "W-service-time": [`${HEAD}services: [{name: hello, image: example/hello}]\n`],
  "W-app": [`${WITH_HELLO}apps: {example/helo: {serviceTime: 1ms}}\n`],
  "W-never-active": [withTraffic("rate: 1, from: 2m")],
  "W-negative-rate": [withTraffic("rate: {sine: {mean: 1, amplitude: 2, period: 1m}}")],
  "W-bad-lines": [
    withTraffic("trace: {file: t.csv, format: timestamps}"),
    { files: { "t.csv": "1\nx\n2\n" }, skipBadLines: true },
  ],
  "W-rounded": [withTraffic("rate: 1, timeout: 1s").replace("1ms", "1ns")],
  "W-event-after-end": [`${WITH_HELLO}events: [{at: 50s, note: late}]\n`, { duration: "10s" }],
};

/** Those of `simulate` and of `knsim decide`, which have a test of their own below or in test/cli/decide.test.ts. */
const LATER = ["W-event", "W-timeline", "W-spacing"];

describe("warnings", () => {
  it("have the contract's ids", () => {
    expect(WARNING_IDS).toEqual(expect.arrayContaining(IDS_OF_THE_CONTRACT));
  });

  it("are all brought about by a test", () => {
    expect([...Object.keys(LOADING), ...LATER].sort()).toEqual([...WARNING_IDS].sort());
  });

  it.each(Object.entries(LOADING))("are given at load, with a place: %s", async (id, [scenario, given]) => {
    const { diagnostics } = await load(scenario, given);
    expect(diagnostics.map((each) => each.id)).toEqual([id]);
    expect(diagnostics[0]).toMatchObject({ severity: "warning", line: expect.any(Number) });
    expect(diagnostics[0].line).toBeGreaterThan(0);
  });

  it("name the annotation that was probably meant, and leave alone those of others", async () => {
    const annotations = (lines: string) => ({
      files: { "hello.yaml": HELLO.replace("      annotations:\n", `      annotations:\n${lines}`) },
    });
    const { diagnostics } = await load(MANIFEST, annotations("        autoscaling.knative.dev/min_scale: '1'\n"));
    expect(diagnostics).toMatchObject([{ suggestion: "autoscaling.knative.dev/min-scale", line: 9 }]);
    const others = "        example.com/target: x\n        autoscaling.knative.dev/minScale: '1'\n        target: y\n";
    expect((await load(MANIFEST, annotations(others))).diagnostics).toEqual([]);
  });

  it("are given for a trace without durations, too", async () => {
    const { diagnostics } = await load(`${HEAD}traffic: [{trace: {file: t.csv, format: azure-2019}}]\n`, {
      files: { "t.csv": BUCKETS },
    });
    expect(diagnostics.map(({ id }) => id)).toEqual(["W-service-time"]);
  });

  it("are given for a command that is refused during the run: W-event", async () => {
    const event = 'events: [{at: 1s, kn: "service update hello --traffic hello-00001=90 --traffic hello-00002=20"}]\n';
    const { summary } = await simulate(`${WITH_HELLO}${event}`);
    expect(summary.warnings).toMatchObject([
      { id: "W-event", line: 5, message: expect.stringContaining("given traffic percents sum to 110, want <=100") },
    ]);
  });

  it("are given for more than two million rows of timeline.csv: W-timeline", { timeout: 30_000 }, async () => {
    // 556 h = 2,001,600 s of a service that sleeps
    const scenario = WITH_HELLO.replace("1m", "556h").replace("name: hello,", "name: hello, start: zero,");
    const { summary, timeline } = await simulate(`${scenario}report: {decisions: none}\n`);
    expect(summary.warnings.map(({ id }) => id)).toEqual(["W-timeline"]);
    expect([...timeline()]).toHaveLength(1);
  });
});

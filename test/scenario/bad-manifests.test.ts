import { describe, expect, it } from "vitest";
import { errorsOf, HEAD, problemsOf } from "./loading.js";

const BAD = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: bad}
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/min-scale: "-1"
    spec:
      containerConcurrency: 1001
      containers:
        - image: example/hello
  traffic:
    - percent: 60
    - percent: 50
`;
const MIN_SCALE =
  "expected 0 <= -1 <= 2147483647: spec.template.metadata.annotations.autoscaling.knative.dev/min-scale";
const CONCURRENCY = "expected 0 <= 1001 <= 1000: spec.template.spec.containerConcurrency";
const SUM = "Traffic targets sum to 110, want 100: spec.traffic";

describe("a manifest that Knative refuses", () => {
  it("is refused with Knative's words at each field's place", async () => {
    expect(await errorsOf(`${HEAD}services: [{manifest: bad.yaml}]\n`, { files: { "bad.yaml": BAD } })).toEqual([
      `bad.yaml:8:44: error: ${MIN_SCALE}`,
      `bad.yaml:10:29: error: ${CONCURRENCY}`,
      `bad.yaml:14:5: error: ${SUM}`,
    ]);
  });

  it("is judged after the overrides beside it, which are blamed where they stand", async () => {
    const overrides = [
      "    containerConcurrency: 10",
      "    annotations: {autoscaling.knative.dev/min-scale: null, autoscaling.knative.dev/max-scale: x}",
      "    env: {K_SERVICE: a}",
      "    traffic: [{percent: 100}]",
    ].join("\n");
    const text = `${HEAD}services:\n  - manifest: bad.yaml\n${overrides}\n`;
    expect(await errorsOf(text, { files: { "bad.yaml": BAD } })).toEqual([
      "s.yaml:7:95: error: invalid value: x: spec.template.metadata.annotations.autoscaling.knative.dev/max-scale",
      's.yaml:8:22: error: "K_SERVICE" is a reserved environment variable: spec.template.spec.containers[0].env[0].name',
    ]);
  });

  it("is blamed on the --set that made it so", async () => {
    const set = ["services[hello].containerConcurrency=9999"];
    expect(await errorsOf(`${HEAD}services: [{manifest: hello.yaml}]\n`, { set })).toEqual([
      "--set #1: error: expected 0 <= 9999 <= 1000: spec.template.spec.containerConcurrency",
    ]);
  });

  it("says nothing more of unknown fields than Knative does", async () => {
    const manifest = BAD.replace("image: example/hello", "imag: example/hello");
    expect(await errorsOf(`${HEAD}services: [{manifest: b.yaml}]\n`, { files: { "b.yaml": manifest } })).toEqual([
      'b.yaml:12:17: error: json: unknown field "imag": spec.template.spec.containers[0].imag',
    ]);
  });
});

describe("the short form of a service", () => {
  it("is judged by Knative like a manifest", async () => {
    const text = `${HEAD}services:\n  - name: api\n  - image: example/a\n  - {name: x, image: a/b, containerConcurrency: lots, traffic: [{percent: 50}]}\n  - {name: y, image: a/b, traffic: [{percent: 50}]}\n`;
    expect(await errorsOf(text)).toEqual([
      "s.yaml:5:5: error: missing field(s): spec.template.spec.containers[0].image",
      "s.yaml:6:5: error: name or generateName is required: metadata.name",
      "s.yaml:7:49: error: json: cannot unmarshal string into a value of type int64: spec.template.spec.containerConcurrency",
      "s.yaml:8:36: error: Traffic targets sum to 50, want 100: spec.traffic",
    ]);
  });

  it("takes fractions of a second as timeout only in the ideal cluster", async () => {
    const text = `${HEAD}services: [{name: x, image: a/b, timeoutSeconds: 0.25}]\n`;
    expect(await errorsOf(text)).toEqual([
      "s.yaml:4:50: error: json: cannot unmarshal number 0.25 into a value of type int64: spec.template.spec.timeoutSeconds",
    ]);
    expect(await errorsOf(`${text}cluster: {latencies: none}\n`)).toEqual([]);
  });
});

describe("files that are named", () => {
  it("must exist, and the key that names one is blamed", async () => {
    const text = `${HEAD}manifests: [a.yaml]\nservices:\n  - manifest: b.yaml\nevents: [{at: 1s, apply: c.yaml}]\n`;
    expect(await errorsOf(text)).toEqual([
      's.yaml:4:13: error: cannot read "a.yaml": no such file',
      's.yaml:6:15: error: cannot read "b.yaml": no such file',
      's.yaml:7:26: error: cannot read "c.yaml": no such file',
    ]);
  });

  it("are looked for beside the scenario, or after --set in the working directory", async () => {
    const text = `${HEAD}services: [{manifest: a.yaml}]\n`;
    expect(await errorsOf(text, { path: "deep/down/s.yaml" })).toEqual([
      'deep/down/s.yaml:4:23: error: cannot read "deep/down/a.yaml": no such file',
    ]);
    const set = ["services[0].manifest=b.yaml"];
    expect(await errorsOf(text, { path: "deep/down/s.yaml", set })).toEqual([
      '--set #1: error: cannot read "b.yaml": no such file',
    ]);
  });

  it("may be named by patterns where someone can list files", async () => {
    const text = `${HEAD}manifests: ["h*.yaml"]\ntraffic: [{to: hello, rate: 1}]\n`;
    expect(await errorsOf(text)).toEqual([
      's.yaml:4:13: error: patterns such as "h*.yaml" are not supported here',
      's.yaml:5:16: error: unknown service "hello"; there are no services',
    ]);
    expect(await errorsOf(text, { glob: () => ["hello.yaml"] })).toEqual([]);
    expect(await errorsOf(`${HEAD}manifests: ["x*"]\n`, { glob: () => [] })).toEqual([
      's.yaml:4:13: error: no file matches "x*"',
    ]);
  });

  it("may hold broken YAML, which is their own affair", async () => {
    expect(await errorsOf(`${HEAD}manifests: [b.yaml]\n`, { files: { "b.yaml": "a: [1\n" } })).toEqual([
      "b.yaml:2:1: error: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ]);
  });

  it("without a Service are of no use to services", async () => {
    const files = { "c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n" };
    expect(await errorsOf(`${HEAD}services: [{manifest: c.yaml}]\n`, { files })).toEqual([
      's.yaml:4:23: error: "c.yaml" contains no Service',
    ]);
  });
});

describe("objects", () => {
  it("of one name are refused, naming both places", async () => {
    const text = `${HEAD}services:\n  - manifest: hello.yaml\n  - name: hello\n    image: a/b\n`;
    expect(await errorsOf(text)).toEqual(['s.yaml:6:11: error: Service "hello" is already defined at hello.yaml:4:9']);
  });

  it("may come from a file that is named twice", async () => {
    const text = `${HEAD}manifests: [hello.yaml]\nservices: [{manifest: hello.yaml}]\n`;
    expect(await errorsOf(text)).toEqual([]);
  });

  it("of other kinds are ignored with one warning a kind, in Lists too", async () => {
    const list = `apiVersion: apps/v1
kind: Deployment
---
apiVersion: apps/v1
kind: Deployment
---
apiVersion: v1
kind: List
items:
  - apiVersion: serving.knative.dev/v1
    kind: Service
    metadata: {name: hello}
    spec: {template: {spec: {containers: [{image: x/y}]}}}
  - {apiVersion: v1, kind: Service}
---
- 1
`;
    expect(await problemsOf(`${HEAD}manifests: [k.yaml]\n`, { files: { "k.yaml": list } })).toEqual([
      "k.yaml:2:7: warning: apps/v1 Deployment is not simulated and is ignored",
      'k.yaml:13:51: warning: image "x/y" has no entry under apps; assuming serviceTime 100ms',
      "k.yaml:14:28: warning: v1 Service is not simulated and is ignored",
      "k.yaml:16:1: error: expected a Kubernetes object, a mapping with apiVersion and kind",
    ]);
  });

  it("that Routes name must exist", async () => {
    const route = `apiVersion: serving.knative.dev/v1
kind: Configuration
metadata: {name: conf}
spec: {template: {spec: {containers: [{image: x/y}]}}}
---
apiVersion: serving.knative.dev/v1
kind: Route
metadata: {name: web}
spec: {traffic: [{configurationName: conff, percent: 100}]}
`;
    const text = `${HEAD}manifests: [r.yaml]\ntraffic: [{to: web, rate: 1}]\n`;
    expect(await errorsOf(text, { files: { "r.yaml": route } })).toEqual([
      'r.yaml:9:38: error: unknown Configuration "conff"; did you mean "conf"?',
    ]);
    expect(await errorsOf(text, { files: { "r.yaml": route.replace("conff", "conf") } })).toEqual([]);
  });
});

describe("ConfigMaps in manifests", () => {
  const map = (data: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config-autoscaler}\ndata: {${data}}\n`;

  it("must hold text, as Kubernetes says", async () => {
    const files = { "c.yaml": map("stable-window: 60") };
    expect(await errorsOf(`${HEAD}manifests: [c.yaml]\n`, { files })).toEqual([
      "c.yaml:4:23: error: json: cannot unmarshal number 60 into a value of type string: data.stable-window",
    ]);
  });

  it("are judged together with the knative block, which wins", async () => {
    const files = { "c.yaml": map("min-scale: '5', max-scale: '4'") };
    expect(await errorsOf(`${HEAD}manifests: [c.yaml]\n`, { files })).toEqual([
      "c.yaml:4:19: error: min-scale (5) must be less than max-scale (4)",
    ]);
    const text = `${HEAD}manifests: [c.yaml]\nknative: {config-autoscaler: {max-scale: 6}}\n`;
    expect(await errorsOf(text, { files })).toEqual([]);
  });
});

describe("warnings", () => {
  it("name an image without behaviour once", async () => {
    const text = `${HEAD}services:\n  - manifest: hello.yaml\n  - {name: b, image: example/hello}\n  - {name: c, image: "example/hello:v2"}\napps: {"example/hello:v2": {}}\n`;
    expect(await problemsOf(text)).toEqual([
      'hello.yaml:12:18: warning: image "example/hello" has no entry under apps; assuming serviceTime 100ms',
    ]);
  });

  it("name what matters and is not modelled", async () => {
    const service = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: h}
spec:
  template:
    metadata: {annotations: {autoscaling.knative.dev/class: hpa.autoscaling.knative.dev}}
    spec:
      volumes: [{name: v, persistentVolumeClaim: {claimName: x}}, {name: w, emptyDir: {}}]
      containers:
        - image: x/y
          startupProbe: {httpGet: {path: /}}
          readinessProbe: {exec: {command: [a]}}
`;
    const text = `${HEAD}services: [{manifest: h.yaml, app: {}}]\n`;
    expect(await problemsOf(text, { files: { "h.yaml": service } })).toEqual([
      "h.yaml:6:61: warning: the horizontal pod autoscaler is not modelled; Knative's own autoscaler scales this revision",
      'h.yaml:8:17: warning: attaching the volume "v" (persistentVolumeClaim) takes no time here',
      "h.yaml:11:25: warning: a startup probe is not modelled; use coldStart.boot for a slow start",
      "h.yaml:12:34: warning: the command of an exec probe is not run and counts as successful",
    ]);
  });

  it("name misspelt keys of ConfigMaps, which Knative would ignore, and apps without an image", async () => {
    const text = `${HEAD}knative: {config-autoscaler: {stabel-window: 60s, something-else: x}}\napps: {example/helo: {}}\nservices: [{manifest: hello.yaml, app: {}}]\n`;
    expect(await problemsOf(text)).toEqual([
      's.yaml:4:46: warning: Knative ignores the key "stabel-window" of config-autoscaler; did you mean "stable-window"?',
      's.yaml:5:22: warning: no service has the image "example/helo"; did you mean "example/hello"?',
    ]);
  });

  it("name a Configuration without a Route, which Knative judges all the same", async () => {
    const configuration = `apiVersion: serving.knative.dev/v1
kind: Configuration
metadata: {name: conf}
spec: {template: {spec: {containers: [{image: x/y}]}}}
`;
    const text = `${HEAD}manifests: [c.yaml]\n`;
    expect(await problemsOf(text, { files: { "c.yaml": configuration } })).toEqual([
      'c.yaml:3:18: warning: no Route sends to the Configuration "conf", so it is ignored',
    ]);
    const files = { "c.yaml": configuration.replace("image: x/y", "image: ''") };
    expect(await problemsOf(text, { files })).toEqual([
      "c.yaml:4:47: error: missing field(s): spec.template.spec.containers[0].image",
    ]);
  });

  it("name a duration that vanishes in the resolution of a microsecond", async () => {
    const text = `${HEAD}services: [{manifest: hello.yaml, app: {serviceTime: 0.1ns, coldStart: {boot: 600ns}}}]\n`;
    expect(await problemsOf(text)).toEqual([
      "s.yaml:4:54: warning: 0.1ns is finer than a microsecond and counts as 0s",
    ]);
  });

  it("name what never happens", async () => {
    const text = `${HEAD}services: [{manifest: hello.yaml, app: {}}]\ntraffic: [{to: hello, rate: 1, from: 2m}, {to: hello, at: [1s, 40s]}]\nevents: [{at: 50s, note: x}]\n`;
    expect(await problemsOf(text, { duration: "30s" })).toEqual([
      "s.yaml:5:38: warning: starts after the end of the run and sends nothing",
      "s.yaml:5:64: warning: lies after the end of the run",
      "s.yaml:6:15: warning: the event at 50s is later than the end of the run at 30s and does not happen",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { formatDiagnostic } from "../../src/scenario/diagnostics.js";
import type { Source } from "../../src/scenario/source-text.js";
import { validateFile } from "../../src/scenario/validate-file.js";
import { HEAD, HELLO, reader } from "./loading.js";

const diagnosticsOf = (source: Source) => validateFile("f.yaml", reader({ "f.yaml": source, "hello.yaml": HELLO }));
const linesOf = async (source: Source) => (await diagnosticsOf(source)).map(formatDiagnostic);

describe("validate", () => {
  it("accepts a manifest that Knative accepts", async () => {
    expect(await linesOf(HELLO)).toEqual([]);
  });

  it("judges the documents of a file as one cluster, in whatever order they stand", async () => {
    const strict = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: config-defaults}\ndata: {allow-container-concurrency-zero: "false"}\n`;
    expect(await linesOf(HELLO + strict)).toEqual([
      "f.yaml:11:7: error: expected 1 <= 0 <= 1000: spec.template.spec.containerConcurrency",
    ]);
  });

  it("tells message, path and Knative's whole text apart", async () => {
    const [problem] = await diagnosticsOf(HELLO.replace('"10"', '"0"'));
    expect(problem).toEqual({
      id: "E-knative",
      severity: "error",
      file: "f.yaml",
      line: 9,
      column: 41,
      path: "spec.template.metadata.annotations.autoscaling.knative.dev/target",
      message: "target 0 should be at least 0.01",
      text: "target 0 should be at least 0.01: spec.template.metadata.annotations.autoscaling.knative.dev/target",
    });
  });

  it("judges Configurations, Routes and ConfigMaps", async () => {
    const objects = [
      "{apiVersion: serving.knative.dev/v1, kind: Configuration, metadata: {name: c}, spec: {template: {spec: {}}}}",
      "{apiVersion: serving.knative.dev/v1, kind: Route, metadata: {name: r}, spec: {traffic: [{configurationName: c, percent: 90}]}}",
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: config-autoscaler}, data: {stable-window: 1s}}",
    ];
    expect(await linesOf(objects.join("\n---\n"))).toEqual([
      "f.yaml:1:104: error: missing field(s): spec.template.spec.containers",
      "f.yaml:3:88: error: Traffic targets sum to 90, want 100: spec.traffic",
      "f.yaml:5:94: error: stable-window = 1s, must be in [6s; 1h0m0s] range",
    ]);
  });

  it("refuses the same object twice", async () => {
    expect(await linesOf(`${HELLO}---\n${HELLO}`)).toEqual([
      'f.yaml:17:9: error: Service "hello" is already defined at f.yaml:4:9',
    ]);
  });

  it("judges a scenario as a scenario, also one that forgot to say so", async () => {
    expect(await linesOf(`${HEAD}services: [{manifest: hello.yaml, app: {}}]\n`)).toEqual([]);
    expect(await linesOf("duration: 1m\nservices: []\n")).toEqual([
      'f.yaml:1:1: error: missing key "apiVersion"',
      'f.yaml:1:1: error: missing key "kind"',
    ]);
  });

  it("says what is wrong with a file that is neither", async () => {
    expect(await linesOf("")).toEqual(["f.yaml:1:1: error: the file is empty"]);
    expect(await linesOf("a: [\n")).toEqual([
      "f.yaml:2:1: error: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ]);
    expect(await linesOf("foo: 1\n")).toEqual([
      'f.yaml:1:1: error: missing key "apiVersion"',
      'f.yaml:1:1: error: missing key "kind"',
    ]);
  });

  it("has no line for a file that cannot be read", async () => {
    const [problem] = await validateFile("none.yaml", reader({}));
    expect(problem).toMatchObject({ id: "E-file", line: 0, message: 'cannot read "none.yaml": no such file' });
  });
});

import { describe, expect, it } from "vitest";
import { folder, knsim, SCENARIOS, smallScenario } from "./knsim.js";

const manifest = (image: string, extra = "") => `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: hello
spec:
  template:
    spec:
      containers:
        - image: ${image}
${extra}`;

describe("knsim validate", () => {
  it("accepts a scenario and a manifest", async () => {
    const home = folder({ "a.yaml": smallScenario(), "b.yaml": manifest("example/hello") });
    expect(await knsim(["validate", "a.yaml", "b.yaml"], { cwd: home })).toEqual({
      stdout: "a.yaml: ok\nb.yaml: ok\n",
      stderr: "",
      status: 0,
    });
  });

  it("answers 1 for what is wrong inside a readable file, syntax included", async () => {
    const home = folder({ "a.yaml": smallScenario("x: 1\n"), "b.yaml": "a: [1" });
    expect(await knsim(["validate", "a.yaml"], { cwd: home })).toMatchObject({
      stdout: "a.yaml: 1 error\n",
      status: 1,
    });
    expect(await knsim(["validate", "b.yaml"], { cwd: home })).toMatchObject({ status: 1 });
  });

  it("answers 2 for a file it cannot read, having judged the others", async () => {
    const home = folder({ "a.yaml": smallScenario() });
    const { stdout, stderr, status } = await knsim(["validate", "missing.yaml", "a.yaml"], { cwd: home });
    expect(stderr).toContain('cannot read "missing.yaml": no such file');
    expect(stdout).toContain("a.yaml: ok");
    expect(status).toBe(2);
    expect((await knsim(["validate", "."], { cwd: home })).status).toBe(2);
  });

  it("refuses a manifest in Knative's words, with the place", async () => {
    const home = folder({ "m.yaml": manifest("example/hello", "      timeoutSeconds: 700\n") });
    const { stderr, status } = await knsim(["validate", "m.yaml"], { cwd: home });
    expect(stderr).toMatch(/^m\.yaml:10:\d+: error: expected 0 <= 700 <= 600: spec\.template\.spec\.timeoutSeconds$/m);
    expect(status).toBe(1);
  });

  it("judges the documents of one file as one cluster", async () => {
    const config = `apiVersion: v1
kind: ConfigMap
metadata: {name: config-defaults, namespace: knative-serving}
data: {max-revision-timeout-seconds: "800"}
---
`;
    const home = folder({ "m.yaml": config + manifest("example/hello", "      timeoutSeconds: 700\n") });
    expect(await knsim(["validate", "m.yaml"], { cwd: home })).toMatchObject({ status: 0, stderr: "" });
  });

  it("reads standard input", async () => {
    const input = manifest("example/hello", "      timeoutSeconds: 700\n");
    const { stderr, status } = await knsim(["validate", "-"], { cwd: folder(), input });
    expect(stderr).toContain("expected 0 <= 700 <= 600");
    expect(status).toBe(1);
  });

  it("prints {ok, errors, warnings} with --json, Knative's paths apart from its words", async () => {
    const home = folder({ "m.yaml": manifest("example/hello", "      timeoutSeconds: 700\n") });
    const { stdout, stderr, status } = await knsim(["validate", "--json", "m.yaml"], { cwd: home });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      errors: [
        {
          id: "E-knative",
          file: "m.yaml",
          line: 10,
          column: expect.any(Number),
          path: "spec.template.spec.timeoutSeconds",
          message: "expected 0 <= 700 <= 600",
          text: "expected 0 <= 700 <= 600: spec.template.spec.timeoutSeconds",
        },
      ],
      warnings: [],
    });
    expect([stderr, status]).toEqual(["", 1]);
  });

  it("lets warnings pass, unless --strict; --allow hides those of an id", async () => {
    const home = folder({ "a.yaml": smallScenario().replace("    app: {serviceTime: 50ms}\n", "") });
    const plain = await knsim(["validate", "a.yaml"], { cwd: home });
    expect(plain.stderr).toMatch(/^a\.yaml:\d+:\d+: warning: image "example\/hello" has no entry under apps/);
    expect([plain.stdout, plain.status]).toEqual(["a.yaml: 1 warning\n", 0]);
    expect((await knsim(["validate", "--strict", "a.yaml"], { cwd: home })).status).toBe(1);
    const allowed = await knsim(["validate", "--strict", "--allow", "W-service-time", "a.yaml"], { cwd: home });
    expect(allowed).toEqual({ stdout: "a.yaml: ok\n", stderr: "", status: 0 });
    const misspelt = await knsim(["validate", "--allow", "W-servicetime", "a.yaml"], { cwd: home });
    expect(misspelt.status).toBe(2);
    expect(misspelt.stderr).toContain('no warning has the id "W-servicetime"; did you mean "W-service-time"?');
  });

  it("finds nothing to complain about in a shipped scenario", async () => {
    const { stderr, status } = await knsim(["validate", "--strict", `${SCENARIOS}canary.yaml`], { cwd: folder() });
    expect([stderr, status]).toEqual(["", 0]);
  });
});

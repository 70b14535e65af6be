import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { folder, knsim } from "./knsim.js";

const cwd = tmpdir();

describe("knsim", () => {
  it("prints its help to standard output, with every command", async () => {
    const { stdout, stderr, status } = await knsim(["--help"], { cwd });
    for (const command of ["run", "validate", "schema", "init", "completion"])
      expect(stdout).toContain(`knsim ${command}`);
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("helps with one command and all its options", async () => {
    const { stdout, status } = await knsim(["run", "--help"], { cwd });
    const options = ["out", "seed", "duration", "set", "json", "check", "no-charts", "requests", "quiet", "no-color"];
    for (const option of options) expect(stdout).toContain(`--${option}`);
    expect(status).toBe(0);
  });

  it("takes help for --help", async () => {
    expect(await knsim(["help"], { cwd })).toEqual(await knsim(["--help"], { cwd }));
    expect(await knsim(["help", "run"], { cwd })).toEqual(await knsim(["run", "--help"], { cwd }));
    expect(await knsim(["run", "-h"], { cwd })).toEqual(await knsim(["run", "--help"], { cwd }));
  });

  it("speaks English in every locale", async () => {
    const { stdout } = await knsim(["--help"], { cwd, env: { LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" } });
    expect(stdout).toContain("Commands:");
  });

  it("prints its version", async () => {
    expect(await knsim(["--version"], { cwd })).toEqual({ stdout: "0.1.0\n", stderr: "", status: 0 });
  });

  it("asks for a command when there is none", async () => {
    const { stdout, stderr, status } = await knsim([], { cwd });
    expect(stderr).toMatch(/^knsim: error: expected a command: run, validate/);
    expect([stdout, status]).toEqual(["", 2]);
  });

  it("suggests the command that was probably meant", async () => {
    expect(await knsim(["rnu", "x.yaml"], { cwd })).toEqual({
      stdout: "",
      stderr: 'knsim: error: unknown command "rnu"; did you mean "run"?\n',
      status: 2,
    });
  });

  it("suggests the option that was probably meant, for every wrong one at once", async () => {
    const { stderr, status } = await knsim(["run", "x.yaml", "--chek", "--sede", "3", "--frobnicate"], { cwd });
    expect(stderr).toBe(
      'knsim: error: unknown option "--chek"; did you mean "--check"?\n' +
        'knsim: error: unknown option "--sede"; did you mean "--seed"?\n' +
        'knsim: error: unknown option "--frobnicate"\n',
    );
    expect(status).toBe(2);
  });

  it("wants a value where an option takes one", async () => {
    const { stderr, status } = await knsim(["run", "x.yaml", "--seed"], { cwd });
    expect([stderr, status]).toEqual(['knsim: error: option "--seed" needs a value\n', 2]);
  });

  it("refuses a value for an option that takes none", async () => {
    const { stderr, status } = await knsim(["run", "x.yaml", "--check=maybe"], { cwd });
    expect([stderr, status]).toEqual(['knsim: error: option "--check" takes no value, found "maybe"\n', 2]);
  });

  it("refuses an option given twice, except those that may be repeated", async () => {
    const { stderr, status } = await knsim(["run", "x.yaml", "--seed", "1", "--seed", "2"], { cwd });
    expect([stderr, status]).toEqual(['knsim: error: option "--seed" is given more than once\n', 2]);
  });

  it("wants a file after run", async () => {
    const { stderr, status } = await knsim(["run"], { cwd });
    expect([stderr, status]).toEqual(['knsim: error: expected <file..>; "knsim run --help" tells more\n', 2]);
  });

  it("refuses a surplus argument", async () => {
    const { stderr, status } = await knsim(["schema", "x"], { cwd });
    expect([stderr, status]).toEqual(['knsim: error: unexpected argument "x"\n', 2]);
  });
});

describe("knsim schema", () => {
  it("prints the JSON Schema of a scenario, draft-07", async () => {
    const { stdout, stderr, status } = await knsim(["schema"], { cwd });
    const schema = JSON.parse(stdout) as { $schema: string; properties: object };
    expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["services", "traffic", "expect"]));
    expect([stderr, status]).toEqual(["", 0]);
  });
});

describe("knsim completion", () => {
  it("prints a script for the shell", async () => {
    const { stdout, stderr, status } = await knsim(["completion"], { cwd, env: { SHELL: "/bin/bash", ZSH_NAME: "" } });
    expect(stdout).toContain("complete -o bashdefault -o default -F _knsim_yargs_completions knsim");
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("completes the names of commands and options", async () => {
    const commands = await knsim(["--get-yargs-completions", "knsim", "va"], { cwd, env: { SHELL: "/bin/bash" } });
    expect(commands.stdout.split("\n")).toContain("validate");
    const options = await knsim(["--get-yargs-completions", "knsim", "run", "--se"], {
      cwd,
      env: { SHELL: "/bin/bash" },
    });
    expect(options.stdout.split("\n")).toEqual(expect.arrayContaining(["--set", "--seed"]));
  });
});

describe("knsim init", () => {
  it("writes a starter scenario that is valid and runs", async () => {
    const home = folder();
    const init = await knsim(["init", "mine"], { cwd: home });
    expect(init).toEqual({ stdout: "mine.yaml\n", stderr: "Next: knsim run mine.yaml\n", status: 0 });
    expect(await knsim(["validate", "--strict", "mine.yaml"], { cwd: home })).toMatchObject({ status: 0, stderr: "" });
    expect(await knsim(["run", "--check", "--no-charts", "mine.yaml"], { cwd: home })).toMatchObject({ status: 0 });
  });

  it("starts from a manifest and names its service", async () => {
    const home = folder({
      "api.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: config-gc, namespace: knative-serving}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: api}
spec: {template: {spec: {containers: [{image: example/api}]}}}
`,
    });
    expect(await knsim(["init", "mine", "--from", "api.yaml"], { cwd: home })).toMatchObject({ status: 0 });
    expect(await knsim(["validate", "--strict", "mine.yaml"], { cwd: home })).toMatchObject({ status: 0, stderr: "" });
  });

  it("does not overwrite a file", async () => {
    const home = folder({ "mine.yaml": "precious" });
    const { stderr, status } = await knsim(["init", "mine"], { cwd: home });
    expect([stderr, status]).toEqual(['knsim: error: cannot write "mine.yaml": it exists already\n', 2]);
  });

  it("refuses a name that cannot be one, and a manifest without a Service", async () => {
    const home = folder({ "empty.yaml": "a: 1" });
    expect(await knsim(["init", "Big Name"], { cwd: home })).toMatchObject({ status: 2, stdout: "" });
    const { stderr, status } = await knsim(["init", "mine", "--from", "empty.yaml"], { cwd: home });
    expect(stderr).toBe('knsim: error: "empty.yaml" holds no Service of serving.knative.dev with a name\n');
    expect(status).toBe(2);
  });
});

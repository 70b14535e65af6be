import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, knsim, smallScenario } from "./knsim.js";

const HELLO = "kn service create hello --image example/helloworld-go --env TARGET=Class";

describe("knsim lab", () => {
  it("plays a script file and prints its transcript", async () => {
    const cwd = folder({ "class.lab": "# comment\nkn service list\nsleep 1m\nstatus\n" });
    const { stdout, stderr, status } = await knsim(["lab", "class.lab"], { cwd });
    expect(stdout).toBe(`$ kn service list
No services found.
$ sleep 1m
$ status
It is 1m00s (2023-11-14T22:01:00Z).
There is no service yet; try: kn service create hello --image example/helloworld-go
`);
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("plays what comes on standard input, byte for byte the same each time", async () => {
    const cwd = folder();
    const input = `${HELLO}\ncurl hello.default.example.com\nkubectl get pods\nsleep 2m\nkubectl get pods\n`;
    const [one, two] = [await knsim(["lab"], { cwd, input }), await knsim(["lab", "-"], { cwd, input })];
    expect(one).toEqual(two);
    expect(one.status).toBe(0);
    expect(one.stdout).toContain("\nHello Class!\n$ kubectl get pods\n");
    expect(one.stdout.endsWith("$ kubectl get pods\nNo resources found in default namespace.\n")).toBe(true);
  });

  it("shows errors at their place, and ends with 1 unless the line begins with a minus", async () => {
    const cwd = folder();
    const wrong = "kn service describe nope\nkn service list\n";
    const refused = await knsim(["lab"], { cwd, input: wrong });
    expect(refused).toEqual({
      stdout: `$ kn service describe nope
Error: services.serving.knative.dev "nope" not found
Run 'kn --help' for usage
$ kn service list
No services found.
`,
      stderr: "",
      status: 1,
    });
    expect(await knsim(["lab"], { cwd, input: `-${wrong}` })).toMatchObject({ status: 0, stdout: refused.stdout });
  });

  it("starts from a scenario, given by its option or as a file", async () => {
    const cwd = folder({ "start.yaml": smallScenario(), "look.lab": "sleep 5s\nkn service list\n" });
    const byOption = await knsim(["lab", "--scenario", "start.yaml", "look.lab"], { cwd });
    const byFile = await knsim(["lab", "start.yaml", "look.lab"], { cwd });
    expect(byFile).toEqual(byOption);
    expect(byFile.stdout).toContain("hello   http://hello.default.example.com   hello-00001   5s ");
    expect(byFile.status).toBe(0);
  });

  it("takes another seed", async () => {
    const cwd = folder();
    const input = `${HELLO}\n`;
    const [one, two] = [await knsim(["lab"], { cwd, input }), await knsim(["lab", "--seed", "2"], { cwd, input })];
    expect(two.stdout).not.toBe(one.stdout);
  });

  it("speaks like kn 0.26 when asked to", async () => {
    const input = `${HELLO}\n-kn service update hello --traffic hello-00001=90\n`;
    const { stdout } = await knsim(["lab", "--kn", "0.26"], { cwd: folder(), input });
    expect(stdout).toContain("Error: given traffic percents sum to 90, want 100\n");
  });

  it("reads manifests and writes reports where it is run", async () => {
    const cwd = folder({
      "web.yaml": `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: web}
spec: {template: {spec: {containers: [{image: example/web}]}}}
`,
    });
    const input = "kubectl apply -f web.yaml\nsleep 10s\ncurl web.default.example.com\nreport out/mine\n";
    const { stdout, status } = await knsim(["lab"], { cwd, input });
    expect(stdout).toContain("service.serving.knative.dev/web created\n");
    expect(stdout).toContain("\nexample/web\n$ report out/mine\nout/mine/index.html\n");
    expect(readdirSync(join(cwd, "out/mine"))).toEqual(
      expect.arrayContaining(["index.html", "summary.json", "pods.png"]),
    );
    expect(status).toBe(0);
  });

  it("writes what was typed into the report as the commands that they were, refused ones too", async () => {
    const cwd = folder({
      "web.yaml": `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: web}
spec: {template: {spec: {containers: [{image: example/web}]}}}
`,
    });
    const refused = "kn service update hello --traffic hello-00001=110";
    const update = "kn service update hello --env TARGET=Second";
    const typed = [
      HELLO,
      update,
      `-${refused}`,
      "kubectl apply -f web.yaml",
      "kn service delete hello",
      "report out/mine",
    ];
    await knsim(["lab"], { cwd, input: `${typed.join("\n")}\n` });
    const events = readFileSync(join(cwd, "out/mine/events.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const kinds = ["Note", "CommandRun", "CommandFailed"];
    expect(events.filter(({ kind }) => kinds.includes(kind)).map(({ t: _, ...event }) => event)).toEqual([
      { kind: "CommandRun", command: HELLO, exit: 0, stderr: "" },
      { kind: "CommandRun", command: update, exit: 0, stderr: "" },
      {
        kind: "CommandFailed",
        command: refused,
        exit: 1,
        stderr: "Error: invalid value for traffic percent 110, expected 0 <= percent <= 100",
      },
      { kind: "CommandRun", command: "kubectl apply -f web.yaml", exit: 0, stderr: "" },
      { kind: "CommandRun", command: "kn service delete hello", exit: 0, stderr: "" },
    ]);
  }, 30_000);

  it("writes into the report what plays it again, byte for byte", async () => {
    const cwd = folder({ "start.yaml": smallScenario() });
    const typed = [
      HELLO.replace("create hello", "create again"),
      "for i in 1 2; do curl again.default.example.com > /dev/null; sleep $i; done; why",
      "-kn service update again --traffic again-00001=110",
      "hey -n 100 -c 5 again.default.example.com &",
      "watch 4s",
      "sleep 10s",
      "report out/lab",
    ];
    await knsim(["lab", "--scenario", "start.yaml", "--seed", "7", "-"], { cwd, input: `${typed.join("\n")}\n` });
    const read = (file: string) => readFileSync(join(cwd, "out/lab", file), "utf8");
    const { command } = JSON.parse(read("scenario.json"));
    const [first, ...lines] = command.split("\n");
    expect(first).toBe("knsim lab --scenario start.yaml --seed 7 - <<'END'");
    expect(lines.slice(1, 5)).toEqual([
      "curl again.default.example.com > /dev/null",
      "sleep 1",
      "curl again.default.example.com > /dev/null",
      "sleep 2",
    ]);
    expect(lines.at(-1)).toBe("END");
    const files = ["summary.json", "events.jsonl", "timeline.csv", "index.html"];
    const once = files.map(read);
    const input = `${lines.slice(0, -1).join("\n")}\nreport out/lab\n`;
    await knsim(["lab", "--scenario", "start.yaml", "--seed", "7", "-"], { cwd, input });
    expect(files.map(read)).toEqual(once);
  }, 30_000);

  it("does not replace a folder that is no report", async () => {
    const cwd = folder({ precious: "x" });
    const { stdout, status } = await knsim(["lab"], { cwd, input: "sleep 1s\nreport .\n" });
    expect(stdout).toContain("report: ");
    expect(status).toBe(1);
  });

  it.each([
    [["lab", "none.lab"], 'cannot read "none.lab": no such file or directory'],
    [["lab", "--kn", "9"], 'option "--kn": expected 0.26 or current, found "9"'],
    [["lab", "a.lab", "b.lab"], "two scripts to play: a.lab and b.lab"],
  ])("refuses %j", async (args, message) => {
    const cwd = folder({ "a.lab": "", "b.lab": "" });
    expect(await knsim(args, { cwd })).toEqual({ stdout: "", stderr: `knsim: error: ${message}\n`, status: 2 });
  });

  it("says what is wrong with a scenario, with its line", async () => {
    const cwd = folder({ "bad.yaml": smallScenario("frob: 1\n") });
    const { stderr, status } = await knsim(["lab", "bad.yaml"], { cwd, input: "" });
    expect(stderr).toMatch(/^bad\.yaml:\d+:1: error: unknown key "frob"/);
    expect(status).toBe(2);
  });
});

import { describe, expect, it } from "vitest";
import { type KnCommand, parseKnCommand, type ServiceEdit } from "../../src/kube/kn-command.js";

function parsed(line: string): KnCommand {
  const result = parseKnCommand(line);
  if (!result.ok) throw new Error(result.error);
  return result.command;
}

function edit(flags: string, verb = "update"): ServiceEdit {
  const command = parsed(`service ${verb} hello ${flags}`);
  if (command.kind !== "service") throw new Error(command.kind);
  return command.edit;
}

function refusal(line: string) {
  const result = parseKnCommand(line);
  if (result.ok) throw new Error("accepted");
  return result;
}

describe("a line of kn", () => {
  it("may begin with kn and use an alias of service", () => {
    for (const line of [
      "kn service update hello --scale 2",
      "ksvc update hello --scale 2",
      "services update --scale 2 hello",
    ]) {
      expect(parsed(line)).toMatchObject({ kind: "service", verb: "update", service: "hello", namespace: null });
    }
  });

  it("takes flags with a space, an equals sign or a shorthand, before and after the name", () => {
    const flags = ["-e A=1", "-eA=1", "-e=A=1", "--env A=1", "--env=A=1"];
    for (const flag of flags) expect(edit(flag).env).toEqual({ A: "1" });
    expect(parsed("service create -n shop --image=img hello")).toMatchObject({ service: "hello", namespace: "shop" });
  });

  it("keeps quoted blanks and escapes together as a shell does", () => {
    expect(edit(`--env 'MSG=Hello World' --env "Q=a\\"b" -e X=a\\ b`).env).toEqual({
      MSG: "Hello World",
      Q: 'a"b',
      X: "a b",
    });
  });

  it("removes an environment variable with a trailing dash, also one that it sets", () => {
    expect(edit("-e A=1 -e B- -e A-").env).toEqual({ A: null, B: null });
  });

  it("turns every form of --scale into annotations", () => {
    const min = "autoscaling.knative.dev/min-scale";
    const max = "autoscaling.knative.dev/max-scale";
    expect(edit("--scale 3").annotations).toEqual({ [min]: "3", [max]: "3" });
    expect(edit("--scale 1..5").annotations).toEqual({ [min]: "1", [max]: "5" });
    expect(edit("--scale 1..").annotations).toEqual({ [min]: "1" });
    expect(edit("--scale ..5").annotations).toEqual({ [max]: "5" });
    expect(edit("--scale-min 1 --max-scale 4").annotations).toEqual({ [min]: "1", [max]: "4" });
  });

  it("knows the old spellings of the scaling flags", () => {
    const old = edit("--concurrency-target 5 --concurrency-utilization 80 --autoscale-window 30s");
    const current = edit("--scale-target 5 --scale-utilization 80 --scale-window 30s");
    expect(old.annotations).toEqual(current.annotations);
    expect(old.annotations).toEqual({
      "autoscaling.knative.dev/target": "5",
      "autoscaling.knative.dev/target-utilization-percentage": "80",
      "autoscaling.knative.dev/window": "30s",
    });
  });

  it("reads limits and requests, ports and timeouts", () => {
    expect(
      edit(
        "--request cpu=500m,memory=128Mi --limit cpu=1 --limit memory- --port h2c:8080 --timeout 60 --concurrency-limit 10",
      ),
    ).toMatchObject({
      cpuRequest: 0.5,
      memoryRequestBytes: 134_217_728, // 128 × 2^20
      cpuLimit: 1,
      memoryLimitBytes: null,
      port: { name: "h2c", number: 8080 },
      timeoutSeconds: 60,
      concurrencyLimit: 10,
    });
  });

  it("puts autoscaling annotations on the template only, others on both", () => {
    const { annotations, serviceAnnotations } = edit("-a autoscaling.knative.dev/target=5 -a team=blue -a old-");
    expect(annotations).toEqual({ "autoscaling.knative.dev/target": "5", team: "blue", old: null });
    expect(serviceAnnotations).toEqual({ team: "blue", old: null });
  });

  it("lets the special annotation and label flags overrule the general ones", () => {
    const given = edit(
      "-a k=1 --annotation-service k=2 --annotation-revision k=3 -l m=1 --label-service m- --label-revision m=3",
    );
    expect([given.annotations.k, given.serviceAnnotations.k]).toEqual(["3", "2"]);
    expect([given.labels.m, given.serviceLabels.m]).toEqual(["3", null]);
  });

  it("makes a revision of every flag but those for traffic, visibility and waiting", () => {
    const quiet = "--traffic hello-00001=100 --tag @latest=v2 --untag v1 --cluster-local --no-wait --lock-to-digest";
    expect(edit(quiet).touchesTemplate).toBe(false);
    for (const flag of ["--env A=1", "--annotation-service a=1", "--image i", "--revision-name x", "--mount /m=cm:x"]) {
      expect(edit(flag).touchesTemplate).toBe(true);
    }
  });

  it("gathers traffic, tags and untags, repeated or comma separated, as they are written", () => {
    const given = edit("--traffic hello-00001=50,@latest=50 --tag a=x --tag b=y,c=z --untag old");
    expect(given.traffic).toEqual(["hello-00001=50", "@latest=50"]);
    expect(given.tags).toEqual(["a=x", "b=y", "c=z"]);
    expect(given.untag).toEqual(["old"]);
  });

  it("waits up to ten minutes unless told otherwise, deletes do not wait", () => {
    expect(edit("--scale 1").wait).toEqual({ wait: true, timeoutSeconds: 600, windowSeconds: 2 });
    expect(edit("--no-wait").wait.wait).toBe(false);
    expect(edit("--async").wait.wait).toBe(false);
    expect(edit("--wait-timeout 30 --wait-window 5").wait).toEqual({
      wait: true,
      timeoutSeconds: 30,
      windowSeconds: 5,
    });
    expect(parsed("service delete a b")).toMatchObject({ services: ["a", "b"], wait: { wait: false } });
  });

  it("deletes revisions by name or by service", () => {
    expect(parsed("kn revision delete hello-00001")).toMatchObject({
      kind: "revision-delete",
      revisions: ["hello-00001"],
    });
    expect(parsed("revision delete --prune hello")).toMatchObject({ prune: "hello", pruneAll: false });
    expect(refusal("revision delete").error).toBe("'kn revision delete' requires one or more revision name");
  });

  it("points at an unknown flag and names the nearest", () => {
    const line = "service update hello --trafic hello-00001=100";
    expect(refusal(line)).toEqual({
      ok: false,
      error: "unknown flag: --trafic for 'kn service update'",
      offset: line.indexOf("--trafic"),
      suggestion: "--traffic",
    });
    expect(refusal("service create hello --image i --no-traffic").error).toBe(
      "unknown flag: --no-traffic for 'kn service create'",
    );
  });

  it("points at a value that is none", () => {
    const line = "service update hello --scale-min=abc";
    expect(refusal(line)).toMatchObject({
      error:
        'invalid argument "abc" for "--scale-min" flag: strconv.ParseInt: parsing "abc": invalid syntax for \'kn service update\'',
      offset: line.indexOf("abc"),
    });
    expect(refusal("service update hello --image").error).toBe(
      "flag needs an argument: --image for 'kn service update'",
    );
    expect(refusal("service update hello --image a --image b").error).toContain("can be provided only once");
  });

  it.each([
    ["--scale abc", "Scale must be of the format x..y or x"],
    ["--scale 1..5 --scale-max 4", "only --scale or --scale-max can be specified"],
    ["--scale 1..5 --scale-min 4", "only --scale or --scale-min can be specified"],
    ["--scale-window ten", `invalid duration for 'scale-window': time: invalid duration "ten"`],
    ["--concurrency-limit -1", "invalid concurrency-limit -1 (must not be less than 0)"],
    ["--wait --no-wait", "only one of --no-wait and --wait may be specified"],
    ["--env NOPE", 'Invalid --env: argument requires a value that contains the "=" character; got "NOPE"'],
    [
      "--scale-init 2 -a autoscaling.knative.dev/initial-scale=3",
      "only one of the --scale-init or --annotation autoscaling.knative.dev/initial-scale can be specified",
    ],
    [
      "--annotation-service autoscaling.knative.dev/target=3",
      "service can not have auto-scaling related annotation: autoscaling.knative.dev/target , please update using '--annotation-revision'",
    ],
  ])("refuses %s with kn's words", (flags, message) => {
    expect(refusal(`service update hello ${flags}`).error).toBe(message);
  });

  it.each([
    ["service update hello", "flag(s) not set\nUsage: update NAME"],
    ["service update --scale 1", "'service update' requires the service name given as single argument"],
    ["service create --image i", "'service create' requires the service name given as single argument"],
    ["service create hello", "'service create' requires the image name to run provided with the --image option"],
    ["service delete", "'service delete' requires the service name(s)"],
    [
      "service frob hello",
      "unknown sub-command 'frob' for 'kn service'. Available sub-commands: apply, create, delete, describe, export, import, list, update, wait",
    ],
  ])("refuses %s with kn's words", (line, message) => {
    expect(refusal(line).error).toBe(message);
  });

  it("has no traffic flag at creation", () => {
    expect(refusal("service create hello --image i --traffic @latest=100").error).toContain("unknown flag: --traffic");
  });
});

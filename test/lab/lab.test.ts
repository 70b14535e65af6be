import { describe, expect, it } from "vitest";
import { HELLO, lastOutput, play } from "./lab-play.js";

const HOST = "hello.default.example.com";

describe("an empty lab", () => {
  it("has nothing, and says so as the tools do", async () => {
    const { text, isFine } = await play([
      "kn service list",
      "kn revision list",
      "kn route list",
      "kubectl get pods",
      "kubectl get ksvc -A",
    ]);
    expect(text).toBe(`$ kn service list
No services found.
$ kn revision list
No revisions found.
$ kn route list
No routes found.
$ kubectl get pods
No resources found in default namespace.
$ kubectl get ksvc -A
No resources found
`);
    expect(isFine).toBe(true);
  });

  it("is the same for the same seed and another for another", async () => {
    const lines = [HELLO, "kubectl get pods"];
    const [one, again, other] = [await play(lines), await play(lines), await play(lines, { seed: "x" })];
    expect(again.text).toBe(one.text);
    expect(other.text).not.toBe(one.text);
  });
});

describe("what the tools refuse", () => {
  it.each([
    ["kn servce list", "Error: unknown command 'servce' for 'kn'\nRun 'kn --help' for usage\n"],
    [
      "kn service lst",
      "Error: unknown sub-command 'lst' for 'kn service'. Available sub-commands: apply, create, delete, describe, export, import, list, update, wait\nRun 'kn service --help' for usage\n",
    ],
    [
      "kn service list --foo",
      "Error: unknown flag: --foo for 'kn service list'\nRun 'kn service list --help' for usage\n",
    ],
    [
      "kn service list a b",
      "Error: 'kn service list' accepts maximum 1 argument\nRun 'kn service list --help' for usage\n",
    ],
    ["kn service describe x", "Error: services.serving.knative.dev \"x\" not found\nRun 'kn --help' for usage\n"],
    [
      "kn service describe",
      "Error: 'service describe' requires the service name given as single argument\nRun 'kn --help' for usage\n",
    ],
    ["kn revision describe x", "Error: revisions.serving.knative.dev \"x\" not found\nRun 'kn --help' for usage\n"],
    [
      "kn revision describe",
      "Error: 'kn revision describe' requires name of the revision as single argument\nRun 'kn revision describe --help' for usage\n",
    ],
    ["kn route describe x", "Error: routes.serving.knative.dev \"x\" not found\nRun 'kn --help' for usage\n"],
    ["kn service update x", "Error: flag(s) not set\nUsage: update NAME\nRun 'kn --help' for usage\n"],
    [
      "kn service create x",
      "Error: 'service create' requires the image name to run provided with the --image option\nRun 'kn --help' for usage\n",
    ],
    [
      "kn service delete a b",
      'Error: services.serving.knative.dev "a" not found\nError: services.serving.knative.dev "b" not found\nRun \'kn --help\' for usage\n',
    ],
    [
      "kn service create x --image a/b --scale-min -1",
      "Error: expected 0 <= -1 <= 2147483647: autoscaling.knative.dev/min-scale\nRun 'kn --help' for usage\n",
    ],
    ["kubectl get foo", 'error: the server doesn\'t have a resource type "foo"\n'],
    ["kubectl get pods x", 'Error from server (NotFound): pods "x" not found\n'],
    ["kubectl get pods --foo", "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n"],
    ["kubectl frob", 'error: unknown command "frob" for "kubectl"\n'],
    ["kubectl apply", "error: must specify one of -f and -k\n"],
    ["kubectl apply -f no.yaml", 'error: the path "no.yaml" does not exist\n'],
    [
      "curl --foo x",
      "curl: option --foo: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    ],
    ["sleep x", "sleep: invalid time interval 'x'\n"],
    ["kubctl get pods", 'sh: kubctl: command not found\n(did you mean "kubectl"?)\n'],
    ['curl "x', "sh: unterminated quote\n"],
  ])("%s", async (line, message) => {
    const { text, isFine } = await play([line]);
    expect(text).toBe(`$ ${line}\n${message}`);
    expect(isFine).toBe(false);
  });

  it("does not fail a script when the line begins with a minus", async () => {
    const { text, isFine } = await play(["-kn service describe x"]);
    expect(text.startsWith("$ kn service describe x\nError: ")).toBe(true);
    expect(isFine).toBe(true);
  });

  it("leaves the cluster as it was", async () => {
    const before = await play([HELLO, "kn service describe hello -o json"]);
    const after = await play([
      HELLO,
      "-kn service update hello --traffic hello-00001=110",
      "-kn service create hello --image a/b",
      "kn service describe hello -o json",
    ]);
    const json = (text: string) => text.slice(text.lastIndexOf("-o json\n"));
    expect(json(after.text)).toBe(json(before.text));
  });
});

describe("kn service", () => {
  it("says when an update makes no revision", async () => {
    expect(await lastOutput([HELLO, "kn service update hello --label-service team=a --no-wait"])).toContain("hello");
    expect(await lastOutput([HELLO, "kn service update hello --cluster-local"])).toBe(
      "Service 'hello' updated in namespace 'default'.\nNo new revision has been created.\n",
    );
  });

  it("does not wait with --no-wait, and waits later with wait", async () => {
    const { text } = await play([
      "kn service create hello --image a/b --no-wait",
      "kn service wait hello",
      "kn service wait hello",
    ]);
    expect(text).toContain("\nService 'hello' created in namespace 'default'.\n$ ");
    expect(text).toMatch(
      /Waiting for Service 'hello' in namespace 'default':\n\n(?: +[12]?\d\.\d{3}s .*\n)+\nService 'hello' in namespace 'default' is ready.\n\$ /,
    );
    expect(text.endsWith("\n\n  0.000s Ready to serve.\n\nService 'hello' in namespace 'default' is ready.\n")).toBe(
      true,
    );
  });

  it("applies: created, then nothing to do, then applied", async () => {
    const apply = "kn service apply hello --image a/b --env A=1";
    const { text } = await play([apply, apply, apply.replace("A=1", "A=2")]);
    expect(text).toContain("Service 'hello' created to latest revision 'hello-00001' is available at URL:");
    expect(text).toContain(
      "No changes to apply to service 'hello'.\nService 'hello' with latest revision 'hello-00001' (unchanged) is available at URL:\n",
    );
    expect(text).toContain("Applying service 'hello' in namespace 'default':\n");
    expect(text).toContain("Service 'hello' applied to latest revision 'hello-00002' is available at URL:");
  });

  it("gives up after two seconds of Ready=False, with reason and message", async () => {
    const { text } = await play([HELLO, "-kn service update hello --traffic hello-00009=100", `curl ${HOST}`]);
    expect(text).toMatch(
      / 0\.\d{3}s Revision "hello-00009" referenced in traffic not found\.\nError: RevisionMissing: Revision "hello-00009" referenced in traffic not found\.\n/,
    );
    // The old split keeps serving.
    expect(text.endsWith("Hello World!\n")).toBe(true);
  });

  it("times out in kn's words", async () => {
    const lines = ["image a/slow imagePull=1m", "-kn service create slow --image a/slow --wait-timeout 5"];
    expect(await lastOutput(lines)).toContain("Error: timeout: service 'slow' not ready after 5 seconds\n");
  });

  it("reports a container that crashes at its first restart", async () => {
    const lines = ["image a/bad fault=crash", "-kn service create bad --image a/bad"];
    const output = await lastOutput(lines);
    expect(output).toMatch(
      /Error: RevisionFailed: Revision "bad-00001" failed with message: Container failed with: .+\n/,
    );
  });

  it("deletes, and the name is free again", async () => {
    const { text } = await play([HELLO, "kn service delete hello", "kn service list", HELLO]);
    expect(text).toContain(
      "Service 'hello' successfully deleted in namespace 'default'.\n$ kn service list\nNo services found.\n",
    );
    expect(text).toContain("Service 'hello' created to latest revision 'hello-00001' is available at URL:");
  });

  it("names a revision by a template, drawing from the seed", async () => {
    const line = "kn service update hello --env A=1 --revision-name '{{.Service}}-{{.Random 5}}-{{.Generation}}'";
    expect(await lastOutput([HELLO, line])).toMatch(/updated to latest revision 'hello-[b-z]{5}-2' is available/);
  });

  it("prints the URL, names and paths with -o", async () => {
    expect(await lastOutput([HELLO, "kn service describe hello -o url"])).toBe("http://hello.default.example.com\n");
    expect(await lastOutput([HELLO, "kn revision list -o name"])).toBe("revision.serving.knative.dev/hello-00001\n");
    expect(await lastOutput([HELLO, "kn service describe hello -o jsonpath='{.status.traffic[0].revisionName}'"])).toBe(
      "hello-00001",
    );
  });

  it("keeps namespaces apart", async () => {
    const { text } = await play([
      "kn service create hello --image a/b -n team",
      "kn service list",
      "kn service list -A --no-headers",
      "curl hello.team.example.com",
    ]);
    expect(text).toContain("$ kn service list\nNo services found.\n");
    expect(text).toMatch(/\nteam {3}hello {3}http:\/\/hello\.team\.example\.com {3}hello-00001 /);
    expect(text.endsWith("a/b\n")).toBe(true);
  });
});

describe("kubectl", () => {
  const SERVICE = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: web}
spec:
  template:
    metadata: {annotations: {autoscaling.knative.dev/min-scale: "2"}}
    spec: {containers: [{image: example/web}]}
`;

  it("applies a manifest: created, unchanged, configured", async () => {
    const files = { "a.yaml": SERVICE, "b.yaml": SERVICE.replace('"2"', '"3"') };
    const { text } = await play(["kubectl apply -f a.yaml", "kubectl apply -f a.yaml", "kubectl apply -f b.yaml"], {
      files,
    });
    expect(text.match(/(?<=web )\w+$/gm)).toEqual(["created", "unchanged", "configured"]);
  });

  it("refuses what Knative's webhook refuses, in its words", async () => {
    const bad = SERVICE + "  traffic: [{latestRevision: true, percent: 90}]\n";
    expect(await lastOutput(["-kubectl apply -f bad.yaml"], { files: { "bad.yaml": bad } })).toBe(
      'Error from server (BadRequest): error when creating "bad.yaml": admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: Traffic targets sum to 90, want 100: spec.traffic\n',
    );
  });

  it("applies ConfigMaps, and they hold for what comes after", async () => {
    const map = `apiVersion: v1
kind: ConfigMap
metadata: {name: config-autoscaler, namespace: knative-serving}
data: {min-scale: "1"}
`;
    const { text } = await play(["kubectl apply -f map.yaml", HELLO, "sleep 10m", "kubectl get pods --no-headers"], {
      files: { "map.yaml": map },
    });
    expect(text).toContain("configmap/config-autoscaler configured\n");
    expect(text).toMatch(/\nhello-00001-deployment-\S+ {3}2\/2 {3}Running {3}0 {5}10m\n$/);
  });

  it("watches pods come and go, columns never narrower", async () => {
    const { text } = await play(["kn service create hello --image a/b --no-wait", "kubectl get pods -w"]);
    const rows = text.slice(text.indexOf("NAME")).split("\n");
    expect(rows[0]).toBe(`NAME${" ".repeat(37)}READY   STATUS    RESTARTS   AGE`);
    expect(rows.some((row) => /0\/2 {5}ContainerCreating {3}0 {10}/.test(row))).toBe(true);
    expect(rows.at(-2)).toMatch(/2\/2 {5}Running {13}0 {10}\ds$/);
  });

  it("deletes a pod, and another takes its place", async () => {
    const { text } = await play([HELLO, "kubectl delete pod --all", "sleep 5s", "kubectl get pods --no-headers"]);
    expect(text).toMatch(/\npod "hello-00001-deployment-\S+" deleted\n/);
    const statuses = text
      .split("\n")
      .slice(-3, -1)
      .map((row) => row.split(/ +/)[2]);
    expect(statuses.sort()).toEqual(["Running", "Terminating"]);
  });

  it("shows Knative's kinds, several at once, and selects by label", async () => {
    const { text } = await play([HELLO, "kubectl get kpa,sks", "kubectl get pods -l serving.knative.dev/service=none"]);
    expect(text).toContain("podautoscaler.autoscaling.internal.knative.dev/hello-00001 ");
    expect(text).toMatch(/serverlessservice\.networking\.internal\.knative\.dev\/hello-00001 {3}Proxy /);
    expect(text.endsWith("No resources found in default namespace.\n")).toBe(true);
  });
});

describe("curl", () => {
  it("prints a body as it is: Go's sample ends with a line break, Rust's does not", async () => {
    const { text } = await play([
      HELLO,
      `curl ${HOST}`,
      "kn service update hello --image x.io/helloworld-rust:v2",
      `curl -H "Host: ${HOST}" 10.1.2.3:31380/path`,
      "status",
    ]);
    expect(text).toContain(`$ curl ${HOST}\nHello World!\n$ `);
    expect(text).toContain("31380/path\nHello world: World$ status\n");
  });

  it("gets 404 from the gateway for a host that nobody has", async () => {
    expect(await lastOutput(["curl -i nowhere.example.com"])).toBe(
      "HTTP/1.1 404 Not Found\ncontent-length: 0\nserver: envoy\n\n",
    );
    expect(await lastOutput(['-curl -f -s -o /dev/null -w "%{http_code}\\n" nowhere.example.com'])).toBe(
      "404\ncurl: (22) The requested URL returned error: 404\n",
    );
  });

  it("waits for a cold pod, and lets time pass by what it waited", async () => {
    const output = await lastOutput([HELLO, "sleep 3m", `curl -so /dev/null -w "%{time_total}" ${HOST}`]);
    const seconds = Number(output);
    // Scheduling, 1.9 s of container start, 50 ms of boot and the probes of the activator.
    expect(seconds).toBeGreaterThan(1.5);
    expect(seconds).toBeLessThan(3.5);
  });

  it("gives up after -m, as curl says it", async () => {
    const output = await lastOutput([HELLO, "sleep 3m", `-curl -m 1 ${HOST}`]);
    expect(output).toBe("curl: (28) Operation timed out after 1000 milliseconds with 0 bytes received\n");
  });

  it("reaches a tag's own host", async () => {
    const lines = [
      HELLO,
      "kn service update hello --env TARGET=Two",
      "kn service update hello --tag hello-00001=old",
      `curl old-${HOST}`,
    ];
    expect(await lastOutput(lines)).toBe("Hello World!\n");
  });

  it("answers as an image was told to, with the revision's variables", async () => {
    const lines = [
      `image a/b response="\${GREETING}, \${NOBODY}you" serviceTime=10ms`,
      "kn service create x --image a/b --env GREETING=Hi",
      "curl x.default.example.com",
    ];
    expect(await lastOutput(lines)).toBe("Hi, you");
  });
});

describe("images", () => {
  it("keep what was said before", async () => {
    const lines = [
      "image a/b imagePull=20s response=first",
      "image a/b serviceTime=30ms",
      "kn service create x --image a/b",
      'curl -w " %{time_total}" x.default.example.com',
    ];
    const { text } = await play(lines);
    expect(text).toMatch(/ 2\d\.\d{3}s Ready to serve/);
    expect(text).toMatch(/first 0\.03\d{4}$/);
  });

  it("may come from a file of apps", async () => {
    const files = { "apps.yaml": "a/b: {response: filed}\n", "keyed.yaml": "apps:\n  a/c: {response: keyed}\n" };
    const lines = [
      "image -f apps.yaml",
      "image -f keyed.yaml",
      "kn service create x --image a/b",
      "curl x.default.example.com",
    ];
    expect(await lastOutput(lines, { files })).toBe("filed");
  });

  it.each([
    ["image a/b size=3", 'image: unknown key "size"; known: serviceTime, cpu'],
    ["image a/b serviceTime=fast", "image: "],
    ["image a/b", "image: nothing said about a/b; for example: image example/app"],
    ["image -f none.yaml", 'image: cannot read "none.yaml"\n'],
  ])("are refused: %s", async (line, message) => {
    expect(await lastOutput([`-${line}`])).toContain(message);
  });
});

describe("hey", () => {
  it("sends -n div -c requests from each worker", async () => {
    const output = await lastOutput([HELLO, `hey -n 205 -c 50 http://${HOST}`]);
    expect(output).toContain("Status code distribution:\n  [200]\t200 responses\n");
  });

  it("paces its workers with -q", async () => {
    // 2 workers × 5/s × 10 s = 100 at most; the first tick comes after 200 ms.
    const output = await lastOutput([HELLO, `hey -z 10s -c 2 -q 5 http://${HOST}`]);
    const count = Number(/\[200\]\t(\d+) responses/.exec(output)?.[1]);
    expect(count).toBeGreaterThanOrEqual(96);
    expect(count).toBeLessThanOrEqual(100);
  });

  it("goes on in the background while one looks", async () => {
    const { text } = await play([HELLO, `hey -z 30s -c 5 http://${HOST} &`, "sleep 10s", "status", "wait", "status"]);
    expect(text).toContain(`[1] hey -z 30s -c 5 http://${HOST}\n$ sleep 10s\n$ status\n`);
    expect(text).toContain(`[1]   Done                    hey -z 30s -c 5 http://${HOST}\n$ status\nIt is 33s `);
  });

  it.each([
    ["hey -n 5 http://x", "-n cannot be less than -c.\n"],
    ["hey", "Usage: hey [options...] <url>\n"],
    ["hey -frob http://x", "flag provided but not defined: -frob\n"],
  ])("is refused: %s", async (line, message) => {
    expect(await lastOutput([`-${line}`])).toContain(message);
  });

  it("lets autoscale-go sleep as long as a request says", async () => {
    const lines = [
      "kn service create auto --image gcr.io/knative-samples/autoscale-go",
      "hey -n 10 -c 1 'http://auto.default.example.com?sleep=250&prime=10000'",
    ];
    expect(await lastOutput(lines)).toMatch(/Fastest:\t0\.25\d\d secs/);
  });
});

describe("time", () => {
  it("passes by sleep and at, in Go's syntax, in days, or in seconds", async () => {
    const { lab } = await play(["sleep 90s", "sleep 1d2h", "sleep 30", "at 30h"]);
    expect(lab.clock).toBe("30h00m00s");
  });

  it("does not go back", async () => {
    expect(await lastOutput(["sleep 1m", "-at 30s"])).toBe("at: 30s is over: it is 1m00s already\n");
  });

  it("runs the traffic and the events of the scenario it started from", async () => {
    const start = `apiVersion: knsim/v1
kind: Scenario
duration: 3m
services: [{name: web, image: example/web, app: {serviceTime: 100ms, response: "from the scenario"}}]
traffic: [{to: web, rate: 50}]
events: [{at: 2m, kn: "service update web --env A=1"}]
`;
    const { text } = await play(["sleep 5m", "kn revision list", "status", "curl web.default.example.com"], { start });
    expect(text).toContain("web-00002   web       100% ");
    // 50/s × 100 ms = 5 in flight.
    expect(text).toMatch(/web-00002 {3}100% {6}1 +0 +0 +1 +[45]\.\d+/);
    expect(text.endsWith("from the scenario")).toBe(true);
  });
});

describe("loops and lists of commands", () => {
  it("run as a shell runs them", async () => {
    const { text } = await play([HELLO, `for i in $(seq 3); do curl ${HOST}; done`, "frob || status && say yes"]);
    expect(text).toContain("done\nHello World!\nHello World!\nHello World!\n$ frob");
    expect(text.endsWith("yes\n")).toBe(true);
  });

  it("end with exit", async () => {
    const { text } = await play(["say a", "exit", "say b"]);
    expect(text).toBe("a\n$ exit\n");
  });
});

describe("report", () => {
  it("writes the files of a report about the time so far, and the lab goes on", async () => {
    const { text, reports, isFine } = await play([
      HELLO,
      `curl ${HOST}`,
      "report out/here",
      "sleep 1m",
      "report out/later",
    ]);
    expect(text).toContain("$ report out/here\nout/here/index.html\n");
    expect(reports.get("out/here")).toEqual(
      expect.arrayContaining(["summary.json", "timeline.csv", "index.html", "pods.svg"]),
    );
    expect([reports.size, isFine]).toEqual([2, true]);
  }, 60_000);
});

describe("completion", () => {
  it("knows commands, sub-commands, flags, kinds and names", async () => {
    const { lab } = await play([HELLO]);
    expect(lab.complete("ku")).toEqual(["kubectl"]);
    expect(lab.complete("kn rev")).toEqual(["revision"]);
    expect(lab.complete("kn service d")).toEqual(["delete", "describe"]);
    expect(lab.complete("kn service describe ")).toEqual(["hello"]);
    expect(lab.complete("kn service update hello --traf")).toEqual(["--traffic"]);
    expect(lab.complete("kn service update hello --traffic h")).toEqual(["hello-00001="]);
    expect(lab.complete("kubectl get p")).toEqual(["pods"]);
    expect(lab.complete("kubectl get rev h")).toEqual(["hello-00001"]);
    expect(lab.complete("curl http://h")).toEqual(["http://hello.default.example.com"]);
  });
});

describe("what a revision is marked with", () => {
  it("are its owner, generation and routing state, which describe shows with -v and selectors find", async () => {
    const { text } = await play([
      HELLO,
      "kn revision describe hello-00001 -v",
      "kn revision describe hello-00001",
      "kubectl get rev -l serving.knative.dev/service=hello,serving.knative.dev/configurationGeneration=1",
    ]);
    expect(text).toMatch(
      new RegExp(
        [
          "Labels: +serving\\.knative\\.dev/configuration=hello",
          " +serving\\.knative\\.dev/configurationGeneration=1",
          " +serving\\.knative\\.dev/routingState=active",
          " +serving\\.knative\\.dev/service=hello",
          "Annotations: +client\\.knative\\.dev/.*",
          " +client\\.knative\\.dev/user-image=.*",
          " +serving\\.knative\\.dev/routes=hello",
          " +serving\\.knative\\.dev/routingStateModified=2023-11-14T22:00:00Z\\n",
        ].join("\\n"),
      ),
    );
    expect(text).toContain("Namespace:  default\nAge:        3s\n");
    expect(text).toMatch(/ACTUAL REPLICAS.*\nhello-00001 +hello +1 +True/);
  });
});

describe("a pod that was never ready", () => {
  it("ends with one of its two containers ready, not with both", async () => {
    const { text } = await play([
      "image a/never fault=neverReady",
      "-kn service create never --image a/never --wait-timeout 5",
      "kubectl get pods --no-headers",
      "sleep 10m30s",
      "kubectl get pods --no-headers",
    ]);
    expect(text).toMatch(/never-00001-deployment-\S+ {3}1\/2 {3}Running /);
    expect(text).toMatch(/never-00001-deployment-\S+ {3}1\/2 {3}Terminating /);
  });
});

describe("kubectl get with an output format", () => {
  it("prints manifests of Knative's kinds, one by name or a list", async () => {
    const url = "kubectl get ksvc hello -o jsonpath='{.status.url}'";
    expect(await lastOutput([HELLO, url])).toBe("http://hello.default.example.com");
    const names = "kubectl get ksvc,rev -o jsonpath='{.items[*].metadata.name}'";
    expect(await lastOutput([HELLO, names])).toBe("hello hello-00001");
    expect(JSON.parse(await lastOutput([HELLO, "kubectl get route hello -o json"]))).toMatchObject({
      kind: "Route",
      status: { traffic: [{ revisionName: "hello-00001", percent: 100 }] },
    });
    expect(JSON.parse(await lastOutput(["kubectl get ksvc -o json"]))).toEqual({
      apiVersion: "v1",
      items: [],
      kind: "List",
    });
    expect(await lastOutput([HELLO, "kubectl get rev hello-00001 -o yaml"])).toMatch(
      /^apiVersion: serving\.knative\.dev\/v1\nkind: Revision\nmetadata:\n {2}name: hello-00001\n/,
    );
    expect(await lastOutput([HELLO, "-kubectl get pods -o yaml"])).toBe(
      "error: the lab prints no manifests of pods; allowed formats are: name,wide\n",
    );
    expect(await lastOutput([HELLO, "-kubectl get ksvc -o foo"])).toContain(
      'error: unable to match a printer suitable for the output format "foo", allowed formats are: ',
    );
  });

  it("prints where pods are with -o wide", async () => {
    expect(await lastOutput([HELLO, "kubectl get pods -o wide"])).toMatch(
      /^NAME +READY {3}STATUS {4}RESTARTS {3}AGE {3}IP +NODE +NOMINATED NODE {3}READINESS GATES\nhello-\S+ {3}2\/2 {5}Running {3}0 {10}3s {4}10\.\S+ +node-1 {3}<none> +<none>\n$/,
    );
  });

  it("sorts by creation", async () => {
    const lines = [HELLO, "kn service create app --image example/app", "kubectl get ksvc -o name"];
    expect(await lastOutput(lines)).toBe("service.serving.knative.dev/app\nservice.serving.knative.dev/hello\n");
    expect(await lastOutput([...lines, `${lines[2]} --sort-by=.metadata.creationTimestamp`])).toBe(
      "service.serving.knative.dev/hello\nservice.serving.knative.dev/app\n",
    );
    expect(await lastOutput([...lines, `-${lines[2]} --sort-by=.spec.x`])).toContain("error: the lab sorts by ");
  });
});

describe("what one types without thinking", () => {
  it("is understood: braces without quotes, HEAD requests", async () => {
    const { text, isFine } = await play([
      "image a/bad fault={kind: crash, exitCode: 3} serviceTime={lognormal: {mean: 80ms, cv: 0.5}} boot=1s",
      HELLO,
      `curl -I ${HOST}`,
    ]);
    expect(isFine).toBe(true);
    expect(text).toMatch(/curl -I .*\nHTTP\/1\.1 200 OK\ncontent-length: 13\ncontent-type: .*\nserver: envoy\n\n$/);
  });
});

describe("Ctrl-C", () => {
  /** The n-th look at the keyboard finds it pressed. */
  const pressedAt = (n: number) => {
    let looks = 0;
    return () => Promise.resolve(++looks === n);
  };

  it("ends a command that waits, where it is, with the rest of its line", async () => {
    const { text, lab } = await play(["-sleep 9d; say never", "say after"], { breathe: pressedAt(3) });
    expect(text).toBe("$ sleep 9d; say never\n^C\n");
    expect(lab.clock).toBe("3m00s");
  });

  it("makes hey sum up what it has and send nothing more", async () => {
    const { text, lab } = await play([HELLO, `-hey -z 300h -c 5 ${HOST}`], { breathe: pressedAt(1) });
    expect(text).toMatch(/Status code distribution:\n {2}\[200\]\t\d+ responses\n(.*\n)*\^C\n$/);
    // Some seconds of load and a minute: were it still sending, the service would not have gone to sleep.
    await lab.run("sleep 3m");
    expect(lab.complete("kubectl get pods ").filter((word) => !word.startsWith("-"))).toEqual([]);
  });
});

describe("a ConfigMap that Knative refuses", () => {
  it("is refused by the webhook for ConfigMaps, a Service by the other", async () => {
    const map = `apiVersion: v1
kind: ConfigMap
metadata: {name: config-network, namespace: knative-serving}
data: {rollout-duration: "380s"}
`;
    const service = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: web}
spec: {template: {spec: {containerConcurrency: 2000, containers: [{image: example/web}]}}}
`;
    const files = { "map.yaml": map, "service.yaml": service };
    expect(await lastOutput(["-kubectl apply -f map.yaml"], { files })).toBe(
      'Error from server (BadRequest): error when creating "map.yaml": admission webhook "config.webhook.serving.knative.dev" denied the request: ' +
        'validation failed: failed to parse "rollout-duration": strconv.Atoi: parsing "380s": invalid syntax\n',
    );
    expect(await lastOutput(["-kubectl apply -f service.yaml"], { files })).toContain(
      '"validation.webhook.serving.knative.dev" denied the request: validation failed: expected 0 <= 2000 <= 1000: spec.template.spec.containerConcurrency\n',
    );
  });
});

import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/time.js";
import { defaultClusterConfig } from "../../src/kube/config.js";
import { serviceFromManifest } from "../../src/kube/manifest.js";
import type { ServiceObject } from "../../src/kube/objects.js";
import { AttributeBlock } from "../../src/lab/attribute-block.js";
import { type ShownCondition, writeConditions } from "../../src/lab/conditions-block.js";
import { revisionDescription, revisionList } from "../../src/lab/kn-revision-format.js";
import { routeDescription, routeList } from "../../src/lab/kn-route-format.js";
import { serviceDescription, serviceList } from "../../src/lab/kn-service-format.js";
import { alignedCells, tableText } from "../../src/lab/table-writer.js";
import type { Condition } from "../../src/model/conditions.js";
import type { RevisionStatus, RouteStatus, ServiceStatus, TrafficStatus } from "../../src/model/object-status.js";

/** The layouts measured with the clients' own table writer; a middle dot is a blank (knative/kn-cli.md). */
const lines = (text: string) => `${text.trim().replaceAll("·", " ")}\n`;

const DAY_S = 86_400;
const NOW_US = 20 * DAY_S * SECOND;
const ago = (seconds: number) => NOW_US - seconds * SECOND;
const SPEC: ServiceObject = serviceFromManifest(
  { metadata: { name: "hello" }, spec: { template: { spec: { containers: [{ image: "IMAGE" }] } } } },
  defaultClusterConfig(),
);

function condition(type: string, seconds: number, more: Partial<Condition> = {}): Condition {
  return { type, status: "True", severity: "", reason: "", message: "", lastTransitionUs: ago(seconds), ...more };
}

function target(revisionName: string, percent: number, more: Partial<TrafficStatus> = {}): TrafficStatus {
  return { revisionName, percent, latestRevision: false, tag: null, url: null, ...more };
}

function service(more: Partial<ServiceStatus> = {}): ServiceStatus {
  return {
    name: "hello",
    namespace: "default",
    createdAtUs: ago(10 * DAY_S),
    url: "http://hello.default.example.com",
    labels: {},
    annotations: { "serving.knative.dev/creator": "me" },
    generation: 1,
    observedGeneration: 1,
    resourceVersion: 1,
    latestCreatedRevision: "hello-00002",
    latestReadyRevision: "hello-00002",
    traffic: [target("hello-00002", 100, { latestRevision: true })],
    conditions: [condition("ConfigurationsReady", 9 * DAY_S), condition("Ready", 240), condition("RoutesReady", 240)],
    spec: SPEC,
    ...more,
  };
}

const DIGESTS = { "00004": "33fe75", "00002": "5ea96b", "00001": "5ea96b" } as const;

function revision(
  number: keyof typeof DIGESTS,
  ageSeconds: number,
  more: Partial<RevisionStatus> = {},
): RevisionStatus {
  return {
    name: `hello-${number}`,
    namespace: "default",
    createdAtUs: ago(ageSeconds),
    service: "hello",
    generation: Number(number),
    labels: { "serving.knative.dev/service": "hello" },
    annotations: { "client.knative.dev/user-image": "IMAGE" },
    image: `IMAGE@sha256:${DIGESTS[number]}`,
    imageDigest: `sha256:${DIGESTS[number]}${"0".repeat(58)}`,
    env: {},
    port: null,
    containerConcurrency: 0,
    timeoutUs: 300 * SECOND,
    resources: { cpuRequest: 0, memoryRequestBytes: null, userCpus: 1 },
    routingState: "active",
    routingStateSinceUs: ago(ageSeconds),
    actualReplicas: 0,
    desiredReplicas: 0,
    conditions: [
      condition("Active", ageSeconds, { status: "False", severity: "Info", reason: "NoTraffic" }),
      condition("ContainerHealthy", ageSeconds),
      condition("Ready", ageSeconds),
      condition("ResourcesAvailable", ageSeconds),
    ],
    ...more,
  };
}

const LIST = { nowUs: NOW_US, headers: true, allNamespaces: false };

describe("tables", () => {
  it("pads every column but the last to its longest cell and three blanks, at least six", () => {
    expect(
      tableText(
        ["a", "reason"],
        [
          ["x", ""],
          ["long one", "y"],
        ],
      ),
    ).toBe("A          REASON\nx          \nlong one   y\n");
  });

  it("share columns only among adjacent lines that have them", () => {
    expect(alignedCells([["a", "1"], ["no column"], ["bbbb", "2"], ["c", "3"]], { min: 0, padding: 2 })).toEqual([
      "a  1",
      "no column",
      "bbbb  2",
      "c     3",
    ]);
  });
});

describe("kn revision list", () => {
  it("has the measured layout", () => {
    const revisions = [revision("00001", 126 * 60), revision("00002", 118 * 60)];
    expect(revisionList(revisions, [service()], LIST)).toBe(
      lines(`
NAME··········SERVICE···TRAFFIC···TAGS···GENERATION···AGE····CONDITIONS···READY···REASON
hello-00002···hello·····100%·············2············118m···3·OK·/·4·····True····
hello-00001···hello······················1············126m···3·OK·/·4·····True····
`),
    );
  });

  it("adds up the shares of a revision and joins its tags", () => {
    const traffic = [
      target("hello-00002", 30, { tag: "a" }),
      target("hello-00002", 70, { tag: "b", latestRevision: true }),
    ];
    const text = revisionList([revision("00002", 60)], [service({ traffic })], LIST);
    expect(text).toContain("hello-00002   hello     100%      a,b    2 ");
  });

  it("cuts cells of more than 50 characters", () => {
    const message = "Container failed with: something that goes on and on";
    const ready = condition("Ready", 5, { status: "False", reason: "ExitCode1", message });
    const text = revisionList([revision("00002", 60, { conditions: [ready] })], [service()], LIST);
    // 46 characters of "ExitCode1 : Container …" and " ...".
    expect(text.trimEnd().endsWith("ExitCode1 : Container failed with: something t ...")).toBe(true);
  });
});

describe("kn service list", () => {
  it("has the measured layout", () => {
    const waiting = 'Configuration "zz" is waiting for a Revision to become ready.';
    const unready = ["ConfigurationsReady", "Ready", "RoutesReady"].map((type) =>
      condition(type, 125, { status: "Unknown", reason: "RevisionMissing", message: waiting }),
    );
    const services = [
      service({ createdAtUs: ago(125) }),
      service({
        name: "zz",
        url: "http://zz.default.example.com",
        createdAtUs: ago(125),
        latestReadyRevision: null,
        conditions: unready,
      }),
    ];
    expect(serviceList(services, LIST)).toBe(
      lines(`
NAME····URL································LATEST········AGE····CONDITIONS···READY·····REASON
hello···http://hello.default.example.com···hello-00002···2m5s···3·OK·/·3·····True······
zz······http://zz.default.example.com····················2m5s···0·OK·/·3·····Unknown···RevisionMissing·:·Configuration·"zz"·is·waiting·for·a·Revision·to·become·ready.
`),
    );
  });

  it("puts the namespace first with -A, and leaves the header out when asked to", () => {
    const text = serviceList([service()], { ...LIST, headers: false, allNamespaces: true });
    expect(text).toMatch(/^default {3}hello {3}http/);
  });
});

describe("the conditions block", () => {
  it("has the measured layout", () => {
    const block = new AttributeBlock();
    writeConditions(block, revision("00002", 7200).conditions, NOW_US, false);
    expect(block.toString()).toBe(
      lines(`
Conditions:··
··OK·TYPE··················AGE·REASON
··++·Ready··················2h·
··++·ContainerHealthy·······2h·
··++·ResourcesAvailable·····2h·
···I·Active·················2h·NoTraffic
`),
    );
  });

  it("has a sign for every status and severity, and reasons with messages when verbose", () => {
    const shown: ShownCondition[] = [
      condition("A", 1, { status: "Unknown", reason: "Queued", message: "wait" }),
      condition("B", 1, { status: "False" }),
      { ...condition("C", 1, { status: "False" }), severity: "Warning" },
      condition("D", 1, { status: "False", severity: "Info" }),
      condition("E", 1, { severity: "Info" }),
    ];
    const block = new AttributeBlock();
    writeConditions(block, shown, NOW_US, true);
    const signs = block.toString().split("\n").slice(2, -1);
    expect(signs.map((line) => line.slice(2, 6))).toEqual(["?? A", "!! B", " W C", " I D", "++ E"]);
    expect(signs[0].endsWith("Queued (wait)")).toBe(true);
  });
});

describe("kn service describe", () => {
  it("has the measured layout", () => {
    const traffic = [target("hello-00004", 50), target("hello-00002", 25)];
    const shown = service({ traffic, latestReadyRevision: "hello-00004", latestCreatedRevision: "hello-00004" });
    const revisions = [revision("00001", 10 * DAY_S), revision("00002", 10 * DAY_S), revision("00004", 9 * DAY_S)];
    expect(serviceDescription(shown, revisions, NOW_US, false)).toBe(
      lines(`
Name:·······hello
Namespace:··default
Age:········10d
URL:········http://hello.default.example.com

Revisions:··
···50%··hello-00004·(current·@latest)·[4]·(9d)
········Image:·····IMAGE·(pinned·to·33fe75)
········Replicas:··0/0
···25%··hello-00002·[2]·(10d)
········Image:·····IMAGE·(pinned·to·5ea96b)
········Replicas:··0/0

Conditions:··
··OK·TYPE···················AGE·REASON
··++·Ready···················4m·
··++·ConfigurationsReady·····9d·
··++·RoutesReady·············4m·
`),
    );
  });

  it("marks what follows the latest, tags, and revisions that are not ready", () => {
    const failed = condition("Ready", 5, { status: "False", reason: "ExitCode1" });
    const revisions = [
      revision("00001", 60, { conditions: [condition("Ready", 5, { status: "Unknown" })] }),
      revision("00002", 60),
      revision("00004", 60, { conditions: [failed], actualReplicas: null, imageDigest: null, image: "IMAGE" }),
    ];
    const traffic = [
      target("hello-00002", 100, { latestRevision: true, tag: "now" }),
      target("hello-00001", 0, { tag: "old" }),
    ];
    const text = serviceDescription(
      service({ traffic, latestCreatedRevision: "hello-00004" }),
      revisions,
      NOW_US,
      false,
    );
    expect(text).toContain(
      lines(`
     !  hello-00004 (latest created) [4] (1m)
        Error:  ExitCode1
        Image:  IMAGE
  100%  @latest (hello-00002) #now [2] (1m)
        Image:     IMAGE (pinned to 5ea96b)
        Replicas:  0/0
     ?  hello-00001 #old [1] (1m)
        Image:     IMAGE (pinned to 5ea96b)
`),
    );
  });

  it("shows every revision and its settings with -v", () => {
    const settled = revision("00002", 60, { env: { A: "1", B: "2" }, containerConcurrency: 10, port: 8080 });
    const text = serviceDescription(service(), [revision("00001", 60), settled], NOW_US, true);
    expect(text).toContain("Cluster:      http://hello.default.svc.cluster.local\n");
    expect(text).toContain(
      `        Replicas:     0/0
        Port:         8080
        Env:          A=1
                      B=2
        Concurrency:··
          Limit:      10
     +  hello-00001 [1] (1m)
`.replaceAll("·", " "),
    );
  });
});

describe("kn revision describe", () => {
  it("has the measured layout", () => {
    const annotations = {
      "client.knative.dev/user-image": "IMAGE",
      "autoscaling.knative.dev/min-scale": "1",
      "autoscaling.knative.dev/max-scale": "5",
      "autoscaling.knative.dev/target": "5",
    };
    const shown = revision("00002", 7200, {
      annotations,
      env: { TARGET: "Second" },
      containerConcurrency: 10,
      actualReplicas: 1,
      desiredReplicas: 1,
    });
    const text = revisionDescription(shown, [service()], NOW_US, false);
    // Autoscaling annotations also appear as a line of their own, because their domain is not hidden.
    expect(text.replace(/^Annotations:.*\n/m, "")).toBe(
      lines(`
Name:·········hello-00002
Namespace:····default
Age:··········2h
Image:········IMAGE·(pinned·to·5ea96b)
Replicas:·····1/1
Env:··········TARGET=Second
Scale:········1·...·5
Concurrency:··
··Limit:······10
··Target:·····5
Service:······hello

Conditions:··
··OK·TYPE··················AGE·REASON
··++·Ready··················2h·
··++·ContainerHealthy·······2h·
··++·ResourcesAvailable·····2h·
···I·Active·················2h·NoTraffic
`),
    );
    // 87 characters at most, blanks and dots of the cut included.
    expect(/^Annotations: +(.*)$/m.exec(text)?.[1]).toHaveLength(87);
  });

  it("says how old digests and bounds look when they are not what users wrote", () => {
    const annotations = { "autoscaling.knative.dev/minScale": "2" };
    const resources = { cpuRequest: 0.5, memoryRequestBytes: 256 * 1024 * 1024, userCpus: 2 };
    const text = revisionDescription(revision("00002", 60, { annotations, resources }), [service()], NOW_US, true);
    expect(text.replace(/ {3,}/g, "  ")).toContain(
      `Image:  IMAGE@sha256:5ea96b (at 5ea96b)
Replicas:  0/0
Scale:  2 ... ∞
Memory:  256Mi
CPU:  500m ... 2
Service:  hello
  Configuration Generation:  2
  Latest Created:  true
  Latest Ready:  true
  Traffic:  100%
`,
    );
  });
});

describe("kn route", () => {
  const route: RouteStatus = {
    name: "hello",
    namespace: "default",
    createdAtUs: ago(10 * DAY_S),
    service: "hello",
    url: "http://hello.default.example.com",
    generation: 1,
    observedGeneration: 1,
    traffic: [
      target("hello-00004", 50, { latestRevision: true, tag: "v4", url: "http://v4-hello.default.example.com" }),
      target("hello-00002", 50),
    ],
    conditions: [
      condition("AllTrafficAssigned", 240),
      condition("CertificateProvisioned", 10 * DAY_S, { reason: "TLSNotEnabled" }),
      condition("IngressReady", 240),
      condition("Ready", 240),
    ],
  };

  it("describe has the measured layout", () => {
    expect(routeDescription(route, NOW_US, false)).toBe(
      lines(`
Name:·······hello
Namespace:··default
Age:········10d
URL:········http://hello.default.example.com
Service:····hello

Traffic·Targets:··
···50%··@latest·(hello-00004)·#v4
········URL:··http://v4-hello.default.example.com
···50%··hello-00002

Conditions:··
··OK·TYPE······················AGE·REASON
··++·Ready······················4m·
··++·AllTrafficAssigned·········4m·
··++·CertificateProvisioned····10d·TLSNotEnabled
··++·IngressReady···············4m·
`),
    );
  });

  it("list has three columns", () => {
    expect(routeList([route], LIST)).toBe(
      "NAME    URL                                READY\nhello   http://hello.default.example.com   True\n",
    );
  });
});

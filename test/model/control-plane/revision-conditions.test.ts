import { describe, expect, it } from "vitest";
import { type Condition, reconcileConditions } from "../../../src/model/conditions.js";
import { markPodAutoscaler, POD_AUTOSCALER_DEPENDENTS } from "../../../src/model/pod-autoscaler-conditions.js";
import { markRevision, REVISION_DEPENDENTS, type RevisionObservation } from "../../../src/model/revision-conditions.js";
import { brief, message } from "./cluster.js";

const NEW: RevisionObservation = {
  image: "example/hello",
  digest: "resolved",
  deployment: { name: "hello-00001-deployment-x", replicas: 1, readyReplicas: 0, hasTimedOut: false },
  trouble: null,
  podAutoscaler: { conditions: [], isInitialized: false, hasServiceName: false },
};
const RUNNING = { ...NEW.deployment, readyReplicas: 1 };
const GONE = { ...NEW.deployment, replicas: 0 };
const TIMED_OUT = { ...NEW.deployment, hasTimedOut: true };
const NO_TROUBLE = { unschedulable: null, terminated: null, waiting: null };
const CRASHED = { ...NO_TROUBLE, terminated: { exitCode: 3, message: "boom" } };
const BACKOFF = { ...NO_TROUBLE, waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } };

function seenAs(before: readonly Condition[], seen: Partial<RevisionObservation>): readonly Condition[] {
  const pass = { dependents: REVISION_DEPENDENTS, before, nowUs: 1 };
  return reconcileConditions(pass, (marks) => markRevision(marks, { ...NEW, ...seen }));
}

/** A pod autoscaler in one of the states of the table in knative/control-plane.md §7.4. */
function podAutoscaler(
  status: "True" | "False" | "Unknown",
  reason: "" | "Queued" | "NoTraffic" | "TimedOut",
  isInitialized: boolean,
): RevisionObservation["podAutoscaler"] {
  const active = { status, reason, message: `${reason}!`, sinceUs: 0 };
  const pass = { dependents: POD_AUTOSCALER_DEPENDENTS, before: [], nowUs: 0 };
  const routing = status === "True" ? "ready" : "notReady";
  const conditions = reconcileConditions(pass, (marks) =>
    markPodAutoscaler(marks, { active, initialized: isInitialized }, routing),
  );
  return { conditions, isInitialized, hasServiceName: true };
}

const QUEUED = podAutoscaler("Unknown", "Queued", false);
const ACTIVE = podAutoscaler("True", "", true);
const IDLE = podAutoscaler("False", "NoTraffic", true);
const WAKING = podAutoscaler("Unknown", "Queued", true);
const GIVEN_UP = podAutoscaler("False", "TimedOut", false);
const READY = seenAs([], { deployment: RUNNING, podAutoscaler: ACTIVE });
const STARTING = seenAs([], { podAutoscaler: QUEUED });

describe("a revision that comes up", () => {
  it.each<[string, Partial<RevisionObservation>, readonly string[]]>([
    [
      "looks up its image's digest",
      { digest: "resolving" },
      ["ContainerHealthy Unknown", "Ready Unknown ResolvingDigests", "ResourcesAvailable Unknown ResolvingDigests"],
    ],
    [
      "has a Deployment, and a pod autoscaler without a status",
      {},
      [
        "Active Unknown Deploying",
        "ContainerHealthy Unknown Deploying",
        "Ready Unknown Deploying",
        "ResourcesAvailable Unknown Deploying",
      ],
    ],
    [
      "has pods that start",
      { podAutoscaler: QUEUED },
      [
        "Active Unknown Queued",
        "ContainerHealthy Unknown Deploying",
        "Ready Unknown Deploying",
        "ResourcesAvailable Unknown Deploying",
      ],
    ],
    [
      "has one of several pods that it needs",
      { deployment: RUNNING, podAutoscaler: QUEUED },
      [
        "Active Unknown Queued",
        "ContainerHealthy True",
        "Ready Unknown Deploying",
        "ResourcesAvailable Unknown Deploying",
      ],
    ],
    [
      "has reached its initial scale",
      { deployment: RUNNING, podAutoscaler: ACTIVE },
      ["Active True", "ContainerHealthy True", "Ready True", "ResourcesAvailable True"],
    ],
    [
      "has an initial scale of zero",
      { deployment: GONE, podAutoscaler: IDLE },
      ["Active False NoTraffic", "ContainerHealthy True", "Ready True", "ResourcesAvailable True"],
    ],
  ])("%s", (_, seen, expected) => {
    expect(brief(seenAs([], seen))).toEqual(expected);
  });

  it("stays Ready when it goes to sleep and wakes", () => {
    const idle = seenAs(READY, { deployment: GONE, podAutoscaler: IDLE });
    expect(brief(idle)).toEqual([
      "Active False NoTraffic",
      "ContainerHealthy True",
      "Ready True",
      "ResourcesAvailable True",
    ]);
    const waking = seenAs(idle, { podAutoscaler: WAKING });
    expect(brief(waking)[0]).toBe("Active Unknown Queued");
    expect(brief(waking).slice(1)).toEqual(brief(idle).slice(1));
  });
});

describe("a revision that fails", () => {
  it("is told so when its image is unknown, and goes on when it is found", () => {
    const missing = seenAs([], { digest: { error: "manifest unknown" } });
    expect(brief(missing)[0]).toBe("ContainerHealthy False ContainerMissing");
    expect(message(missing)).toBe(
      'Unable to fetch image "example/hello": failed to resolve image to digest: manifest unknown',
    );
    expect(brief(seenAs(missing, { podAutoscaler: QUEUED }))).toEqual(brief(STARTING));
  });

  it("at once when its pod fits on no node", () => {
    const trouble = { ...NO_TROUBLE, unschedulable: "0/1 nodes are available: 1 Insufficient cpu." };
    const failed = seenAs(STARTING, { trouble, podAutoscaler: QUEUED });
    expect(brief(failed)).toEqual([
      "Active Unknown Queued",
      "ContainerHealthy Unknown Deploying",
      "Ready False Unschedulable",
      "ResourcesAvailable False Unschedulable",
    ]);
    expect(message(failed)).toBe("0/1 nodes are available: 1 Insufficient cpu.");
  });

  it("at once when its container has crashed, whether or not the deadline has passed", () => {
    for (const deployment of [NEW.deployment, TIMED_OUT]) {
      const failed = seenAs(STARTING, { deployment, trouble: CRASHED, podAutoscaler: QUEUED });
      expect(brief(failed).slice(1, 3)).toEqual(["ContainerHealthy False ExitCode3", "Ready False ExitCode3"]);
      expect(message(failed)).toBe("Container failed with: boom");
    }
    const silent = { ...NO_TROUBLE, terminated: { exitCode: 0, message: "" } };
    const quit = seenAs(STARTING, { trouble: silent, podAutoscaler: QUEUED });
    expect(brief(quit)[1]).toBe("ContainerHealthy False ExitCode0");
    expect(message(quit)).toBe("Container failed with: container exited with no error");
  });

  it("for a waiting container only when the Deployment's deadline has passed", () => {
    const early = seenAs(STARTING, { trouble: BACKOFF, podAutoscaler: QUEUED });
    expect(early).toBe(STARTING);
    const late = seenAs(STARTING, { deployment: TIMED_OUT, trouble: BACKOFF, podAutoscaler: QUEUED });
    expect(brief(late).slice(2)).toEqual(["Ready False ImagePullBackOff", "ResourcesAvailable False ImagePullBackOff"]);
    expect(message(late)).toBe("Back-off pulling image");
  });

  it("with the Deployment when that makes no progress", () => {
    const failed = seenAs(STARTING, { deployment: TIMED_OUT, podAutoscaler: QUEUED });
    expect(brief(failed).slice(2)).toEqual([
      "Ready False ProgressDeadlineExceeded",
      "ResourcesAvailable False ProgressDeadlineExceeded",
    ]);
    expect(message(failed)).toBe('ReplicaSet "hello-00001-deployment-x" has timed out progressing.');
  });

  it("for good when its initial scale was never reached, unless something more telling is known", () => {
    const timedOut = seenAs(STARTING, { deployment: TIMED_OUT, podAutoscaler: QUEUED });
    const givenUp = seenAs(timedOut, { deployment: GONE, podAutoscaler: GIVEN_UP });
    expect(brief(givenUp)).toEqual([
      "Active False TimedOut",
      "ContainerHealthy Unknown Deploying",
      "Ready False ProgressDeadlineExceeded",
      "ResourcesAvailable False ProgressDeadlineExceeded",
    ]);
    expect(message(givenUp)).toBe("Initial scale was never achieved");
    for (const [deployment, trouble, reason] of [
      [TIMED_OUT, BACKOFF, "ImagePullBackOff"],
      [NEW.deployment, CRASHED, "ExitCode3"],
    ] as const) {
      const failed = seenAs(STARTING, { deployment, trouble, podAutoscaler: QUEUED });
      const end = seenAs(failed, { deployment: GONE, podAutoscaler: GIVEN_UP });
      expect(brief(end)[2]).toBe(`Ready False ${reason}`);
    }
  });

  it("recovers with its first ready pod, once its initial scale is reached", () => {
    const crashed = seenAs(STARTING, { trouble: CRASHED, podAutoscaler: QUEUED });
    expect(brief(seenAs(crashed, { deployment: RUNNING, podAutoscaler: QUEUED })).slice(1)).toEqual([
      "ContainerHealthy True",
      "Ready Unknown Deploying",
      "ResourcesAvailable Unknown Deploying",
    ]);
    expect(brief(seenAs(crashed, { deployment: RUNNING, podAutoscaler: ACTIVE }))).toEqual(brief(READY));
    const timedOut = seenAs(STARTING, { deployment: TIMED_OUT, trouble: BACKOFF, podAutoscaler: QUEUED });
    expect(brief(seenAs(timedOut, { deployment: RUNNING, podAutoscaler: ACTIVE }))).toEqual(brief(READY));
  });

  it("after it has been ready once is Ready again when nobody wants it any more", () => {
    const trouble = { ...NO_TROUBLE, unschedulable: "no room" };
    const failed = seenAs(READY, { trouble, podAutoscaler: WAKING });
    expect(brief(failed).slice(2)).toEqual(["Ready False Unschedulable", "ResourcesAvailable False Unschedulable"]);
    expect(brief(seenAs(failed, { deployment: GONE, podAutoscaler: IDLE }))[2]).toBe("Ready True");
  });

  it("is not looked for while a pod is ready or none is wanted", () => {
    const busy = seenAs(READY, { deployment: RUNNING, trouble: CRASHED, podAutoscaler: ACTIVE });
    expect(busy).toBe(READY);
    const idle = seenAs(READY, { deployment: GONE, trouble: CRASHED, podAutoscaler: IDLE });
    expect(brief(idle)[2]).toBe("Ready True");
  });
});

describe("a pod autoscaler", () => {
  it.each([
    ["before its SKS exists", "Unknown", "Queued", false, "none", "Unknown Queued", "Unknown NotReady", "Unknown"],
    ["while pods start", "Unknown", "Queued", false, "notReady", "Unknown Queued", "Unknown NotReady", "Unknown"],
    ["with enough pods", "True", "", true, "ready", "True", "True", "True"],
    ["whose SKS has lost its pods", "True", "", true, "notReady", "Unknown NotReady", "Unknown NotReady", "True"],
    ["without traffic", "False", "NoTraffic", true, "notReady", "False NoTraffic", "Unknown NotReady", "True"],
    ["that gave up", "False", "TimedOut", false, "notReady", "False TimedOut", "Unknown NotReady", "Unknown"],
  ] as const)("%s", (_, status, reason, initialized, routing, ready, sks, isInitialized) => {
    const active = { status, reason, message: "", sinceUs: 0 };
    const pass = { dependents: POD_AUTOSCALER_DEPENDENTS, before: [], nowUs: 0 };
    const conditions = reconcileConditions(pass, (marks) => markPodAutoscaler(marks, { active, initialized }, routing));
    expect(brief(conditions)).toEqual([
      `Active ${status} ${reason}`.trim(),
      `Ready ${ready}`,
      `SKSReady ${sks}`,
      `ScaleTargetInitialized ${isInitialized}`,
    ]);
    const text = routing === "none" ? "No Private Service Name" : routing === "ready" ? "" : "K8s Service is not ready";
    expect(message(conditions, "SKSReady")).toBe(text);
  });
});

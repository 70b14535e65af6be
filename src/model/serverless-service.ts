import type { Instant } from "../engine/time.js";
import { LatencySource, type ModelContext } from "./context.js";
import { Kind, Rank } from "./event-kinds.js";
import type { ServingMode } from "./observer.js";
import type { Pod } from "./pod.js";
import type { Revision } from "./revision.js";

/** Why the wanted mode is what it is. */
export type WantedCause = "ebc" | "want" | "unknown";

/** What the addresses of a revision's public Service are, or as what the gateway knows them. */
export interface PublicEndpoints {
  readonly mode: ServingMode;
  /** Serve mode: ready pods by creation. */
  readonly pods: readonly Pod[];
  /** Proxy mode: indices of the activators in the path, by address. */
  readonly activators: readonly number[];
}

/** What a ServerlessService asks of the activators. */
export interface ActivatorSet {
  /** The activators for a revision's path when `count` are wanted; those that are down are not among them. */
  chooseActivators(revision: Revision, count: number): readonly number[];
  /** These activators, by address, see themselves in the revision's path. */
  assignActivators(revision: Revision, activators: readonly number[]): void;
}

/**
 * Decides for one revision whether its public address leads to activators or straight to pods, and tells the gateway.
 *
 * Three views follow one another: what is wanted (the pod autoscaler's), what is in force in the cluster (a revision
 * without ready pods is always proxied, one without activators never), and what the gateway serves, some latency later.
 *
 * @see knative/serving pkg/reconciler/serverlessservice/serverlessservice.go
 */
export class ServerlessService {
  wantedMode: ServingMode = "proxy";
  /** Ready pods as the endpoints of the private Service have them, and newer lists under way there, oldest first. */
  private endpoints: readonly Pod[] = [];
  private readonly endpointsUnderWay: (readonly Pod[])[] = [];
  private lastEndpointsArrival: Instant = 0;
  private readonly endpointsLatency: LatencySource;
  wantedActivators = 2;
  private wantedCause: WantedCause = "unknown";
  /** In force in the cluster. */
  private current: PublicEndpoints;
  private currentCause: "ebc" | "noReadyPods" | "noActivators" | "want" | "unknown" = "noReadyPods";
  /** Since when the addresses in force have led to activators; null = they do not. */
  private proxiedSince: Instant | null;
  /** As the gateway serves it. */
  gateway: PublicEndpoints;
  /** Requests it has sent straight to pods: Envoy's round robin. */
  private direct = 0;
  private nextActivator = 0;
  /** Newer configurations under way to the gateway, oldest first. */
  private readonly underWay: {
    readonly endpoints: PublicEndpoints;
    readonly cause: ServerlessService["currentCause"];
  }[] = [];
  private lastArrival: Instant = 0;
  private readonly gatewayLatency: LatencySource;

  constructor(
    private readonly context: ModelContext,
    private readonly revision: Revision,
    private readonly activators: ActivatorSet,
  ) {
    const { latencies, streams, simulation } = context;
    const { endpoints, ingress } = latencies;
    this.endpointsLatency = new LatencySource(endpoints, streams, "latency/pods", revision.name);
    this.gatewayLatency = new LatencySource(ingress, streams, "latency/endpoints", revision.name);
    const chosen = activators.chooseActivators(revision, this.wantedActivators);
    this.current = this.gateway = { mode: "proxy", pods: [], activators: chosen };
    this.proxiedSince = simulation.now;
    activators.assignActivators(revision, chosen);
  }

  /** The pod autoscaler wants this mode and so many activators. */
  want(mode: ServingMode, cause: WantedCause, activators: number): void {
    this.wantedMode = mode;
    this.wantedCause = cause;
    this.wantedActivators = activators;
    this.update();
  }

  /** Takes the place of a past in which the endpoints have long had the pods that are ready. */
  assumeSettled(): void {
    this.endpoints = this.revision.deployment.readyPods.slice();
  }

  /** Kubernetes' readiness of pods changed: the endpoints follow, some latency later. */
  podsChanged(): void {
    const { readyPods } = this.revision.deployment;
    if (isSameList(readyPods, this.endpointsUnderWay.at(-1) ?? this.endpoints)) return;
    const { simulation } = this.context;
    // News never overtake older news.
    const at = Math.max(simulation.now + this.endpointsLatency.next(), this.lastEndpointsArrival);
    this.lastEndpointsArrival = at;
    this.endpointsUnderWay.push(readyPods.slice());
    if (at === simulation.now) this.endpointsUpdated();
    else simulation.schedule(at, Rank.propagation, Kind.endpoints, this.revision.index, 0);
  }

  /** The oldest list under way has arrived at the endpoints. */
  endpointsUpdated(): void {
    this.endpoints = this.endpointsUnderWay.shift()!;
    this.update();
  }

  /** Endpoints, activators or the wish changed: settles what is in force and sends it to the gateway. */
  update(): void {
    if (this.revision.isDeleted) return;
    const { endpoints } = this;
    const activators = this.activators.chooseActivators(this.revision, this.wantedActivators);
    let mode = this.wantedMode;
    let cause: ServerlessService["currentCause"] = this.wantedCause;
    if (endpoints.length === 0) {
      if (mode === "serve") cause = "noReadyPods";
      mode = "proxy";
    }
    if (activators.length === 0) {
      mode = "serve";
      cause = "noActivators";
    }
    const next: PublicEndpoints =
      mode === "serve" ? { mode, pods: endpoints, activators: [] } : { mode, pods: [], activators };
    if (isSame(next, this.current)) return;
    const { now } = this.context.simulation;
    if (mode === "proxy") {
      this.proxiedSince ??= now;
      if (!isSameList(activators, this.current.activators)) this.activators.assignActivators(this.revision, activators);
    } else {
      this.proxiedSince = null;
    }
    this.current = next;
    this.currentCause = cause;
    this.sendToGateway();
  }

  /** Whether a request to the public Service is answered by an activator by now, as scale to zero checks. */
  activatorAnswers(endpointsLatencyUs: number): boolean {
    return this.proxiedSince !== null && this.context.simulation.now - this.proxiedSince >= endpointsLatencyUs;
  }

  /** The oldest configuration under way has arrived at the gateway. */
  gatewayUpdated(): void {
    const { endpoints, cause } = this.underWay.shift()!;
    this.serve(endpoints, cause);
  }

  /** The next ready pod in turn; null when the gateway knows none. */
  nextPod(): Pod | null {
    const { pods } = this.gateway;
    return pods.length === 0 ? null : pods[this.direct++ % pods.length];
  }

  /** The next activator in turn; −1 when the gateway knows none. */
  takeActivator(): number {
    const { activators } = this.gateway;
    if (activators.length === 1) return activators[0];
    return activators.length === 0 ? -1 : activators[this.nextActivator++ % activators.length];
  }

  private sendToGateway(): void {
    const { simulation } = this.context;
    const latency = this.gatewayLatency.next();
    if (latency === 0 && this.underWay.length === 0) {
      this.serve(this.current, this.currentCause);
      return;
    }
    // A newer configuration never overtakes an older one.
    const at = Math.max(simulation.now + latency, this.lastArrival);
    this.lastArrival = at;
    this.underWay.push({ endpoints: this.current, cause: this.currentCause });
    simulation.schedule(at, Rank.propagation, Kind.gatewayEndpoints, this.revision.index, 0);
  }

  private serve(endpoints: PublicEndpoints, cause: ServerlessService["currentCause"]): void {
    const before = this.gateway;
    this.gateway = endpoints;
    if (before.mode === endpoints.mode || this.revision.isDeleted) return;
    // Requests come by other ways from now on.
    this.revision.autoscaler.sleep.wake();
    const { simulation, observer } = this.context;
    observer.happened({
      t: simulation.now,
      kind: "ModeChanged",
      service: this.revision.service,
      revision: this.revision.index,
      mode: endpoints.mode,
      wanted: this.wantedMode,
      cause,
      activators: this.wantedActivators,
    });
  }
}

function isSame(a: PublicEndpoints, b: PublicEndpoints): boolean {
  return a.mode === b.mode && isSameList(a.pods, b.pods) && isSameList(a.activators, b.activators);
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

import type { Instant } from "../engine/time.js";
import type { NodePlan } from "../kube/cluster-plan.js";

/** What a pod asks of the node it is to run on. */
export interface PodRequest {
  /** vCPU. */
  readonly cpu: number;
  readonly memoryBytes: number;
}

/** One machine: room for pods, the images it has, addresses for pods. */
export class Node {
  private cpuRequested = 0;
  private memoryRequested = 0;
  private readonly podsOfRevision = new Map<number, number>();
  /** When each image is, or will be, on this node. */
  private readonly images = new Map<string, Instant>();
  /** It takes no new pods. */
  isCordoned = false;
  private podCount = 0;
  private block = 0;
  private nextHost = LAST_HOST + 1;

  constructor(
    readonly name: string,
    private readonly cpu: number,
    private readonly memoryBytes: number,
    /** Takes a block of 253 addresses for pods, as the cluster's network gives them to nodes. */
    private readonly takeBlock: () => number,
  ) {}

  get pods(): number {
    return this.podCount;
  }

  siblings(revision: number): number {
    return this.podsOfRevision.get(revision) ?? 0;
  }

  fits(request: PodRequest): boolean {
    return this.lacks(request).length === 0;
  }

  /** What there is too little of for a pod, as the scheduler says it. */
  lacks({ cpu, memoryBytes }: PodRequest): string[] {
    if (this.isCordoned) return [UNSCHEDULABLE];
    const lacking: string[] = [];
    // A thousandth of a CPU is the smallest unit there is: sums of decimals may miss it by less.
    if (this.cpuRequested + cpu > this.cpu + 1e-6) lacking.push("Insufficient cpu");
    if (this.memoryRequested + memoryBytes > this.memoryBytes) lacking.push("Insufficient memory");
    return lacking;
  }

  add(revision: number, request: PodRequest): void {
    this.podCount++;
    this.cpuRequested += request.cpu;
    this.memoryRequested += request.memoryBytes;
    this.podsOfRevision.set(revision, this.siblings(revision) + 1);
  }

  remove(revision: number, request: PodRequest): void {
    this.podCount--;
    this.cpuRequested -= request.cpu;
    this.memoryRequested -= request.memoryBytes;
    this.podsOfRevision.set(revision, this.siblings(revision) - 1);
  }

  /** Whether the image is on the node, or on its way there. */
  hasImage(image: string): boolean {
    return this.images.has(image);
  }

  /**
   * When the image is on the node for a pod that needs it now: a pull under way is waited for, otherwise one begins.
   *
   * @param pull draws how long it takes; asked only when a pull begins
   */
  imagePresentAt(image: string, now: Instant, pull: () => number): Instant {
    const known = this.images.get(image);
    if (known !== undefined) return Math.max(known, now);
    const at = now + pull();
    this.images.set(image, at);
    return at;
  }

  /** An address no other pod of the run has; they sort as text, `10.100.0.10` before `10.100.0.9`. */
  nextAddress(): string {
    if (this.nextHost > LAST_HOST) {
      this.block = this.takeBlock();
      this.nextHost = FIRST_HOST;
    }
    return `10.${100 + (this.block >> 8)}.${this.block & 255}.${this.nextHost++}`;
  }
}

/** @see kubernetes pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go */
const UNSCHEDULABLE = "node(s) were unschedulable";

const FIRST_HOST = 2;
const LAST_HOST = 254;

/** The cluster's nodes, in the order in which they joined, and the scheduler's choice among them. */
export class Nodes {
  private readonly nodes: Node[];
  private blocks = 0;

  /** @param plans none: one node without limits */
  constructor(private readonly plans: readonly NodePlan[]) {
    const unlimited = Number.POSITIVE_INFINITY;
    const present = plans.length > 0 ? plans : [{ name: "node-1", cpu: unlimited, memoryBytes: unlimited }];
    this.nodes = present.map((plan) => this.node(plan));
  }

  /** False: there is one node without limits, which nobody can change. */
  get areListed(): boolean {
    return this.plans.length > 0;
  }

  /** null = there is none of that name. */
  find(name: string): Node | null {
    return this.nodes.find((node) => node.name === name) ?? null;
  }

  /**
   * A machine joins, without pods and images: of the size that the plan gives to its name, else of the first node's.
   *
   * @param name of no node that is there
   */
  join(name: string): void {
    const size = this.plans.find((plan) => plan.name === name) ?? this.plans[0];
    this.nodes.push(this.node({ ...size, name }));
  }

  leave(node: Node): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  /** Images that were there before the run. */
  preload(image: string): void {
    for (const node of this.nodes) node.imagePresentAt(image, 0, () => 0);
  }

  hasRoom(request: PodRequest): boolean {
    return this.nodes.some((node) => node.fits(request));
  }

  /**
   * Why no node has room for a pod, in the scheduler's words.
   *
   * @see kubernetes pkg/scheduler/framework/types.go (FitError)
   */
  shortageText(request: PodRequest): string {
    const count = this.nodes.length;
    if (count === 0) return "no nodes available to schedule pods";
    const counts = new Map<string, number>();
    for (const node of this.nodes) {
      for (const lack of node.lacks(request)) counts.set(lack, (counts.get(lack) ?? 0) + 1);
    }
    const hopeless = counts.get(UNSCHEDULABLE) ?? 0;
    const preemption = new Map([
      ["No preemption victims found for incoming pod", count - hopeless],
      ["Preemption is not helpful for scheduling", hopeless],
    ]);
    const available = `0/${count} nodes are available`;
    return `${available}: ${listed(counts)}. preemption: ${available}: ${listed(preemption)}.`;
  }

  /**
   * The node for a pod, null when none has room: the one with the fewest siblings (Knative's soft anti-affinity), then
   * the fewest pods, then the first.
   *
   * Simplification: Kubernetes scores nodes by more than that; which node a pod is on matters only for image pulls,
   * room and the order of deletion.
   */
  place(revision: number, request: PodRequest): Node | null {
    let best: Node | null = null;
    for (const node of this.nodes) {
      if (!node.fits(request)) continue;
      if (best === null || isBetter(node, best, revision)) best = node;
    }
    best?.add(revision, request);
    return best;
  }

  private node({ name, cpu, memoryBytes }: NodePlan): Node {
    return new Node(name, cpu, memoryBytes, () => this.blocks++);
  }
}

/** `2 Insufficient cpu, 1 Insufficient memory`: sorted as text. */
function listed(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].flatMap(([reason, count]) => (count > 0 ? [`${count} ${reason}`] : []));
  return parts.sort().join(", ");
}

function isBetter(node: Node, than: Node, revision: number): boolean {
  const siblings = node.siblings(revision) - than.siblings(revision);
  return siblings < 0 || (siblings === 0 && node.pods < than.pods);
}

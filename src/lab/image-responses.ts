import type { AppPlan, ServicePlan } from "../kube/cluster-plan.js";
import { appForImage } from "../kube/image-apps.js";
import { sampleApp, sampleEnv } from "./sample-images.js";

/** What images answer: as the scenario says, as was said in the lab, or as well-known samples do. */
export class ImageResponses {
  private readonly changed: AppPlan[] = [];
  private readonly own = new Map<string, ServicePlan>();

  constructor(
    private readonly apps: readonly AppPlan[],
    services: readonly ServicePlan[],
  ) {
    for (const service of services) this.own.set(service.key, service);
  }

  /** An image was given a behaviour. */
  change(app: AppPlan): void {
    this.changed.unshift(app);
  }

  /** The sample's behaviour for an image that nobody has spoken of; null = somebody has, or it is no sample. */
  missingSample(image: string): AppPlan | null {
    const isKnown = [...this.own.values()].some(({ object, app }) => app !== null && object.template.image === image);
    return isKnown || this.find(image) !== null ? null : sampleApp(image);
  }

  /** What is known of an image besides its name. */
  find(image: string): AppPlan | null {
    return appForImage(this.changed, image) ?? appForImage(this.apps, image);
  }

  /**
   * The body of an answer: `${NAME}` stands for the revision's variable, nothing when there is none.
   *
   * @param serviceKey `name` in namespace default, `ns/name` elsewhere
   */
  body(serviceKey: string, image: string, env: Readonly<Record<string, string>>): string {
    const plan = this.own.get(serviceKey);
    const own = plan !== undefined && plan.object.template.image === image ? plan.app : null;
    const app = appForImage(this.changed, image) ?? own ?? appForImage(this.apps, image) ?? null;
    const response = app?.response ?? sampleApp(image)?.response ?? null;
    if (response === null) return `${image}\n`;
    const variables: Readonly<Record<string, string>> = { ...sampleEnv(image), ...env };
    return response.replace(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? "");
  }
}

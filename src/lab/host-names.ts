import { objectKey } from "../kube/manifest.js";
import type { ClusterObjects } from "../model/object-status.js";

/** What a host name leads to. */
export interface HostTarget {
  /** Key of the service. */
  readonly service: string;
  /** null = the main host. */
  readonly tag: string | null;
}

/**
 * The service and tag behind a host: the names in URLs, and within the cluster also without the domain.
 *
 * @param host with or without a port
 * @returns null = the gateway knows no such host
 */
export function hostTarget(objects: ClusterObjects, host: string): HostTarget | null {
  const name = host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  for (const service of objects.services()) {
    const key = objectKey(service);
    const inCluster = `${service.name}.${service.namespace}`;
    const names = [hostOf(service.url), inCluster, `${inCluster}.svc`, `${inCluster}.svc.cluster.local`];
    if (names.includes(name)) return { service: key, tag: null };
    const tagged = service.traffic.find(({ url }) => url !== null && hostOf(url) === name);
    if (tagged !== undefined) return { service: key, tag: tagged.tag };
  }
  return null;
}

/** `http://hello.default.example.com/x?y` → `hello.default.example.com`. */
export function hostOf(url: string): string {
  return url
    .replace(/^[a-z]+:\/\//i, "")
    .split(/[/?#]/, 1)[0]
    .toLowerCase();
}

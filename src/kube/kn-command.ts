/** A line of `kn` as a typed edit of a service (knative/kn-cli.md §7–9); scenario events and the lab share it. */
export type KnCommand =
  | {
      readonly kind: "service";
      readonly verb: "create" | "update" | "apply";
      readonly service: string;
      readonly edit: ServiceEdit;
    }
  | { readonly kind: "service-delete"; readonly services: readonly string[] }
  | { readonly kind: "revision-delete"; readonly revisions: readonly string[] };

/** What flags of `kn service create|update|apply` change; absent = untouched, null = removed. */
export interface ServiceEdit {
  readonly image?: string;
  /** Environment by name; null removes. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Annotations of the revision template, full keys; null removes. */
  readonly annotations: Readonly<Record<string, string | null>>;
  /** Annotations of the Service itself. */
  readonly serviceAnnotations: Readonly<Record<string, string | null>>;
  readonly concurrencyLimit?: number;
  readonly timeoutSeconds?: number;
  readonly revisionName?: string;
  /** vCPU / bytes. */
  readonly cpuRequest?: number | null;
  readonly cpuLimit?: number | null;
  readonly memoryRequestBytes?: number | null;
  /** `--traffic REVISION|TAG|@latest=PERCENT` in order of the line. */
  readonly traffic: readonly { readonly target: string; readonly percent: number }[];
  /** `--tag REVISION|@latest=TAG`. */
  readonly tags: readonly { readonly target: string; readonly tag: string }[];
  readonly untag: readonly string[];
  /** True when a flag other than traffic, tag, untag, wait was given: kn then stamps the template, so a new revision comes. */
  readonly touchesTemplate: boolean;
  /** `create --force`: an existing service is replaced. */
  readonly force: boolean;
  /** How long kn waits for the service to be ready; `--no-wait` does not. */
  readonly wait: boolean;
}

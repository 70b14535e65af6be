import { describe, expect, it } from "vitest";
import { defaultClusterConfig } from "../../src/kube/config.js";
import { parseKnCommand } from "../../src/kube/kn-command.js";
import type { ServiceObject } from "../../src/kube/objects.js";
import { formatRfc3339 } from "../../src/kube/rfc3339.js";
import {
  type EditContext,
  type EditedService,
  type ExistingService,
  editService,
} from "../../src/kube/service-edit.js";

const SECOND = 1_000_000;
const EPOCH = 1_699_999_200; // 2023-11-14T22:00:00Z
const DENIED = 'admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: ';

function run(line: string, existing: ServiceObject | null = null, more: Partial<EditContext> = {}): EditedService {
  const parsed = parseKnCommand(line);
  if (!parsed.ok || parsed.command.kind !== "service") throw new Error(line);
  const found: ExistingService | null = existing && {
    object: existing,
    generation: 3,
    statusTraffic: [{ revisionName: "hello-00003", latestRevision: true, percent: 100, tag: null }],
    latestReadyRevision: "hello-00003",
  };
  return editService(parsed.command, found, {
    config: defaultClusterConfig(),
    namespace: "default",
    nowUs: 60 * SECOND,
    epochSeconds: EPOCH,
    file: null,
    randomIndex: () => 0,
    ...more,
  });
}

function done(result: EditedService) {
  if (!result.ok) throw new Error(result.error);
  return result;
}
const refusal = (result: EditedService) => (result.ok ? "accepted" : result.error);

const created = (flags = "") => done(run(`service create hello --image example/hello ${flags}`)).object;

describe("kn service create", () => {
  it("makes a Service with Knative's defaults and kn's two marks on the template", () => {
    const { meta, template, traffic } = created("--env TARGET=First --concurrency-limit 10");
    expect(meta).toMatchObject({ name: "hello", namespace: "default" });
    expect(template).toMatchObject({
      name: null,
      image: "example/hello",
      env: { TARGET: "First" },
      containerConcurrency: 10,
      timeoutUs: 300 * SECOND,
    });
    expect(template.annotations).toEqual({
      "client.knative.dev/updateTimestamp": "2023-11-14T22:01:00Z",
      "client.knative.dev/user-image": "example/hello",
    });
    expect(traffic).toEqual([{ revisionName: null, latestRevision: true, percent: 100, tag: null }]);
  });

  it("refuses a Service that exists, unless it is forced to replace it", () => {
    expect(refusal(run("service create hello --image b", created("--env A=1")))).toBe(
      "cannot create service 'hello' in namespace 'default' because the service already exists and no --force option was given",
    );
    const replaced = done(run("service create hello --image b/b --force", created("--env A=1")));
    expect(replaced.outcome).toBe("replaced");
    expect(replaced.object.template).toMatchObject({ image: "b/b", env: {} });
  });

  it("takes the Service of a file and edits it", () => {
    const file = created("--env A=1 --scale-max 3");
    const { object } = done(run("service create -f hello.yaml other --env B=2", null, { file }));
    expect(object.meta.name).toBe("other");
    expect(object.template.env).toEqual({ A: "1", B: "2" });
  });

  it("counts a CPU limit alone as the request too", () => {
    expect(created("--limit cpu=2,memory=1Gi").template.resources).toEqual({
      cpuRequest: 2,
      memoryRequestBytes: 2 ** 30,
      userCpus: 2,
    });
  });
});

describe("kn service update", () => {
  it("makes a revision even of an identical value, because the template is stamped", () => {
    const before = created("--env A=1");
    const { object, templateChanged } = done(run("service update hello --env A=1", before, { nowUs: 61 * SECOND }));
    expect(templateChanged).toBe(true);
    expect(object.template.env).toEqual(before.template.env);
  });

  it("leaves the template alone when only traffic changes", () => {
    const result = done(run("service update hello --traffic hello-00001=100", created(), { nowUs: 90 * SECOND }));
    expect(result).toMatchObject({ outcome: "updated", templateChanged: false, specChanged: true });
    expect(result.object.traffic).toEqual([
      { revisionName: "hello-00001", latestRevision: false, percent: 100, tag: null },
    ]);
  });

  it("changes nothing but metadata when the visibility changes", () => {
    const result = done(run("service update hello --cluster-local", created()));
    expect(result).toMatchObject({ templateChanged: false, specChanged: false });
    expect(result.object.meta.labels).toEqual({ "networking.knative.dev/visibility": "cluster-local" });
  });

  it("names the revision by a template, with the service before it where it is missing", () => {
    const name = (template: string) =>
      done(run(`service update hello --env A=1 --revision-name '${template}'`, created())).object.template.name;
    expect(name("hello-blue")).toBe("hello-blue");
    expect(name("{{.Service}}-v{{.Generation}}")).toBe("hello-v4"); // generation 3 + 1
    expect(name("{{.Random 3}}")).toBe("hello-bbb"); // index 0 of the consonants
    expect(refusal(run("service update hello --revision-name '{{.Nope}}'", created()))).toContain("{{.Nope}}");
  });

  it("needs another name for another template once the user chose one", () => {
    const before = created("--revision-name blue");
    expect(refusal(run("service update hello --env A=2", before, { nowUs: 70 * SECOND }))).toBe(
      `${DENIED}Saw the following changes without a name change (-old +new): spec.template.metadata.name`,
    );
  });

  it("refuses ranges with the server's text, annotations already in kn", () => {
    expect(refusal(run("service update hello --scale-min -1", created()))).toBe(
      "expected 0 <= -1 <= 2147483647: autoscaling.knative.dev/min-scale",
    );
    expect(refusal(run("service update hello --scale-min 5 --scale-max 2", created()))).toBe(
      `${DENIED}max-scale=2 is less than min-scale=5: spec.template.metadata.annotations.autoscaling.knative.dev/max-scale, ` +
        "spec.template.metadata.annotations.autoscaling.knative.dev/min-scale",
    );
    expect(refusal(run("service update hello --concurrency-limit 1001", created()))).toBe(
      `${DENIED}expected 0 <= 1001 <= 1000: spec.template.spec.containerConcurrency`,
    );
    expect(refusal(run("service update hello --traffic a=60,b=50", created()))).toBe(
      "given traffic percents sum to 110, want <=100",
    );
    expect(refusal(run("service update hello --tag @latest=Bad", created()))).toContain("not a DNS 1035 label");
  });

  it("does not find a Service that is not there", () => {
    expect(refusal(run("service update nope --env A=1"))).toBe('services.serving.knative.dev "nope" not found');
  });

  it("forgets the user's image with --no-lock-to-digest", () => {
    const { object } = done(run("service update hello --no-lock-to-digest --image example/hello:v2", created()));
    expect(object.template.annotations["client.knative.dev/user-image"]).toBeUndefined();
  });
});

describe("kn service apply", () => {
  const applied = (flags: string, existing: ServiceObject | null = null) =>
    done(run(`service apply hello --image example/hello ${flags}`, existing));

  it("is idempotent: the same options again change nothing", () => {
    const { object } = applied("--env A=1 --scale-max 3");
    expect(applied("--env A=1 --scale-max 3", object)).toMatchObject({ outcome: "unchanged", templateChanged: false });
  });

  it("removes what it asked for before and no longer does, and keeps what others set", () => {
    const first = applied("--env A=1 --concurrency-limit 5 --request cpu=1").object;
    const touched = done(run("service update hello --env B=2", first)).object;
    const { object, outcome, warning } = applied("--env C=3", touched);
    expect(outcome).toBe("applied");
    expect(warning).toBeNull();
    expect(object.template.env).toEqual({ B: "2", C: "3" });
    expect(object.template.containerConcurrency).toBe(0);
    expect(object.template.resources.cpuRequest).toBe(0);
  });

  it("warns about a Service that it did not create", () => {
    expect(applied("--env A=1", created()).warning).toContain("should be used only for services created by");
  });
});

describe("formatRfc3339", () => {
  it("knows leap days, years' ends and decimals", () => {
    const at = (iso: string) => Date.parse(iso) / 1000;
    for (const iso of [
      "1970-01-01T00:00:00Z",
      "2000-02-29T23:59:59Z",
      "2023-12-31T23:59:59Z",
      "2100-03-01T00:00:00Z",
    ]) {
      expect(formatRfc3339(at(iso))).toBe(iso);
    }
    expect(formatRfc3339(EPOCH + 1.25)).toBe("2023-11-14T22:00:01.25Z");
  });
});

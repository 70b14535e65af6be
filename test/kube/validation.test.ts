import { describe, expect, it } from "vitest";
import { defaultClusterConfig } from "../../src/kube/config.js";
import { fieldErrorsText } from "../../src/kube/field-error.js";
import {
  defaultService,
  validateConfigMap,
  validateConfiguration,
  validateRoute,
  validateService,
} from "../../src/kube/validation.js";

const config = defaultClusterConfig();

/** A Service that Knative accepts, with parts replaced. */
function service(container: object = {}, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: { name: "hello", ...metadata },
    spec: {
      template: {
        spec: { containers: [{ image: "ghcr.io/knative/helloworld-go:latest", ...container }], ...spec },
      },
    },
  };
}

const problems = (object: unknown) => fieldErrorsText(validateService(object, config));
const CONTAINER = "spec.template.spec.containers[0]";

describe("a Service", () => {
  it("is accepted with an image and nothing else", () => {
    expect(validateService(service(), config)).toEqual([]);
  });

  it("is accepted with fields that the simulation ignores", () => {
    const container = {
      livenessProbe: { httpGet: { path: "/" } },
      volumeMounts: [{ name: "v", mountPath: "/v" }],
    };
    expect(problems(service(container, { volumes: [{ name: "v", emptyDir: {} }], serviceAccountName: "s" }))).toBe("");
  });

  it("needs a container, and the container an image", () => {
    expect(problems({ metadata: { name: "hello" } })).toBe("missing field(s): spec.template.spec.containers");
    expect(problems(service({ image: "" }))).toBe(`missing field(s): ${CONTAINER}.image`);
  });

  it("reports problems of all its parts together, sorted", () => {
    const object = service(
      {},
      { containerConcurrency: 1001, timeoutSeconds: 700 },
      { annotations: { "autoscaling.knative.dev/target": "1" } },
    );
    expect(problems({ ...object, spec: { ...object.spec, traffic: [{ percent: 90 }] } })).toBe(
      [
        "Traffic targets sum to 90, want 100: spec.traffic",
        "expected 0 <= 1001 <= 1000: spec.template.spec.containerConcurrency",
        "expected 0 <= 700 <= 600: spec.template.spec.timeoutSeconds",
        'invalid key name "autoscaling.knative.dev/target": metadata.annotations',
        'autoscaling annotations must be put under "spec.template.metadata.annotations" to work',
      ].join("\n"),
    );
  });

  it.each([
    [
      { image: "Foo/Bar" },
      `Failed to parse image reference: ${CONTAINER}.image\nimage: "Foo/Bar", error: could not parse reference: Foo/Bar`,
    ],
    [{ name: "queue-proxy" }, `"queue-proxy" is a reserved container name: ${CONTAINER}.name`],
    [
      { env: [{ name: "K_SERVICE", value: "x" }] },
      `"K_SERVICE" is a reserved environment variable: ${CONTAINER}.env[0].name`,
    ],
    [{ env: [{ value: "x" }] }, `missing field(s): ${CONTAINER}.env[0].name`],
    [
      { ports: [{ containerPort: 8012 }] },
      `invalid value: 8012 is a reserved port: ${CONTAINER}.ports.containerPort\n8012 is a reserved port, please use a different value`,
    ],
    [{ ports: [{ containerPort: 70000 }] }, `expected 0 <= 70000 <= 65535: ${CONTAINER}.ports.containerPort`],
    [
      { ports: [{ containerPort: 80, name: "web" }] },
      `Port name web is not allowed: ${CONTAINER}.ports\nName must be empty, or one of: 'h2c', 'http1'`,
    ],
    [
      { ports: [{ containerPort: 80 }, { containerPort: 81 }] },
      "more than one container port is set: spec.template.spec.containers[*].ports\nOnly a single port is allowed across all containers",
    ],
    [{ lifecycle: { preStop: {} } }, `must not set the field(s): ${CONTAINER}.lifecycle`],
    [
      { readinessProbe: { timeoutSeconds: 1 } },
      `timeoutSeconds is disallowed when periodSeconds is zero: ${CONTAINER}.readinessProbe.timeoutSeconds`,
    ],
    [
      { readinessProbe: { periodSeconds: -1 } },
      `expected 0 <= -1 <= 2147483647: ${CONTAINER}.readinessProbe.periodSeconds`,
    ],
    [
      { livenessProbe: {} },
      `expected exactly one, got neither: ${["exec", "grpc", "httpGet", "tcpSocket"].map((kind) => `${CONTAINER}.livenessProbe.${kind}`).join(", ")}`,
    ],
  ])("is refused with the container %j", (container, text) => {
    expect(problems(service(container))).toBe(text);
  });

  it("takes Kubernetes' defaults for a readiness probe with a period", () => {
    expect(problems(service({ readinessProbe: { periodSeconds: 5, httpGet: { path: "/" } } }))).toBe("");
  });

  it("wants exactly one container with a port among several, and no probes on the others", () => {
    const containers = [
      { image: "web", ports: [{ containerPort: 8080 }] },
      { image: "side", env: [{ name: "PORT", value: "1" }] },
    ];
    const withContainers = (list: object[]) => ({
      metadata: { name: "hello" },
      spec: { template: { spec: { containers: list } } },
    });
    expect(problems(withContainers(containers))).toBe("");
    expect(problems(withContainers([{ image: "web" }, { image: "side" }]))).toBe(
      "missing field(s): spec.template.spec.containers[*].ports",
    );
    expect(
      problems(withContainers([containers[0]!, { image: "side", readinessProbe: { exec: { command: ["x"] } } }])),
    ).toContain("must not set the field(s): spec.template.spec.containers[1].readinessProbe.exec");
  });

  it("refuses values of a wrong type and unknown fields before anything else", () => {
    const object = service({}, { containerConcurrency: "ten", timeoutSeconds: 1.5, containerConcurency: 5 });
    const template = {
      ...object.spec.template,
      metadata: { annotations: { "autoscaling.knative.dev/min-scale": 1 } },
    };
    expect(problems({ ...object, spec: { template } })).toBe(
      [
        "json: cannot unmarshal number 1 into a value of type string: spec.template.metadata.annotations.autoscaling.knative.dev/min-scale",
        "json: cannot unmarshal number 1.5 into a value of type int64: spec.template.spec.timeoutSeconds",
        "json: cannot unmarshal string into a value of type int64: spec.template.spec.containerConcurrency",
        'json: unknown field "containerConcurency": spec.template.spec.containerConcurency',
      ].join("\n"),
    );
    expect(problems(["a list"])).toBe("json: cannot unmarshal array into a value of type object: ");
  });

  it("refuses quantities that Kubernetes cannot read", () => {
    expect(problems(service({ resources: { requests: { cpu: "1 core" }, limits: { memory: "1Gi", cpu: 2 } } }))).toBe(
      `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$': ${CONTAINER}.resources.requests.cpu`,
    );
  });

  it("checks the queue-proxy's resources", () => {
    const object = service();
    const annotations = {
      "queue.sidecar.serving.knative.dev/resource-percentage": "0.05",
      "queue.sidecar.serving.knative.dev/cpu-resource-request": "x",
    };
    const template = { ...object.spec.template, metadata: { annotations } };
    expect(problems({ ...object, spec: { template } })).toBe(
      [
        "expected 0.1 <= 0.05 <= 100: spec.template.metadata.annotations.[queue.sidecar.serving.knative.dev/resource-percentage]",
        "invalid value: x: spec.template.metadata.annotations.[queue.sidecar.serving.knative.dev/cpu-resource-request]",
      ].join("\n"),
    );
  });

  it("treats null as absent", () => {
    expect(problems(service({ env: null }, { containerConcurrency: null }, { annotations: null }))).toBe("");
  });
});

describe("defaulting", () => {
  it("fills in concurrency, timeout, traffic, name and a probe of the port", () => {
    expect(defaultService(service({ image: "web" }), config).spec).toEqual({
      template: {
        spec: {
          containerConcurrency: 0,
          timeoutSeconds: 300,
          containers: [
            {
              image: "web",
              name: "user-container",
              resources: { requests: {}, limits: {} },
              readinessProbe: { tcpSocket: {}, successThreshold: 1 },
            },
          ],
        },
      },
      traffic: [{ latestRevision: true, percent: 100 }],
    });
  });

  it("numbers unnamed containers around the names that are taken", () => {
    const containers = [{ image: "aa" }, { image: "bb", name: "user-container-0" }, { image: "cc" }];
    const { spec } = defaultService({ spec: { template: { spec: { containers } } } }, config);
    expect(spec).toMatchObject({
      template: {
        spec: {
          containers: [{ name: "user-container-1" }, { name: "user-container-0" }, { name: "user-container-2" }],
        },
      },
    });
  });

  it("gives every container the cluster's resources unless it asks for its own", () => {
    const defaults = { ...config.defaults, revisionCpuRequest: 0.4, revisionMemoryLimitBytes: 1024 };
    const object = service({ image: "web", resources: { requests: { cpu: "1" } } });
    const { spec } = defaultService(object, { ...config, defaults });
    const resources = { requests: { cpu: "1" }, limits: { memory: "1024" } };
    expect(spec).toMatchObject({ template: { spec: { containers: [{ resources }] } } });
  });
});

describe("other kinds", () => {
  it("refuses a Route whose target names neither a revision nor a configuration", () => {
    const route = { metadata: { name: "hello" }, spec: { traffic: [{ percent: 100 }] } };
    expect(fieldErrorsText(validateRoute(route))).toBe(
      "expected exactly one, got neither: spec.traffic[0].configurationName, spec.traffic[0].revisionName",
    );
  });

  it("wants a chosen revision name to begin with its Configuration's", () => {
    const template = { metadata: { name: "other-v1" }, spec: { containers: [{ image: "web" }] } };
    const configuration = { metadata: { name: "hello" }, spec: { template } };
    expect(fieldErrorsText(validateConfiguration(configuration, config))).toBe(
      'invalid value: "other-v1" must have prefix "hello-": spec.template.metadata.name',
    );
  });

  it("says which key of a ConfigMap is wrong", () => {
    expect(validateConfigMap("config-autoscaler", { "max-scale": "20", "max-scale-limit": "10" })).toEqual([
      { text: "max-scale = 20, must be in [1, max-scale-limit(10)] range", key: "max-scale" },
    ]);
    expect(validateConfigMap("config-autoscaler", { "max-scale-limit": "-1", "max-scale": "0" })).toEqual([
      { text: "max-scale-limit = -1, must be at least 0", key: "max-scale-limit" },
    ]);
  });

  it("refuses a number where a ConfigMap needs text, and accepts maps it does not read", () => {
    expect(validateConfigMap("config-network", { "rollout-duration": 10 })).toEqual([
      {
        text: "json: cannot unmarshal number 10 into a value of type string: data.rollout-duration",
        key: "rollout-duration",
      },
    ]);
    expect(validateConfigMap("config-features", { anything: "goes" })).toEqual([]);
  });
});

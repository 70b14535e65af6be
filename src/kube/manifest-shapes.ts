import type { Shape } from "./json-shape.js";

/**
 * The fields of Knative's objects, as deep as the simulation and the checks look.
 *
 * @see knative/serving pkg/apis/serving/v1, kubernetes/api core/v1 types.go
 */

const METADATA: Shape = {
  fields: {
    ...anyFields("creationTimestamp deletionTimestamp deletionGracePeriodSeconds finalizers generation managedFields"),
    ...anyFields("ownerReferences resourceVersion selfLink uid"),
    name: "string",
    generateName: "string",
    namespace: "string",
    labels: { map: "string" },
    annotations: { map: "string" },
  },
};

const PROBE: Shape = {
  fields: {
    httpGet: {
      fields: {
        path: "string",
        port: "number or name",
        host: "string",
        scheme: "string",
        httpHeaders: "any",
      },
    },
    tcpSocket: { fields: { port: "number or name", host: "string" } },
    exec: { fields: { command: { list: "string" } } },
    grpc: { fields: { port: "int32", service: "string" } },
    initialDelaySeconds: "int32",
    timeoutSeconds: "int32",
    periodSeconds: "int32",
    successThreshold: "int32",
    failureThreshold: "int32",
    terminationGracePeriodSeconds: "int64",
  },
};

const CONTAINER: Shape = {
  fields: {
    ...anyFields("envFrom imagePullPolicy lifecycle resizePolicy restartPolicy restartPolicyRules securityContext"),
    ...anyFields(
      "stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir",
    ),
    name: "string",
    image: "string",
    command: { list: "string" },
    args: { list: "string" },
    env: { list: { fields: { name: "string", value: "string", valueFrom: "any" } } },
    ports: {
      list: {
        fields: {
          ...anyFields("hostIP hostPort"),
          name: "string",
          containerPort: "int32",
          protocol: "string",
        },
      },
    },
    resources: { fields: { requests: { map: "quantity" }, limits: { map: "quantity" }, claims: "any" } },
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    startupProbe: PROBE,
  },
};

const REVISION_SPEC: Shape = {
  fields: {
    ...anyFields("activeDeadlineSeconds affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks"),
    ...anyFields("ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride"),
    ...anyFields("imagePullSecrets initContainers nodeName nodeSelector os overhead preemptionPolicy priority"),
    ...anyFields(
      "priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName schedulerName",
    ),
    ...anyFields("schedulingGates securityContext serviceAccount serviceAccountName setHostnameAsFQDN"),
    ...anyFields("shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints"),
    ...anyFields("volumes workloadRef"),
    containers: { list: CONTAINER },
    containerConcurrency: "int64",
    timeoutSeconds: "int64",
    responseStartTimeoutSeconds: "int64",
    idleTimeoutSeconds: "int64",
  },
};

const TEMPLATE: Shape = { fields: { metadata: METADATA, spec: REVISION_SPEC } };

const TRAFFIC: Shape = {
  list: {
    fields: {
      tag: "string",
      revisionName: "string",
      configurationName: "string",
      latestRevision: "bool",
      percent: "int64",
      url: "string",
    },
  },
};

export const SERVICE_SHAPE = knativeObject({ template: TEMPLATE, traffic: TRAFFIC });
export const CONFIGURATION_SHAPE = knativeObject({ template: TEMPLATE });
export const ROUTE_SHAPE = knativeObject({ traffic: TRAFFIC });

function knativeObject(spec: Readonly<Record<string, Shape>>): Shape {
  return {
    fields: {
      apiVersion: "string",
      kind: "string",
      metadata: METADATA,
      spec: { fields: spec },
      status: "any",
    },
  };
}

function anyFields(names: string): Record<string, Shape> {
  return Object.fromEntries(names.split(" ").map((name) => [name, "any" as const]));
}

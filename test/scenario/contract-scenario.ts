/** Every key of a scenario, as the documentation shows them. */
export const EVERY_KEY = `# yaml-language-server: $schema=../schema/scenario.schema.json
apiVersion: knsim/v1
kind: Scenario
name: canary                        # default: the file's base name
start: ready                        # state of the services at t = 0: ready (default) | zero | new; also per service (details A1)
description: free text
seed: 42                            # default 1; integer or string
duration: 10m                       # virtual time; Go duration syntax everywhere ("1m30s", "250ms")
warmup: 1m                          # default 0s: requests arriving before this count for nothing in \`latency\` and \`requests\`
drain: true                         # default true: after \`duration\` no new arrivals, run on until no request is in flight (at most 1h)

knative:                            # keys and values exactly as in the ConfigMaps of knative-serving; unset = Knative's default
  config-autoscaler: {stable-window: 60s, target-burst-capacity: "211"}
  config-network: {rollout-duration: "0"}
  config-defaults: {}
  config-deployment: {}
  config-gc: {}
  activators: 1                     # default 1 (the stock install)
  phases: random                    # of the periodic loops: random (from the seed) | zero | explicit offsets (details A29)
  version: "1.23"                   # informational

cluster:                            # optional; without it pods never lack room
  nodes: [{count: 3, cpu: "4", memory: 16Gi}]
  latencies: {endpoints: 100ms}     # propagation; \`none\` = the ideal cluster of the golden closed-loop runs (details A26)

manifests: [config.yaml, hello.yaml]   # optional, any number of YAML documents: ConfigMaps and Services picked up by kind, unchanged

services:
  - manifest: hello.yaml            # a path relative to the scenario; any key of the short form beside it overrides the manifest
  - name: api                       # or the short form, which expands to a Service
    image: example/api
    env: {TARGET: First}
    containerConcurrency: 10
    timeoutSeconds: 300
    annotations: {autoscaling.knative.dev/target: "7"}   # of the revision template
    traffic: [{latestRevision: true, percent: 100}]      # Knative's split over revisions (the top-level \`traffic\` is who sends requests)
    app: {serviceTime: 100ms}       # what this image does; same keys as under \`apps\`

apps:                               # what container images do, by image name (also matched without tag or digest)
  example/api:                      # without an entry: 100ms and a warning
    serviceTime: {lognormal: {mean: 80ms, cv: 0.5}}
    cpu: 0                          # share of the service time that needs a CPU; > 0 makes requests in one pod share it (processor sharing)
    response: "Hello \${TARGET}!"    # used by the lab's curl; \${VAR} from the revision's env
    queueDepth: 100                 # not a Knative setting: requests that may wait in one pod; default 10 × containerConcurrency
    coldStart:                      # unset parts take the documented defaults of knative/data-plane.md §7
      control: {lognormal: {median: 30ms, p95: 60ms}}         # decision to pod object
      schedule: {lognormal: {median: 20ms, p95: 35ms}}
      imagePull: 0s                 # once per node and image
      containerStart: {lognormal: {median: 1.9s, p95: 2.3s}}
      boot: 50ms                    # process start until the port listens
      readiness: {lognormal: {median: 450ms, p95: 800ms}}     # port listens until Kubernetes says Ready (details A26)

overheads:                          # per-hop latencies, durations or distributions; these are the defaults; \`overheads: none\` sets them and the propagation latencies to 0
  ingress: 0ms
  activator: {lognormal: {mean: 1ms, p95: 3ms}}
  queueProxy: {lognormal: {mean: 0.5ms, p95: 2ms}}

traffic:                            # any number of sources, added together
  - to: hello                       # service, or {service: hello, tag: canary}
    name: web                       # default: from the target (details A9)
    from: 0s                        # default 0s
    until: 5m                       # default: the end
    rate: 50                        # a number, or a profile: {ramp: {from: 0, to: 100}} · {steps: [[0s, 10], [30s, 300]]} · {sine: {mean: 50, amplitude: 40, period: 10m}}
    process: poisson                # poisson (default) | even
  - to: hello
    clients: 50                     # closed loop instead of \`rate\`: 50 clients, each waits \`think\`, then sends
    think: 0s
    requests: 1000                  # optional: stop after so many
  - to: api
    at: [1s, 2s, 2.5s]              # exact arrival times
  - trace: {file: invocations.csv, format: azure-2019, durations: durations.csv, memory: memory.csv, limit: 20}   # one service per row, made on the fly: fn-001, fn-002, … (details A17)
  - to: api
    trace: {file: arrivals.csv, format: timestamps}         # or \`rates\` (time,rps), \`azure-2021\`
  # per source, optional: timeout: 10s (the client gives up), retries: {max: 2, backoff: 100ms, statuses: [503]}, serviceTime: …

events:                             # things done to the cluster during the run
  - {at: 1m, kn: "service update hello --traffic hello-00001=100"}
  - {at: 2m, kn: "service update hello --image example/hello:v2"}
  - {at: 3m, kn: "service update hello --traffic hello-00002=10 --traffic hello-00001=90"}
  - {at: 4m, apply: hello-v3.yaml}
  - {at: 5m, kill-pod: {service: hello, count: 1}}          # SIGKILL
  - {at: 6m, restart: autoscaler}                           # or \`activator\`

expect:                             # judged by \`knsim test\` and shown by \`run\`
  - p(95) < 300ms
  - "hello-00002: p(99) < 1s"
  - errors == 0
  - "max(pods) <= 10 during 1m..5m"
  - "pods == 0 at 9m"
  - cold_starts <= 3
`;

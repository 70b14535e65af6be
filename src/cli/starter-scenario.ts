/** A manifest to start from: its path seen from the scenario, and the name of its Service. */
export interface StartingPoint {
  readonly manifest: string;
  readonly service: string;
}

/** The text of a commented scenario that runs as it is: the manifest's service, or an example in short form. */
export function starterScenario(name: string, from: StartingPoint | null): string {
  return `# Shows  a service under steady load, then a burst: what it costs in cold starts and pods.
# Try    knsim run ${name}.yaml, open reports/${name}/index.html, change a number, run again.
#
# Completion in an editor: knsim schema > scenario.schema.json, and this line:
# yaml-language-server: $schema=scenario.schema.json
apiVersion: knsim/v1
kind: Scenario
name: ${name}
seed: 1                       # the same seed gives the same run, byte for byte
duration: 5m                  # of virtual time

services:
${from === null ? EXAMPLE : manifestEntry(from)}
traffic:                      # all sources add up
  - to: ${from?.service ?? "hello"}
    name: steady
    rate: 10                  # requests per second, Poisson
  - to: ${from?.service ?? "hello"}
    name: burst
    from: 2m
    until: 2m30s
    rate: 200

# events:                     # things done to the cluster during the run
#   - {at: 3m, kn: "service update ${from?.service ?? "hello"} --env TARGET=Second"}

expect:                       # judged after the run; knsim run --check fails when one does not hold
  - errors == 0
  - p(50) < 1s
`;
}

function manifestEntry({ manifest }: StartingPoint): string {
  return `  - manifest: ${JSON.stringify(manifest)}  # unchanged; keys beside it override its fields
    app: {serviceTime: 100ms}  # how long a request runs: a duration or a distribution
`;
}

const EXAMPLE = `  - name: hello
    image: example/hello
    containerConcurrency: 0   # requests in one pod at once; 0 = no limit
    annotations:              # of the revision template
      autoscaling.knative.dev/target: "10"   # requests in flight per pod to aim at; default 100
      autoscaling.knative.dev/max-scale: "10"
    app:                      # what the image does, which a manifest cannot say
      serviceTime: {lognormal: {mean: 100ms, cv: 0.5}}
`;

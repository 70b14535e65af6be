import { describe, expect, it } from "vitest";
import { errorsOf, HEAD, HELLO, problemsOf, WITH_HELLO } from "./loading.js";

const traffic = (...sources: readonly string[]) =>
  `${WITH_HELLO}traffic:\n${sources.map((source) => `  - {${source}}\n`).join("")}`;
const apps = (app: string) => `${WITH_HELLO}apps: {example/hello: {${app}}}\n`;
const events = (...list: readonly string[]) =>
  `${WITH_HELLO}events:\n${list.map((event) => `  - {${event}}\n`).join("")}`;

describe("a scenario with mistakes shows them all at once, each at its place", () => {
  it.each<readonly [what: string, text: string, lines: readonly string[]]>([
    [
      "misspelt keys",
      `${HEAD}servics: []\nsead: 4\nfoo: 1\n`,
      [
        's.yaml:4:1: error: unknown key "servics"; did you mean "services"?',
        's.yaml:5:1: error: unknown key "sead"; did you mean "seed"?',
        's.yaml:6:1: error: unknown key "foo"',
      ],
    ],
    [
      "no apiVersion and no kind",
      "duration: 1m\n",
      ['s.yaml:1:1: error: missing key "apiVersion"', 's.yaml:1:1: error: missing key "kind"'],
    ],
    [
      "a wrong version and a misspelt kind",
      "apiVersion: knsim/v2\nkind: Scenaro\nduration: 1m\n",
      [
        's.yaml:1:13: error: expected knsim/v1, found "knsim/v2"; did you mean "knsim/v1"?',
        's.yaml:2:7: error: expected Scenario, found "Scenaro"; did you mean "Scenario"?',
      ],
    ],
    [
      "a manifest in a scenario's place",
      HELLO,
      ["s.yaml:2:7: error: expected a scenario (apiVersion: knsim/v1, kind: Scenario), found a manifest"],
    ],
    ["nothing", "", ["s.yaml:1:1: error: the file is empty"]],
    ["only comments", "# nothing yet\n", ["s.yaml:1:1: error: the file is empty"]],
    ["a list", "- 1\n", ["s.yaml:1:1: error: expected a scenario, a mapping of keys to values"]],
    [
      "two documents",
      `${HEAD}---\nfoo: 1\n`,
      ["s.yaml:5:1: error: a scenario's file holds one document; put manifests in files of their own"],
    ],
    [
      "broken YAML",
      `${HEAD}foo: [1,\nbar: }\n`,
      [
        "s.yaml:5:1: error: Flow sequence in block collection must be sufficiently indented and end with a ]",
        's.yaml:5:6: error: Unexpected flow-map-end token in YAML stream: "}"',
      ],
    ],
    ["a tab", `${HEAD}services:\n\t- name: x\n`, ["s.yaml:5:1: error: Tabs are not allowed as indentation"]],
    ["a doubled key", `${HEAD}duration: 2m\n`, ['s.yaml:4:1: error: the key "duration" stands here a second time']],
    [
      "bad durations",
      `${HEAD.replace("1m", "60")}warmup: 1d\nreport: {step: 1.5s}\n`,
      [
        's.yaml:3:11: error: expected a duration such as 30s or 1m30s, found 60 without a unit; did you mean "60s"?',
        's.yaml:4:9: error: expected a duration such as 30s or 1m30s: time: unknown unit "d" in duration "1d"; did you mean "24h"?',
        "s.yaml:5:16: error: must be whole seconds",
      ],
    ],
    ["a negative duration", HEAD.replace("1m", "-5s"), ['s.yaml:3:11: error: must not be negative, found "-5s"']],
    ["a duration of nothing", HEAD.replace("1m", "0"), ["s.yaml:3:11: error: must be longer than 0, found 0"]],
    [
      "a duration of a century",
      HEAD.replace("1m", "876000h"),
      ['s.yaml:3:11: error: must be at most 87600h, found "876000h"'],
    ],
    [
      "a misspelt duration, told of once",
      "apiVersion: knsim/v1\nkind: Scenario\nduraton: 10s\n",
      ['s.yaml:3:1: error: unknown key "duraton"; did you mean "duration"?'],
    ],
    ["no duration", "apiVersion: knsim/v1\nkind: Scenario\n", ['s.yaml:1:1: error: missing key "duration"']],
    [
      "a warm-up as long as the run",
      `${HEAD}warmup: 1m\n`,
      ["s.yaml:4:9: error: warmup must be shorter than duration"],
    ],
    [
      "bad scalars",
      `${HEAD}start: warm\ndrain: yes\nname: A B\nepoch: 5\n`,
      [
        's.yaml:4:8: error: expected one of ready, zero, new, found "warm"',
        's.yaml:5:8: error: expected true or false, found "yes"',
        's.yaml:6:7: error: expected at most 80 characters of a-z, 0-9, -, _ and ., beginning and ending with a letter or digit, found "A B"',
        's.yaml:7:8: error: must be a whole hour, found "5"',
      ],
    ],
    [
      "bad nodes and latencies",
      `${HEAD}cluster: {nodes: [{cpu: 4x, memory: -1}, {count: 1e9, cpu: 1, memory: 1Gi}], latencies: fast}\noverheads: nothing\n`,
      [
        "s.yaml:4:25: error: expected a quantity such as 4 or 500m, found \"4x\": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        "s.yaml:4:37: error: must not be negative, found -1",
        "s.yaml:4:50: error: a number of nodes must be at most 10000, found 1000000000",
        's.yaml:4:89: error: expected none, found "fast"',
        's.yaml:5:12: error: expected none, found "nothing"',
      ],
    ],
    [
      "bad Knative settings of the simulation",
      `${HEAD}knative: {phases: zer, activators: 0, conditionTimes: 1}\n`,
      [
        's.yaml:4:19: error: expected one of random, zero, found "zer"; did you mean "zero"?',
        "s.yaml:4:36: error: a number of activators must be at least 1, found 0",
        "s.yaml:4:55: error: expected one of seconds, exact, found 1",
      ],
    ],
    [
      "ConfigMap values that Knative refuses, and a map it does not have",
      `${HEAD}knative: {config-autoscaler: {stable-window: 1s}, config-gc: {min-non-active-revisions: -3}, config-foo: {}}\n`,
      [
        "s.yaml:4:46: error: stable-window = 1s, must be in [6s; 1h0m0s] range",
        "s.yaml:4:89: error: min-non-active-revisions must be non-negative, was: -3",
        's.yaml:4:94: error: unknown key "config-foo"; did you mean "config-gc"?',
      ],
    ],
    [
      "rates that are none",
      traffic(
        "to: hello, rate: -5",
        "to: hello, rate: 1e12",
        "to: hello, rate: abc",
        "to: hello, rate: .inf",
        "to: hello, rate: [1]",
      ),
      [
        "s.yaml:6:23: error: a rate in requests per second must be at least 0, found -5",
        "s.yaml:7:23: error: a rate in requests per second must be at most 1000000, found 1000000000000",
        's.yaml:8:23: error: expected a rate in requests per second, found "abc"',
        "s.yaml:9:23: error: a rate in requests per second must be finite, found Infinity",
        "s.yaml:10:23: error: expected a rate in requests per second, found a list",
      ],
    ],
    [
      "sources without a target, without requests, or with two kinds of them",
      traffic(
        "rate: 5",
        "to: hello",
        "to: hello, rate: 1, clients: 5",
        "to: hello, rte: 5",
        "to: {servce: hello}, rate: 1",
      ),
      [
        's.yaml:6:5: error: missing key "to"',
        's.yaml:7:5: error: a source needs exactly one of "rate", "clients", "at" or "trace", found none',
        's.yaml:8:5: error: a source needs exactly one of "rate", "clients", "at" or "trace", found "rate" and "clients"',
        's.yaml:9:17: error: unknown key "rte"; did you mean "rate"?',
        's.yaml:10:11: error: unknown key "servce"; did you mean "service"?',
      ],
    ],
    [
      "profiles that are none",
      traffic(
        "to: hello, rate: {ramp: {from: 1}}",
        "to: hello, rate: {steps: [[0s, 1], [0s, 2]]}",
        "to: hello, rate: {steps: [[0s]]}",
        "to: hello, rate: {stepz: []}",
        "to: hello, rate: {steps: []}",
      ),
      [
        's.yaml:6:30: error: missing key "to"',
        "s.yaml:7:42: error: steps must be in the order of time",
        "s.yaml:8:32: error: expected a list of 2, found 1",
        's.yaml:9:24: error: unknown key "stepz"; did you mean "steps"?',
        "s.yaml:10:31: error: needs at least one step",
      ],
    ],
    [
      "keys of another kind of source",
      traffic("to: hello, rate: 5, think: 1s, requests: 4", "to: hello, clients: 5, process: even"),
      [
        's.yaml:6:26: error: "think" has a meaning only beside "clients"',
        's.yaml:6:37: error: "requests" has a meaning only beside "clients"',
        's.yaml:7:29: error: "process" has a meaning only beside "rate"',
      ],
    ],
    [
      "a billion clients, and an arrival without a unit",
      traffic("to: hello, clients: 1e9", "to: hello, at: [1s, 5]"),
      [
        "s.yaml:6:26: error: a number of clients must be at most 1000000, found 1000000000",
        's.yaml:7:26: error: expected a duration such as 30s or 1m30s, found 5 without a unit; did you mean "5s"?',
      ],
    ],
    [
      "a source that ends before it begins",
      traffic("to: hello, rate: 1, from: 20s, until: 10s"),
      ["s.yaml:6:44: error: until must be later than from"],
    ],
    [
      "unknown services",
      traffic("to: helo, rate: 5", "to: other/thing, rate: 5"),
      [
        's.yaml:6:10: error: unknown service "helo"; did you mean "hello"?',
        's.yaml:7:10: error: unknown service "other/thing"; there is "hello"',
      ],
    ],
    [
      "two sources of one name",
      traffic("to: hello, rate: 1", "to: hello, rate: 1, name: hello"),
      ['s.yaml:7:32: error: the source "hello" is already defined at s.yaml:6:5'],
    ],
    [
      "bad retries",
      traffic("to: hello, rate: 1, retries: {max: -1, statuses: [503, 5xx, abc], backoff: {initial: 1s, factor: 0.5}}"),
      [
        "s.yaml:6:41: error: a number of retries must be at least 0, found -1",
        's.yaml:6:66: error: expected a status such as 503, 5xx, timeout or reset, found "abc"',
        "s.yaml:6:103: error: a factor must be at least 1, found 0.5",
      ],
    ],
    [
      "bad service times",
      apps("serviceTime: 10, cpu: 2, coldStart: {bot: 1s, boot: {exponential: {mean: 1s}, gamma: {mean: 1s, cv: 1}}}"),
      [
        's.yaml:5:37: error: expected a duration such as 30ms or a distribution such as {exponential: {mean: 30ms}}, found 10 without a unit; did you mean "10s"?',
        "s.yaml:5:46: error: a share of CPU must be at most 1, found 2",
        's.yaml:5:61: error: unknown key "bot"; did you mean "boot"?',
        's.yaml:5:76: error: a distribution needs exactly one of "exponential", "lognormal", "gamma", "uniform", "normal", "pareto", "weibull", "empirical", "percentiles" or "sequence", found "exponential" and "gamma"',
      ],
    ],
    [
      "a lognormal with too few parameters",
      apps("serviceTime: {lognormal: {mean: 1s}}"),
      ["s.yaml:5:49: error: lognormal takes {mean, cv}, {mean, p95} or {median, p95}, found mean"],
    ],
    [
      "percentiles without ends",
      apps("serviceTime: {percentiles: {50: 1s}}"),
      ["s.yaml:5:51: error: percentiles need the keys 0 and 100, the smallest and the largest value"],
    ],
    [
      "an event after the end, and one without a time",
      events("at: 2m, note: x", "note: y"),
      [
        "s.yaml:6:10: error: the event at 2m is later than the end of the run at 1m",
        's.yaml:7:5: error: missing key "at"',
      ],
    ],
    [
      "events that do nothing known",
      events("at: 1s", "at: 1s, restart: foo", "at: 1s, node: {}", "at: 1s, kubectl: get pods"),
      [
        's.yaml:6:5: error: an event needs exactly one of "kn", "apply", "kill-pod", "restart", "set-config", "set-app", "reachability", "delete", "kubectl", "node" or "note", found none',
        's.yaml:7:23: error: expected one of autoscaler, activator, found "foo"',
        's.yaml:8:20: error: node needs exactly one of "add", "drain" or "remove", found none',
        's.yaml:9:23: error: kubectl understands only "delete ksvc NAME…" and "delete revision NAME…" here, found "get pods"',
      ],
    ],
    [
      "events about services that never exist",
      events(
        "at: 1s, kn: service update helo --image x/y",
        "at: 1s, kill-pod: {service: hell, count: 0}",
        "at: 1s, delete: {kind: Service, name: nope}",
        "at: 1s, reachability: {revision: foo-00001, is: Reachable}",
      ),
      [
        's.yaml:6:18: error: unknown service "helo"; did you mean "hello"?',
        's.yaml:7:34: error: unknown service "hell"; did you mean "hello"?',
        "s.yaml:7:47: error: expected a number of pods of at least 1, or all, found 0",
        's.yaml:8:22: error: unknown service "nope"; there is "hello"',
        's.yaml:9:39: error: "foo-00001" is no revision of any service here; their names begin with the service\'s, such as hello-00001',
      ],
    ],
    [
      "changes of nodes where no nodes are listed",
      events("at: 1s, node: {add: spare}"),
      ["s.yaml:6:26: error: nodes can only be changed where cluster.nodes lists them"],
    ],
    [
      "changes of nodes that are not there then, or are already; what is expected to be refused is not told of",
      `${events(
        "at: 3s, node: {drain: node-1}",
        "at: 4s, node: {add: node-1}",
        "at: 5s, node: {add: node-1}",
        "at: 6s, node: {remove: nod-2}",
        "at: 6s, node: {remove: spare}",
        "at: 6s, node: {remove: spare}, expectError: not found",
        "at: 2s, node: {remove: node-2}",
        "at: 1s, node: {add: spare}",
        "at: 7s, node: {drain: spare}",
      )}cluster: {nodes: [{count: 2, cpu: "4", memory: 1Gi}]}\n`,
      [
        's.yaml:8:26: error: the node "node-1" is there already',
        's.yaml:9:29: error: there is no node "nod-2" then; did you mean "node-1"?',
        's.yaml:14:28: error: there is no node "spare" then; there is "node-1"',
      ],
    ],
    [
      "two nodes of one name",
      `${HEAD}cluster: {nodes: [{name: node-2, cpu: "4", memory: 1Gi}, {cpu: "4", memory: 1Gi}]}\n`,
      ['s.yaml:4:18: error: two nodes have the name "node-2"'],
    ],
    [
      "an unknown flag of kn, at the flag",
      events('at: 1s, kn: "service update hello --trafic a=1"'),
      // The text begins in column 18, the flag is its character 21.
      ["s.yaml:6:40: error: unknown flag: --trafic for 'kn service update'; did you mean \"--traffic\"?"],
    ],
    [
      "a setting that Knative refuses during the run",
      events("at: 1s, set-config: {config-autoscaler: {stable-window: 1s}}"),
      ["s.yaml:6:62: error: stable-window = 1s, must be in [6s; 1h0m0s] range"],
    ],
    [
      "expectations of unknown metrics and names",
      `${WITH_HELLO}expect:\n  - p95(latency) < 1s\n  - helo: p(99) < 1s\n  - "source/web: errors == 0"\n`,
      [
        expect.stringMatching(/^s\.yaml:6:5: error: unknown metric "p95"/) as unknown as string,
        's.yaml:7:5: error: unknown service "helo"; did you mean "hello"?',
        's.yaml:8:13: error: unknown source "web"; there are no sources',
      ],
    ],
    [
      "names that may stand in a manifest that cannot be read, which alone is said",
      `${WITH_HELLO}manifests: [gone.yaml]\ntraffic: [{to: api, rate: 1}, {to: helo, rate: 1}]\nexpect: ["api: errors == 0"]\n`,
      [
        's.yaml:5:13: error: cannot read "gone.yaml": no such file',
        's.yaml:6:36: error: unknown service "helo"; did you mean "hello"?',
      ],
    ],
    [
      "expectations of another shape",
      `${WITH_HELLO}expect:\n  - {expect: "errors == 0", nam: x, level: wran}\n  - [1]\n`,
      [
        's.yaml:6:29: error: unknown key "nam"; did you mean "name"?',
        's.yaml:6:44: error: expected one of error, warn, found "wran"; did you mean "warn"?',
        "s.yaml:7:5: error: expected an expectation such as p(95) < 300ms, found a list",
      ],
    ],
    [
      "keys that JavaScript's objects have by themselves",
      `${HEAD}__proto__: 1\nconstructor: {}\ntoString: x\n`,
      [
        's.yaml:4:1: error: unknown key "__proto__"',
        's.yaml:5:1: error: unknown key "constructor"',
        's.yaml:6:1: error: unknown key "toString"',
      ],
    ],
    [
      "Windows line ends",
      traffic("to: helo, rate: 5").replaceAll("\n", "\r\n"),
      ['s.yaml:6:10: error: unknown service "helo"; did you mean "hello"?'],
    ],
    ["a byte order mark", `\uFEFF${WITH_HELLO}foo: 1\n`, ['s.yaml:5:1: error: unknown key "foo"']],
    ["an alias of itself", `${HEAD}services: &a [*a]\n`, ['s.yaml:4:15: error: the alias "*a" contains itself']],
    [
      "an alias of nothing",
      `${HEAD}services: *x\n`,
      ['s.yaml:4:11: error: the alias "*x" has no anchor "&x" before it'],
    ],
    ["a NUL byte", "a\0b", ['s.yaml: error: "s.yaml" is not text: it contains a NUL byte']],
  ])("%s", async (_, text, lines) => {
    expect(await errorsOf(text)).toEqual(lines);
  });
});

describe("a file that is no scenario at all", () => {
  it("is refused when it is missing", async () => {
    expect(await problemsOf("", { path: "there.yaml", files: {} })).toEqual([
      "there.yaml:1:1: error: the file is empty",
    ]);
    const missing = problemsOf("", { path: "s.yaml", files: { "s.yaml": failing("ENOENT") } });
    expect(await missing).toEqual(['s.yaml: error: cannot read "s.yaml": no such file']);
  });

  it("is refused when it is binary, compressed or too large, and quickly", async () => {
    expect(await problemsOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff))).toEqual([
      's.yaml: error: "s.yaml" is not text: it must be UTF-8',
    ]);
    expect(await problemsOf(Uint8Array.of(0x1f, 0x8b, 8, 0))).toEqual([
      's.yaml: error: "s.yaml" is compressed: a YAML file must be plain text',
    ]);
    expect(await problemsOf("a".repeat(10_000_000))).toEqual([
      's.yaml: error: "s.yaml" is too large: a YAML file must be smaller than 10 MB',
    ]);
  });

  it("is read when it is UTF-16 with a byte order mark", async () => {
    const text = `\uFEFF${WITH_HELLO}foo: 1\n`;
    const units = Uint16Array.from(text, (character) => character.charCodeAt(0));
    expect(await problemsOf(new Uint8Array(units.buffer))).toEqual(['s.yaml:5:1: error: unknown key "foo"']);
  });

  it("is refused when its aliases unfold without measure", async () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(", ")}]\n`;
    const bomb = `a: &a [x]\n${level("b", "a")}${level("c", "b")}${level("d", "c")}${level("e", "d")}${level("f", "e")}`;
    expect(await problemsOf(bomb)).toEqual(["s.yaml:1:1: error: its aliases unfold to more than 100000 values"]);
  });

  it("is refused when it is nested too deeply", async () => {
    const [line, ...others] = await problemsOf(`${HEAD}services: ${"[".repeat(20_000)}`);
    expect(line).toMatch(/^s\.yaml:4:\d+: error: nested too deeply to be read$/);
    expect(others).toEqual([]);
  });

  it("is refused when it holds millions of values, before they fill the memory", async () => {
    expect(await problemsOf(`${HEAD}foo: [${"1,".repeat(4_900_000)}]\n`)).toEqual([
      "s.yaml:1:1: error: holds more than 500000 lines and values, too many to be read",
    ]);
  });

  it("loads with ten thousand keys in one mapping in no time", async () => {
    const env = Array.from({ length: 10_000 }, (_, index) => `k${index}: v`).join(", ");
    const text = `${HEAD}services: [{name: hello, image: x/y, app: {}, env: {${env}}}]\n`;
    expect(await problemsOf(text)).toEqual([]);
  });
});

/** A stream that breaks as a file does that is not there. */
async function* failing(code: string): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0);
  throw Object.assign(new Error(code), { code });
}

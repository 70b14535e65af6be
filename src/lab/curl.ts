import { formatDuration, fromSeconds, type Instant, SECOND } from "../engine/time.js";
import type { Answer } from "../experiment/open-simulation.js";
import { objectKey } from "../kube/manifest.js";
import { Status } from "../model/observer.js";
import { bodyOf, requestedSleep } from "./answer-body.js";
import { type HostTarget, hostOf, hostTarget } from "./host-names.js";
import { type LabCommand, type LabSession, ToolError } from "./lab-session.js";

/** Options with a value that change nothing here. */
const IGNORED_WITH_VALUE = ["-X", "--request", "-d", "--data", "-A", "--user-agent", "--resolve", "--connect-to"];
const IGNORED = [
  "-s",
  "--silent",
  "-S",
  "--show-error",
  "-L",
  "--location",
  "-k",
  "--insecure",
  "-v",
  "--verbose",
  "-N",
];

interface CurlOptions {
  readonly url: string;
  readonly host: string;
  readonly showsHeaders: boolean;
  /** Asks for the headers alone. */
  readonly isHead: boolean;
  /** Statuses from 400 on fail without a body. */
  readonly fails: boolean;
  readonly output: string | null;
  readonly writeOut: string | null;
  readonly maxTimeSeconds: number | null;
}

/** Sends one request and prints its body as it is (knative/kn-cli.md §15). */
export const curlCommand: LabCommand = {
  name: "curl",
  usage: "curl [-H Host:NAME] [-s] [-i] [-I] [-f] [-o /dev/null] [-w FORMAT] [-m SECONDS] URL",
  summary: "sends one request and prints its body; time passes until the answer",
  details: [
    'Any address answers a request with a known Host: curl -H "Host:hello.default.example.com" 10.0.0.15',
    "The URL of a service works as well:               curl http://hello.default.example.com",
    "-w knows %{http_code}, %{time_total}, %{size_download} and \\n.",
  ],
  run(words, session) {
    const options = curlOptions(words.map(({ text }) => text));
    const { simulation } = session;
    const target = hostTarget(simulation.objects(), options.host);
    const startUs = simulation.nowUs;
    const answer = target === null ? NOT_FOUND : answered(target, options, session);
    const totalUs = simulation.nowUs - startUs;
    if (answer.status === Status.timeout) throw timedOut(totalUs);
    const body = target === null ? "" : bodyOf(answer, objectKeyOf(target), session, requestedSleep(options.url));
    return shown(answer.status, body, totalUs, options, session);
  },
};

const NOT_FOUND: Answer = { status: 404, text: "", revision: null, latencyUs: 0 };

/** @throws ToolError with curl's own text */
function curlOptions(words: readonly string[]): CurlOptions {
  let [url, host, output, writeOut]: (string | null)[] = [null, null, null, null];
  let maxTimeSeconds: number | null = null;
  let [showsHeaders, isHead, fails] = [false, false, false];
  const rest = words.flatMap(separated);
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index];
    const value = () => {
      const next = rest[++index];
      if (next === undefined) throw new ToolError(`curl: option ${word}: requires parameter\n${HINT}`, 2);
      return next;
    };
    if (word === "-H" || word === "--header") host = /^host:\s*(.*?)\s*$/i.exec(value())?.[1] ?? host;
    else if (word === "-o" || word === "--output") output = value();
    else if (word === "-w" || word === "--write-out") writeOut = value();
    else if (word === "-m" || word === "--max-time") maxTimeSeconds = Number(value());
    else if (word === "-i" || word === "--include") showsHeaders = true;
    else if (word === "-I" || word === "--head") isHead = true;
    else if (word === "-f" || word === "--fail") fails = true;
    else if (IGNORED_WITH_VALUE.includes(word)) value();
    else if (IGNORED.includes(word)) continue;
    else if (word.startsWith("-") && word !== "-") throw new ToolError(`curl: option ${word}: is unknown\n${HINT}`, 2);
    else url = word;
  }
  if (url === null) throw new ToolError(`curl: no URL specified!\n${HINT}`, 2);
  return { url, host: host ?? hostOf(url), showsHeaders, isHead, fails, output, writeOut, maxTimeSeconds };
}

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n";

/** `-sS` is `-s -S`, `-o/dev/null` is `-o /dev/null`, `--max-time=3` is `--max-time 3`. */
function separated(word: string): string[] {
  if (/^--[\w-]+=/.test(word)) return [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)];
  const letters = /^-([A-Za-z]{2,}.*)$/s.exec(word)?.[1];
  if (letters === undefined || word.startsWith("--")) return [word];
  const parts: string[] = [];
  for (let index = 0; index < letters.length; index++) {
    parts.push(`-${letters[index]}`);
    if (!"HowmXdA".includes(letters[index])) continue;
    if (index + 1 < letters.length) parts.push(letters.slice(index + 1));
    break;
  }
  return parts;
}

function answered(target: HostTarget, { url, maxTimeSeconds }: CurlOptions, session: LabSession): Answer {
  const { simulation } = session;
  const call = simulation.send({
    ...target,
    timeoutUs: maxTimeSeconds === null ? null : fromSeconds(maxTimeSeconds),
    serviceTime: requestedSleep(url)?.serviceTime(target, session) ?? null,
  });
  simulation.passTimeUntil(() => call.answer !== null, simulation.nowUs + LONGEST_WAIT_US);
  if (call.answer === null) throw new ToolError(`curl: no answer within ${formatDuration(LONGEST_WAIT_US)}\n`, 28);
  return call.answer;
}

/** Knative's own timers end every request long before. */
const LONGEST_WAIT_US: Instant = 24 * 3600 * SECOND;

function timedOut(totalUs: number): ToolError {
  const milliseconds = Math.round(totalUs / 1000);
  return new ToolError(`curl: (28) Operation timed out after ${milliseconds} milliseconds with 0 bytes received\n`, 28);
}

function objectKeyOf({ service }: HostTarget): string {
  const slash = service.indexOf("/");
  return slash < 0 ? service : objectKey({ namespace: service.slice(0, slash), name: service.slice(slash + 1) });
}

function shown(status: number, body: string, totalUs: number, options: CurlOptions, session: LabSession): number {
  const hasFailed = options.fails && status >= 400;
  const size = new TextEncoder().encode(body).length;
  if (options.output === null && !hasFailed) {
    const { showsHeaders, isHead } = options;
    session.print((showsHeaders || isHead ? headers(status, size) : "") + (isHead ? "" : body));
  }
  if (options.writeOut !== null) session.print(written(options.writeOut, status, options.isHead ? 0 : size, totalUs));
  if (!hasFailed) return 0;
  session.print(`curl: (22) The requested URL returned error: ${status}\n`);
  return 22;
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  404: "Not Found",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function headers(status: number, size: number): string {
  const type = size > 0 ? "content-type: text/plain; charset=utf-8\n" : "";
  return `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\ncontent-length: ${size}\n${type}server: envoy\n\n`;
}

/** `-w`: variables and the escapes of curl. */
function written(format: string, status: number, size: number, totalUs: number): string {
  const seconds = (totalUs / SECOND).toFixed(6);
  const values: Readonly<Record<string, string>> = {
    http_code: String(status).padStart(3, "0"),
    response_code: String(status).padStart(3, "0"),
    time_total: seconds,
    time_starttransfer: seconds,
    time_connect: (0).toFixed(6),
    time_namelookup: (0).toFixed(6),
    time_pretransfer: (0).toFixed(6),
    size_download: String(size),
    num_connects: "1",
  };
  return format
    .replace(/%\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name] : whole))
    .replace(/\\([nrt\\])/g, (_, letter: string) => ({ n: "\n", r: "\r", t: "\t", "\\": "\\" })[letter] ?? letter)
    .replaceAll("%%", "%");
}

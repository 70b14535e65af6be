import { KN_GROUPS, KN_SUB_COMMANDS, parseKnCommand } from "../kube/kn-command.js";
import type { ShellWord } from "../kube/shell-words.js";
import { runRevisionDelete, runServiceDelete, runServiceEdit } from "./kn-edit-commands.js";
import { knFailure } from "./kn-failure.js";
import { KN_READS, runKnRead } from "./kn-read-commands.js";
import type { LabCommand, LabSession } from "./lab-session.js";
import { quotedForShell } from "./shell-quoting.js";

/** Those that only look at routes are the lab's own. */
const GROUPS: Readonly<Record<string, "service" | "revision" | "route">> = {
  ...KN_GROUPS,
  route: "route",
  routes: "route",
};
const VERBS: Readonly<Record<"service" | "revision" | "route", readonly string[]>> = {
  ...KN_SUB_COMMANDS,
  route: ["describe", "list"],
};
const VERSIONS = { current: "v1.20.0", "0.26": "v0.26.0" } as const;

/** The client of Knative: what learners type at work (knative/kn-cli.md). */
export const knCommand: LabCommand = {
  name: "kn",
  usage: "kn service|revision|route VERB [NAME] [FLAGS]",
  summary: "creates, changes, lists and describes services, revisions and routes",
  details: [
    "kn service create NAME --image IMAGE [--env K=V] [--port P] [--scale A..B] [--concurrency-limit N] …",
    "kn service update NAME [--env K=V] [--image IMAGE] [--traffic REV=PERCENT]… [--tag REV=TAG] …",
    "kn service apply NAME --image IMAGE …   kn service list   kn service describe NAME [-v]",
    "kn service wait NAME   kn service delete NAME…",
    "kn revision list [-s SERVICE]   kn revision describe NAME   kn revision delete NAME…",
    "kn route list   kn route describe NAME",
  ],
  async run(words, session) {
    const [groupWord, verbWord, ...rest] = words;
    if (groupWord?.text === "version") return version(session);
    if (groupWord === undefined || ["help", "--help", "-h"].includes(groupWord.text)) return help(session);
    const group = Object.hasOwn(GROUPS, groupWord.text) ? GROUPS[groupWord.text] : null;
    if (group === null) throw knFailure(`unknown command '${groupWord.text}' for 'kn'`);
    if (verbWord === undefined || rest.concat(verbWord).some(({ text }) => text === "--help" || text === "-h")) {
      return help(session);
    }
    const verb = verbWord.text === "ls" ? "list" : verbWord.text;
    if (!VERBS[group].includes(verb)) {
      const available = VERBS[group].join(", ");
      throw knFailure(`unknown sub-command '${verb}' for 'kn ${group}'. Available sub-commands: ${available}`);
    }
    if (Object.hasOwn(KN_READS, `${group} ${verb}`)) runKnRead(`${group} ${verb}`, rest, session);
    else await runEdit(group, verb, rest, session);
    return 0;
  },
};

async function runEdit(group: string, verb: string, words: readonly ShellWord[], session: LabSession): Promise<void> {
  if (verb === "export" || verb === "import") throw knFailure(`'kn ${group} ${verb}' is not part of the lab`);
  const line = ["kn", group, verb, ...words.map(({ text }) => quotedForShell(text))].join(" ");
  const parsed = parseKnCommand(line);
  if (!parsed.ok) throw knFailure(parsed.error);
  const { command } = parsed;
  if (command.kind === "service") await runServiceEdit(command, line, session);
  else if (command.kind === "service-delete") runServiceDelete(command, session);
  else runRevisionDelete(command, session);
}

function version({ print, knVersion }: LabSession): number {
  print(
    `Version:      ${VERSIONS[knVersion]}\nSupported APIs:\n* Serving\n  - serving.knative.dev/v1 (knative-serving)\n`,
  );
  return 0;
}

function help({ print }: LabSession): number {
  print(`kn is the command line interface for managing Knative Serving resources\n\n`);
  for (const line of knCommand.details ?? []) print(`  ${line}\n`);
  return 0;
}

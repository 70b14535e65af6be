import yargs, { type Argv } from "yargs";
import { nearestName } from "../scenario/nearest-name.js";
import { type Command, type OptionSpec, Values } from "./command.js";
import { UserError } from "./user-error.js";

/** What a command line asks for: a command with its values, or a text (help, version, completions) to print. */
export type Request =
  | { readonly kind: "command"; readonly command: Command; readonly values: Values }
  | { readonly kind: "text"; readonly text: string };

/** Options of every command. */
const GENERAL = ["help", "version", "get-yargs-completions", "_", "$0"];

/** yargs drops a lone dash from a list of arguments; it travels under this name. */
const DASH = "\u0000-";

/** `knsim help run` and `knsim run -h` are `knsim run --help`, as people type any of them. */
function withoutHelpCommand([first, ...rest]: readonly string[]): readonly string[] {
  if (first === undefined) return [];
  const args = first === "help" ? [...rest, "--help"] : [first, ...rest];
  return args.map((argument) => (argument === "-h" ? "--help" : argument));
}

/**
 * Reads the arguments after `knsim`.
 *
 * @throws UserError for an unknown command or option (with the closest name), a missing or a repeated value
 */
export async function parseCommandLine(
  typed: readonly string[],
  commands: readonly Command[],
  version: string,
): Promise<Request> {
  const args = withoutHelpCommand(typed);
  const first = args.find((argument) => !argument.startsWith("-"));
  if (!args.some((argument) => argument.startsWith("--get-yargs-completions"))) checkCommandName(first, commands, args);

  let request: Request | null = null;
  let parser = yargs()
    .scriptName("knsim")
    .usage("Usage: knsim COMMAND [OPTIONS]\n\nSimulates Knative Serving on a virtual clock.")
    .locale("en")
    .exitProcess(false)
    .wrap(100)
    .parserConfiguration({ "boolean-negation": false, "camel-case-expansion": false, "dot-notation": false })
    .version(version)
    .completion("completion", "prints a completion script for bash or zsh")
    .epilogue("Exit status: 0 fine, 1 the answer is no, 2 bad usage or input, 3 a defect of knsim, 130 interrupted.")
    .fail((message, error) => {
      throw error instanceof UserError ? error : new UserError([plain(message ?? error.message, first, commands)]);
    });
  for (const command of commands) {
    parser = parser.command({
      command: [command.name, ...command.positionals.map(positionalText)].join(" "),
      describe: command.summary,
      builder: (sub) => declare(sub, command),
      handler: (values) => {
        refuseFlagValues(args, command);
        request = { kind: "command", command, values: checked(values, command) };
      },
    });
  }

  let text = "";
  await parser.parseAsync(
    args.map((argument) => (argument === "-" ? DASH : argument)),
    {},
    (_error: unknown, _values: unknown, output: string) => {
      text = output;
    },
  );
  return request ?? { kind: "text", text: text === "" ? "" : text + "\n" };
}

function checkCommandName(name: string | undefined, commands: readonly Command[], args: readonly string[]): void {
  const names = [...commands.map((command) => command.name), "completion"];
  if (name === undefined) {
    if (args.some((argument) => argument === "--help" || argument === "--version")) return;
    throw new UserError([`expected a command: ${names.join(", ")}; "knsim --help" tells more`]);
  }
  if (name === "completion") refuseMore(args);
  if (names.includes(name)) return;
  throw new UserError([`unknown command ${JSON.stringify(name)}${didYouMean(nearestName(name, names))}`]);
}

/** yargs prints completions whatever else is asked for. */
function refuseMore(args: readonly string[]): void {
  const surplus = args.filter((argument) => argument !== "completion" && argument !== "--help");
  if (surplus.length > 0)
    throw new UserError(surplus.map((argument) => `unexpected argument ${JSON.stringify(argument)}`));
}

function declare(parser: Argv, command: Command): Argv {
  const declared = Object.entries(command.options).reduce(
    (sub, [name, option]) =>
      sub.option(name, {
        type: option.kind === "flag" ? "boolean" : "string",
        requiresArg: option.kind !== "flag",
        description: helpOf(option),
      }),
    parser,
  );
  return command.positionals.reduce(
    (sub, { name, many, description }) => sub.positional(name, { type: "string", array: many, description }),
    declared,
  );
}

function positionalText({ name, many, isOptional }: Command["positionals"][number]): string {
  const text = `${name}${many ? ".." : ""}`;
  return isOptional ? `[${text}]` : `<${text}>`;
}

function helpOf({ value, description }: OptionSpec): string {
  return value === undefined ? description : `${value}: ${description}`;
}

/** yargs takes whatever follows a flag's `=` for "no". @throws UserError */
function refuseFlagValues(args: readonly string[], { options }: Command): void {
  const messages = args.flatMap((argument) => {
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(argument) ?? [];
    const isFlag = name !== undefined && Object.hasOwn(options, name) && options[name].kind === "flag";
    return isFlag ? [`option "--${name}" takes no value, found ${JSON.stringify(value)}`] : [];
  });
  if (messages.length > 0) throw new UserError(messages);
}

/** The values with dashes restored, when every option is known and given as often as it may be. */
function checked(values: Readonly<Record<string, unknown>>, command: Command): Values {
  const positionals = command.positionals.map(({ name }) => name);
  const options = Object.keys(command.options);
  const known = new Set([...GENERAL, ...positionals, ...options]);
  const messages = Object.keys(values)
    .filter((name) => !known.has(name))
    .map((name) => {
      const dashes = name.length === 1 ? "-" : "--";
      const nearest = nearestName(name, options);
      return `unknown option ${JSON.stringify(dashes + name)}${didYouMean(nearest === null ? null : `--${nearest}`)}`;
    });
  for (const [name, { kind }] of Object.entries(command.options))
    if (kind !== "texts" && Array.isArray(values[name])) messages.push(`option "--${name}" is given more than once`);
  const surplus = (values._ as readonly unknown[]).slice(1);
  for (const argument of surplus) messages.push(`unexpected argument ${JSON.stringify(restored(argument))}`);
  if (messages.length > 0) throw new UserError(messages);
  return new Values(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, restored(value)])));
}

function restored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restored);
  return value === DASH ? "-" : value;
}

function didYouMean(name: string | null): string {
  return name === null ? "" : `; did you mean ${JSON.stringify(name)}?`;
}

/** yargs' sentences in the words of the help. */
function plain(message: string, name: string | undefined, commands: readonly Command[]): string {
  if (message.startsWith("Not enough non-option arguments")) {
    const command = commands.find((candidate) => candidate.name === name);
    const missing = command?.positionals.map(positionalText).join(" ") ?? "an argument";
    return `expected ${missing}; "knsim ${name} --help" tells more`;
  }
  const missing = /^Not enough arguments following: (.*)$/.exec(message);
  return missing ? `option "--${missing[1]}" needs a value` : message;
}

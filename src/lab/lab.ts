import { type Instant, SECOND } from "../engine/time.js";
import { OpenSimulation } from "../experiment/open-simulation.js";
import { nearestName } from "../kube/nearest-name.js";
import { splitShellWords } from "../kube/shell-words.js";
import type { DecisionFact } from "../model/observer.js";
import { clock } from "../report/number-words.js";
import { loadScenarioText } from "../scenario/load.js";
import type { Scenario } from "../scenario/scenario.js";
import { BackgroundJobs } from "./background-jobs.js";
import { completions } from "./completion.js";
import { curlCommand } from "./curl.js";
import { helpCommand } from "./help.js";
import { heyCommand, startHey } from "./hey.js";
import { imageCommand } from "./image-command.js";
import { ImageResponses } from "./image-responses.js";
import { knCommand } from "./kn.js";
import { kubectlCommand } from "./kubectl.js";
import {
  type KnVersion,
  knRandom,
  type LabCommand,
  type LabFiles,
  type LabSession,
  type Learner,
  ToolError,
} from "./lab-session.js";
import { askCommand, pauseCommand, sayCommand } from "./lesson-commands.js";
import { ManifestFiles } from "./manifest-files.js";
import { INTERRUPTED } from "./passing-time.js";
import { reportCommand } from "./report-command.js";
import { type ListedCommand, listedCommands, type ShellLoop, shellLoop, withVariable } from "./shell-lines.js";
import { statusCommand } from "./status.js";
import { atCommand, sleepCommand, waitCommand } from "./time-commands.js";
import { TypedCommands } from "./typed-commands.js";
import { watchCommand } from "./watch.js";
import { whyCommand } from "./why.js";

/** What a lab is made from. */
export interface LabOptions {
  /** Where it starts; absent: an empty cluster. */
  readonly scenario?: Scenario;
  /** The command line that made it, for reports; default `knsim lab`. */
  readonly invocation?: string;
  /** Default: the scenario's, or 1. */
  readonly seed?: string;
  readonly knVersion?: KnVersion;
  readonly files: LabFiles;
  /** Somebody at a terminal, for lessons; null or absent: nobody. */
  readonly learner?: Learner | null;
  /** Lets a terminal have its turn, and says whether what runs is to end (Ctrl-C); null or absent: nobody is there. */
  readonly breathe?: (() => Promise<boolean>) | null;
  /** Everything that is printed, standard error at its place. */
  print(text: string): void;
}

const EMPTY_CLUSTER = "apiVersion: knsim/v1\nkind: Scenario\nname: lab\nduration: 1s\n";

/** Found no such command, as a shell says it. */
const NOT_FOUND = 127;

/**
 * A cluster on a virtual clock at a prompt: the same commands as at work, and time that passes only when one waits.
 *
 * Opens no file and no terminal of its own.
 */
export class Lab {
  private readonly session: LabSession;
  private readonly commands: readonly LabCommand[];
  private readonly jobs = new BackgroundJobs();
  private readonly typed = new TypedCommands();
  private sink: (text: string) => void;
  private isOver = false;

  private constructor(scenario: Scenario, options: LabOptions) {
    this.sink = (text) => options.print(text);
    const decisions = new Map<string, DecisionFact>();
    const panicTimes = new Map<string, Instant>();
    const names: string[] = [];
    const simulation = new OpenSimulation(scenario, {
      revisionAdded: (index, { name }) => void (names[index] = name),
      decided: (decision) => {
        if (decision.valid) decisions.set(names[decision.revision], decision);
      },
      happened: (fact) => {
        if (fact.kind === "PanicEntered" || fact.kind === "PanicExtended") panicTimes.set(names[fact.revision], fact.t);
      },
    });
    const { knative } = scenario.completed as { readonly knative?: unknown };
    this.session = {
      simulation,
      files: options.files,
      manifests: new ManifestFiles(options.files, knative ?? {}),
      images: new ImageResponses(scenario.apps, scenario.services),
      jobs: this.jobs,
      knVersion: options.knVersion ?? "current",
      learner: options.learner ?? null,
      breathe: options.breathe ?? null,
      random: knRandom(scenario.seed),
      decisions,
      panicTimes,
      reproduction: () => this.typed.script(options.invocation ?? "knsim lab"),
      print: (text) => this.sink(text),
      run: (line) => this.run(line),
      capture: (line) => this.capture(line),
    };
    this.commands = [
      knCommand,
      kubectlCommand,
      curlCommand,
      heyCommand,
      sleepCommand,
      atCommand,
      waitCommand,
      statusCommand,
      watchCommand,
      whyCommand,
      imageCommand,
      reportCommand,
      helpCommand(() => this.commands),
      {
        name: "exit",
        usage: "exit",
        summary: "ends the lab",
        run: () => {
          this.isOver = true;
          return 0;
        },
      },
      sayCommand,
      pauseCommand,
      askCommand,
    ];
  }

  static async create(options: LabOptions): Promise<Lab> {
    const scenario = options.scenario ?? (await loadScenarioText(EMPTY_CLUSTER)).scenario;
    const { seed } = options;
    return new Lab(seed === undefined ? scenario : { ...scenario, seed }, options);
  }

  /** Virtual time as a prompt shows it: `1m02s`. */
  get clock(): string {
    return clock(Math.floor(this.session.simulation.nowUs / SECOND));
  }

  /** Whether `exit` was typed. */
  get hasEnded(): boolean {
    return this.isOver;
  }

  /** What a line that ends like this may go on with: whole last words. */
  complete(line: string): readonly string[] {
    const names = this.commands.map(({ name }) => name);
    return completions(line, names, this.session.simulation.objects());
  }

  /**
   * Does what a line says; an empty one does nothing.
   *
   * @returns the exit status of its last command
   */
  async run(line: string): Promise<number> {
    let status = 0;
    for (const command of listedCommands(line)) {
      if ((command.after === "&&" && status !== 0) || (command.after === "||" && status === 0)) continue;
      status = await this.runOne(command);
      this.session.print(this.jobs.takeFinished());
      if (this.isOver || status === INTERRUPTED) break;
    }
    return status;
  }

  private async runOne(command: ListedCommand): Promise<number> {
    const loop = shellLoop(command.text);
    if (loop !== null) return command.isSilent ? this.silently(() => this.runLoop(loop)) : this.runLoop(loop);
    const entry = this.typed.add(command);
    const status = await this.runTyped(command);
    this.typed.ended(entry, status, this.session.simulation.nowUs);
    return status;
  }

  private async runLoop({ values, body, variable }: ShellLoop): Promise<number> {
    let status = 0;
    for (const value of values) {
      status = await this.run(withVariable(body, variable, value));
      if (this.isOver || status === INTERRUPTED) break;
    }
    return status;
  }

  private async runTyped({ text, inBackground, isSilent }: ListedCommand): Promise<number> {
    const split = splitShellWords(text);
    if (!split.ok) return this.refuse(`sh: ${split.error}\n`, 2);
    const [first, ...words] = split.words;
    if (words.some((word) => word.text === "|")) return this.refuse("sh: the lab has no pipes\n", 2);
    const command = this.commands.find(({ name }) => name === first.text);
    if (command === undefined) return this.refuse(this.unknownCommand(first.text), NOT_FOUND);
    try {
      if (inBackground && command === heyCommand) {
        const number = this.jobs.start(backgroundJob(text, startHey(words, this.session)));
        this.session.print(`[${number}] ${text}\n`);
        return 0;
      }
      if (isSilent) return await this.silently(() => command.run(words, this.session));
      return await command.run(words, this.session);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return this.refuse(error.text, error.status);
    }
  }

  private refuse(text: string, status: number): number {
    this.session.print(text);
    return status;
  }

  private unknownCommand(name: string): string {
    const names = this.commands.map((command) => command.name);
    const nearest = nearestName(name, names);
    const hint = nearest === null ? 'type "help" to see what there is' : `did you mean "${nearest}"?`;
    return `sh: ${name}: command not found\n(${hint})\n`;
  }

  private async capture(line: string): Promise<string> {
    const before = this.sink;
    let text = "";
    this.sink = (more) => {
      text += more;
    };
    this.typed.pause();
    try {
      await this.run(line);
    } finally {
      this.sink = before;
      this.typed.goOn();
    }
    return text;
  }

  private async silently(run: () => number | Promise<number>): Promise<number> {
    const before = this.sink;
    this.sink = () => {};
    try {
      return await run();
    } finally {
      this.sink = before;
    }
  }
}

function backgroundJob(line: string, run: ReturnType<typeof startHey>) {
  return {
    line,
    get isDone() {
      return run.isDone;
    },
    output: () => run.output(),
  };
}

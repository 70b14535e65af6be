import { type LabCommand, type LabSession, ToolError } from "./lab-session.js";

const GO_ON = "(Enter to go on, or type a command) ";

/** Says something to whoever follows a lesson. */
export const sayCommand: LabCommand = {
  name: "say",
  usage: "say TEXT",
  summary: "in a lesson: prints a line of commentary",
  run(words, { print }) {
    print(`${words.map(({ text }) => text).join(" ")}\n`);
    return 0;
  },
};

/** Waits until the learner wants to go on; what they type meanwhile is done. Without a learner it does nothing. */
export const pauseCommand: LabCommand = {
  name: "pause",
  usage: "pause",
  summary: "in a lesson: waits for the learner, who may try commands",
  async run(_words, session) {
    const { learner } = session;
    if (learner === null) return 0;
    for (;;) {
      const line = await learner.ask(GO_ON);
      if (line === null || line.trim() === "") return 0;
      await session.run(line);
    }
  },
};

/** Asks the learner something and checks the answer. Without a learner it tells the answer. */
export const askCommand: LabCommand = {
  name: "ask",
  usage: "ask QUESTION ANSWER [ALTERNATIVE…] [--because TEXT]",
  summary: "in a lesson: asks a question and checks the answer; @pods = the running pods, counted now",
  async run(words, session) {
    const texts = words.map(({ text }) => text);
    const because = texts.indexOf("--because");
    const explanation = because < 0 ? "" : ` ${texts.slice(because + 1).join(" ")}`;
    const [question, ...answers] = because < 0 ? texts : texts.slice(0, because);
    if (question === undefined || answers.length === 0) throw new ToolError("usage: ask QUESTION ANSWER\n");
    const accepted = answers.map((answer) => resolved(answer, session));
    const { learner, print } = session;
    if (learner === null) {
      print(`${question}\n→ ${accepted[0]}.${explanation}\n`);
      return 0;
    }
    for (const isLastTry of [false, true]) {
      const given = await learner.ask(`${question} `);
      if (given === null) return 0;
      if (accepted.some((answer) => isSame(answer, given))) {
        print(`Right.${explanation}\n`);
        return 0;
      }
      print(isLastTry ? `It is ${accepted[0]}.${explanation}\n` : "Not quite; try once more.\n");
    }
    return 0;
  },
};

/** `@pods`, `@pods:REVISION`: how many run at this moment; everything else stands for itself. */
function resolved(answer: string, { simulation }: LabSession): string {
  const [, revision] = /^@pods(?::(.+))?$/.exec(answer) ?? [null, null];
  if (revision === null) return answer;
  const pods = simulation.objects().pods();
  return String(
    pods.filter((pod) => pod.status === "Running" && (revision === undefined || pod.revision === revision)).length,
  );
}

function isSame(answer: string, given: string): boolean {
  const plain = (text: string) =>
    text
      .trim()
      .toLowerCase()
      .replace(/[.!%]$/, "")
      .replace(/\s+/g, " ");
  return plain(answer) === plain(given);
}

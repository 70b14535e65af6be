/** Texts by number, so that a log keeps each once. */
export class TextTable {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** The number of a text, from 0 in order of first appearance. */
  numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }

  /** Undefined for a number that was never given. */
  textOf(number: number): string | undefined {
    return this.texts[number];
  }
}

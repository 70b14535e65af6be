/** Text kept as one string before it is encoded; long enough that encoding is cheap, short enough to stay flat. */
const STRING_LENGTH = 1 << 13;

/** Bytes of one piece of a file where nobody asks for others. Nearly every file is a single piece. */
const PIECE_BYTES = 1 << 25;

/** The text of one file as UTF-8, so that a file of hundreds of megabytes never is one string or one array. */
export class TextBytes {
  private readonly encoder = new TextEncoder();
  private parts: Uint8Array[] = [];
  private text = "";
  private length = 0;

  constructor(private readonly pieceBytes = PIECE_BYTES) {}

  add(text: string): void {
    this.text += text;
    if (this.text.length >= STRING_LENGTH) this.encode();
  }

  /** True when enough has come together for a piece; `take` it then. */
  get isFull(): boolean {
    return this.length >= this.pieceBytes;
  }

  /** Everything added since the last call, as one array. */
  take(): Uint8Array {
    this.encode();
    const { parts, length } = this;
    this.parts = [];
    this.length = 0;
    // A text that came as one may be long: the summary of a fleet has 45 MB.
    if (parts.length === 1) return parts[0];
    const piece = new Uint8Array(length);
    let offset = 0;
    for (const part of parts) {
      piece.set(part, offset);
      offset += part.length;
    }
    return piece;
  }

  private encode(): void {
    if (this.text === "") return;
    const part = this.encoder.encode(this.text);
    this.text = "";
    this.length += part.length;
    this.parts.push(part);
  }
}

import { isAlias, isMap, isSeq, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { keyText, type Path, type Value, type YamlDocument } from "./yaml-document.js";

/** Changes to a YAML document that has been read; what is put in is blamed on `origin`. */
export class DocumentEdit {
  constructor(
    private readonly document: YamlDocument,
    private readonly origin: string,
  ) {}

  /** Puts a value at a path whose parent exists; `null` removes what is there. An index at a list's end appends. */
  put(path: Path, node: Node | null): void {
    const parent = this.own(path.slice(0, -1));
    const step = path[path.length - 1];
    if (node !== null) this.document.setOrigin(node, this.origin);
    if (isSeq(parent) && typeof step === "number") {
      if (node === null) parent.items.splice(step, 1);
      else parent.items[step] = node;
    } else if (isMap(parent)) {
      const at = parent.items.findIndex((item) => keyText(item.key) === step);
      this.document.keysChanged(parent);
      if (node === null) {
        if (at >= 0) parent.items.splice(at, 1);
      } else if (at >= 0) parent.items[at].value = node;
      else {
        const key = new Scalar(step);
        this.document.setOrigin(key, this.origin);
        parent.items.push(new Pair(key, node));
      }
    }
  }

  /** An empty collection at a path whose parent exists. */
  create(path: Path, kind: "mapping" | "list"): void {
    this.put(path, kind === "list" ? new YAMLSeq() : new YAMLMap());
  }

  /** The value at a path, no longer shared with other places by way of aliases. */
  private own(path: Path): Value | null {
    let value = this.document.root;
    for (const step of path) {
      if (isMap(value)) {
        const pair = value.items.find((item) => keyText(item.key) === step);
        if (pair && isAlias(pair.value)) pair.value = this.copy(pair.value);
        value = this.document.resolve(pair?.value);
      } else if (isSeq(value) && typeof step === "number") {
        if (isAlias(value.items[step])) value.items[step] = this.copy(value.items[step]);
        value = this.document.resolve(value.items[step]);
      } else return null;
    }
    return value;
  }

  /** A copy without aliases whose parts still know where they stand. Scalars are never changed and stay shared. */
  private copy(node: unknown): Node | null {
    const value = this.document.resolve(node);
    if (isMap(value)) {
      const map = new YAMLMap();
      map.range = value.range;
      map.items = value.items.map(({ key, value: item }) => new Pair(key, this.copy(item)));
      return map;
    }
    if (isSeq(value)) {
      const list = new YAMLSeq();
      list.range = value.range;
      list.items = value.items.map((item) => this.copy(item));
      return list;
    }
    return value;
  }
}

import { statusText } from "../measure/status-counts.js";
import { type Fact, type Observer, Status } from "../model/observer.js";

/** Announces requests that end badly, one by one: facts that contract details D reserves for `--verbose-events`. */
export class FailedRequests implements Pick<Observer, "sourceAdded" | "requestEnded"> {
  private readonly sources: string[] = [];

  /** @param announce told right after the end of the request itself */
  constructor(private readonly announce: (fact: Fact) => void) {}

  sourceAdded(index: number, { name }: { readonly name: string }): void {
    this.sources[index] = name;
  }

  requestEnded(...[t, ended]: Parameters<Observer["requestEnded"]>): void {
    const { status, completed, service, revision, source, number, text } = ended;
    if (completed || status === Status.inFlight) return;
    this.announce({
      ...{ t, kind: status === Status.timeout ? "ClientGaveUp" : "RequestFailed", service },
      id: `${this.sources[source]}-${number}`,
      ...(revision < 0 ? {} : { revision }),
      ...{ status: statusText(status), text },
    });
  }
}

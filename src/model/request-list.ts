import type { Request } from "./request.js";

/** A request's place in the one list that it may be in. */
export class RequestLink {
  next: RequestLink = this;
  previous: RequestLink = this;

  /** @param request null: the two ends of a list */
  constructor(readonly request: Request | null) {}
}

/** A queue: requests in the order in which they joined; any of them may leave from the middle. O(1) each, nothing allocated. */
export class RequestList {
  /** Before the first and after the last: a ring has no special cases. */
  private readonly ends = new RequestLink(null);

  /** The one that joined first; null when empty. */
  get first(): Request | null {
    return this.ends.next.request;
  }

  append(link: RequestLink): void {
    const { ends } = this;
    const last = ends.previous;
    link.previous = last;
    link.next = ends;
    last.next = link;
    ends.previous = link;
  }

  /** @param link of a request that is in this list */
  remove(link: RequestLink): void {
    const { next, previous } = link;
    next.previous = previous;
    previous.next = next;
  }
}

// A client of the reference server that is written against the types of its document. It compiles only
// if the document describes every problem by its code.
import type { components, operations } from "./api.d.ts";

type Responses<Name extends keyof operations> = operations[Name]["responses"];
type Body<Response> = Response extends { content: infer Content } ? Content[keyof Content] : never;
type Problem<Name extends keyof operations, Status extends keyof Responses<Name>> = Body<
  Responses<Name>[Status]
>;

type Equal<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
const equal = <Left, Right>(_: Equal<Left, Right>) => {};

// The codes of a status are exactly those of the route.
equal<Problem<"find_kb", 404>["code"], "kb_not_found">(true);
equal<
  Problem<"find_kb", 401>["code"],
  "invalid_token" | "missing_credentials" | "token_expired"
>(true);
equal<Problem<"replace_kb", 412>["code"], "kb_changed">(true);
// @ts-expect-error: no job can be missing here.
equal<Problem<"find_kb", 404>["code"], "job_not_found">(true);
// @ts-expect-error: the operation has no such status.
type None = Problem<"find_kb", 418>;

// The status is that of the problem.
equal<Problem<"find_kb", 404>["status"], 404>(true);

/** Narrows the problem of a search by its code. */
export function explain(problem: Problem<"search", 400> | Problem<"search", 404> | Problem<"search", 503>): string {
  switch (problem.code) {
    case "kb_not_found":
      return `no ${problem.kb_id}`;
    case "validation_failed":
      return (problem.errors ?? []).map((one) => one.pointer ?? one.name ?? one.in).join(", ");
    case "circuit_open":
    case "overloaded":
    case "keys_unavailable":
    case "deadline_exceeded":
    case "service_unavailable":
      return `again in ${problem.retry_after} seconds`;
    case "bad_request":
    case "invalid_authorization":
    case "malformed_body":
      return problem.detail;
    default:
      // Nothing is left, so a code that is added does not compile until it is handled.
      return problem satisfies never;
  }
}

/** A member belongs to one code. */
export function organization(problem: Problem<"find_kb", 404> | Problem<"find_kb", 401>): string {
  // @ts-expect-error: only `kb_not_found` has it.
  problem.kb_id;
  return problem.code === "kb_not_found" ? String(problem.kb_id) : problem.title;
}

/** Successes are typed, too. */
export function names(page: Responses<"list_kbs">[200]["content"]["application/json"]): string[] {
  return page.items.map((kb) => kb.name);
}

export const everything: components["schemas"]["Problem"][] = [];

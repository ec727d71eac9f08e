import { isProblem, readProblem } from "./problems.js";
import type { Problem, ProblemCode, Violation } from "./problems.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if each member has the type that the service declares. */
function shown(problem: Problem): string {
    switch (problem.code) {
        case "order_not_found": {
            const status: 404 = problem.status;
            const id: number = problem.order_id;
            return status === 404 ? `order ${id}` : "";
        }
        case "order_shipped": {
            const carrier: "dhl" | "ups" = problem.carrier;
            const parcels: (string | null)[] = problem.parcels;
            const isOptional: Equal<typeof problem.weights, Record<string, number> | undefined> = true;
            return isOptional ? `${carrier}: ${parcels.length}` : "";
        }
        case "validation_failed": {
            const first: Violation | undefined = problem.errors?.[0];
            return first?.pointer ?? "";
        }
        case "warehouse_closed":
            return `again in ${problem.retry_after ?? 0} s`;
        default: {
            const others: Exclude<
                ProblemCode,
                "order_not_found" | "order_shipped" | "validation_failed" | "warehouse_closed"
            > = problem.code;
            return others === "conflict" ? "other" : others;
        }
    }
}

const common = { type: "/problems/x", title: "X", detail: "x" };
const found = { ...common, code: "order_not_found", status: 404, order_id: 7 };

const bodies: unknown[] = [
    found,
    { ...common, code: "order_shipped", status: 409, carrier: "dhl", parcels: [null] },
    {
        ...common,
        code: "validation_failed",
        status: 400,
        errors: [{ in: "body", pointer: "#/qty", code: "range", detail: "must be positive" }],
    },
    { ...common, code: "warehouse_closed", status: 503, retry_after: 5, retryable: true },
    { ...common, code: "conflict", status: 409 },
];

const others: unknown[] = [
    undefined,
    null,
    "order_not_found",
    [],
    {},
    { ...found, code: "order_lost" },
    { ...found, code: "toString" },
    { ...found, status: 410 },
    { ...found, detail: undefined },
    { ...common, code: "order_not_found", status: 404 },
];

function response(status: number, contentType: string, body: string): Response {
    return new Response(body, { status, headers: { "content-type": contentType } });
}

const text = JSON.stringify(found);
const readable = response(404, "application/problem+json", text);
const responses = [
    readable,
    response(200, "application/problem+json", text),
    response(404, "text/html", text),
    response(404, "application/json; charset=utf-8", "{"),
    response(500, "application/json", "null"),
];
const read = await Promise.all(responses.map(readProblem));
if ((await readable.text()) !== text) {
    throw new Error("the body cannot be read afterwards");
}

console.log(
    JSON.stringify({
        recognized: bodies.filter(isProblem).map(shown),
        rejected: others.filter((body) => !isProblem(body)).length,
        read: read.map((problem) => problem?.code ?? null),
    }),
);

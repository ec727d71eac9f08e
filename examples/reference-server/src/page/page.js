import { EventReader } from "./event-reader.js";
import { closeOnProblem } from "./problem-events.js";

const form = document.querySelector("#login");
const list = document.querySelector("#events");

let reader;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { email, password, org, kb } = Object.fromEntries(new FormData(form));
  const { value: kind } = event.submitter;
  reader?.close();
  list.replaceChildren();
  try {
    const { access_token: token } = await post("/auth/login", { email, password });
    const headers = { authorization: `Bearer ${token}` };
    const query = new URLSearchParams({ org_id: org });
    const job = await post(`/api/v1/jobs?${query}`, { kb_id: kb, kind }, headers);
    show("started", `${kind} ${job.id}`);
    watch(`/api/v1/jobs/${job.id}/events?${query}`, headers);
  } catch (error) {
    error instanceof Problem ? showProblem(error.problem) : show("problem", String(error));
  }
});

/** Shows the events of a job until it has ended. */
function watch(url, headers) {
  reader = new EventReader(url, headers);
  reader.addEventListener("progress", ({ data }) => show("progress", `${JSON.parse(data).progress} %`));
  reader.addEventListener("done", ({ data }) => {
    reader.close();
    show("done", data);
  });
  closeOnProblem(reader, showProblem);
}

/** The error of a response that is a problem. */
class Problem extends Error {
  constructor(problem) {
    super(problem.title);
    this.problem = problem;
  }
}

async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const json = await response.json();
  if (!response.ok) {
    throw new Problem(json);
  }
  return json;
}

function showProblem({ status, code, detail, instance }) {
  show("problem", `${status} ${code}: ${detail} (${instance})`);
}

/** Adds a line. The text of a server is never HTML. */
function show(kind, text) {
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = `${kind}: ${text}`;
  list.append(line);
}

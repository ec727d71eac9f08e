/**
 * Closes an EventSource when it receives a problem, unless trying again can help.
 *
 * `onProblem` is called with each problem (RFC 9457), whether retryable or not.
 */
export function closeOnProblem(source, onProblem = () => {}) {
  source.addEventListener("problem", (event) => {
    const problem = JSON.parse(event.data);
    if (problem.retryable !== true) {
      source.close();
    }
    onProblem(problem);
  });
}

//! Jobs: work on a knowledge base that goes on after the response, and whose result is fetched
//! later.

mod events;
mod job;
mod lease;
mod queue;
mod routes;
mod store;

use self::job::{
    EventProblems, FindProblems, Indexed, Job, JobError, JobEvent, NewJob, Origin, Outcome,
    ResultProblems, StartProblems,
};
pub(crate) use self::queue::JobQueue;
pub(crate) use self::routes::{Operations, routes};

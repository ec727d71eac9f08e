//! Jobs: work on a knowledge base that goes on after the response, and whose result is fetched
//! later.

mod error;
mod events;
mod job;
mod lease;
mod origin;
mod queue;
mod routes;
mod store;
mod work;

use self::error::{EventProblems, FindProblems, JobError, ResultProblems, StartProblems};
use self::job::{Indexed, Job, JobEvent, JobKind, NewJob, Outcome};
use self::origin::Origin;
pub(crate) use self::queue::JobQueue;
pub(crate) use self::routes::{Operations, routes};

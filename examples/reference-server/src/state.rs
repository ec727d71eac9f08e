//! The state of the server, which its handlers and guards extract.

use std::fmt;
use std::sync::Arc;

use axum::extract::FromRef;
use definable_errors::auth::{ApiKeys, SocketPolicy, Verify};
use definable_errors::catalog::Catalog;
use definable_errors::rate_limit::RateLimit;
use definable_errors::rbac::{Memberships, RoleSet};
use definable_errors::report::Reporter;
use sqlx::AnyPool;

use crate::access::{ApiKeyTable, MembershipTable, Org, Program, TokenKeys, User, Verifier, roles};
use crate::accounts::Logins;
use crate::jobs::JobQueue;
use crate::oauth::OAuth;
use crate::search::Index;
use crate::{Documents, Embeddings, StartError};

/// The state that handlers and guards share.
#[derive(Clone, FromRef)]
pub struct AppState {
    pool: AnyPool,
    roles: RoleSet,
    api_keys: ApiKeys<Program>,
    logins: Logins,
    jobs: JobQueue,
    index: Index,
    sockets: SocketPolicy,
    oauth: OAuth,
    documents: Documents,
    catalog: Catalog,
    guards: Guards,
}

/// The parts that authenticate callers and look up their memberships.
#[derive(Clone)]
struct Guards {
    verifier: Arc<dyn Verify<User>>,
    memberships: Arc<dyn Memberships<Org>>,
}

impl AppState {
    /// Creates the state on one database. `reporter` reports failed jobs.
    ///
    /// # Errors
    ///
    /// Returns an error if the database or its roles cannot be read, or if the keys are unusable.
    pub async fn new(
        pool: AnyPool,
        keys: TokenKeys,
        failed_logins: RateLimit,
        reporter: Reporter,
        embeddings: Embeddings,
        oauth: OAuth,
        documents: Documents,
    ) -> Result<Self, StartError> {
        let roles = roles::load(&pool).await?;
        let guards = Guards {
            verifier: Arc::new(Verifier::new(pool.clone(), &keys)?),
            memberships: Arc::new(MembershipTable::new(pool.clone(), roles.clone())),
        };
        let api_keys = ApiKeys::new(ApiKeyTable::new(pool.clone()));
        let logins = Logins::new(pool.clone(), keys, failed_logins);
        let jobs = JobQueue::new(pool.clone(), reporter);
        let index = Index::new(embeddings);
        let sockets = SocketPolicy::new();
        let catalog = Catalog::new();
        Ok(Self {
            pool,
            roles,
            api_keys,
            logins,
            jobs,
            index,
            sockets,
            oauth,
            documents,
            catalog,
            guards,
        })
    }
}

impl AppState {
    /// Also allows pages of other origins to open a socket.
    #[must_use]
    pub fn sockets(mut self, sockets: SocketPolicy) -> Self {
        self.sockets = sockets;
        self
    }

    /// Sets the problems that `/problems` documents.
    #[must_use]
    pub fn catalog(mut self, catalog: Catalog) -> Self {
        self.catalog = catalog;
        self
    }

    pub(crate) const fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Stores the failure of jobs that lost the server that ran them, for as long as it is polled.
    pub async fn watch_jobs(&self) {
        self.jobs.watch().await;
    }

    /// Waits until all jobs have finished that were started before.
    pub async fn jobs_finished(&self) {
        self.jobs.finished().await;
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState").finish_non_exhaustive()
    }
}

impl FromRef<AppState> for Arc<dyn Verify<User>> {
    fn from_ref(state: &AppState) -> Self {
        state.guards.verifier.clone()
    }
}

impl FromRef<AppState> for Arc<dyn Memberships<Org>> {
    fn from_ref(state: &AppState) -> Self {
        state.guards.memberships.clone()
    }
}

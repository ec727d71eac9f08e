CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id),
    kb_id TEXT NOT NULL REFERENCES kbs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('reindex', 'fail')),
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    -- Percent.
    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    -- JSON; of a failed job its problem, as clients receive it.
    result TEXT,
    -- The status of a failed job's problem.
    status INTEGER,
    -- The ids of the request that started the job, as headers and as the id of a user.
    request_id TEXT NOT NULL,
    traceparent TEXT,
    started_by TEXT,
    -- Milliseconds since 1970. The server that runs the job moves it on; a running job whose lease is over
    -- has lost its server.
    leased_until INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT
) STRICT;

CREATE INDEX jobs_of_kb ON jobs (kb_id);
CREATE INDEX jobs_by_lease ON jobs (leased_until) WHERE state = 'running';

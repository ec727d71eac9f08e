CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id),
    kb_id TEXT NOT NULL REFERENCES kbs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('reindex', 'fail')),
    state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
    -- Percent.
    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    -- JSON; of a failed job its problem, as clients receive it.
    result TEXT,
    -- The status of a failed job's problem.
    status INTEGER,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    finished_at TEXT
) STRICT;

CREATE INDEX jobs_of_kb ON jobs (kb_id);

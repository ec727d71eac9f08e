CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE kbs (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    description TEXT,
    -- JSON, as are the settings.
    tags TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- Counts the changes; the ETag is made of it.
    version INTEGER NOT NULL DEFAULT 1,
    -- RFC 3339 in UTC, as all times that clients receive.
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (org_id, name)
) STRICT;

CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE kbs (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id),
    -- Sorted by code points, as on SQLite.
    name TEXT COLLATE "C" NOT NULL,
    description TEXT,
    -- JSON, as are the settings.
    tags TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- Counts the changes; the ETag is made of it.
    version BIGINT NOT NULL DEFAULT 1,
    -- RFC 3339 in UTC, as all times that clients receive.
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (org_id, name)
);

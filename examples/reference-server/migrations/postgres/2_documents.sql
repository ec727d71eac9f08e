CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    kb_id TEXT NOT NULL REFERENCES kbs (id) ON DELETE CASCADE,
    file_name TEXT,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    content BYTEA NOT NULL,
    created_at TEXT NOT NULL
);

CREATE INDEX documents_of_kb ON documents (kb_id);

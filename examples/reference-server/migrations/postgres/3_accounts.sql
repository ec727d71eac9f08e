CREATE TABLE users (
    id TEXT PRIMARY KEY,
    -- In lower case, so that upper and lower case are not distinguished.
    email TEXT COLLATE "C" NOT NULL UNIQUE CHECK (email = lower(email)),
    -- As argon2 writes it, with its salt and its costs.
    password_hash TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'locked'))
);

CREATE TABLE roles (
    name TEXT PRIMARY KEY,
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 65535),
    -- JSON.
    grants TEXT NOT NULL
);

INSERT INTO roles (name, level, grants) VALUES
    ('owner', 100, '["*:*"]'),
    ('admin', 80, '["kb:*", "jobs:*", "members:read"]'),
    ('member', 20, '["kb:read", "kb:write", "jobs:*"]'),
    ('guest', 10, '["kb:read"]');

CREATE TABLE memberships (
    user_id TEXT NOT NULL REFERENCES users (id),
    org_id TEXT NOT NULL REFERENCES organizations (id),
    role TEXT NOT NULL REFERENCES roles (name),
    status TEXT NOT NULL DEFAULT 'active'
        CHECK (status IN ('active', 'invited', 'suspended', 'deleted')),
    PRIMARY KEY (user_id, org_id)
);

CREATE INDEX memberships_of_organization ON memberships (org_id);

CREATE TABLE api_keys (
    -- The SHA-256 of the key: the key itself is nowhere.
    digest TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    -- JSON.
    scopes TEXT NOT NULL,
    -- Seconds since 1970; never where it is null.
    expires_at BIGINT,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive'))
);

CREATE TABLE refresh_tokens (
    digest TEXT PRIMARY KEY,
    -- All tokens that came from one login.
    family TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Milliseconds since 1970.
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('fresh', 'used', 'revoked'))
);

CREATE INDEX refresh_tokens_of_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_login ON refresh_tokens (started_at);

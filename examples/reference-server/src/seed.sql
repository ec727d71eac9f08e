INSERT INTO organizations (id, name) VALUES
    ('11111111-1111-4111-8111-111111111111', 'acme'),
    ('22222222-2222-4222-8222-222222222222', 'globex');

INSERT INTO kbs (id, org_id, name, description, tags, settings) VALUES
    ('aaaaaaaa-0001-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111',
     'Handbook', 'How we work.', '["people", "onboarding"]',
     '{"chunk_size": 512, "overlap": 64, "language": "en"}'),
    ('aaaaaaaa-0002-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111',
     'Runbooks', NULL, '["operations"]',
     '{"chunk_size": 1024, "overlap": 128, "language": "en"}'),
    ('aaaaaaaa-0003-4000-8000-000000000000', '22222222-2222-4222-8222-222222222222',
     'Produkte', 'Was wir verkaufen.', '[]',
     '{"chunk_size": 512, "overlap": 64, "language": "de"}');

-- The password of all is `correct horse battery staple`.
INSERT INTO users (id, email, password_hash, status) VALUES
    ('bbbbbbbb-0001-4000-8000-000000000000', 'owner@acme.test', '$argon2id$v=19$m=19456,t=2,p=1$rLyfmlfxxWkzhuKaFtjxtA$soB1NRoA412mybKtcC5wOscPZwvmq7zaK3XIL/zu46A', 'active'),
    ('bbbbbbbb-0002-4000-8000-000000000000', 'admin@acme.test', '$argon2id$v=19$m=19456,t=2,p=1$cJjb40S3yaC2MJEY75WSyQ$2BjSenX/Ag6ZKDtNt+EOTqiy3eQkHKPHHbMuxppwSZg', 'active'),
    ('bbbbbbbb-0003-4000-8000-000000000000', 'member@acme.test', '$argon2id$v=19$m=19456,t=2,p=1$poZoS+MCIqG8NgqkKz2HPA$jMFemX5z3aDFmvxMCD3lI7St41fUlfbmVG6jkfE//b8', 'active'),
    ('bbbbbbbb-0004-4000-8000-000000000000', 'guest@acme.test', '$argon2id$v=19$m=19456,t=2,p=1$MjFPm1bXiOoPxlMaulnzEA$QZkELVVQnk9vd4ICGN+UGEPFSFuv5E6TJQGos0kMqUw', 'active'),
    ('bbbbbbbb-0005-4000-8000-000000000000', 'suspended@acme.test', '$argon2id$v=19$m=19456,t=2,p=1$ygb4ILLfnmpmMGYLOZdslQ$ZQU7X8eKz8WbtWeR2TrJYvAB6wCbht7A6WiJGpZ8Dgw', 'active'),
    ('bbbbbbbb-0006-4000-8000-000000000000', 'invited@acme.test', '$argon2id$v=19$m=19456,t=2,p=1$CRpht9ql0oxq2NpuJY9Yjw$JRmWfW/WyPwMzO+fUTXhO25c+HkUDwfBU3GPsIPMMlk', 'active'),
    ('bbbbbbbb-0007-4000-8000-000000000000', 'locked@acme.test', '$argon2id$v=19$m=19456,t=2,p=1$I7ct2Tx8Qajh+U2+xOSojQ$vWP34zLYWC0Pf7BHx3gRdV8dSLttgNvpfORRbL3LauM', 'locked');

INSERT INTO memberships (user_id, org_id, role, status) VALUES
    ('bbbbbbbb-0001-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'owner', 'active'),
    ('bbbbbbbb-0002-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'admin', 'active'),
    ('bbbbbbbb-0003-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'member', 'active'),
    ('bbbbbbbb-0003-4000-8000-000000000000', '22222222-2222-4222-8222-222222222222', 'guest', 'active'),
    ('bbbbbbbb-0004-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'guest', 'active'),
    ('bbbbbbbb-0005-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'member', 'suspended'),
    ('bbbbbbbb-0006-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'member', 'invited');

-- `kb_live_acme_ingest` and `kb_live_acme_expired`; real keys are random.
INSERT INTO api_keys (digest, org_id, name, scopes, expires_at) VALUES
    ('4064b75bbef18f6e450c6657fb9e12b70a5a1562775ef6768bb8a01a4fa394e3',
     '11111111-1111-4111-8111-111111111111', 'acme ingest', '["kb:write"]', NULL),
    ('d0d2953600aab79cb0d1c5bc7aac027623ea2bb648a87b0e095618331d0bd590',
     '11111111-1111-4111-8111-111111111111', 'acme expired', '["kb:write"]', 1735689600);

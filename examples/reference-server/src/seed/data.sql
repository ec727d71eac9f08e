INSERT INTO kbs (id, org_id, name, description, tags, settings, created_at, updated_at) VALUES
    ('aaaaaaaa-0001-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111',
     'Handbook', 'How we work.', '["people", "onboarding"]',
     '{"chunk_size": 512, "overlap": 64, "language": "en"}',
     '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    ('aaaaaaaa-0002-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111',
     'Runbooks', NULL, '["operations"]',
     '{"chunk_size": 1024, "overlap": 128, "language": "en"}',
     '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    ('aaaaaaaa-0003-4000-8000-000000000000', '22222222-2222-4222-8222-222222222222',
     'Produkte', 'Was wir verkaufen.', '[]',
     '{"chunk_size": 512, "overlap": 64, "language": "de"}',
     '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

INSERT INTO memberships (user_id, org_id, role, status) VALUES
    ('bbbbbbbb-0001-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'owner', 'active'),
    ('bbbbbbbb-0002-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'admin', 'active'),
    ('bbbbbbbb-0003-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'member', 'active'),
    ('bbbbbbbb-0003-4000-8000-000000000000', '22222222-2222-4222-8222-222222222222', 'guest', 'active'),
    ('bbbbbbbb-0004-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'guest', 'active'),
    ('bbbbbbbb-0005-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'member', 'suspended'),
    ('bbbbbbbb-0006-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111', 'member', 'invited');

INSERT INTO jobs (
    id, org_id, kb_id, kind, state, progress, result, request_id, leased_until, created_at, finished_at
) VALUES
    ('cccccccc-0001-4000-8000-000000000000', '11111111-1111-4111-8111-111111111111',
     'aaaaaaaa-0001-4000-8000-000000000000', 'reindex', 'done', 100,
     '{"documents":0,"bytes":0}', 'seed', 0, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
    ('cccccccc-0003-4000-8000-000000000000', '22222222-2222-4222-8222-222222222222',
     'aaaaaaaa-0003-4000-8000-000000000000', 'reindex', 'done', 100,
     '{"documents":0,"bytes":0}', 'seed', 0, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');

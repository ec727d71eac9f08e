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

//! Tests of constraints that are answered by name.

use definable_errors::problem::{ErrorStatus, Place, ProblemType, Violation};
use definable_errors::{ApiError, DatabaseExt};
use sqlx::PgPool;
use support::needs;

use super::{Server, pool};

static NAME_TAKEN: ProblemType =
    ProblemType::new("name_taken", ErrorStatus::CONFLICT, "Name taken");
static NO_SUCH_ORG: ProblemType =
    ProblemType::new("no_such_org", ErrorStatus::NOT_FOUND, "No such organization");
static WRONG_SIZE: ProblemType =
    ProblemType::new("wrong_size", ErrorStatus::UNPROCESSABLE_ENTITY, "Wrong size");

const SCHEMA: &str = "
    CREATE TABLE orgs (id int PRIMARY KEY);
    INSERT INTO orgs VALUES (1), (2);
    CREATE TABLE kbs (
        org_id int NOT NULL CONSTRAINT kb_org_fkey REFERENCES orgs (id),
        name text NOT NULL,
        slug text CONSTRAINT kb_slug_key UNIQUE,
        size int CONSTRAINT kb_size_positive CHECK (size > 0),
        during int4range,
        CONSTRAINT kb_org_name_key UNIQUE (org_id, name),
        CONSTRAINT kb_during_excl EXCLUDE USING gist (during WITH &&)
    );
    CREATE UNIQUE INDEX kb_lower_name ON kbs (lower(name)) WHERE org_id = 2;
    INSERT INTO kbs VALUES (1, 'Handbook', 'handbook', 1, '[1,5)'), (2, 'Other', NULL, 1, NULL);
";

/// Inserts a row, and answers the constraints that have a name here.
async fn insert(pool: &PgPool, values: &'static str) -> Result<(), ApiError> {
    let sql = format!("INSERT INTO kbs VALUES ({values})");
    let slug = Violation::new(Place::Body("#/slug".into()), "taken", "is already in use");
    let result = sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(pool)
        .await
        .on_constraint(("kb_org_name_key", "kbs.org_id, kbs.name"), &NAME_TAKEN)
        .on_constraint("kb_lower_name", &NAME_TAKEN)
        .on_constraint("kb_slug_key", slug)
        .on_constraint("kb_org_fkey", &NO_SUCH_ORG)
        .on_constraint("kb_size_positive", &WRONG_SIZE)
        .or_database();
    result.map(drop)
}

#[tokio::test]
async fn constraints_are_answered_by_name() {
    needs!(PostgreSql);
    let server = Server::start();
    let pool = pool(&server, SCHEMA).await;
    for (values, code) in [
        ("1, 'Handbook'", "name_taken"),
        ("2, 'OTHER'", "name_taken"),
        ("1, 'New', 'handbook'", "validation_failed"),
        ("3, 'New'", "no_such_org"),
        ("1, 'New', NULL, 0", "wrong_size"),
        // Constraints that are not named: an exclusion, and a value that is missing.
        ("1, 'New', NULL, 1, '[2,3)'", "conflict"),
        ("1, NULL", "internal_error"),
        ("1, 'New', NULL, 'x'", "internal_error"),
    ] {
        let error = insert(&pool, values).await.unwrap_err();
        assert_eq!(error.problem().code(), code, "{values}: {error:?}");
        assert!(error.location().unwrap().file().ends_with("constraints.rs"));
        // The client learns nothing of the database, operators do.
        let public = format!("{} {:?}", error.problem().detail(), error.problem().violations());
        assert!(!public.contains("kb_") && !public.contains("violates"), "{public}");
        assert!(error.downcast_ref::<sqlx::Error>().is_some());
    }
    insert(&pool, "2, 'Handbook'").await.unwrap();
}

/// The message of PostgreSQL repeats the values, the name of the constraint comes apart from it.
#[tokio::test]
async fn value_with_the_text_of_another_violation_matches_nothing() {
    needs!(PostgreSql);
    let server = Server::start();
    let pool = pool(&server, SCHEMA).await;
    let forged = "1, 'constraint \"kb_org_name_key\" UNIQUE constraint failed: kbs.org_id, kbs.name', \
                  'handbook'";
    assert_eq!(insert(&pool, forged).await.unwrap_err().problem().code(), "validation_failed");
    let raised = "DO $$ BEGIN RAISE EXCEPTION 'UNIQUE constraint failed: kbs.org_id, kbs.name'
                  USING ERRCODE = 'unique_violation'; END $$";
    let error = sqlx::raw_sql(raised)
        .execute(&pool)
        .await
        .on_constraint("kb_org_name_key", &NAME_TAKEN)
        .or_database()
        .unwrap_err();
    assert_eq!(error.problem().code(), "conflict");
}

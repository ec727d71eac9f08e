use std::path::PathBuf;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use support::files::Folder;

/// A database file in a folder of its own, which is deleted when the test ends.
pub(crate) struct File {
    path: PathBuf,
    _folder: Folder,
}

impl File {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Folder::create();
        Self { path: folder.path().join(format!("{name}.db")), _folder: folder }
    }

    pub(crate) fn path(&self) -> &str {
        self.path.to_str().expect("the path is text")
    }

    /// Changes the database without the server's knowledge.
    pub(crate) async fn run(&self, sql: &'static str) {
        let mut connection = self.connection().await;
        sqlx::raw_sql(sql).execute(&mut connection).await.expect("the statement is right");
    }

    /// Returns the one text that a query finds.
    pub(crate) async fn text(&self, sql: String) -> String {
        let mut connection = self.connection().await;
        let found = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await;
        let bytes: Vec<u8> = found.expect("there is one");
        String::from_utf8(bytes).expect("it is text")
    }

    /// Returns the contents of the file and of the files beside it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let parts = ENDS.map(|end| std::fs::read(format!("{}{end}", self.path())));
        parts.into_iter().flatten().flatten().collect()
    }

    async fn connection(&self) -> SqliteConnection {
        SqliteConnection::connect(self.path()).await.expect("it is a database")
    }
}

const ENDS: [&str; 3] = ["", "-wal", "-shm"];

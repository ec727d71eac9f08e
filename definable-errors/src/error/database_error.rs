//! What is known of a database error, whichever library reports it.

/// An error of a database: its kind, and which constraint was violated.
///
/// With the feature `sqlx` it is implemented for `sqlx::Error` of sqlx 0.9.
/// [`DatabaseExt`](super::DatabaseExt) converts such errors into problems.
///
/// # Other libraries
///
/// The error of another library needs a type of your own around it, because Rust allows an
/// implementation only where the trait or the type is defined. Ten lines are enough, and a
/// `map_err` at each call. The libraries are no dependencies of this crate, so these examples are
/// not compiled with it.
///
/// ## diesel 2
///
/// ```ignore
/// use definable_errors::error::{DatabaseError, DatabaseErrorKind};
/// use diesel::result::{DatabaseErrorKind as Kind, Error};
///
/// #[derive(Debug, thiserror::Error)]
/// #[error(transparent)]
/// pub struct DieselError(#[from] Error);
///
/// impl DatabaseError for DieselError {
///     fn kind(&self) -> DatabaseErrorKind {
///         match &self.0 {
///             Error::DatabaseError(Kind::UniqueViolation, _) => DatabaseErrorKind::UniqueViolation,
///             Error::DatabaseError(Kind::ForeignKeyViolation, _) => DatabaseErrorKind::ForeignKeyViolation,
///             Error::DatabaseError(Kind::CheckViolation, _) => DatabaseErrorKind::CheckViolation,
///             Error::DatabaseError(Kind::SerializationFailure, _) => DatabaseErrorKind::Busy,
///             _ => DatabaseErrorKind::Other,
///         }
///     }
///
///     fn constraint(&self) -> Option<&str> {
///         match &self.0 {
///             Error::DatabaseError(_, information) => information.constraint_name(),
///             _ => None,
///         }
///     }
/// }
///
/// # fn create(connection: &mut diesel::PgConnection) -> Result<(), definable_errors::ApiError> {
/// diesel::insert_into(kbs::table).values(&kb).execute(connection)
///     .map_err(DieselError)
///     .on_constraint("kb_org_name_key", &KB_NAME_TAKEN)
///     .or_database()?;
/// # Ok(())
/// # }
/// ```
///
/// ## sea-orm 1
///
/// ```ignore
/// use definable_errors::error::{DatabaseError, DatabaseErrorKind};
/// use sea_orm::{DbErr, RuntimeErr, sqlx};
///
/// #[derive(Debug, thiserror::Error)]
/// #[error(transparent)]
/// pub struct SeaOrmError(#[from] DbErr);
///
/// impl SeaOrmError {
///     fn reported(&self) -> Option<&dyn sqlx::error::DatabaseError> {
///         match &self.0 {
///             DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
///                 error.as_database_error()
///             }
///             _ => None,
///         }
///     }
/// }
///
/// impl DatabaseError for SeaOrmError {
///     fn kind(&self) -> DatabaseErrorKind {
///         let code = self.reported().and_then(|error| error.code());
///         code.map_or(DatabaseErrorKind::Other, |code| DatabaseErrorKind::from_sqlstate(&code))
///     }
///
///     fn constraint(&self) -> Option<&str> {
///         self.reported()?.constraint()
///     }
/// }
///
/// # async fn create(database: &sea_orm::DatabaseConnection) -> Result<(), definable_errors::ApiError> {
/// kb.insert(database).await
///     .map_err(SeaOrmError)
///     .on_constraint("kb_org_name_key", &KB_NAME_TAKEN)
///     .or_database()?;
/// # Ok(())
/// # }
/// ```
///
/// ## deadpool-postgres and tokio-postgres
///
/// ```ignore
/// use deadpool_postgres::PoolError;
/// use definable_errors::error::{DatabaseError, DatabaseErrorKind};
///
/// #[derive(Debug, thiserror::Error)]
/// #[error(transparent)]
/// pub enum PgError {
///     Pool(#[from] PoolError),
///     Query(#[from] tokio_postgres::Error),
/// }
///
/// impl DatabaseError for PgError {
///     fn kind(&self) -> DatabaseErrorKind {
///         match self {
///             Self::Pool(PoolError::Timeout(_)) => DatabaseErrorKind::PoolTimeout,
///             Self::Query(error) => error
///                 .code()
///                 .map_or(DatabaseErrorKind::Other, |code| DatabaseErrorKind::from_sqlstate(code.code())),
///             Self::Pool(_) => DatabaseErrorKind::Other,
///         }
///     }
///
///     fn constraint(&self) -> Option<&str> {
///         match self {
///             Self::Query(error) => error.as_db_error()?.constraint(),
///             Self::Pool(_) => None,
///         }
///     }
/// }
///
/// # async fn create(pool: &deadpool_postgres::Pool) -> Result<(), definable_errors::ApiError> {
/// let client = pool.get().await.map_err(PgError::from).or_database()?;
/// client.execute("INSERT INTO kbs …", &[]).await
///     .map_err(PgError::from)
///     .on_constraint("kb_org_name_key", &KB_NAME_TAKEN)
///     .or_database()?;
/// # Ok(())
/// # }
/// ```
pub trait DatabaseError {
    /// Returns the kind of the error.
    fn kind(&self) -> DatabaseErrorKind;

    /// Returns the name of the constraint, or of the unique index, that was violated, if the
    /// database reported it as a value of its own. Never search a message for it: messages contain
    /// what clients submitted.
    fn constraint(&self) -> Option<&str> {
        None
    }

    /// Returns the columns of the unique constraint that was violated, for a database that reports
    /// no names: SQLite, as `kbs.org_id, kbs.name`.
    fn columns(&self) -> Option<&str> {
        None
    }
}

/// The kind of a database error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DatabaseErrorKind {
    /// A unique constraint, a unique index or a primary key was violated.
    UniqueViolation,
    /// A foreign key was violated.
    ForeignKeyViolation,
    /// A check constraint was violated.
    CheckViolation,
    /// An exclusion constraint was violated.
    ExclusionViolation,
    /// A column that must have a value got none.
    NotNullViolation,
    /// Another transaction was in the way, or the database is just starting: a serialization
    /// failure, a deadlock, a lock, too many connections. The same transaction may succeed a moment
    /// later.
    Busy,
    /// The pool had no free connection in time.
    PoolTimeout,
    /// Any other error.
    Other,
}

impl DatabaseErrorKind {
    /// Returns the kind of a SQLSTATE, as the SQL standard, PostgreSQL and MySQL define them.
    ///
    /// ```
    /// use definable_errors::error::DatabaseErrorKind;
    ///
    /// assert_eq!(DatabaseErrorKind::from_sqlstate("23505"), DatabaseErrorKind::UniqueViolation);
    /// assert_eq!(DatabaseErrorKind::from_sqlstate("40P01"), DatabaseErrorKind::Busy);
    /// ```
    pub fn from_sqlstate(code: &str) -> Self {
        match code {
            "23505" => Self::UniqueViolation,
            "23503" => Self::ForeignKeyViolation,
            "23514" => Self::CheckViolation,
            "23P01" => Self::ExclusionViolation,
            "23502" => Self::NotNullViolation,
            // Serialization failure, deadlock, lock not available, too many connections, and a
            // server that is starting or shutting down.
            "40001" | "40P01" | "55P03" | "53300" | "57P03" => Self::Busy,
            _ => Self::Other,
        }
    }

    /// Returns the kind of a result code of SQLite, primary or extended.
    ///
    /// ```
    /// use definable_errors::error::DatabaseErrorKind;
    ///
    /// assert_eq!(DatabaseErrorKind::from_sqlite_code(2067), DatabaseErrorKind::UniqueViolation);
    /// assert_eq!(DatabaseErrorKind::from_sqlite_code(517), DatabaseErrorKind::Busy);
    /// ```
    pub const fn from_sqlite_code(code: u32) -> Self {
        match code {
            // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID.
            2067 | 1555 | 2579 => Self::UniqueViolation,
            787 => Self::ForeignKeyViolation,
            275 => Self::CheckViolation,
            1299 => Self::NotNullViolation,
            // The lowest byte is the primary code: SQLITE_BUSY and SQLITE_LOCKED.
            _ if matches!(code & 0xff, 5 | 6) => Self::Busy,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_the_kinds_of_the_standard() {
        for (state, kind) in [
            ("23505", DatabaseErrorKind::UniqueViolation),
            ("23503", DatabaseErrorKind::ForeignKeyViolation),
            ("23514", DatabaseErrorKind::CheckViolation),
            ("23P01", DatabaseErrorKind::ExclusionViolation),
            ("23502", DatabaseErrorKind::NotNullViolation),
            ("40001", DatabaseErrorKind::Busy),
            ("40P01", DatabaseErrorKind::Busy),
            ("55P03", DatabaseErrorKind::Busy),
            ("53300", DatabaseErrorKind::Busy),
            ("57P03", DatabaseErrorKind::Busy),
            ("23000", DatabaseErrorKind::Other),
            ("42P01", DatabaseErrorKind::Other),
            ("", DatabaseErrorKind::Other),
        ] {
            assert_eq!(DatabaseErrorKind::from_sqlstate(state), kind, "{state}");
        }
    }

    #[test]
    fn codes_of_sqlite_have_the_kinds_of_their_constraints() {
        for (code, kind) in [
            (2067, DatabaseErrorKind::UniqueViolation),
            (1555, DatabaseErrorKind::UniqueViolation),
            (2579, DatabaseErrorKind::UniqueViolation),
            (787, DatabaseErrorKind::ForeignKeyViolation),
            (275, DatabaseErrorKind::CheckViolation),
            (1299, DatabaseErrorKind::NotNullViolation),
            (5, DatabaseErrorKind::Busy),
            (6, DatabaseErrorKind::Busy),
            (517, DatabaseErrorKind::Busy),
            (1, DatabaseErrorKind::Other),
            (19, DatabaseErrorKind::Other),
        ] {
            assert_eq!(DatabaseErrorKind::from_sqlite_code(code), kind, "{code}");
        }
    }

    #[test]
    fn driver_without_names_violates_no_constraint_by_name() {
        struct Plain;

        impl DatabaseError for Plain {
            fn kind(&self) -> DatabaseErrorKind {
                DatabaseErrorKind::UniqueViolation
            }
        }

        assert_eq!((Plain.constraint(), Plain.columns()), (None, None));
    }
}

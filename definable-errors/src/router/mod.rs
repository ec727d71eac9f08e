//! Routes that cannot forget to ask.

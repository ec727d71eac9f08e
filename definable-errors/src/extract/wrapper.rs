/// The traits that all our extractors share: each wraps a value that a client sent.
macro_rules! wrapper {
    ($name:ident) => {
        impl<T> ::std::ops::Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> ::std::ops::DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }

        impl<T> ::std::convert::From<T> for $name<T> {
            fn from(value: T) -> Self {
                Self(value)
            }
        }
    };
}

/// Makes a type an extractor that `Valid` can wrap.
macro_rules! input {
    ($name:ident) => {
        $crate::extract::wrapper::wrapper!($name);

        impl<T> $crate::extract::input::sealed::Sealed for $name<T> {}

        impl<T: ::serde::de::DeserializeOwned> $crate::extract::input::Input for $name<T> {
            type Value = T;

            fn from_value(value: T) -> Self {
                Self(value)
            }

            fn value(&self) -> &T {
                &self.0
            }
        }
    };
}

pub(super) use {input, wrapper};

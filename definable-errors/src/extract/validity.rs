//! What `Valid` and its kin are besides extractors.

use std::ops::{Deref, DerefMut};

use super::{Valid, ValidAsync, ValidWith};
use crate::problem::{ProblemTypes, Types};

macro_rules! around {
    ($($name:ident [$($context:ident)?])*) => {
        $(
            impl<E $(, $context)?> Deref for $name<E $(, $context)?> {
                type Target = E;

                fn deref(&self) -> &E {
                    &self.0
                }
            }

            impl<E $(, $context)?> DerefMut for $name<E $(, $context)?> {
                fn deref_mut(&mut self) -> &mut E {
                    &mut self.0
                }
            }

            /// What the extractor inside can answer with.
            impl<E: ProblemTypes $(, $context)?> ProblemTypes for $name<E $(, $context)?> {
                const TYPES: Types = E::TYPES;
            }
        )*
    };
}

around! { Valid[] ValidWith[C] ValidAsync[] }

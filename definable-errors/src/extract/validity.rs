//! Trait impls shared by `Valid`, `ValidWith` and `ValidAsync`, besides the extractors.

use std::ops::{Deref, DerefMut};

use super::{HasRules, Input, Valid, ValidAsync, ValidWith};
use crate::problem::{ProblemTypes, Types};

macro_rules! around {
    ($($name:ident [$bound:ident $($context:ident)?])*) => {
        $(
            impl<E: $bound $(, $context)?> Deref for $name<E $(, $context)?> {
                type Target = E;

                fn deref(&self) -> &E {
                    &self.0
                }
            }

            impl<E: $bound $(, $context)?> DerefMut for $name<E $(, $context)?> {
                fn deref_mut(&mut self) -> &mut E {
                    &mut self.0
                }
            }

            /// The problems that the inner extractor can answer with.
            impl<E: $bound + ProblemTypes $(, $context)?> ProblemTypes for $name<E $(, $context)?> {
                const TYPES: Types = E::TYPES;
            }
        )*
    };
}

around! { Valid[HasRules] ValidWith[Input C] ValidAsync[Input] }

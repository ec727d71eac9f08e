//! The vector of a text.

use serde::{Deserialize, Serialize};

/// The vector of a text, with finite numbers and a length over zero. Vectors of similar texts point
/// in similar directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub(crate) struct Vector(Vec<f32>);

impl Vector {
    /// Returns the cosine of the angle between two vectors: 1 for the same direction, 0 if the texts
    /// have nothing in common, and 0 for vectors that cannot be compared.
    pub(crate) fn similarity(&self, other: &Self) -> f64 {
        if self.0.len() != other.0.len() {
            return 0.0;
        }
        let product = |a: &Self, b: &Self| -> f64 {
            a.0.iter().zip(&b.0).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let length = (product(self, self) * product(other, other)).sqrt();
        if length > 0.0 { product(self, other) / length } else { 0.0 }
    }
}

impl TryFrom<Vec<f32>> for Vector {
    type Error = &'static str;

    fn try_from(numbers: Vec<f32>) -> Result<Self, Self::Error> {
        if !numbers.is_empty() && numbers.iter().all(|number| number.is_finite()) {
            Ok(Self(numbers))
        } else {
            Err("a vector has one or more finite numbers")
        }
    }
}

impl From<Vector> for Vec<f32> {
    fn from(vector: Vector) -> Self {
        vector.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(numbers: &[f32]) -> Vector {
        numbers.to_vec().try_into().unwrap()
    }

    #[test]
    fn similarity_is_a_cosine_whatever_the_lengths() {
        let similarity = |a: &[f32], b: &[f32]| vector(a).similarity(&vector(b));
        assert!((similarity(&[1.0, 2.0], &[10.0, 20.0]) - 1.0).abs() < 1e-9);
        assert!(similarity(&[1.0, 0.0], &[0.0, 3.0]).abs() < 1e-9);
        assert!((similarity(&[1.0, 0.0], &[-2.0, 0.0]) + 1.0).abs() < 1e-9);
        assert!(similarity(&[1.0], &[1.0, 0.0]).abs() < 1e-9);
        assert!(similarity(&[0.0, 0.0], &[1.0, 0.0]).abs() < 1e-9);
        assert!((similarity(&[f32::MAX, f32::MAX], &[f32::MAX, f32::MAX]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn vector_without_finite_numbers_is_rejected() {
        for numbers in [vec![], vec![f32::NAN], vec![1.0, f32::INFINITY]] {
            assert!(Vector::try_from(numbers).is_err());
        }
    }
}

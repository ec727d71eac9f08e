use std::ops::Deref;
#[cfg(feature = "rate-limit")]
use std::sync::Arc;

/// A list that is owned, or shared by clones until one of them adds to it.
#[derive(Debug, Clone)]
pub(crate) struct List<T>(Items<T>);

#[derive(Debug, Clone)]
enum Items<T> {
    Own(Vec<T>),
    #[cfg(feature = "rate-limit")]
    Shared(Arc<[T]>),
}

impl<T> List<T> {
    pub(crate) const EMPTY: Self = Self(Items::Own(Vec::new()));

    /// Creates a list that is shared by the responses to many clients.
    #[cfg(feature = "rate-limit")]
    pub(crate) fn shared(items: Vec<T>) -> Self {
        Self(Items::Shared(items.into()))
    }
}

impl<T: Clone> List<T> {
    pub(crate) fn push(&mut self, item: T) {
        self.own().push(item);
    }

    /// Returns the list for modification; a shared one is copied first.
    pub(crate) fn own(&mut self) -> &mut Vec<T> {
        #[cfg(feature = "rate-limit")]
        if let Items::Shared(shared) = &self.0 {
            self.0 = Items::Own(shared.to_vec());
        }
        match &mut self.0 {
            Items::Own(own) => own,
            #[cfg(feature = "rate-limit")]
            Items::Shared(_) => unreachable!("it was copied"),
        }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Items::Own(own) => own,
            #[cfg(feature = "rate-limit")]
            Items::Shared(shared) => shared,
        }
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(all(test, feature = "rate-limit"))]
mod tests {
    use super::*;

    #[test]
    fn a_clone_that_is_changed_leaves_the_others_alone() {
        let shared = List::shared(vec![1]);
        let mut changed = shared.clone();
        changed.push(2);
        assert_eq!((&*shared, &*changed), (&[1][..], &[1, 2][..]));
    }
}

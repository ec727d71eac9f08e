use super::super::Standing;
use super::meter::Meter;

/// What is kept of one client. The default has used nothing.
pub(super) trait Slot: Copy + Default + Send + 'static {
    /// Forgets what is over. Afterwards nothing in it lies in the future, whatever the clock did.
    fn advance(&mut self, meter: &Meter, now: u64);

    /// How the client would stand if the cost were taken now, or how it stands without. Advanced.
    fn look(&self, meter: &Meter, now: u64, cost: u32) -> Standing;

    /// Takes what [`look`](Self::look) said there is.
    fn take(&mut self, meter: &Meter, now: u64, cost: u32);

    /// Gives back what was taken, by the mark that `look` gave then. Advanced.
    fn give_back(&mut self, meter: &Meter, now: u64, cost: u32, mark: u64);

    /// How far it is from having used nothing: zero when it may be forgotten.
    fn level(&self, meter: &Meter, now: u64) -> u64;
}

use super::json::Parser;
use super::malformed::Malformed;

impl Parser<'_> {
    /// RFC 8259 §6.
    pub(super) fn number(&mut self) -> Result<(), Malformed> {
        self.skip_one(b"-");
        if !self.skip_one(b"0") {
            self.digits()?;
        }
        if self.skip_one(b".") {
            self.digits()?;
        }
        if self.skip_one(b"eE") {
            self.skip_one(b"+-");
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        match self.at > start {
            true => Ok(()),
            false => Err(self.malformed("expected a digit")),
        }
    }

    fn skip_one(&mut self, any_of: &[u8]) -> bool {
        let is_there = self.byte().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(is_there);
        is_there
    }
}

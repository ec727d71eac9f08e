use super::json::Parser;
use super::malformed::Malformed;
use super::tree::Span;

impl Parser<'_> {
    /// RFC 8259 §7. The span is what stands between the quotes.
    pub(super) fn string(&mut self) -> Result<Span, Malformed> {
        self.at += 1;
        let start = self.offset();
        loop {
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return Err(self.malformed("a control character must be escaped")),
                Some(_) => self.at += 1,
                None => return Err(self.malformed("the text ends inside a string")),
            }
        }
        let end = self.offset();
        self.at += 1;
        Ok(Span { start, end })
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => self.code_point(),
            _ => Err(self.malformed("unknown escape")),
        }
    }

    fn code_point(&mut self) -> Result<(), Malformed> {
        match self.unit()? {
            0xD800..=0xDBFF => {
                let is_pair = self.text[self.at..].starts_with(b"\\u");
                self.at += usize::from(is_pair);
                match is_pair.then(|| self.unit()).transpose()? {
                    Some(0xDC00..=0xDFFF) => Ok(()),
                    _ => Err(self.malformed("half of a surrogate pair")),
                }
            }
            0xDC00..=0xDFFF => Err(self.malformed("half of a surrogate pair")),
            _ => Ok(()),
        }
    }

    /// `u` and four digits.
    fn unit(&mut self) -> Result<u32, Malformed> {
        let digits = self.text.get(self.at + 1..self.at + 5);
        let is_hex = |digits: &&[u8]| digits.iter().all(u8::is_ascii_hexdigit);
        let Some(digits) = digits.filter(is_hex) else {
            return Err(self.malformed("expected four hexadecimal digits"));
        };
        self.at += 5;
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
        Ok(digits.iter().fold(0, |unit, byte| unit << 4 | digit(*byte)))
    }
}

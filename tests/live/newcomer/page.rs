//! A page of documentation, and what a reader takes from it.

/// A page in Markdown.
#[derive(Clone, Copy)]
pub(crate) struct Page(&'static str);

/// A request that a page shows: a `curl` command, and the status and code in the comment after it.
pub(crate) struct PageRequest {
    pub(crate) command: &'static str,
    pub(crate) promise: &'static str,
}

impl Page {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// Returns the fenced blocks with one of these info strings, without the fences.
    fn blocks(self, kinds: &[&str]) -> impl Iterator<Item = &'static str> {
        let mut parts = self.0.split("\n```").enumerate();
        std::iter::from_fn(move || {
            // The parts outside and inside of fences alternate.
            let (_, part) = parts.by_ref().find(|(count, part)| {
                count % 2 == 1
                    && part.split_once('\n').is_some_and(|(info, _)| kinds.contains(&info))
            })?;
            part.split_once('\n').map(|(_, block)| block)
        })
    }

    /// Returns the first block of a kind, such as `json`.
    pub(crate) fn block(self, kind: &str) -> &'static str {
        self.blocks(&[kind]).next().unwrap()
    }

    /// Returns the commands that create the package and add dependencies.
    pub(crate) fn commands(self) -> String {
        let lines = self.blocks(&["sh"]).flat_map(str::lines);
        let commands =
            lines.filter(|line| ["cargo new", "cargo add"].iter().any(|it| line.starts_with(it)));
        commands.collect::<Vec<_>>().join("\n")
    }

    /// Returns the first program: all others on these pages are fragments.
    pub(crate) fn program(self) -> &'static str {
        let program = self.blocks(&["rust,no_run", "no_run"]).next().unwrap();
        assert!(program.contains("async fn main()"), "not a whole program: {program}");
        assert!(!program.lines().any(|line| line.starts_with("# ")), "a reader sees all lines");
        program
    }

    /// Returns the requests to a program on port 3000, which are on one line each.
    pub(crate) fn requests(self) -> Vec<PageRequest> {
        let lines = self.blocks(&["sh"]).flat_map(str::lines);
        let curls = lines.filter(|line| line.starts_with("curl ") && line.contains(":3000"));
        let requests: Vec<_> = curls
            .map(|line| line.rsplit_once(" # ").expect("a comment says what it gives"))
            .map(|(command, promise)| PageRequest { command, promise })
            .collect();
        assert!(requests.len() > 4, "the page has requests");
        requests
    }

    /// Returns the URL that follows a word, as in "Open <http://…>".
    pub(crate) fn link_after(self, word: &str) -> &'static str {
        let (_, rest) = self.0.split_once(&format!("{word}<")).unwrap();
        rest.split_once('>').unwrap().0
    }
}

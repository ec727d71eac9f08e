//! Development mode: its settings, and the methods of [`ApiErrorLayer`] that switch it.

use std::net::IpAddr;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::{Arc, Once};

use http::HeaderName;

use super::build_info::BuildInfo;
use super::editor::Editor;
use super::gate::{Gate, Locals};
use super::mode::Mode;
use super::page::{Page, PageSettings};
use super::render::DevelopmentRender;
use super::roots::{CallSite, Roots};
use super::routes::Routes;
use super::terminal::Terminal;
use super::{stack, timeline, token};
use crate::error;
use crate::guard::RouteTable;
use crate::layer::ApiErrorLayer;
use crate::support::warn;

/// The settings of development mode for this machine and the service's clients.
///
/// ```
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::dev::Development;
///
/// let settings = Development::new().source_root("/app").client_header("x-shop");
/// let layer = ApiErrorLayer::new().development_with(settings);
/// # let _ = layer;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Development {
    roots: Vec<PathBuf>,
    gate: Gate,
    page: PageSettings,
    terminal: Terminal,
}

impl Development {
    /// Creates the settings: the source code is where it was compiled, and plain local clients need
    /// no token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a directory that source code was moved to after it was compiled: in a container this
    /// might be `/app` for code that was compiled in `/build`.
    ///
    /// File names are relative to the root that contains the files, and source lines are read from
    /// there. A root takes precedence over the directory that the code was compiled in. A directory
    /// that does not exist and the root of the file system are ignored.
    pub fn source_root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.roots.push(directory.into());
        self
    }

    /// Adds the name of a header field that the service's own clients send, such as `x-shop`.
    ///
    /// A request with a field that no plain client sends may have come through a proxy, so its
    /// client needs the token; see the [module](crate::dev).
    ///
    /// # Panics
    ///
    /// Panics if `name` is not the name of a header field.
    pub fn client_header(mut self, name: &str) -> Self {
        self.gate.fields.push(HeaderName::try_from(name).expect("a field has a legal name"));
        self
    }

    /// Shows nothing more to a client without the token, even if it is on this machine.
    ///
    /// This is for a machine on which a relay passes on connections from elsewhere without a trace:
    /// see the [module](crate::dev).
    pub fn token_only(mut self) -> Self {
        self.gate.locals = Locals::TheToken;
        self
    }

    /// Sets the editor that the page opens source files in; the default is
    /// [`Editor::VS_CODE`].
    pub fn editor(mut self, editor: Editor) -> Self {
        self.page.editor = editor;
        self
    }

    /// Adds a line to the environment of the page, such as the version of the service or the commit
    /// that it was built from. It is shown as it is, so it must hold no secret.
    pub fn fact(mut self, name: &str, value: impl Into<String>) -> Self {
        self.page.facts.push((name.to_owned(), value.into()));
        self
    }

    /// Shows what [`build_info!`](crate::build_info) read in the service: its version, its features, the
    /// toolchain and the commit.
    pub fn build(mut self, build: BuildInfo) -> Self {
        self.page.build = Some(build);
        self
    }

    /// Shows environment variables on the page, in addition to `APP_ENV`, `RUST_LOG` and
    /// `RUST_BACKTRACE`. Values that look like secrets are masked.
    pub fn variables<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.page.variables.extend(names.into_iter().map(str::to_owned));
        self
    }

    /// Adds the name of a host that is this machine, such as `shop.test` in its `/etc/hosts`, or the
    /// name that a dev container forwards a port under.
    ///
    /// Only add a name that no one else can point at another machine: with a name from the public
    /// DNS, any web page could read the errors (DNS rebinding).
    pub fn trust_host(mut self, name: &str) -> Self {
        self.gate.hosts.push(name.to_ascii_lowercase());
        self
    }

    /// Adds the address of a peer that passes on connections of this machine alone, such as the
    /// gateway of the network of a dev container (`172.17.0.1`).
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    ///
    /// use definable_errors::dev::Development;
    ///
    /// let settings = Development::new().trust_peer(Ipv4Addr::new(172, 17, 0, 1));
    /// # let _ = settings;
    /// ```
    pub fn trust_peer(mut self, address: impl Into<IpAddr>) -> Self {
        self.gate.peers.push(address.into().to_canonical());
        self
    }

    /// Prints no errors to standard error. By default, each 5xx is printed with its causes, the
    /// frames of the service's own code, and the lines around them; in colour, if standard error is a
    /// terminal and `NO_COLOR` is not set.
    pub fn without_terminal(mut self) -> Self {
        self.terminal = Terminal::Silent;
        self
    }

    fn into_parts(self) -> (Vec<PathBuf>, Gate, Page, Terminal) {
        (self.roots, self.gate, self.page.into_page(), self.terminal)
    }
}

/// Development mode, with the feature `dev`; the [module](crate::dev) describes what it needs and
/// shows.
impl ApiErrorLayer {
    /// Sets the mode. Development mode works only if `APP_ENV` enables it too: the
    /// setting in code alone has no effect.
    #[track_caller]
    pub fn mode(self, mode: Mode) -> Self {
        match mode {
            Mode::Production => self.in_production(),
            Mode::Development => self.development(),
        }
    }

    /// Switches to development mode if `APP_ENV` is exactly `dev` or `development`.
    #[track_caller]
    pub fn development(self) -> Self {
        self.development_with(Development::new())
    }

    /// Switches to development mode with `settings`, if `APP_ENV` is exactly `dev` or
    /// `development`.
    #[track_caller]
    pub fn development_with(self, settings: Development) -> Self {
        self.switched(Mode::from_env(), settings)
    }

    /// Sets the table of the service's routes, which development mode uses for hints: the routes that
    /// a 404 may have meant, the methods that a 405 allows, and errors that their route does not
    /// declare. In production it is ignored.
    ///
    /// ```
    /// use definable_errors::router::GuardedRouter;
    /// use definable_errors::{ApiErrorLayer, Mode};
    ///
    /// let routes: GuardedRouter = GuardedRouter::new();
    /// let layer = ApiErrorLayer::new().mode(Mode::from_env()).routes(routes.table());
    /// # let _ = layer;
    /// ```
    pub fn routes(self, table: &RouteTable) -> Self {
        self.attach(Arc::new(Routes::new(table)))
    }

    #[track_caller]
    fn switched(self, environment: Mode, settings: Development) -> Self {
        match environment {
            Mode::Production => self.in_production(),
            Mode::Development => {
                announce();
                error::capture_with(stack::capture);
                let (roots, gate, page, terminal) = settings.into_parts();
                let call_site = CallSite::new(Location::caller(), stack::capture_here());
                let roots = Roots::new(roots, Some(call_site));
                let render = Arc::new(DevelopmentRender::new(gate, roots, page, terminal));
                let layer = self.fallback_render(Some(render.clone())).intercept(Some(render));
                if timeline::is_on() { layer.request_span_by_default() } else { layer }
            }
        }
    }

    fn in_production(self) -> Self {
        self.fallback_render(None).intercept(None)
    }
}

/// Logs that development mode is on and how to open it; only here is the token logged.
fn announce() {
    static ANNOUNCED: Once = Once::new();
    ANNOUNCED.call_once(|| {
        let others = match token::create() {
            Some(query) => format!(
                "any other client sees them after a GET of a page of this service with `{query}`"
            ),
            None => "no other client sees them, because the system provides no random numbers"
                .to_owned(),
        };
        warn(&format!(
            "development mode: plain clients on this machine see causes, tracebacks and source \
             lines; {others}"
        ));
    });
}

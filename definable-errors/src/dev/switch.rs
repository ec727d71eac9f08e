//! The settings of [`ApiErrorLayer`] that switch development mode.

use std::panic::Location;
use std::sync::{Arc, Once};

use super::render::DevelopmentRender;
use super::roots::{CallSite, Roots};
use super::{Development, Mode, stack, token};
use crate::error;
use crate::layer::ApiErrorLayer;
use crate::support::warn;

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

    #[track_caller]
    fn switched(self, environment: Mode, settings: Development) -> Self {
        match environment {
            Mode::Production => self.in_production(),
            Mode::Development => {
                announce();
                error::capture_with(stack::capture);
                let (roots, gate) = settings.into_parts();
                let call_site = CallSite::new(Location::caller(), stack::capture_here());
                let render = DevelopmentRender::new(gate, Roots::new(roots, Some(call_site)));
                self.render_standard(Some(Arc::new(render))).intercept(Some(token::exchange))
            }
        }
    }

    fn in_production(self) -> Self {
        self.render_standard(None).intercept(None)
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
            None => "no other client does, for the system has no random bytes".to_owned(),
        };
        warn(&format!(
            "development mode: plain clients on this machine see causes, tracebacks and source \
             lines; {others}"
        ));
    });
}

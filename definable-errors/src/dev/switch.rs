use std::sync::{Arc, Once};

use super::render::DevelopmentRender;
use super::{Development, Mode, log, stack};
use crate::error;
use crate::layer::ApiErrorLayer;

/// Development mode, with the feature `dev`; the [room](crate::dev) says what it needs and shows.
impl ApiErrorLayer {
    /// Switches to the given mode. Development works only where `APP_ENV` says so too: the word in
    /// code alone opens nothing.
    pub fn mode(self, mode: Mode) -> Self {
        match mode {
            Mode::Production => self.render_standard(None),
            Mode::Development => self.development(),
        }
    }

    /// Switches to development mode if `APP_ENV` is exactly `dev` or `development`.
    pub fn development(self) -> Self {
        self.development_with(Development::new())
    }

    /// The same with settings.
    pub fn development_with(self, settings: Development) -> Self {
        self.switched(Mode::from_env(), settings)
    }

    fn switched(self, environment: Mode, settings: Development) -> Self {
        match environment {
            Mode::Production => self.render_standard(None),
            Mode::Development => {
                announce();
                error::capture_with(stack::capture);
                self.render_standard(Some(Arc::new(DevelopmentRender::new(settings))))
            }
        }
    }
}

///
fn announce() {
    static ANNOUNCED: Once = Once::new();
    ANNOUNCED.call_once(|| {
        log::warn(
            "development mode: clients on this machine see causes, tracebacks and source lines",
        );
    });
}

//! What colour says on every page for a terminal: never anything that a word or a sign does not say too.

use anstyle::{AnsiColor, Style};

/// How a text is painted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paint {
    Plain,
    Strong,
    Dim,
    Bad,
    Warn,
    Good,
}

impl Paint {
    /// The style of it.
    pub(super) fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Bad => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Self::Warn => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            Self::Good => Style::new().fg_color(Some(AnsiColor::Green.into())),
        }
    }
}

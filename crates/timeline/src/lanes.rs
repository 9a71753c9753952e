//! STUB

use crate::{Run, Screen};

pub(crate) fn lanes(_run: &Run, _screen: Screen) -> String {
    String::new()
}

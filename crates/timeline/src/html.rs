//! STUB

use crate::Run;

pub(crate) fn html(_run: &Run) -> String {
    String::new()
}

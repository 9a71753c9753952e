//! STUB

use crate::Run;

pub(crate) fn chrome(_run: &Run) -> String {
    String::new()
}
